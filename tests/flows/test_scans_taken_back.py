"""A carrier takes a scan back: what has not been told of it yet is not told."""

from datetime import timedelta

import pytest

from notifications.parcel_news import WAIT_FOR_MORE
from tests import samples

SECOND = timedelta(seconds=1)
FOR_MORE = timedelta(seconds=WAIT_FOR_MORE.default)
HOUR = timedelta(hours=1)
MISTAKE = 2


@pytest.fixture
def world(world):
    """Every automation is on, and a parcel is in transit, as the buyer knows."""
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += HOUR
    _parcel(world, None)
    _scan(world, "in_transit", id=1)
    world.pass_time(FOR_MORE)
    world.now += HOUR
    return world


def _parcel(world, status):
    body = samples.fulfillment(updated_at=world.now, shipment_status=status)
    assert world.shopify_says("fulfillments/update", body) == 200
    world.work()


def _scan(world, status, topic="fulfillment_events/create", **more):
    body = samples.scan(status, **{"at": world.now, "city": None, **more})
    assert world.shopify_says(topic, body) == 200
    world.work()


def _take_back(world):
    _scan(world, "out_for_delivery", "fulfillment_events/delete", id=MISTAKE)
    _parcel(world, "in_transit")


def _out_for_delivery(world):
    automation = "parcel_out_for_delivery"
    return [m.reason for m in world.messages if m.automation == automation]


@pytest.mark.parametrize("tells", [("scan", "parcel"), ("parcel", "scan"), ("scan",)])
def test_what_is_taken_back_at_once_is_not_told(world, tells):
    told = len(world.accepted)
    for what in tells:
        if what == "scan":
            _scan(world, "out_for_delivery", id=MISTAKE)
        else:
            _parcel(world, "out_for_delivery")
    world.now += 5 * SECOND

    _take_back(world)
    world.pass_time(2 * FOR_MORE)

    assert len(world.accepted) == told
    assert _out_for_delivery(world) == ["overtaken"]


def test_what_is_taken_back_before_it_comes_in_is_not_told(world):
    """Shopify's webhooks come in any order."""
    told = len(world.accepted)
    at = world.now
    world.now += SECOND
    _take_back(world)

    _scan(world, "out_for_delivery", id=MISTAKE, at=at)
    world.pass_time(2 * FOR_MORE)

    assert len(world.accepted) == told
    assert _out_for_delivery(world) == ["overtaken"]


def test_what_was_told_is_not_told_again_when_it_happens_after_all(world):
    _scan(world, "out_for_delivery", id=MISTAKE)
    world.pass_time(FOR_MORE)
    world.now += HOUR
    _take_back(world)
    told = len(world.accepted)

    _scan(world, "out_for_delivery", id=3)
    world.pass_time(FOR_MORE)

    assert len(world.accepted) == told
    assert _out_for_delivery(world) == [None]
