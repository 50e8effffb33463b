"""An order on one page: its timeline in business time, its parcels' way, and what is
planned next."""

from datetime import timedelta

import pytest

from core.errors import NotPossible
from core.values import OrderId
from core.words import words_for
from notifications.order_story import story_of
from notifications.retelling import Retelling
from tests import samples
from tests.asked import counted
from tests.world import NOON, SHOP
from wiring.outside import MetasWords

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def tell(world):
    """The story of the one order, in a language."""

    def told(language="en", order_id=samples.ORDER_ID):
        retelling = Retelling(
            shop_id=world.shop_ids[SHOP],
            services=world.services,
            interpreter=MetasWords(),
            words=words_for(language),
        )
        return story_of(OrderId(order_id), retelling=retelling)

    return told


def scanned(world, status, hours, *, scan_id, **more):
    world.now = max(world.now, NOON + hours * HOUR)
    body = samples.scan(status, at=NOON + hours * HOUR, **{"id": scan_id, **more})
    world.shopify_says("fulfillment_events/create", body)
    world.work()


def ship(world, **more):
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += 10 * MINUTE
    at = {"created_at": world.now, "updated_at": world.now}
    world.shopify_says("fulfillments/create", samples.fulfillment(**at, **more))
    world.work()


def stops(track):
    return [(stop.called, stop.place, stop.at is not None) for stop in track.stops]


def test_a_parcels_way_leads_past_its_towns_and_tells_what_is_to_come(world, tell):
    world.open_shop()
    ship(world)
    scanned(world, "in_transit", 1, scan_id=1)
    scanned(world, "in_transit", 2, scan_id=2)
    scanned(world, "in_transit", 3, scan_id=3, city="HONG KONG, HK", country="HK")

    [track] = tell("ko").tracks

    assert stops(track) == [
        ("배송 준비", None, True),
        ("배송 중", "라이프치히", True),
        ("배송 중", "홍콩", True),
        ("배송 출발", None, False),
        ("배송 완료", None, False),
    ]
    assert (track.carrier, list(track.numbers)) == ("DHL", ["JD014600003333"])


def test_a_delivered_parcel_has_nothing_to_come(world, tell):
    world.open_shop()
    ship(world)
    scanned(world, "out_for_delivery", 4, scan_id=1)
    scanned(world, "delivered", 5, scan_id=2)

    [track] = tell().tracks

    assert [stop.called for stop in track.stops] == [
        "parcel made",
        "out for delivery",
        "delivered",
    ]
    assert list(track.to_come) == []


def test_a_scan_that_never_happened_is_no_stop(world, tell):
    world.open_shop()
    ship(world)
    scanned(world, "out_for_delivery", 1, scan_id=9)
    gone = samples.scan("out_for_delivery", at=NOON + HOUR, id=9)
    world.shopify_says("fulfillment_events/delete", gone)
    world.work()

    [track] = tell().tracks

    assert [stop.called for stop in track.stops if stop.at] == ["parcel made"]


def test_a_cancelled_parcel_comes_nowhere(world, tell):
    world.open_shop()
    ship(world, status="cancelled")

    [track] = tell().tracks

    assert track.is_cancelled
    assert [stop.called for stop in track.stops] == ["parcel made"]


def test_the_timeline_is_in_the_order_in_which_things_happened(world, tell):
    """The scan of the morning was told last, and stands where it happened."""
    world.open_shop()
    ship(world)
    scanned(world, "out_for_delivery", 6, scan_id=2)
    world.now += MINUTE
    scanned(world, "in_transit", 2, scan_id=1)

    lines = tell().timeline

    assert [line.at for line in lines] == sorted(line.at for line in lines)
    said = [
        line.happening.sentence if line.happening else line.message.automation
        for line in lines
    ]
    assert said == [
        "the order (payment: paid, €39.90)",
        "order_confirmation",
        "parcel #1001.1 (with tracking number)",
        "parcel_on_its_way",
        "scan of parcel #1001.1 (in transit, Leipzig, DE)",
        "scan of parcel #1001.1 (out for delivery, Leipzig, DE)",
    ]
    late = [line.happening.is_late for line in lines if line.happening]
    assert late == [False, False, True, False]


def test_what_is_told_again_unchanged_is_one_line(world, tell):
    world.open_shop(automations=False)
    for minutes in range(3):
        body = samples.order(updated_at=NOON + minutes * MINUTE)
        world.shopify_says("orders/updated", body)
    world.work()

    [line] = tell().timeline

    assert (line.at, line.times) == (NOON, 3)


def test_what_is_planned_are_waiting_messages_and_what_scans_will_bring(world, tell):
    world.open_shop(
        automations=["order_confirmation", "parcel_on_its_way", "parcel_delivered"]
    )
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.read_everything_now()

    planned = [(each.called, each.milestone, each.at) for each in tell().planned]

    waiting, *to_come = planned
    assert waiting[0] == "Parcel on its way"
    assert waiting[2] is not None
    assert to_come == [("Delivered", "delivered", None)]


def test_there_is_no_story_of_another_shops_order(world, tell):
    world.open_shop("bob.myshopify.com", number=None)
    world.shopify_says("orders/create", samples.order(), domain="bob.myshopify.com")
    world.work()
    world.open_shop()

    with pytest.raises(NotPossible):
        tell()


def test_it_asks_as_often_for_many_parcels_as_for_one(world, tell, monkeypatch):
    world.open_shop()
    ship(world)
    with counted(monkeypatch) as few:
        tell()
    for number in range(5):
        parcel = samples.fulfillment(fulfillment_id=9_000 + number)
        world.shopify_says("fulfillments/create", parcel)
    world.work()
    with counted(monkeypatch) as many:
        tell()

    assert len(many) == len(few)
    assert len(tell().tracks) == 6
