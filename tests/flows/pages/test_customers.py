"""An owner finds a person of the store, sees what they agreed to, and acts for them."""

import csv
import io
import json
from datetime import timedelta

import pytest

from core.values import Act, Scope
from notifications import verifying
from notifications.roles import Role
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import version_in, words_in
from tests.flows.terminal import attendant_at
from tests.world import PHONE, SHOP

OTHER = "+4915187654321"
SAID = {
    "scope": "marketing",
    "where": "In the shop",
    "statement": "May we send offers?",
}


def sold(world, number, *, phone=PHONE, **changes):
    """An order of somebody's, with whatever they are called."""
    order = samples.order(
        order_id=samples.ORDER_ID + number,
        name=f"#{1000 + number}",
        phone=phone,
        email=f"buyer{number}@example.com",
        **changes,
    )
    customer = {**order["customer"], "id": 7_000 + number}
    world.shopify_says("orders/create", {**order, "customer": customer})


@pytest.fixture
def people(desk):
    """Ada and Bo, who ordered in German and in Korean."""
    sold(desk.world, 1, locale="de-DE")
    sold(desk.world, 2, phone=OTHER, first_name="Bo", locale="ko-KR")
    desk.world.work()
    return desk


def ids(desk):
    return {
        desk.world.services.book.opened(row.shop_id, row.phone).e164: row.id
        for row in desk.world.rows("contacts")
        if row.phone is not None
    }


def writes_down(desk, contact, **said):
    """A yes to offers, or what is said otherwise."""
    path = f"/customers/{contact}"
    version = version_in(desk.gets(path), f"{path}/consent")
    return desk.sends(
        f"{path}/consent", {**SAID, "said": "yes", "version": version, **said}
    )


def row_of(page, name):
    [row] = [each for each in page.split("<tr>") if f">{name}</a>" in each]
    return row


@pytest.mark.parametrize("locale", ["zz-ZZ", "q", "x_y", "…", "-"])
def test_a_language_that_nobody_knows_hides_nobody(desk, locale):
    sold(desk.world, 1, locale=locale)
    desk.world.work()
    [number] = ids(desk).values()

    assert desk.gets("/customers").status_code == 200
    assert desk.gets("/customers?format=csv").get_data()
    assert desk.gets(f"/customers/{number}").status_code == 200


# The list


def test_before_anybody_has_ordered_the_page_says_who_will_be_here(desk):
    assert "Nobody yet" in desk.reads("/customers")


def test_everybody_who_can_be_written_to_is_listed_with_the_end_of_their_phone(people):
    page = people.gets("/customers").get_data(as_text=True)

    ada, bo = row_of(page, "Ada"), row_of(page, "Bo")
    assert "+…78" in ada
    assert PHONE not in page
    assert "German" in ada
    assert "Korean" in bo
    assert page.index(">Bo<") < page.index(">Ada<")
    [*_, look] = people.world.rows("access_log")
    assert (look.door, look.actor, look.kinds) == ("page", "4711", ["numbers"])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("offers=yes", {"Ada"}),
        ("offers=no", {"Bo"}),
        ("offers=nothing", set()),
        ("language=ko", {"Bo"}),
        ("language=de&offers=yes", {"Ada"}),
        ("language=fr", set()),
        ("tag=frequent", set()),
        ("offers=perhaps", {"Ada", "Bo"}),
        ("tag=%3Cscript%3E", {"Ada", "Bo"}),
    ],
)
def test_it_is_narrowed_down(people, query, shown):
    people.world.agree(PHONE, scope=Scope.MARKETING)
    people.world.agree(OTHER, scope=Scope.MARKETING)
    people.world.agree(OTHER, scope=Scope.MARKETING, act=Act.REVOKED)

    page = people.gets(f"/customers?{query}").get_data(as_text=True)

    assert {name for name in ("Ada", "Bo") if f">{name}</a>" in page} == shown


def test_a_tag_is_what_rules_call_somebody(people):
    for number in (3, 4):
        sold(people.world, number)
    people.world.work()

    assert "buys often" in row_of(
        people.gets("/customers?tag=frequent").get_data(as_text=True), "Ada"
    )


