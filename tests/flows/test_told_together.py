"""Two pieces of news that belong together are one message, and what is news stays news.

Scans and parcels come in webhooks of their own, seconds apart.
"""

import json
from datetime import timedelta

import pytest

from notifications.parcel_news import WAIT_FOR_MORE
from tests import samples
from tests.world import NOON, SHOP

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FOR_MORE = timedelta(seconds=WAIT_FOR_MORE.default)

ON_ITS_WAY = "sosik_parcel_on_its_way_1"
IN_TRANSIT = "sosik_parcel_in_transit_1"
REACHED_HUB = "sosik_parcel_reached_hub_1"
OUT = "sosik_parcel_out_for_delivery_1"
DELIVERED = "sosik_parcel_delivered_1"
CONFIRMED = "sosik_order_confirmation_1"


@pytest.fixture
def world(world):
    """Every automation is on, and the order is known and confirmed."""
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.pass_time(MINUTE)
    return world


def _leaves(world, **parcel):
    """A parcel is made that has its number, and nothing else is known of it."""
    body = samples.fulfillment(created_at=world.now, **parcel)
    world.shopify_says("fulfillments/create", body)
    world.work()


def _scan(world, status, **more):
    body = samples.scan(status, **{"at": world.now, **more})
    world.shopify_says("fulfillment_events/create", body)
    world.work()


def _told(world):
    """What was told after the confirmation."""
    return [each["template"] for each in world.accepted][1:]


def _of(world, automation):
    [message] = [m for m in world.messages if m.automation == automation]
    return message


def test_of_two_pieces_of_news_the_later_one_is_told_and_says_which_it_told(world):
    _leaves(world)
    world.now += 5 * SECOND
    _scan(world, "out_for_delivery")

    world.pass_time(2 * FOR_MORE)

    left_out, told = (
        _of(world, "parcel_on_its_way"),
        _of(world, "parcel_out_for_delivery"),
    )
    assert _told(world) == [OUT]
    assert (left_out.state, left_out.reason) == ("skipped", "told_together")
    assert left_out.story[-1]["told_by"] == told.id


@pytest.mark.parametrize("apart", [1, 20, 40, 59])
def test_two_events_within_a_minute_are_one_message(world, apart):
    _leaves(world)
    for _ in range(apart):
        world.pass_time(SECOND)
    _scan(world, "out_for_delivery")

    for _ in range(90):
        world.pass_time(SECOND)

    assert _told(world) == [OUT]


def test_what_is_heard_of_late_waits_a_third_of_that(world):
    """The carrier reported both scans an hour later, one after the other."""
    _scan(world, "in_transit", at=world.now - 120 * MINUTE)
    world.pass_time(15 * SECOND)
    _scan(world, "out_for_delivery", at=world.now - 60 * MINUTE, id=2)
    world.pass_time(FOR_MORE / 3 - SECOND)
    assert _told(world) == []

    world.pass_time(SECOND)

    assert _told(world) == [OUT]


def test_why_tells_what_told_it(world):
    _leaves(world)
    _scan(world, "out_for_delivery")
    world.pass_time(2 * FOR_MORE)

    asked = ["why", SHOP, "--message", _of(world, "parcel_on_its_way").id, "--json"]
    done = world.app.test_cli_runner().invoke(args=asked)

    [message] = json.loads(done.output)["messages"]
    assert message["reason"]["code"] == "told_together"
    told = _of(world, "parcel_out_for_delivery").id
    assert message["lines"][-1]["details"]["told_by"] == told


def test_a_scan_that_tells_a_town_is_one_message(world):
    _leaves(world)
    world.pass_time(FOR_MORE)
    _scan(world, "in_transit", city="Seoul", country="KR", id=1)
    world.pass_time(FOR_MORE)
    assert _told(world) == [ON_ITS_WAY, IN_TRANSIT]

    world.switch("parcel_in_transit", enabled=True)
    _scan(world, "in_transit", city="Hong Kong", country="HK", id=2)
    world.pass_time(FOR_MORE)

    assert _told(world) == [ON_ITS_WAY, IN_TRANSIT, REACHED_HUB]


def test_the_first_town_is_no_news_so_the_movement_is_told(world):
    """The later chapter comes to nothing: what waited for it is told after all."""
    _scan(world, "in_transit", city="Seoul", country="KR")

    world.pass_time(2 * FOR_MORE)

    assert _told(world) == [IN_TRANSIT]
    assert _of(world, "parcel_reached_hub").reason == "set_out_here"


