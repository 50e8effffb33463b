"""A parcel leaves; the buyer reads where it can be followed."""

from datetime import timedelta

import pytest

from tests import samples
from tests.world import NOON

TEMPLATE = "sosik_parcel_on_its_way_1"


@pytest.fixture
def world(world):
    """A shop whose one order is known, and that confirms no orders."""
    world.open_shop()
    world.switch("order_confirmation", enabled=False)
    world.shopify_says("orders/create", samples.order())
    world.work()
    return world


def test_reaches_the_buyer_with_the_carriers_own_page(world):
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()

    [sent] = world.accepted
    [message] = world.meta.get("messages")["data"][-1:]
    assert sent["template"] == TEMPLATE
    assert "JD014600003333" in str(message)
    assert "dhl.com" in str(message)


def test_is_told_once_for_each_set_of_tracking_numbers(world):
    first = samples.fulfillment()
    again = samples.fulfillment(updated_at=NOON + timedelta(minutes=1))
    more = samples.fulfillment(
        numbers=("JD014600003333", "JD014600004444"),
        updated_at=NOON + timedelta(minutes=2),
    )

    for topic, body in (
        ("fulfillments/create", first),
        ("fulfillments/update", again),
        ("fulfillments/update", more),
    ):
        world.shopify_says(topic, body)
        world.pass_time(timedelta(seconds=10))

    assert [sent["template"] for sent in world.accepted] == [TEMPLATE] * 2


def test_each_parcel_of_an_order_has_its_own(world):
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.shopify_says(
        "fulfillments/create", samples.fulfillment(fulfillment_id=2, numbers=("B",))
    )
    world.work()
    world.pass_time(timedelta(seconds=2))

    assert len(world.accepted) == 2


def test_waits_for_a_tracking_number_that_comes_late(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()
    assert world.accepted == []
    world.now += timedelta(minutes=5)
    late = samples.fulfillment(updated_at=world.now)

    world.shopify_says("fulfillments/update", late)
    world.work()
    world.pass_time(timedelta(minutes=30))

    assert len(world.accepted) == 1
    assert sorted(m.state for m in world.messages) == ["sent", "skipped"]
    assert {m.reason for m in world.messages} == {None, "superseded"}


def test_leaves_without_a_number_when_none_comes(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()

    world.pass_time(timedelta(minutes=14))
    assert world.accepted == []
    world.pass_time(timedelta(minutes=2))

    assert len(world.accepted) == 1


def test_nothing_is_told_of_a_parcel_first_seen_when_delivered(world):
    body = samples.fulfillment(shipment_status="delivered")

    world.shopify_says("fulfillments/update", body)
    world.work()

    assert world.messages == []


def test_a_parcel_delivered_meanwhile_is_not_on_its_way(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()

    world.shopify_says("fulfillment_events/create", samples.scan("delivered"))
    world.work()
    world.pass_time(timedelta(minutes=20))

    assert world.accepted == []
    assert world.message.reason == "already_delivered"


def test_a_parcel_that_overtakes_its_order_waits_for_it(world):
    other = samples.fulfillment(order_id=77, fulfillment_id=7)
    world.shopify_says("fulfillments/create", other)
    world.work()
    assert (world.message.state, world.message.reason) == ("waiting", "order_unknown")

    world.shopify_says("orders/create", samples.order(order_id=77, name="#77"))
    world.work()
    world.pass_time(timedelta(seconds=20))

    assert world.message.state == "sent"


def test_a_parcel_whose_order_never_comes_is_told_to_nobody(world):
    """Without the order there is no yes."""
    other = samples.fulfillment(order_id=77, fulfillment_id=7)
    world.shopify_says("fulfillments/create", other)
    world.work()

    world.pass_time(timedelta(minutes=3))

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "no_consent")


def test_a_cancelled_parcel_is_not_told(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()
    cancelled = samples.fulfillment(
        numbers=(), status="cancelled", updated_at=NOON + timedelta(minutes=1)
    )

    world.shopify_says("fulfillments/update", cancelled)
    world.work()
    world.pass_time(timedelta(minutes=20))

    assert world.accepted == []
    assert world.message.reason == "parcel_cancelled"