def test_the_list_is_walked_forth_and_back(desk):
    for number in range(120):
        desk.world.agree(f"+49151{number:08d}")

    def page(path):
        return desk.gets(path).get_data(as_text=True)

    def leads(found, rel):
        rest = found.split(f'rel="{rel}" href="/app')
        return rest[1].split('"')[0] if len(rest) > 1 else None

    first = page("/customers")
    second = page(leads(first, "next"))
    third = page(leads(second, "next"))
    back = page(leads(third, "prev"))

    counts = [each.count('href="/app/customers/') for each in (first, second, third)]
    assert counts == [50, 50, 20]
    assert leads(first, "prev") is None
    assert leads(third, "next") is None
    assert back.count('href="/app/customers/') == 50
    assert leads(page(leads(back, "prev")), "prev") is None


def test_a_page_asks_the_same_few_questions_however_many_there_are(desk, monkeypatch):
    def asked(path):
        desk.gets(path)
        with counted(monkeypatch) as statements:
            assert desk.gets(path).status_code == 200
        return len(statements)

    desk.world.agree(PHONE)
    few = asked("/customers"), asked("/customers?offers=yes")
    for number in range(60):
        desk.world.agree(f"+49151{number:08d}")

    assert (asked("/customers"), asked("/customers?offers=yes")) == few


def test_the_file_has_whole_numbers_and_is_for_who_may_act(people):
    file = people.gets("/customers?format=csv&language=de").get_data(as_text=True)
    people.has_role(Role.VIEWER)
    refused = people.gets("/customers?format=csv")

    [head, row] = csv.reader(io.StringIO(file.removeprefix("\ufeff")))
    assert head[1:4] == ["First name", "Phone", "E-mail"]
    assert row[1:4] == ["Ada", f"'{PHONE}", "buyer1@example.com"]
    assert refused.status_code == 403
    assert PHONE not in refused.get_data(as_text=True)
    assert "format=csv" not in people.gets("/customers").get_data(as_text=True)


# Finding somebody


@pytest.mark.parametrize(
    "typed", [PHONE, "0151 12345678", "BUYER1@example.com ", "buyer1@example.com"]
)
def test_one_who_is_found_is_led_to_and_nothing_of_them_is_in_the_address(
    people, typed
):
    answer = people.sends("/customers/search", {"person": typed})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/app/customers/{ids(people)[PHONE]}"


def test_of_several_one_is_chosen(people):
    sold(people.world, 3, phone="+4915100000003", first_name="Adam")
    people.world.work()

    found = people.sends("/customers/search", {"person": "ada"})
    nobody = people.sends("/customers/search", {"person": "nobody@example.com"})

    page = found.get_data(as_text=True)
    assert ">Ada</a>" in page
    assert ">Adam</a>" in page
    assert ">Bo</a>" not in page
    assert "Nobody was found" in words_in(nobody)


# One of them


def test_all_about_one_is_on_their_page_and_that_it_was_looked_at_is_written(people):
    contact = ids(people)[PHONE]
    people.world.agree(PHONE, scope=Scope.MARKETING)

    page = people.reads(f"/customers/{contact}")

    for words in (PHONE, "buyer1@example.com", "German", "#1001", "offers agreed"):
        assert words in page
    [*_, look] = people.world.rows("access_log")
    assert (look.doing, look.subject) == ("page customer", f"contact {contact}")
    assert look.kinds == ["consent", "numbers", "orders"]


@pytest.mark.parametrize("number", [999_999, 2**62])
def test_somebody_who_is_not_there_is_not_shown(people, number):
    assert people.gets(f"/customers/{number}").status_code == 422
    assert people.world.rows("access_log") == []


def test_names_that_are_code_are_shown_as_text(desk):
    sold(desk.world, 1, first_name="<script>alert(1)</script>")
    desk.world.work()

    for path in ("/customers", f"/customers/{ids(desk)[PHONE]}"):
        page = desk.gets(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


# Consent by hand


def test_a_yes_by_hand_counts_with_its_sentence_and_who_wrote_it_down(people):
    contact = ids(people)[PHONE]

    done = writes_down(people, contact)

    assert done.status_code == 303
    page = people.reads(f"/customers/{contact}")
    assert "offers agreed counts now In the shop May we send offers?" in page
    [change] = people.world.rows("changes")
    assert (change.what, change.subject) == ("consent_granted", f"contact {contact}")
    assert change.after == {"scope": "marketing"}
    shop_id = people.world.shop_ids[SHOP]
    assert verifying.verify(shop_id, SHOP, services=people.world.services).is_whole


def test_a_no_by_hand_keeps_how_it_was_said(people):
    contact = ids(people)[PHONE]
    people.world.agree(PHONE, scope=Scope.MARKETING)

    writes_down(people, contact, said="no", statement="Called and wants none")

    page = people.reads(f"/customers/{contact}")
    assert "said no" in page
    assert "Called and wants none" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"statement": ""},
        {"statement": "  "},
        {"statement": "x" * 2_001},
        {"where": ""},
        {"where": "purchase"},
        {"scope": "all"},
        {"said": "maybe"},
    ],
)
def test_without_what_proves_it_nothing_is_written_down(people, changes):
    contact = ids(people)[PHONE]
    before = people.world.rows("consents")

    answer = writes_down(people, contact, **changes)

    assert answer.status_code == 422
    assert people.world.rows("consents") == before
    assert people.world.rows("changes") == []