def test_news_that_stands_alone_waits_a_minute_only(world):
    _scan(world, "out_for_delivery")
    world.pass_time(FOR_MORE - SECOND)
    assert _told(world) == []

    world.pass_time(SECOND)

    assert _told(world) == [OUT]


def test_the_last_news_of_a_parcel_does_not_wait_at_all(world):
    _leaves(world)
    world.pass_time(FOR_MORE)

    _scan(world, "delivered")

    assert _told(world) == [ON_ITS_WAY, DELIVERED]


def test_nobody_waits_for_what_the_store_does_not_tell(world):
    for name in world.services.automations:
        world.switch(name, enabled=name == "parcel_on_its_way")

    _leaves(world)

    assert _told(world) == [ON_ITS_WAY]


def test_a_store_sets_how_long_it_waits(world):
    world.set_up("parcel_out_for_delivery", wait_for_more_seconds=6)

    _scan(world, "out_for_delivery")
    world.pass_time(5 * SECOND)
    assert _told(world) == []
    world.pass_time(SECOND)

    assert _told(world) == [OUT]


def test_what_cannot_go_out_swallows_nothing(world):
    """Its template is not approved, which may take a day."""
    world.review(OUT, "PENDING")
    _leaves(world)
    _scan(world, "out_for_delivery")

    world.pass_time(FOR_MORE)

    assert _told(world) == [ON_ITS_WAY]
    world.review(OUT, "APPROVED")
    world.pass_time(MINUTE)
    assert _told(world) == [ON_ITS_WAY, OUT]


def test_two_parcels_are_two_pieces_of_news(world):
    _leaves(world)
    _scan(world, "out_for_delivery", fulfillment_id=2)

    for _ in range(90):
        world.pass_time(SECOND)

    assert set(_told(world)) == {ON_ITS_WAY, OUT}


def test_a_confirmation_is_never_swallowed_by_a_parcel(world):
    body = samples.order(order_id=5, name="#5")
    world.shopify_says("orders/create", body)
    world.shopify_says("fulfillments/create", samples.fulfillment(order_id=5))
    world.work()
    for _ in range(90):
        world.pass_time(SECOND)

    assert _told(world) == [CONFIRMED, ON_ITS_WAY]


def test_a_refusal_after_that_does_not_bring_back_what_was_left_out(world):
    """Meta was disturbed when the later news left. It leaves again, and alone."""
    _leaves(world)
    _scan(world, "out_for_delivery")
    fault = {"kind": "refusal", "code": 131057, "http": 400, "next": 1}
    world.meta.post("settings", {"faults": [fault]})

    world.pass_time(FOR_MORE)
    assert _told(world) == []
    world.pass_time(5 * SECOND)

    assert _told(world) == [OUT]
    assert _of(world, "parcel_on_its_way").reason == "told_together"


def test_a_delay_outlives_the_next_town_and_keeps_its_day(world):
    expected_at = (NOON + timedelta(days=5)).isoformat()
    _leaves(world)
    world.pass_time(FOR_MORE)
    _scan(world, "delayed", id=1, estimated_delivery_at=expected_at)
    world.now += 5 * SECOND

    _scan(world, "in_transit", id=2, city="Hong Kong", country="HK")
    for _ in range(90):
        world.pass_time(SECOND)

    assert "sosik_parcel_delayed_1" in _told(world)
    asked = ["why", SHOP, "--message", _of(world, "parcel_delayed").id]
    said = world.app.test_cli_runner().invoke(args=asked).output
    assert "November 25, 2026" in said


def test_older_news_about_an_order_goes_first_though_it_is_held_up(world):
    """Its template comes back within minutes: the parcel's news waits that long."""
    world.review(CONFIRMED, "PAUSED")
    world.shopify_says("orders/create", samples.order(order_id=5, name="#5"))
    world.work()
    world.shopify_says("fulfillments/create", samples.fulfillment(order_id=5))
    world.work()
    for _ in range(5):
        world.pass_time(MINUTE)
    assert _told(world) == []

    world.review(CONFIRMED, "APPROVED")
    for _ in range(3):
        world.pass_time(MINUTE)

    assert _told(world) == [CONFIRMED, ON_ITS_WAY]


def test_what_is_held_up_for_long_is_overtaken(world):
    world.review(CONFIRMED, "PAUSED")
    world.shopify_says("orders/create", samples.order(order_id=5, name="#5"))
    world.work()
    world.shopify_says("fulfillments/create", samples.fulfillment(order_id=5))
    world.work()
    for _ in range(14):
        world.pass_time(MINUTE)
    assert _told(world) == []

    for _ in range(3):
        world.pass_time(MINUTE)

    assert _told(world) == [ON_ITS_WAY]
