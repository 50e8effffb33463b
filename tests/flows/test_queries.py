"""What a batch asks of the database does not grow with the batch."""

from datetime import timedelta

import pytest

from bench.carts import cart_hook, have_looked, phone
from core.lanes import LANES, Lane
from core.values import Scope
from notifications import reading, sending
from storage import shops
from tests import samples
from tests.asked import counted
from tests.flows.tracked import tracked
from tests.world import SHOP


def _order_and_parcel(world, number):
    """Of one person each; all of one lane, so that they are one batch."""
    body = samples.order(order_id=16 * number, phone=f"+4915112{number:06d}")
    world.shopify_says("orders/create", body)
    parcel = samples.fulfillment(fulfillment_id=16 * number, order_id=16 * number)
    world.shopify_says("fulfillments/create", parcel)


def _statements_for(world, monkeypatch, numbers):
    for number in numbers:
        _order_and_parcel(world, number)
    with counted(monkeypatch) as read:
        world.read_everything_now()
    with counted(monkeypatch) as taken:
        sending.send_messages([Lane(n) for n in range(LANES)], services=world.services)
    world.work()
    return len(read), len(taken)


@pytest.fixture
def one_reading_lane(world, monkeypatch):
    """All lanes' webhooks are read as one batch, however many there are."""
    monkeypatch.setattr(reading, "_BATCH", 1_000)
    monkeypatch.setattr(reading, "_MOST_OF_LANE", 1_000)
    monkeypatch.setattr(reading, "_MOST_LANES", LANES)
    return world


@pytest.mark.parametrize("send_window", [None, "00:00-23:59"])
def test_reading_and_deciding_ask_as_often_for_twenty_as_for_two(
    one_reading_lane, monkeypatch, send_window
):
    world = one_reading_lane
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        for name in world.services.automations:
            wanted = {"send_window": send_window}
            shops.change_automation(tx, shop_id, name, wanted, now=world.now)
    _statements_for(world, monkeypatch, [1])  # what is asked once is out of the way

    few = _statements_for(world, monkeypatch, range(2, 4))
    many = _statements_for(world, monkeypatch, range(10, 30))

    assert len(world.accepted) > 20
    assert many == few


def test_offers_with_all_their_gates_ask_as_often_for_twenty_as_for_two(
    one_reading_lane, monkeypatch
):
    world = one_reading_lane
    world.open_shop(automations=["cart_reminder"], throughput=1000)

    def asked_for(numbers):
        for number in numbers:
            leave(world, number)
        with counted(monkeypatch) as read:
            world.read_everything_now()
        world.now += timedelta(hours=1)
        have_looked(world.services, at=world.now)
        with counted(monkeypatch) as taken:
            lanes = [Lane(lane) for lane in range(LANES)]
            sending.send_messages(lanes, services=world.services)
        world.work()
        return len(read), len(taken)

    asked_for([1])  # what is asked once is out of the way
    few = asked_for(range(2, 4))
    many = asked_for(range(10, 30))

    assert len(world.accepted) == 23
    assert many == few


def leave(world, number):
    """Somebody who wants offers leaves a cart."""
    world.agree(phone(number), scope=Scope.MARKETING)
    cart = cart_hook(number, SHOP, number, world.now)
    assert world.shopify_says("checkouts/create", cart.body) == 200


def test_what_a_tracking_service_tells_asks_as_often_for_twenty_as_for_two(
    one_reading_lane, monkeypatch
):
    """Parcels come to be followed, their scans come in, and they have come."""
    world = one_reading_lane
    world.open_shop()
    with tracked(world) as track:
        track.switch_on()

        def asked_for(numbers):
            followed = {place: f"JD01460000{place:04}" for place in numbers}
            for place, number in followed.items():
                ids = {"fulfillment_id": 16 * place, "order_id": 16 * place}
                parcel = samples.fulfillment(**ids, numbers=(number,))
                world.shopify_says("fulfillments/create", parcel)
            with counted(monkeypatch) as seen:
                world.read_everything_now()
            world.work()
            track.look()
            for number in followed.values():
                for status in ("InTransit_Arrival", "Delivered_Other"):
                    track.scanned(status, number=number, city="Berlin", is_read=False)
            with counted(monkeypatch) as moved:
                world.read_everything_now()
            world.work()
            return len(seen), len(moved)

        asked_for([1])  # what is asked once is out of the way
        few = asked_for(range(2, 4))
        many = asked_for(range(10, 30))

    assert many == few
