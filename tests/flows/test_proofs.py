"""A proof of consent: anybody computes it again, and its reader understands it."""

import hashlib
import json
from datetime import timedelta

import pytest

from core.values import Act, Phone, ShopDomain
from notifications.proofs.document import document_of
from notifications.proofs.proof import proof_of
from tests import samples
from tests.flows.test_ledger import tamper
from tests.world import PHONE, SHOP

OTHER_PHONE = "+4915187654321"
WORDING = "Ja, schreibt mir zu meiner Bestellung – 예, 알려 주세요"


@pytest.fixture
def prove(terminal, tmp_path):
    def prove(ending="json", *options, phone=PHONE):
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.{ending}"
        terminal.run("consent", "proof", SHOP, phone, str(file), *options)
        return json.loads(file.read_text()) if ending == "json" else file.read_bytes()

    return prove


@pytest.fixture
def agreed(world):
    """Three entries of one person, with another's between them."""
    world.open_shop()
    for number in range(4):
        world.now += timedelta(minutes=1)
        act = Act.REVOKED if number == 3 else Act.GRANTED
        world.agree(OTHER_PHONE if number == 1 else PHONE, act=act)
    return world


def computed(entry, previous):
    """As docs/concepts/consent.md tells it, without this program."""
    names = (
        *("act", "commitment", "happened_at", "number", "recorded_at", "scope"),
        *("source", "topic", "wording", "wording_language", "wording_version"),
    )
    said = json.dumps(
        {name: entry[name] for name in names},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(bytes.fromhex(previous) + said.encode()).hexdigest()


def test_whoever_has_the_json_computes_every_digest_again(world, terminal, prove):
    world.open_shop()
    terminal.run(
        *("consent", "grant", SHOP, PHONE, "--scope", "marketing"),
        *("--source", "desk", "--wording", WORDING),
    )

    proof = prove()

    [entry] = proof["entries"]
    start = hashlib.sha256(f"sosik consent ledger of {SHOP}".encode()).hexdigest()
    assert (entry["wording"], entry["previous"]) == (WORDING, start)
    assert computed(entry, start) == entry["digest"] == proof["ledger"]["end"]
    committed = bytes.fromhex(entry["salt"]) + entry["committed"].encode()
    assert hashlib.sha256(committed).hexdigest() == entry["commitment"]
    fields = {"who": entry["who"], "evidence": entry["evidence"]}
    assert json.loads(entry["committed"]) == fields
    assert entry["who"] == PHONE


def test_each_entry_stands_behind_the_one_before_it_though_that_is_anothers(
    agreed, prove
):
    proof = prove()

    others = prove(phone=OTHER_PHONE)
    first, second, third = proof["entries"]
    assert [each["number"] for each in proof["entries"]] == [1, 3, 4]
    assert others["entries"][0]["previous"] == first["digest"]
    assert second["previous"] == others["entries"][0]["digest"]
    assert third["previous"] == second["digest"]
    for entry in proof["entries"]:
        assert computed(entry, entry["previous"]) == entry["digest"]
    assert (proof["ledger"]["is_whole"], proof["ledger"]["entries"]) == (True, 4)


def test_of_the_erased_no_number_and_no_evidence_is_left(agreed, terminal, prove):
    terminal.run("contact", "erase", SHOP, PHONE)

    proof = prove()

    assert PHONE[1:] not in json.dumps(proof)
    assert proof["phone"] is None
    assert "This person was erased" in proof["erased"]
    assert [each["number"] for each in proof["entries"]][:3] == [1, 3, 4]
    for entry in proof["entries"]:
        assert entry["who"] is entry["evidence"] is entry["salt"] is None
        assert computed(entry, entry["previous"]) == entry["digest"]
    assert prove("pdf").startswith(b"%PDF")


def test_of_somebody_unknown_it_says_that_there_is_nothing(agreed, prove):
    proof = prove(phone="+821012345678")

    assert (proof["entries"], proof["phone"]) == ([], None)


@pytest.mark.parametrize(
    ("locale", "options", "language"),
    [
        ("ko-KR", (), "ko"),
        ("ar", (), "ar"),
        ("tlh", (), "de"),
        (None, (), "de"),
        ("ko-KR", ("--language", "fr"), "fr"),
    ],
)
def test_it_speaks_as_the_person_ordered_or_else_as_the_store(
    world, terminal, prove, locale, options, language
):
    world.open_shop()
    terminal.run("shop", "set", SHOP, "languages=de,en")
    world.agree()
    world.shopify_says("orders/create", samples.order(customer_locale=locale))
    world.work()

    assert prove("json", *options)["language"] == language
    assert f"/Lang ({language})".encode() in prove("pdf", *options)


def test_a_proof_out_of_a_changed_ledger_says_so(agreed, terminal, tmp_path):
    tamper(agreed, "UPDATE consents SET source = 'checkout' WHERE number = 2")
    file = tmp_path / "proof.json"

    _told, line = terminal.failed("consent", "proof", SHOP, PHONE, str(file))

    assert "not as it was written" in line
    ledger = json.loads(file.read_text())["ledger"]
    assert ledger["is_whole"] is False
    assert ledger["faults"] == [{"number": 2, "wrong": "changed"}]


def test_an_entry_before_it_that_was_taken_out_is_told_as_missing(agreed, tmp_path):
    tamper(agreed, "DELETE FROM consents WHERE number = 2")

    proof = proof_of(
        agreed.shop_ids[SHOP],
        ShopDomain(SHOP),
        Phone(PHONE),
        services=agreed.services,
    )

    assert document_of(proof)["entries"][1]["previous"] is None


@pytest.mark.parametrize("file", ["proof.txt", "proof"])
def test_a_file_of_another_kind_is_refused(agreed, terminal, tmp_path, file):
    said = terminal.refused("consent", "proof", SHOP, PHONE, str(tmp_path / file))

    assert said == "Error: FILE must end in .json or .pdf"
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten(agreed, terminal, tmp_path):
    file = tmp_path / "proof.pdf"
    file.write_text("mine")

    said = terminal.refused("consent", "proof", SHOP, PHONE, str(file))

    assert f"{file} is there already and is not overwritten: name another" in said
    assert agreed.rows("access_log") == []
    assert file.read_text() == "mine"


def test_whoever_makes_a_proof_is_on_record(agreed, terminal, prove):
    prove()

    looks = [(row.doing, row.kinds) for row in agreed.rows("access_log")]
    assert looks == [("consent proof", ["consent"])]


def test_a_scope_is_understood_by_the_word_of_the_pages(world, terminal):
    world.open_shop()
    said = ("--source", "phone", "--wording", "Yes")

    granted = terminal.json("consent", "grant", SHOP, PHONE, "--scope", "offers", *said)
    revoked = terminal.json("consent", "revoke", SHOP, PHONE, "--scope", "orders")

    assert granted["now"] == {"transactional": None, "marketing": "granted"}
    assert revoked["now"] == {"transactional": "revoked", "marketing": "granted"}
