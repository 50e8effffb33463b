"""A person hears from the number that they last wrote to, in one thread."""

from datetime import timedelta

import pytest

from sandbox.meta.accounts import DEFAULT_NUMBER_ID
from storage import numbers
from tests.flows.numbered import (
    BESIDE,
    BRAZILIAN,
    CONFIRMATION,
    ELSEWHERE,
    GERMAN,
    numbered,
)
from tests.world import NOON, SHOP

ADA, BEA = "DE.1001", "DE.2002"


@pytest.fixture
def store(world, terminal):
    """Germans hear from the default number, Brazilians from the one beside it."""
    made = numbered(world, terminal)
    made.add(BESIDE, countries="BR")
    return made


def park(store, number=BESIDE, *, until):
    shop_id = store.world.shop_ids[SHOP]
    with store.world.services.transactions.for_shop(shop_id) as tx:
        numbers.park(tx, shop_id, number, until=until, because="meta_190")


def wrote_to(store):
    return {row.wrote_to for row in store.world.rows("contacts")}


def test_news_goes_on_where_somebody_wrote_and_for_good(store):
    """Also after the day in which WhatsApp takes a shop's own words."""
    first = store.order(GERMAN)
    store.writes(BESIDE, GERMAN)
    store.ship(first)
    store.world.pass_time(timedelta(days=30))
    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID, BESIDE, BESIDE]


def test_nobody_elses_news_moves_along(store):
    store.writes(BESIDE, GERMAN)

    store.order("+4915112000001")

    assert store.through() == [DEFAULT_NUMBER_ID]


def test_who_goes_on_at_another_number_hears_from_that_one(store):
    store.writes(BESIDE, GERMAN)
    store.writes(DEFAULT_NUMBER_ID, GERMAN)

    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID]


def test_the_last_that_they_wrote_counts_whenever_it_is_told(store):
    at = NOON + timedelta(minutes=5)
    for number, moment in (
        (DEFAULT_NUMBER_ID, at - timedelta(minutes=1)),
        (BESIDE, at),
        (DEFAULT_NUMBER_ID, at - timedelta(minutes=2)),
    ):
        store.world.now = at + timedelta(minutes=1)
        store.world.person_says("hello", phone=GERMAN, number=number, at=moment)
        store.world.work()

    store.order(GERMAN)

    assert store.through() == [BESIDE]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_of_one_second_it_is_the_same_number_in_whatever_order(store, at_once, order):
    for number in (BESIDE, DEFAULT_NUMBER_ID)[::order]:
        store.world.person_says("hello", phone=GERMAN, number=number)
        if not at_once:
            store.world.work()
    store.world.work()

    assert wrote_to(store) == {max(BESIDE, DEFAULT_NUMBER_ID)}


def test_what_nobody_wrote_moves_no_thread(store):
    reaction = {"type": "reaction", "reaction": {"emoji": "👍"}}
    store.world.person_says(reaction, phone=GERMAN, number=BESIDE)
    store.world.person_prefers("stop", phone=GERMAN, number=BESIDE)
    store.world.work()

    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID]


# Where it cannot go on


def test_once_the_number_is_removed_the_countrys_one_goes_on(store):
    store.writes(BESIDE, GERMAN)
    store.remove(BESIDE)

    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID]


def test_while_the_number_is_held_back_the_countrys_one_goes_on(store):
    store.writes(BESIDE, GERMAN)
    park(store, until=store.world.now + timedelta(hours=1))

    store.order(GERMAN)
    store.world.pass_time(timedelta(hours=2))
    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID, BESIDE]


def test_while_its_account_has_no_wording_the_countrys_number_goes_on(store):
    account, number = ELSEWHERE["waba_id"], ELSEWHERE["phone_number_id"]
    store.remove(BESIDE)
    store.add_elsewhere()
    store.writes(number, GERMAN)
    store.world.review(CONFIRMATION, "PAUSED", account=account)

    store.order(GERMAN)
    store.world.review(CONFIRMATION, "APPROVED", account=account)
    store.world.pass_time(timedelta(minutes=1))
    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID, number]


def test_who_shows_no_phone_hears_from_no_number_that_may_not_know_them(store):
    """WhatsApp's id of a user is another one at each business."""
    bought = store.order(GERMAN)
    store.writes(DEFAULT_NUMBER_ID, GERMAN, ADA)
    store.writes(BESIDE, None, ADA)
    store.writes(DEFAULT_NUMBER_ID, GERMAN, BEA)  # the phone is another one's since
    park(store, until=store.world.now + timedelta(hours=1))

    store.ship(bought)
    assert store.through() == [DEFAULT_NUMBER_ID]
    store.world.pass_time(timedelta(hours=2))

    assert store.through() == [DEFAULT_NUMBER_ID, BESIDE]
    assert store.world.accepted[-1]["to"] == ADA


# Answers


def test_each_is_answered_by_the_number_that_they_wrote_that_to(store):
    """WhatsApp opens its day for the one number that was written to."""
    opened = {"from": GERMAN, "text": "hi", "phone_number_id": BESIDE}
    store.world.meta.post("inbound", opened)
    store.world.person_says("STOP", phone=GERMAN, number=BESIDE)
    store.world.now += timedelta(seconds=1)
    store.world.person_says("thank you", phone=GERMAN, number=DEFAULT_NUMBER_ID)
    store.world.work()

    assert store.through() == [BESIDE]
    assert store.world.message.state == "sent"
    assert wrote_to(store) == {DEFAULT_NUMBER_ID}


# Two that are one


@pytest.mark.parametrize("kept", [GERMAN, BRAZILIAN])
@pytest.mark.parametrize("last", [BESIDE, DEFAULT_NUMBER_ID])
def test_of_two_that_are_made_one_the_newer_thread_goes_on(store, kept, last):
    """And of two that are two again each has their own."""
    [before] = {BESIDE, DEFAULT_NUMBER_ID} - {last}
    gone = BRAZILIAN if kept == GERMAN else GERMAN
    store.writes(before, GERMAN)
    store.writes(last, BRAZILIAN)

    store.terminal.run("contact", "merge", SHOP, kept, gone)
    store.order(kept)
    assert store.through() == [last]

    store.terminal.run("contact", "split", SHOP, gone)
    store.order(GERMAN)
    store.order(BRAZILIAN)
    assert store.through() == [last, before, last]


def test_who_never_wrote_takes_no_thread_from_whom_they_are_made_one_with(store):
    store.writes(BESIDE, GERMAN)
    store.order("+4915112000001")

    store.terminal.run("contact", "merge", SHOP, GERMAN, "+4915112000001")
    store.order(GERMAN)

    assert store.through() == [DEFAULT_NUMBER_ID, BESIDE]
