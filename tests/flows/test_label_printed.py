"""A label is printed; the buyer reads of it, unless the parcel is further already."""

from datetime import timedelta

import pytest

from notifications.parcel_news import WAIT_FOR_MORE
from tests import samples

FOR_MORE = timedelta(seconds=WAIT_FOR_MORE.default)
HOUR = timedelta(hours=1)
LABEL = "sosik_label_printed_1"


@pytest.fixture
def world(world):
    """Every automation is on, and the order is confirmed."""
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += HOUR
    return world


def _scan(world, status="label_printed", **more):
    body = samples.scan(status, **{"at": world.now, "city": None, **more})
    world.shopify_says("fulfillment_events/create", body)
    world.work()


def _leaves(world, **more):
    body = samples.fulfillment(created_at=world.now, **more)
    world.shopify_says("fulfillments/create", body)
    world.work()


def _told(world):
    return [each["template"] for each in world.accepted][1:]


def _reason(world):
    [label] = [m for m in world.messages if m.automation == "label_printed"]
    return label.reason


@pytest.mark.parametrize("word", ["label_printed", "label_purchased", "confirmed"])
def test_a_label_is_told(world, word):
    _scan(world, word)

    world.pass_time(FOR_MORE)

    assert _told(world) == [LABEL]


def test_a_parcel_that_leaves_at_once_is_told_instead(world):
    """One webhook says both, as where a store buys its labels of Shopify."""
    _leaves(world, shipment_status="label_printed")

    world.pass_time(FOR_MORE)

    assert _told(world) == ["sosik_parcel_on_its_way_1"]
    assert _reason(world) == "told_together"


def test_a_parcel_that_has_left_long_ago_is_older_than_no_label(world):
    _leaves(world)
    world.pass_time(FOR_MORE)
    world.now += 5 * HOUR

    _scan(world, "confirmed")
    world.pass_time(FOR_MORE)

    assert _told(world) == ["sosik_parcel_on_its_way_1"]
    assert _reason(world) == "told_together"


@pytest.mark.parametrize("city", ["Leipzig", None])
@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_parcel_that_is_under_way_needs_no_label(world, minutes, city):
    """Though its carrier may tell of the label only after the first scan."""
    for name in world.services.automations:
        world.switch(name, enabled=name == "label_printed")
    _scan(world, "in_transit", id=1, city=city)

    _scan(world, id=2, at=world.now + timedelta(minutes=minutes))
    world.pass_time(FOR_MORE)

    assert _told(world) == []
    assert _reason(world) == "overtaken"


def test_a_label_is_told_before_the_parcel_leaves(world):
    """The parcel has no number yet, so its own news waits for long."""
    _leaves(world, numbers=(), shipment_status="label_purchased")

    world.pass_time(FOR_MORE)
    assert _told(world) == [LABEL]
    world.pass_time(timedelta(minutes=15))

    assert _told(world) == [LABEL, "sosik_parcel_on_its_way_1"]
