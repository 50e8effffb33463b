"""A parcel falls silent on its way; the buyer reads of each silence once."""

import json
from datetime import timedelta

import pytest

from tests import samples
from tests.world import NOON, SHOP

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STALE = "sosik_parcel_stale_1"


@pytest.fixture
def world(world):
    """Nothing else is told."""
    world.open_shop(automations=["parcel_stale"])
    world.shopify_says("orders/create", samples.order())
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    return world


def _scan(world, status="in_transit", **more):
    _scan.count += 1
    body = samples.scan(status, **{"at": world.now, "id": _scan.count, **more})
    assert world.shopify_says("fulfillment_events/create", body) == 200
    world.work()


_scan.count = 0


def _told(world):
    return [each["template"] for each in world.accepted]


def _pass_days(world, days):
    for _ in range(days):
        world.pass_time(DAY)


def test_a_silence_is_told_once_and_since_when(world):
    _scan(world)
    world.pass_time(7 * DAY - timedelta(seconds=1))
    assert _told(world) == []

    world.pass_time(timedelta(seconds=1))
    _pass_days(world, 40)

    asked = ["why", SHOP, "--message", world.message.id, "--json"]
    said = json.loads(world.app.test_cli_runner().invoke(args=asked).output)
    text = " ".join(said["messages"][0]["text"].split())
    assert _told(world) == [STALE]
    assert "since November 20, 2026. We are looking into it." in text
    assert "dhl.com" in text


def test_a_scan_that_comes_late_counts_from_when_it_was_made(world):
    _scan(world, at=NOON - 2 * DAY)

    _pass_days(world, 5)

    assert _told(world) == [STALE]


def test_a_parcel_that_moves_on_is_not_silent(world):
    for _ in range(12):
        _scan(world)
        _pass_days(world, 2)
    assert _told(world) == []

    _pass_days(world, 4)
    assert _told(world) == []
    _pass_days(world, 1)

    assert _told(world) == [STALE]


def test_however_often_it_is_scanned_few_messages_wait_for_its_silence(world):
    """Sixty scans in nine days: one for every three days that they touch."""
    for _ in range(60):
        _scan(world)
        world.now += timedelta(hours=3.6)

    assert len(world.messages) <= 4


def test_a_new_silence_is_told_again(world):
    _scan(world)
    _pass_days(world, 9)

    _scan(world, "delayed")
    _pass_days(world, 9)

    assert _told(world) == [STALE, STALE]


@pytest.mark.parametrize("status", ["delivered", "ready_for_pickup"])
def test_a_parcel_that_has_come_is_silent_for_good_reason(world, status):
    _scan(world)
    world.now += 3 * DAY

    _scan(world, status)
    _pass_days(world, 30)

    assert _told(world) == []
    assert world.message.reason in ("already_delivered", "overtaken")


@pytest.mark.parametrize("status", ["label_printed", "ready_for_pickup", "delivered"])
def test_what_the_carrier_does_not_move_falls_not_silent(world, status):
    _scan(world, status)

    assert world.messages == []


def test_nothing_is_told_of_an_order_that_was_cancelled(world):
    _scan(world)
    world.now += DAY
    body = samples.order(cancelled_at=world.now, updated_at=world.now)
    world.shopify_says("orders/cancelled", body)
    world.work()

    _pass_days(world, 8)

    assert _told(world) == []
    assert world.message.reason == "order_cancelled"


def test_a_store_sets_how_many_days(world):
    world.set_up("parcel_stale", days=3)

    _scan(world)
    _pass_days(world, 3)

    assert _told(world) == [STALE]


def test_a_parcel_that_only_its_store_tells_of_may_fall_silent(world):
    body = samples.fulfillment(shipment_status="in_transit", updated_at=world.now)
    world.shopify_says("fulfillments/update", body)
    world.work()

    _pass_days(world, 8)

    assert _told(world) == [STALE]


def test_other_news_of_the_order_does_not_wait_for_a_silence(world):
    world.switch("refund_issued", enabled=True)
    _scan(world)
    _pass_days(world, 2)

    world.shopify_says("refunds/create", samples.refund(at=world.now))
    world.work()

    assert _told(world) == ["sosik_refund_issued_1"]


def test_a_silence_that_may_come_is_no_part_of_another_messages_story(world):
    world.switch("refund_issued", enabled=True)
    _scan(world)

    world.shopify_says("refunds/create", samples.refund(at=world.now))
    world.work()

    [refund] = [m for m in world.messages if m.automation == "refund_issued"]
    [taken] = [line for line in refund.story if line["what"] == "taken"]
    assert "siblings" not in taken["saw"]
