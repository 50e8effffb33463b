"""Where a parcel is, is what its scans say, but for those that never happened."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from notifications.past import known_now
from tests import samples
from tests.world import NOON, SHOP

HOUR = timedelta(hours=1)


@pytest.fixture
def world(world):
    world.open_shop(automations=False)
    return world


def _known(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        known = known_now(tx, shop_id, samples.ORDER_ID, services=world.services)
    [parcel] = known.parcels
    return parcel


def _in_transit(world, city, hours, scan_id, **more):
    at = NOON + hours * HOUR
    body = samples.scan("in_transit", at=at, city=city, id=scan_id, **more)
    return "fulfillment_events/create", body, at


def _deleted(status, scan_id, hours):
    body = samples.scan(status, id=scan_id)
    return "fulfillment_events/delete", body, NOON + hours * HOUR


def _tell(world, *told):
    """Each alone, one after the other."""
    for topic, body, at in told:
        world.shopify_says(topic, body, triggered_at=at)
        world.work()


def test_the_newest_scan_says_where_a_parcel_is_and_when_it_comes(world):
    expected = (NOON + 24 * HOUR).isoformat()
    newest = _in_transit(world, "Hong Kong", 2, 2, estimated_delivery_at=expected)
    older = _in_transit(world, "Seoul", 1, 1)

    _tell(world, newest, older)

    known = _known(world)
    assert known.scan == {
        "milestone": "in_transit",
        "city": "Hong Kong",
        "country": "DE",
        "expected": expected,
    }
    assert known.scan_at == NOON + 2 * HOUR
    assert known.set_out_at == NOON + HOUR


def test_where_a_parcel_is_lies_sealed(world):
    _tell(world, _in_transit(world, "Hong Kong", 1, 1, message="Left for Ada"))

    [row] = world.rows("parcels")
    assert b"Hong" not in bytes(row.scan)
    assert "Hong" not in json.dumps([str(each) for each in row])
    for kept in world.rows("history"):
        assert b"Hong" not in bytes(kept.data)


def _fulfillment(world, hours, **more):
    at = NOON + hours * HOUR
    body = samples.fulfillment(updated_at=at, **more)
    return "fulfillments/update", body, at


def test_a_deleted_scan_never_happened_whenever_that_is_told(world):
    """Also where its deletion overtakes it, and where the fulfillment repeated it."""
    left = _in_transit(world, "Leipzig", 1, 1)
    arrived = (
        "fulfillment_events/create",
        samples.scan("delivered", at=NOON + 2 * HOUR, id=2),
        NOON + 2 * HOUR,
    )
    repeated = _fulfillment(world, 2, shipment_status="delivered")
    mistake = _deleted("delivered", 2, 3)
    known = []
    for told in permutations((left, arrived, repeated, mistake)):
        world.forget_everything()
        world.open_shop(automations=False)
        _tell(world, *told)
        parcel = _known(world)
        known.append((parcel.milestone, parcel.milestone_at, parcel.scan["city"]))

    assert set(known) == {("in_transit", NOON + HOUR, "Leipzig")}


def test_a_parcel_that_is_delivered_after_all_is_delivered(world):
    _tell(
        world,
        _fulfillment(world, 1, shipment_status="delivered"),
        _deleted("delivered", 2, 2),
        _fulfillment(world, 3, shipment_status="delivered"),
    )

    known = _known(world)
    assert (known.milestone, known.milestone_at) == ("delivered", NOON + 3 * HOUR)


def test_another_scan_that_says_the_same_stands(world):
    _tell(
        world,
        ("fulfillment_events/create", samples.scan("delivered", id=1), NOON),
        _fulfillment(world, 2, shipment_status="delivered"),
        _deleted("delivered", 2, 3),
    )

    assert _known(world).milestone_at == NOON + 2 * HOUR


def test_a_fulfillment_without_a_number_takes_back_the_one_it_had(world):
    _tell(world, _fulfillment(world, 1), _fulfillment(world, 2, numbers=()))

    known = _known(world)
    assert known.tracking_key == ""
    assert "numbers" not in known.private
