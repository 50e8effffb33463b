"""What 17TRACK tells of a store's parcels: the buyer hears of every step once."""

import json
import random
from datetime import timedelta

import pytest

from notifications import automations
from tests import samples
from tests.flows.tracked import DHL, PUSH
from tests.world import NOON, SHOP

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def _names(world):
    return [sent["template"] for sent in world.accepted]


def _texts(world):
    said = world.app.test_cli_runner().invoke(
        args=["why", SHOP, "--order", "1001", "--json"]
    )
    messages = json.loads(said.output)["messages"]
    return [message["text"] for message in messages if message["text"]]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "has reached Hong Kong on its way to you."),
        ("ko", "배송 중 홍콩에 도착했습니다."),
        ("zh-TW", "地點：香港"),
    ],
)
def test_a_scan_tells_the_buyer_the_town_in_their_script_once(track, locale, words):
    track.open("parcel_reached_hub", locale=locale)
    track.scanned("InTransit_PickedUp", city="SEOUL", country="KR")
    track.world.now += HOUR

    statuses = [
        track.scanned("InTransit_Arrival", city="HONG KONG", country="HK"),
        track.scanned("InTransit_CustomsReleased", city="Hong Kong SAR", country="CN"),
    ]

    assert statuses == [200, 200]
    [text] = _texts(track.world)
    assert words in " ".join(text.split())


def test_every_step_of_a_journey_is_told_once(track):
    track.open(*automations.discover())
    world = track.world
    steps = (
        ("InfoReceived", None),
        ("InTransit_PickedUp", "Shenzhen"),
        ("InTransit_Arrival", "Leipzig"),
        ("OutForDelivery_Other", "Berlin"),
        ("DeliveryFailure_NoBody", "Berlin"),
        ("AvailableForPickup_Other", "Berlin"),
        ("Delivered_Other", "Berlin"),
    )

    for sub_status, city in steps:
        track.scanned(sub_status, city=city)
        world.now += HOUR
        world.look()

    told = [
        name for name in _names(world) if "order_" not in name and "its_way" not in name
    ]
    assert told == [
        *("sosik_parcel_in_transit_1", "sosik_parcel_reached_hub_1"),
        *("sosik_parcel_out_for_delivery_1", "sosik_delivery_attempted_1"),
        *("sosik_parcel_ready_for_pickup_1", "sosik_parcel_delivered_1"),
    ]


@pytest.mark.parametrize("first", ["17track", "shopify"])
@pytest.mark.parametrize(
    ("status", "sub_status", "name"),
    [
        ("in_transit", "InTransit_Arrival", "parcel_reached_hub"),
        ("in_transit", "InTransit_Other", "parcel_in_transit"),
        ("out_for_delivery", "OutForDelivery_Other", "parcel_out_for_delivery"),
        ("attempted_delivery", "DeliveryFailure_NoBody", "delivery_attempted"),
        ("delivered", "Delivered_Other", "parcel_delivered"),
    ],
)
def test_what_shopify_tells_as_well_is_told_once(
    track, first, status, sub_status, name
):
    """Their clocks differ by minutes, also over midnight, and so do their words."""
    track.open(name)
    world = track.world
    world.now = NOON.replace(hour=23, minute=58)
    track.scanned("InTransit_PickedUp", city="Seoul", at=world.now - 9 * HOUR)

    def shopify():
        body = samples.scan(status, at=world.now, city="hong kong (hub)", country=None)
        world.shopify_says("fulfillment_events/create", body)
        world.work()

    def seventeen():
        track.scanned(sub_status, city="HONG KONG, HK", country="HK")

    for tell in (shopify, seventeen) if first == "shopify" else (seventeen, shopify):
        tell()
        world.now += timedelta(minutes=4)
        world.look()

    assert _names(world) == [f"sosik_{name}_1"]


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_both_tell_of_a_journey_no_step_is_told_twice(track, seed):
    track.open(*automations.discover())
    world, chance = track.world, random.Random(seed)
    journey = [
        ("in_transit", "InTransit_PickedUp", "Seoul", "SEOUL, KR"),
        ("in_transit", "InTransit_Arrival", "Hong Kong", "HONGKONG (HUB)"),
        ("in_transit", "InTransit_CustomsReleased", "Leipzig", "LEIPZIG, DE"),
        ("out_for_delivery", "OutForDelivery_Other", "Berlin", "Berlin"),
        ("delivered", "Delivered_Other", "Berlin", "BERLIN"),
    ]
    tellings = []
    for hours, (status, sub_status, town, written) in enumerate(journey):
        at = NOON + timedelta(hours=hours)
        tellings += [
            ("shopify", status, town, at),
            ("17track", sub_status, written, at),
        ]
    chance.shuffle(tellings)
    world.now = NOON + 6 * HOUR

    for place, (who, status, town, at) in enumerate(tellings):
        if who == "shopify":
            body = samples.scan(status, at=at, city=town, country=None, id=8000 + place)
            world.shopify_says("fulfillment_events/create", body)
            world.work()
        else:
            track.scanned(status, city=town, at=at + timedelta(minutes=3))
        world.now += timedelta(minutes=4)
        world.look()

    told = [name for name in _names(world) if "parcel" in name]
    reached = [text for text in _texts(world) if "has reached" in text]
    assert "sosik_parcel_delivered_1" in told
    assert {name for name in told if told.count(name) > 1} <= {
        "sosik_parcel_reached_hub_1"
    }
    for town in ("Seoul", "Hong Kong", "Leipzig", "Berlin"):
        assert sum(town.casefold() in text.casefold() for text in reached) <= 1


