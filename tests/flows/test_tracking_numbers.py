"""The numbers of a store's parcels are registered at 17TRACK, and left there."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from notifications.keeping import forget_what_is_old
from storage.tables import tracking_numbers
from tests import samples
from tests.flows.tracked import DHL
from tests.world import NOON, SHOP

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_parcels_number_is_registered_once_however_often_the_store_tells_of_it(track):
    track.open()

    for hour in range(3):
        at = NOON + hour * HOUR
        body = samples.fulfillment(updated_at=at)
        track.world.shopify_says("fulfillments/update", body, webhook_id=f"w{hour}")
        track.world.work()
        track.look()

    assert track.calls["register"] == 1
    assert track.numbers[DHL]["tag"] == str(samples.ORDER_ID)
    assert track.states == ["followed"]


def test_a_store_without_a_key_has_nothing_registered(track):
    track.world.open_shop()
    track.world.shopify_says("fulfillments/create", samples.fulfillment())
    track.world.work()

    assert track.look() == 0
    assert track.world.rows("tracking_numbers") == []


def test_parcels_under_way_are_registered_when_it_is_switched_on(track):
    world = track.world
    world.open_shop()
    for place, status in enumerate(("in_transit", "delivered", None), start=1):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD01460000000{place}",)
        )
        world.shopify_says("fulfillments/create", parcel, webhook_id=f"w{place}")
        if status:
            scan = samples.scan(status, fulfillment_id=place, id=place)
            world.shopify_says("fulfillment_events/create", scan)
    gone = samples.fulfillment(
        fulfillment_id=9, status="cancelled", numbers=("GONE99",)
    )
    world.shopify_says("fulfillments/create", gone, webhook_id="w9")
    world.work()

    track.switch_on()
    track.look()

    assert sorted(track.numbers) == ["JD014600000001", "JD014600000003"]
    assert track.look() == 0


def test_numbers_go_in_batches_of_forty_at_three_a_second_at_most(track):
    world = track.world
    world.open_shop()
    track.only()
    track.switch_on()
    for place in range(1, 101):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD0146{place:08}",)
        )
        world.shopify_says("fulfillments/create", parcel, webhook_id=f"w{place}")
    world.work()

    track.look()

    assert len(track.numbers) == 100
    assert track.calls["register"] == 3
    assert "throttled" not in track.calls
    assert all(pause >= 1 / 3 for pause in track.waited)


def test_more_than_one_turn_takes_is_asked_for_in_the_next_and_after_the_others(track):
    world = track.world
    bob, bobs_key = "bob.myshopify.com", "b" * 32
    world.open_shop()
    world.open_shop(bob, number=None)
    track.only()
    track.account(quota=1_000)
    track.account(bobs_key)
    track.switch_on()
    track.switch_on(bobs_key, bob)
    for place in range(1, 212):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD0146{place:08}",)
        )
        domain = SHOP if place < 211 else bob
        world.shopify_says(
            "fulfillments/create", parcel, webhook_id=f"w{place}", domain=domain
        )
    world.work()

    turns = track.look()

    assert turns == 3
    assert track.states == ["followed"] * 211
    assert "throttled" not in track.calls


def test_two_who_look_at_once_ask_once(track):
    world = track.world
    world.open_shop()
    track.only()
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    beside: list[int] = []

    track.look(meanwhile=lambda: beside.append(track.look()))

    assert beside == [0]
    assert track.calls["register"] == 1


@pytest.mark.parametrize(
    ("company", "number", "carrier"),
    [
        ("UPS", "1Z999AA10123456784", 100002),
        ("CJ대한통운", "123456789012", 190271),  # which of its two is not sure
        (None, "RB123456785GB", 11031),
    ],
)
def test_a_carrier_is_named_where_it_is_sure(track, company, number, carrier):
    track.open(numbers=(number,), tracking_company=company)

    assert track.numbers[number]["carrier"] == carrier


def test_a_number_that_is_none_is_not_asked_for(track):
    track.open(numbers=("see you!", "A1"))

    assert track.look() == 0
    assert "register" not in track.calls


def test_what_cannot_be_registered_is_noted_and_tried_with_another_carrier(track):
    track.open(numbers=("XX1234567890",), tracking_company="Other")
    before = track.states

    named = samples.fulfillment(
        numbers=("XX1234567890",),
        tracking_company="UPS",
        updated_at=track.world.now,
    )
    track.world.shopify_says("fulfillments/update", named)
    track.world.work()
    track.look()

    assert before == ["refused"]
    assert track.numbers["XX1234567890"]["carrier"] == 100002
    assert track.states == ["followed"]


def test_what_fails_for_a_moment_is_registered_later(track):
    world = track.world
    world.open_shop()
    track.only()
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    track.simulator.post("settings", {"fail_next": 2, "fail_http": 503})

    looked = [track.look(), track.look()]
    parked = world.rows("tracking_feeds")[0].parked_because
    for _ in range(2):
        world.now += timedelta(seconds=10)
        track.look()

    assert looked == [1, 0]
    assert parked == "http_503"
    assert track.states == ["followed"]
    assert world.rows("tracking_feeds")[0].parked_because is None


@pytest.mark.parametrize("how", [0, 503])
def test_a_call_of_which_nobody_knows_the_end_registers_nothing_twice(track, how):
    world = track.world
    world.open_shop()
    track.only()
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    track.look()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        asked_for_again = {"task": "follow", "due_at": world.now}
        tx.connection.execute(update(tracking_numbers).values(asked_for_again))
    track.simulator.post("settings", {"fail_next": 1, "fail_http": how})

    track.look()
    world.now += timedelta(minutes=1)
    track.look()

    state = track.simulator.get("state")["accounts"][0]
    assert state["quota_left"] == 199
    assert track.states == ["followed"]


def test_what_has_come_is_left_a_day_later(track):
    track.open()
    track.scanned("Delivered_Other", city="Berlin")
    track.look()
    before = track.numbers[DHL]["is_stopped"]

    track.world.now += DAY + HOUR
    track.look()

    assert not before
    assert track.numbers[DHL]["is_stopped"]
    assert track.states == ["left"]


def test_what_was_scanned_as_delivered_by_mistake_is_followed_on(track):
    track.open()
    track.scanned("Delivered_Other", city="Berlin")
    track.world.now += HOUR
    track.scanned("OutForDelivery_Other", city="Berlin")

    track.world.now += DAY
    track.look()

    assert not track.numbers[DHL]["is_stopped"]
    assert track.states == ["followed"]


def test_what_is_cancelled_is_left_at_once_and_never_asked_for_where_it_was_not(track):
    track.open()
    world = track.world
    second = samples.fulfillment(fulfillment_id=2, numbers=("JD014600005555",))
    world.shopify_says("fulfillments/create", second, webhook_id="second")
    world.work()
    for parcel, number in ((samples.FULFILLMENT_ID, DHL), (2, "JD014600005555")):
        gone = samples.fulfillment(
            fulfillment_id=parcel,
            numbers=(number,),
            status="cancelled",
            updated_at=world.now,
        )
        world.shopify_says("fulfillments/update", gone, webhook_id=f"gone{parcel}")
    world.work()

    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert "JD014600005555" not in track.numbers
    assert track.states == ["left", "left"]


def test_what_is_deleted_with_its_order_is_left_at_once(track):
    track.open("parcel_in_transit")
    gone = {"id": samples.ORDER_ID}
    track.world.shopify_says("orders/delete", gone)
    track.world.work()

    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert track.states == ["left"]


def test_what_17track_leaves_while_it_is_under_way_is_followed_again_once(track):
    track.open()
    track.stopped()

    track.look()

    assert track.calls["retrack"] == 1
    assert not track.numbers[DHL]["is_stopped"]
    assert track.states == ["followed"]


def test_numbers_of_long_ago_are_forgotten(track):
    track.open()
    track.scanned("Delivered_Other", city="Berlin")
    track.world.now += 2 * DAY
    track.look()
    track.world.now += 91 * DAY
    forget_what_is_old(services=track.world.services)

    assert track.world.rows("tracking_numbers") == []
    assert track.world.rows("tracking_parcels") == []
