"""An order travels in several parcels; the buyer reads what is in each."""

from datetime import timedelta

import pytest

from tests import samples
from tests.world import NOON, SHOP

MINUTE = timedelta(minutes=1)
PART = "sosik_partial_shipment_1"
WHOLE = "sosik_parcel_on_its_way_1"
ORDERED = {11: 2, 12: 1}


def _lines(things, *, digital=()):
    return [
        {"id": line, "quantity": count, "requires_shipping": line not in digital}
        for line, count in things.items()
    ]


@pytest.fixture
def world(world):
    """An order of three things is known."""
    world.open_shop(automations=["parcel_on_its_way", "partial_shipment"])
    world.shopify_says("orders/create", samples.order(line_items=_lines(ORDERED)))
    world.work()
    return world


def _leaves(world, parcel, things, **more):
    body = samples.fulfillment(
        fulfillment_id=parcel,
        created_at=world.now,
        **{"numbers": (f"JD0{parcel}",), "line_items": _lines(things), **more},
    )
    assert world.shopify_says("fulfillments/create", body) == 200
    world.work()
    for _ in range(3):
        world.pass_time(timedelta(seconds=1))


def _told(world):
    return [each["template"] for each in world.accepted]


def _texts(world):
    found = {}
    for message in world.messages:
        if message.state == "sent":
            asked = ["why", SHOP, "--message", message.id]
            said = world.app.test_cli_runner().invoke(args=asked).output
            found[message.fulfillment_id] = said
    return found


def test_a_part_of_the_order_says_that_the_rest_follows(world):
    _leaves(world, 1, {11: 2})

    assert _told(world) == [PART]
    assert "Items in this parcel: 2 of 3" in _texts(world)[1]
    assert "The rest of the order: follows in another parcel" in _texts(world)[1]


def test_the_last_part_says_that_the_rest_has_been_sent(world):
    _leaves(world, 1, {11: 2})
    world.now += MINUTE
    _leaves(world, 2, {12: 1})

    assert _told(world) == [PART, PART]
    assert "Items in this parcel: 1 of 3" in _texts(world)[2]
    assert "The rest of the order: has been sent already" in _texts(world)[2]


def test_two_parcels_at_once_are_told_apart(world):
    for parcel, things in ((1, {11: 2}), (2, {12: 1})):
        body = samples.fulfillment(
            fulfillment_id=parcel, numbers=(f"JD0{parcel}",), line_items=_lines(things)
        )
        world.shopify_says("fulfillments/create", body)
    world.work()
    for _ in range(5):
        world.pass_time(timedelta(seconds=1))

    assert _told(world) == [PART, PART]


def test_a_parcel_that_holds_all_is_told_without_counting(world):
    _leaves(world, 1, ORDERED)

    assert _told(world) == [WHOLE]
    reasons = {m.automation: m.reason for m in world.messages}
    assert reasons == {"parcel_on_its_way": None, "partial_shipment": "whole_order"}


def test_never_both_for_one_parcel(world):
    _leaves(world, 1, {11: 2})
    for minutes in (1, 2, 3):
        body = samples.fulfillment(
            fulfillment_id=1,
            numbers=("JD01",),
            line_items=_lines({11: 2}),
            updated_at=NOON + minutes * MINUTE,
        )
        world.shopify_says("fulfillments/update", body)
        world.pass_time(MINUTE)

    assert _told(world) == [PART]
    left_out = [m for m in world.messages if m.automation == "parcel_on_its_way"]
    assert [m.reason for m in left_out] == ["told_together"]


def test_not_both_either_when_the_one_was_held_up(world):
    """Its template is approved only after the plain message has gone out."""
    world.review(PART, "PENDING")
    _leaves(world, 1, {11: 2})
    assert _told(world) == [WHOLE]

    world.review(PART, "APPROVED")
    for _ in range(3):
        world.pass_time(MINUTE)

    assert _told(world) == [WHOLE]


def test_a_store_that_does_not_count_tells_the_plain_message(world):
    world.switch("partial_shipment", enabled=False)

    _leaves(world, 1, {11: 2})

    assert _told(world) == [WHOLE]


def test_what_was_taken_off_the_order_is_not_waited_for(world):
    lines = [
        {"id": 11, "quantity": 2, "current_quantity": 2},
        {"id": 12, "quantity": 1, "current_quantity": 0},
    ]
    body = samples.order(line_items=lines, updated_at=NOON + MINUTE)
    world.shopify_says("orders/updated", body)
    world.work()

    _leaves(world, 1, {11: 2})

    assert _told(world) == [WHOLE]


def test_what_nobody_carries_does_not_count(world):
    """A gift card beside two cups: the cups are all that is sent."""
    lines = _lines(ORDERED, digital={12})
    body = samples.order(line_items=lines, updated_at=NOON + MINUTE)
    world.shopify_says("orders/updated", body)
    world.work()

    _leaves(world, 1, {11: 2})
    _leaves(world, 2, {12: 1}, line_items=_lines({12: 1}, digital={12}), numbers=())

    assert _told(world) == [WHOLE]
    *_, webhook = world.rows("webhooks")
    assert webhook.outcome["parcel_on_its_way"] == "not_shipped"


def test_a_cancelled_parcel_has_sent_nothing(world):
    _leaves(world, 1, {12: 1})
    body = samples.fulfillment(
        fulfillment_id=1,
        numbers=("JD01",),
        status="cancelled",
        updated_at=world.now + MINUTE,
        line_items=_lines({12: 1}),
    )
    world.shopify_says("fulfillments/update", body)
    world.work()

    _leaves(world, 2, {11: 2})

    assert "follows in another parcel" in _texts(world)[2]


def test_a_parcel_of_which_nobody_knows_what_is_in_it_is_told_plainly(world):
    _leaves(world, 1, {}, line_items=None)

    assert _told(world) == [WHOLE]


def test_a_part_waits_for_its_number_too(world):
    _leaves(world, 1, {11: 2}, numbers=())
    assert _told(world) == []

    for _ in range(16):
        world.pass_time(MINUTE)

    assert _told(world) == [PART]