def test_a_second_attempt_on_the_next_day_is_told(track):
    track.open("delivery_attempted")
    for _ in range(2):
        track.scanned("DeliveryFailure_NoBody", city="Berlin")
        track.world.now += DAY

    assert _names(track.world) == ["sosik_delivery_attempted_1"] * 2


def test_the_journey_that_is_told_anew_each_time_makes_each_scan_once(track):
    track.open()
    for hours, city in enumerate(("Leipzig", "Halle", "Seoul")):
        at = track.world.now - hours * HOUR
        track.scanned("InTransit_Other", city=city, at=at)

    [number] = track.world.rows("tracking_numbers")
    [parcel] = track.world.rows("parcels")
    assert len(number.scans) == 3
    assert parcel.milestone == "in_transit"
    last = [row.outcome["events"] for row in track.world.rows("webhooks")][-1]
    assert last == ["ParcelMoved"]


def test_what_happened_before_it_was_switched_on_is_no_news(track):
    track.open("parcel_reached_hub", "parcel_in_transit")
    long_ago = track.world.now - 3 * DAY
    for hours, city in enumerate(("Seoul", "Incheon", "Hong Kong")):
        track.scanned("InTransit_Other", city=city, at=long_ago + hours * HOUR)

    assert _names(track.world) == []


def test_a_box_with_two_parcels_tells_of_both(track):
    track.open("parcel_in_transit")
    world = track.world
    other = samples.fulfillment(fulfillment_id=2, order_id=2, phone="+4915112345679")
    world.shopify_says(
        "orders/create",
        samples.order(order_id=2, name="#1002", phone="+4915112345679"),
        webhook_id="o2",
    )
    world.shopify_says("fulfillments/create", other, webhook_id="f2")
    world.work()
    track.look()

    track.scanned("InTransit_PickedUp", city="Seoul")

    assert len(_names(world)) == 2
    assert track.calls["register"] == 1


def test_a_number_of_nobodys_is_ignored_and_says_why(track):
    track.open("parcel_in_transit")
    strange = PUSH.replace(DHL.encode(), b"ZZ999999999")

    status = track.signed(strange)
    track.world.work()

    newest = track.world.rows("webhooks")[-1]
    assert status == 200
    assert (newest.state, newest.reason) == ("ignored", "unknown_number")
    assert track.world.messages == []


def test_a_number_that_the_parcel_no_longer_has_is_ignored(track):
    track.open("parcel_in_transit")
    world = track.world
    corrected = samples.fulfillment(numbers=("JD014600004444",), updated_at=world.now)
    world.shopify_says("fulfillments/update", corrected)
    world.work()
    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert not track.numbers["JD014600004444"]["is_stopped"]
    assert _names(world) == []