def test_a_button_that_is_pressed_twice_writes_it_down_once(people):
    """What stands in the ledger cannot be taken out again."""
    contact = ids(people)[PHONE]
    path = f"/customers/{contact}"
    version = version_in(people.gets(path), f"{path}/consent")

    first = writes_down(people, contact, version=version)
    again = writes_down(people, contact, version=version)

    assert (first.status_code, again.status_code) == (303, 409)
    assert "Somebody else has changed this meanwhile" in words_in(again)
    assert [each.what for each in people.world.rows("changes")] == ["consent_granted"]
    assert writes_down(people, contact, said="no").status_code == 303


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF"), ("json", b"{")])
def test_what_proves_it_is_a_file(people, ending, begins):
    contact = ids(people)[PHONE]
    people.world.agree(PHONE, scope=Scope.MARKETING)

    answer = people.gets(f"/customers/{contact}/proof.{ending}")

    assert answer.status_code == 200
    assert answer.get_data().startswith(begins)
    assert f"sosik-customer-{contact}.{ending}" in answer.headers["Content-Disposition"]
    assert people.gets(f"/customers/{contact}/proof.exe").status_code == 422


# Their data


def test_everything_is_gathered_and_saved_as_one_file(people, terminal):
    contact = ids(people)[PHONE]

    begun = people.sends(f"/customers/{contact}/export")
    again = people.sends(f"/customers/{contact}/export")
    path = begun.headers["Location"].removeprefix("/app")
    early = people.reads(path)
    attendant_at(terminal).attend()
    then = people.reads(path)
    file = people.gets(f"{path}?format=json")

    assert again.headers["Location"] == begun.headers["Location"]
    assert "It is being gathered" in early
    assert "Save as JSON" in then
    told = json.loads(file.get_data())
    assert told["numbers"] == [PHONE]
    assert [each["now"]["name"] for each in told["orders"]] == ["#1001"]
    [*_, look] = people.world.rows("access_log")
    assert (look.door, look.kinds) == ("page", ["everything"])
    [change] = people.world.rows("changes")
    assert change.what == "person_exported"


def test_who_is_erased_is_gone_after_a_minute(people, terminal):
    contact = ids(people)[PHONE]

    done = people.sends(f"/customers/{contact}/erase", {"typed": f" {contact} "})
    people.world.now += timedelta(seconds=5)
    people.sends(f"/customers/{contact}/erase", {"typed": f"{contact}"})
    attendant_at(terminal).attend()

    assert done.headers["Location"].endswith("/app/customers?said=erasing")
    assert PHONE not in ids(people)
    assert OTHER in ids(people)
    assert people.gets(f"/customers/{contact}").status_code == 422
    [change] = people.world.rows("changes")
    assert (change.what, change.subject) == ("person_erased", f"contact {contact}")


@pytest.mark.parametrize("typed", ["", "yes", "0"])
def test_nobody_is_erased_by_a_slip(people, terminal, typed):
    contact = ids(people)[PHONE]

    answer = people.sends(f"/customers/{contact}/erase", {"typed": typed})
    attendant_at(terminal).attend()

    assert answer.status_code == 422
    assert PHONE in ids(people)
    assert people.world.rows("changes") == []


def test_who_only_looks_can_do_none_of_it(people):
    contact = ids(people)[PHONE]
    people.has_role(Role.VIEWER)

    page = people.reads(f"/customers/{contact}")

    assert "Erase" not in page
    assert "Gather everything" not in page
    assert PHONE not in page
    assert f"{PHONE[-2:]} " in page, "its end, by which they know one from another"
    for act in ("consent", "export", "erase"):
        sent = people.sends(f"/customers/{contact}/{act}", {**SAID, "said": "yes"})
        assert sent.status_code == 403
    assert people.gets(f"/customers/{contact}/proof.json").status_code == 403
