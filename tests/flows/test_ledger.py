"""The consent ledger: nothing in it can be changed, taken out or moved unseen."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from core import chain
from core.values import Act, Phone, Scope
from notifications import verifying
from notifications.verifying import Wrong
from storage import ledger, people
from storage.ledger import Word
from storage.session import open_engine
from tests import samples
from tests.world import PHONE, SHOP

OTHER_PHONE = "+4915187654321"


def verified(world, **asked):
    shop_id = world.shop_ids[SHOP]
    return verifying.verify(shop_id, SHOP, services=world.services, **asked)


def faults(world, **asked):
    return [(each.number, each.wrong) for each in verified(world, **asked).faults]


@pytest.fixture
def five(world):
    """A ledger of five entries."""
    world.open_shop()
    for number in range(5):
        world.now += timedelta(minutes=1)
        act = Act.REVOKED if number % 2 else Act.GRANTED
        world.agree(PHONE if number < 4 else OTHER_PHONE, act=act)
    return world


def tamper(world, statement, **values):
    """As somebody who has the database, and takes its lock off."""
    engine = open_engine(world.settings.database_owner_url, connections=1)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE consents DISABLE TRIGGER consents_stay"))
        connection.execute(text("SET LOCAL app.crossing = 'operating'"))
        assert connection.execute(text(statement), values).rowcount > 0
        connection.execute(text("ALTER TABLE consents ENABLE TRIGGER consents_stay"))
    engine.dispose()


def test_a_ledger_that_nobody_touched_is_whole(five):
    verdict = verified(five)

    assert verdict.is_whole
    assert verdict.entries == 5


def test_a_shop_of_which_nobody_said_anything_has_a_whole_ledger(world):
    world.open_shop()

    assert verified(world).is_whole


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ("act = 'granted'", Wrong.CHANGED),
        ("scope = 'marketing'", Wrong.CHANGED),
        ("topic = 'night'", Wrong.CHANGED),
        ("source = 'checkout'", Wrong.CHANGED),
        ("wording = 'May we write to you?'", Wrong.CHANGED),
        ("wording_version = '2'", Wrong.CHANGED),
        ("wording_language = 'ko'", Wrong.CHANGED),
        ("happened_at = happened_at - interval '1 microsecond'", Wrong.CHANGED),
        ("recorded_at = recorded_at - interval '1 day'", Wrong.CHANGED),
        ("commitment = sha256('another')", Wrong.CHANGED),
        ("digest = sha256('another')", Wrong.CHANGED),
        ("private = 'another'", Wrong.PERSON_CHANGED),
        (
            "private = (SELECT private FROM consents WHERE number = 5)",
            Wrong.PERSON_CHANGED,
        ),
        (
            "contact_id = (SELECT contact_id FROM consents WHERE number = 5)",
            Wrong.SOMEBODY_ELSES,
        ),
    ],
)
def test_whatever_is_changed_in_an_entry_is_found_there(five, changed, wrong):
    tamper(five, f"UPDATE consents SET {changed} WHERE number = 2")

    assert (2, wrong) in faults(five)


@pytest.mark.parametrize("number", [1, 3])
def test_an_entry_that_was_taken_out_is_missed(five, number):
    tamper(five, "DELETE FROM consents WHERE number = :number", number=number)

    assert faults(five) == [(number, Wrong.MISSING)]


def test_an_end_that_was_taken_off_is_missed(five):
    tamper(five, "DELETE FROM consents WHERE number = 5")

    assert faults(five) == [(5, Wrong.END_MISSING)]


def test_two_entries_that_changed_places_are_found(five):
    tamper(five, "UPDATE consents SET number = -2 WHERE number = 2")
    tamper(five, "UPDATE consents SET number = 2 WHERE number = 3")
    tamper(five, "UPDATE consents SET number = 3 WHERE number = -2")

    assert {number for number, _ in faults(five)} >= {2, 3}


def test_who_writes_the_whole_chain_anew_cannot_make_its_end_pass_for_ours(five):
    """With the database alone: everything is made to fit, but for the mark."""
    noted = verified(five).digest
    rewrite(five)

    assert faults(five) == [(5, Wrong.NOT_OUR_END)]
    assert (5, Wrong.NOT_AS_NOTED) in faults(five, noted=noted)


def rewrite(world):
    """Change the first entry, and make all that follows fit."""
    tamper(world, "UPDATE consents SET source = 'checkout' WHERE number = 1")
    digest = chain.start_of(SHOP)
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        page = ledger.page_of_chain(tx, world.shop_ids[SHOP], after=0, most=10)
    for row in page:
        said = {
            name: getattr(row, name)
            for name in (
                *("number", "scope", "topic", "act", "source", "wording"),
                *("wording_version", "wording_language", "happened_at", "recorded_at"),
            )
        }
        entry = chain.entry(**said, commitment=row.commitment.hex())
        digest = chain.digest_after(digest, entry)
        tamper(
            world,
            "UPDATE consents SET digest = :digest WHERE number = :number",
            digest=digest,
            number=row.number,
        )
    tamper(world, "UPDATE ledger_heads SET digest = :digest", digest=digest)


def test_an_end_that_was_noted_is_found_again_after_more_was_added(five):
    noted = verified(five).digest
    five.now += timedelta(minutes=1)
    five.agree(PHONE)

    assert verified(five, noted=noted).is_whole
    assert verified(five, noted=chain.start_of(SHOP)).is_whole


def test_the_database_itself_refuses_to_change_a_word(five):
    for statement in (
        "UPDATE consents SET act = 'granted'",
        "DELETE FROM consents",
        "UPDATE consents SET private = 'another'",
    ):
        with (
            pytest.raises(Exception, match="only added to"),
            five.services.transactions.for_shop(five.shop_ids[SHOP]) as tx,
        ):
            tx.connection.execute(text(statement))

    assert verified(five).is_whole


def test_a_word_said_twice_is_one_entry(world):
    world.open_shop()

    for _ in range(2):
        world.agree(PHONE)
        world.shopify_says("orders/create", samples.order(), webhook_id=None)
        world.work()

    assert Counter(row.source for row in world.rows("consents")) == {
        "test": 1,
        "order_attribute": 1,
    }
    assert verified(world).is_whole


def test_a_yes_that_is_still_to_come_is_none_and_a_no_is_one(world):
    world.open_shop()
    now, world.now = world.now, world.now + timedelta(minutes=6)
    shop_id = world.shop_ids[SHOP]
    person = (shop_id, Phone(PHONE))
    services = world.services
    with services.transactions.for_shop(shop_id) as tx:
        found = people.contacts_of(tx, [person], book=services.book, now=now)
        words = [
            Word(
                shop_id=shop_id,
                contact_id=found[person],
                scope=Scope.MARKETING,
                act=act,
                source="test",
                happened_at=world.now,
            )
            for act in (Act.GRANTED, Act.CONFIRMED, Act.REVOKED)
        ]
        ledger.record(tx, words, now=now, sealer=services.sealer)

    assert [row.act for row in world.rows("consents")] == ["revoked"]


def test_what_shows_a_yes_is_sealed_and_who_said_it_too(world):
    world.open_shop()
    world.shopify_says(
        "orders/create", samples.order(checkout_token="a-checkout-token")
    )
    world.work()

    [row] = world.rows("consents")
    with world.services.transactions.for_shop(row.shop_id) as tx:
        [entry] = ledger.history(
            tx, row.shop_id, row.contact_id, sealer=world.services.sealer
        )
    assert entry.private.who == PHONE
    assert entry.private.evidence["checkout_token"] == "a-checkout-token"
    for column in row:
        assert PHONE not in str(column)
        assert "a-checkout-token" not in str(column)


def test_stores_have_a_chain_each(world):
    world.open_shop()
    world.open_shop("other.myshopify.com", number=None)
    world.agree(PHONE)
    world.agree(PHONE, domain="other.myshopify.com")

    numbers = {(row.shop_id, row.number) for row in world.rows("consents")}
    assert numbers == {(shop_id, 1) for shop_id in world.shop_ids.values()}
    assert verified(world).is_whole


def test_many_who_write_at_once_make_one_unbroken_chain(world):
    """Sixteen at once, each some words of two stores."""
    world.open_shop()
    world.open_shop("other.myshopify.com", number=None)
    errors = []

    def write(writer):
        try:
            for turn in range(6):
                domain = list(world.shop_ids)[(writer + turn) % 2]
                _say(world, world.shop_ids[domain], f"+49151{writer:08}", turn)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(16)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()

    assert errors == []
    counted = Counter(row.shop_id for row in world.rows("consents"))
    assert counted == dict.fromkeys(world.shop_ids.values(), 48)
    for domain, shop_id in world.shop_ids.items():
        assert verifying.verify(shop_id, domain, services=world.services).is_whole


def test_who_writes_at_one_store_does_not_wait_for_who_writes_at_another(world):
    world.open_shop()
    world.open_shop("other.myshopify.com", number=None)
    here, there = world.shop_ids.values()
    _say(world, here, PHONE, 0)
    _say(world, there, PHONE, 0)

    with world.services.transactions.for_shop(here) as tx:
        tx.connection.execute(text("SELECT 1 FROM ledger_heads FOR UPDATE"))
        writer = threading.Thread(target=_say, args=(world, there, PHONE, 1))
        writer.start()
        writer.join(timeout=10)
        assert not writer.is_alive()

    assert len(world.rows("consents")) == 3


def _say(world, shop_id, phone, turn):
    person = (shop_id, Phone(phone))
    services = world.services
    with services.transactions.for_shop(shop_id) as tx:
        found = people.contacts_of(tx, [person], book=services.book, now=world.now)
        word = Word(
            shop_id=shop_id,
            contact_id=found[person],
            scope=Scope.MARKETING,
            act=Act.GRANTED,
            source="test",
            happened_at=world.now + timedelta(seconds=turn),
            who=phone,
        )
        ledger.record(tx, [word], now=world.now, sealer=services.sealer)


def test_a_person_who_is_erased_leaves_the_chain_whole(five, terminal):
    terminal.run("contact", "erase", SHOP, PHONE)

    assert verified(five).is_whole
    assert {row.private is None for row in five.rows("consents")} == {True, False}


def test_a_store_that_goes_takes_its_ledger_along(five):
    shop_id = five.shop_ids[SHOP]
    with five.services.transactions.for_shop(shop_id) as tx:
        tx.connection.execute(text("DELETE FROM shops"))

    assert five.rows("consents") == []


def test_the_command_tells_a_whole_ledger_from_one_that_is_not(five, terminal):
    said = terminal.run("consent", "verify", SHOP)
    digest = verified(five).digest.hex()
    assert "5 entries, and all are as they were written." in said
    assert digest in said

    tamper(five, "UPDATE consents SET act = 'granted' WHERE number = 4")

    said, error = terminal.failed("consent", "verify", SHOP, "--noted", digest)
    assert "Entry 4: it says something else than when it was written" in said
    assert error == "Error: the ledger is not as it was written"


def test_a_noted_end_that_is_no_digest_is_refused(five, terminal):
    said = terminal.refused("consent", "verify", SHOP, "--noted", "abc")

    assert "--noted is no digest" in said
