"""Yeses from elsewhere: every line is read, all of them or none are written, once."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from core.values import Act, Scope
from storage import ledger
from tests.flows.everywhere import places_of
from tests.world import PHONE, SHOP

ORIGIN = "Form on example.com: Yes, send me offers on WhatsApp"
OTHER = "+4915187654321"


@pytest.fixture
def listed(world, tmp_path):
    """Makes a file of people, which was last changed a year ago."""
    world.open_shop()

    def make(text, *, encoding="utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        year_ago = (world.now - timedelta(days=365)).timestamp()
        os.utime(path, (year_ago, year_ago))
        return str(path)

    return make


def imported(terminal, path, *more):
    return terminal.json("consent", "import", SHOP, path, "--origin", ORIGIN, *more)


def entries(world):
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        return [
            entry
            for row in world.rows("contacts")
            for entry in ledger.history(
                tx, row.shop_id, row.id, sealer=world.services.sealer
            )
        ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_line_is_an_entry_with_where_it_comes_from(
    world, terminal, listed, delimiter, encoding
):
    rows = [
        ["Name", "Telefonnummer", "Date", "wording"],
        ["Ada", PHONE, "2026-01-02", "Ja gern"],
        ["Bea", "0151 87654321", "", ""],
    ]
    path = listed("\n".join(map(delimiter.join, rows)), encoding=encoding)

    assert imported(terminal, path) == {"good": 2, "bad": 0, "written": 2}

    ada, bea = sorted(entries(world), key=lambda entry: entry.private.who)
    assert (ada.act, ada.scope, ada.source) == (Act.IMPORTED, Scope.MARKETING, "import")
    assert ada.happened_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert (ada.private.who, ada.wording) == (PHONE, "Ja gern")
    assert (bea.private.who, bea.wording) == (OTHER, ORIGIN)
    assert bea.happened_at == world.now - timedelta(days=365)
    assert ada.private.evidence["line"] == 2
    assert ada.private.evidence["origin"] == ORIGIN
    assert len(ada.private.evidence["file"]) == 64


def test_a_second_time_adds_nothing(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\n{OTHER}\n{PHONE}\n")

    for _ in range(2):
        imported(terminal, path)

    assert len(world.rows("consents")) == 2


def test_with_one_bad_line_nothing_is_written(world, terminal, listed, tmp_path):
    path = listed(f"phone,country\n{PHONE},\nnobody,\n{OTHER},Germany\n")
    errors = tmp_path / "errors.csv"

    said = terminal.refused(
        *("consent", "import", SHOP, path, "--origin", ORIGIN),
        *("--errors", str(errors)),
    )

    assert "2 lines cannot be read, the first is line 3" in said
    assert "nobody" not in said
    assert errors.read_text("utf-8").splitlines() == [
        "line,why",
        "3,no phone that WhatsApp could reach",
        "4,the country is not two letters",
    ]
    assert world.rows("consents") == []


def test_bad_lines_are_left_out_where_that_is_wanted(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\nnobody\n")

    said = imported(terminal, path, "--skip-bad")

    assert said == {"good": 1, "bad": 1, "written": 1}
    assert len(world.rows("consents")) == 1


def test_a_dry_run_writes_nothing(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\n")

    assert imported(terminal, path, "--dry-run")["good"] == 1
    assert world.rows("consents") == []


def test_a_no_that_was_said_since_still_counts(world, terminal, listed):
    world.agree(PHONE, scope=Scope.MARKETING, act=Act.REVOKED)

    imported(terminal, listed(f"phone,date\n{PHONE},2026-01-02\n"), "--confirmed")

    shown = terminal.json("consent", "show", SHOP, PHONE)
    assert shown["now"]["marketing"] == "revoked"
    assert [each["act"] for each in shown["history"]] == ["confirmed", "revoked"]


def test_a_line_without_a_date_never_outlives_a_no(world, terminal, listed):
    """The file was copied after the no was said, and is newer than it."""
    world.agree(PHONE, scope=Scope.MARKETING, act=Act.REVOKED)
    path = listed(f"phone\n{PHONE}\n{OTHER}\n")
    world.now += timedelta(days=1)
    os.utime(path, (world.now.timestamp(),) * 2)

    assert imported(terminal, path)["written"] == 1

    shown = terminal.json("consent", "show", SHOP, PHONE)
    assert shown["now"]["marketing"] == "revoked"
    assert len(shown["history"]) == 1


def test_a_copy_of_the_file_adds_nothing(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\n")
    imported(terminal, path)
    world.now += timedelta(days=1)
    os.utime(path, (world.now.timestamp(),) * 2)

    assert imported(terminal, path)["written"] == 0
    assert len(world.rows("consents")) == 1


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("name\nAda\n", (), "no column of phones"),
        ("", (), "no column of phones"),
        ("Mobile\n+4915112345678\n", ("--column", "phone=Handy"), "no column 'Handy'"),
        ("a\n+4915112345678\n", ("--column", "fone=a"), "--column knows no 'fone'"),
        ("phone\n" + "1" * 30_000, (), "no table"),
        ('phone\n"+49', (), "no table"),
        ("phone,date\n+4915112345678,2036-01-01\n", (), "still to come"),
        ("phone,date\n+4915112345678,1.1.2026\n", (), "not of the form"),
        ("phone,date\n+4915112345678,0001-01-01T00:00+05:00\n", (), "not of the form"),
        ("phone,date\n+4915112345678,1969-12-31\n", (), "nobody agreed"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(world, terminal, listed, text, more, said):
    words = ("consent", "import", SHOP, listed(text), "--origin", ORIGIN, *more)

    assert said in terminal.refused(*words)
    assert world.rows("consents") == []


def test_what_is_no_text_of_ours_is_refused(world, terminal, listed):
    path = listed("phone,name\n+4915112345678,Bärbel\n", encoding="latin-1")

    said = terminal.refused("consent", "import", SHOP, path, "--origin", ORIGIN)

    assert "not UTF-8" in said


def test_an_import_without_an_origin_is_refused(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\n")

    said = terminal.refused("consent", "import", SHOP, path, "--origin", " ")

    assert "--origin must be" in said


def test_what_a_line_says_of_a_person_does_not_outlive_them(world, terminal, listed):
    """A sentence that names who agreed is theirs, unlike one that others have read."""
    said = f"I, Ada Planted-9c, agree with {OTHER}"
    path = listed(
        f'name,phone,wording\nAda Planted-9c,{PHONE},"{said}"\nBea,{OTHER},Yes please\n'
    )
    imported(terminal, path)
    ada, bea = sorted(entries(world), key=lambda entry: entry.private.who)
    assert (ada.wording, ada.private.evidence["wording"]) == (ORIGIN, said)
    assert bea.wording == "Yes please"
    assert "wording" not in bea.private.evidence

    terminal.run("contact", "erase", SHOP, PHONE)

    assert places_of(world, "Planted-9c") == set()


def test_an_origin_that_is_no_text_is_refused(world, terminal, listed):
    path = listed(f"phone\n{PHONE}\n")

    said = terminal.refused(
        "consent", "import", SHOP, path, "--origin", "a form \udcff"
    )

    assert "--origin" in said
    assert world.rows("consents") == []
