"""A parcel travels and arrives, and the buyer reads of each step once."""

import json
from datetime import timedelta

import pytest

from notifications import automations
from notifications.parcel_news import WAIT_FOR_MORE
from tests import samples
from tests.world import NOON, SHOP

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FOR_MORE = timedelta(seconds=WAIT_FOR_MORE.default)
EXPECTED = (NOON + 5 * DAY).isoformat()


def _open(world, *, locale="en-DE", **parcel):
    """The order and its parcel are known; every automation is on, but these four."""
    world.open_shop(automations=True)
    for name in (
        *("order_confirmation", "parcel_on_its_way", "partial_shipment"),
        "parcel_stale",
    ):
        world.switch(name, enabled=False)
    world.shopify_says("orders/create", samples.order(locale=locale))
    world.shopify_says("fulfillments/create", samples.fulfillment(**parcel))
    world.work()
    world.now += HOUR


def _only(world, name):
    for other in automations.discover():
        world.switch(other, enabled=other == name)


def _scan(world, status, **more):
    """A scan, and the time that its news is given for more to come."""
    body = samples.scan(status, **{"at": world.now, **more})
    assert world.shopify_says("fulfillment_events/create", body) == 200
    world.work()
    world.pass_time(FOR_MORE)


def _said(world, *asked):
    command = ["why", SHOP, *(asked or ("--order", "1001"))]
    done = world.app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, done.output
    return done.output


def _texts(world):
    messages = json.loads(_said(world, "--order", "1001", "--json"))["messages"]
    return [message["text"] for message in messages if message["text"]]


def _names(world):
    return [sent["template"] for sent in world.accepted]


SAYS = {
    ("in_transit", "en"): (
        "parcel_in_transit",
        "Order #1001 is in transit",
        "The carrier has your parcel JD014600003333 from Ada's Things",
    ),
    ("in_transit", "ko"): (
        "parcel_in_transit",
        "주문 #1001 배송 중",
        "상품(JD014600003333)을 인수하여 현재 배송 중입니다.",
    ),
    ("out_for_delivery", "en"): (
        "parcel_out_for_delivery",
        "Order #1001 is out for delivery",
        "is with the courier and on its way to you now.",
    ),
    ("out_for_delivery", "ko"): (
        "parcel_out_for_delivery",
        "주문 #1001 배달 출발",
        "상품(JD014600003333)의 배달이 시작되었습니다.",
    ),
    ("ready_for_pickup", "en"): (
        "parcel_ready_for_pickup",
        "Order #1001 can be picked up",
        "is ready for you to pick it up.",
    ),
    ("ready_for_pickup", "ko"): (
        "parcel_ready_for_pickup",
        "주문 #1001 수령 가능",
        "이제 직접 수령하실 수 있습니다.",
    ),
    ("attempted_delivery", "en"): (
        "delivery_attempted",
        "Order #1001: delivery attempted",
        "and choose another day, or see where you can pick it up.",
    ),
    ("attempted_delivery", "ko"): (
        "delivery_attempted",
        "주문 #1001 배달 시도 안내",
        "다른 날짜를 선택하거나 수령 장소를 확인해 주세요",
    ),
    ("delayed", "en"): (
        "parcel_delayed",
        "Order #1001 is delayed",
        "New delivery date: November 25, 2026.",
    ),
    ("delayed", "ko"): (
        "parcel_delayed",
        "주문 #1001 배송 지연",
        "새 배송 예정일: 2026년 11월 25일.",
    ),
    ("failure", "en"): (
        "parcel_in_trouble",
        "Order #1001: parcel problem",
        "The carrier reports a problem with your parcel JD014600003333",
    ),
    ("failure", "ko"): (
        "parcel_in_trouble",
        "주문 #1001 배송 문제 안내",
        "상품(JD014600003333)의 배송에 문제가 있다고 알려 왔습니다.",
    ),
    ("delivered", "en"): (
        "parcel_delivered",
        "Order #1001 has been delivered",
        "Your parcel JD014600003333 from Ada's Things has been delivered.",
    ),
    ("delivered", "ko"): (
        "parcel_delivered",
        "주문 #1001 배송 완료",
        "상품(JD014600003333)이 배송 완료되었습니다.",
    ),
}


@pytest.mark.parametrize(("status", "language"), SAYS)
def test_each_milestone_is_told_in_the_buyers_language(world, status, language):
    name, header, words = SAYS[status, language]
    _open(world, locale=language)

    _scan(world, status, estimated_delivery_at=EXPECTED)

    [sent], [text] = world.accepted, _texts(world)
    assert (sent["template"], sent["language"]) == (f"sosik_{name}_1", language)
    assert text.startswith(f"{header}\n\n")
    assert words in " ".join(text.split())
    assert "dhl.com" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "has reached Hong Kong on its way to you."),
        ("ko", "배송 중 홍콩에 도착했습니다."),
    ],
)
def test_a_new_town_is_told(world, language, words):
    _open(world, locale=language)
    _only(world, "parcel_reached_hub")
    _scan(world, "in_transit", city="Seoul", country="KR", id=1)

    world.now += HOUR
    _scan(world, "in_transit", city="Hong Kong", country="HK", id=2)

    [text] = _texts(world)
    assert _names(world) == ["sosik_parcel_reached_hub_1"]
    assert words in " ".join(text.split())
    assert {m.reason for m in world.messages} == {"set_out_here", None}


def test_a_town_is_told_once_however_it_is_written_and_often_scanned(world):
    _open(world)
    _only(world, "parcel_reached_hub")
    for number, city in enumerate(
        ("Seoul", "seoul", "Incheon", "INCHEON ", "Seoul", "Hong Kong", "Incheon")
    ):
        _scan(world, "in_transit", city=city, country="KR", id=number + 1)
        world.now += HOUR
        world.look()

    assert _names(world) == ["sosik_parcel_reached_hub_1"] * 2
    assert "Incheon" in _texts(world)[0]


def test_a_scan_without_a_town_reaches_none_and_says_so(world):
    _open(world)
    _only(world, "parcel_reached_hub")

    _scan(world, "in_transit", city=None)

    assert world.messages == []
    assert "The scan does not tell where the parcel is. [no_place]" in _said(world)


def test_the_town_stands_in_no_occasion(world):
    _open(world)
    _only(world, "parcel_reached_hub")

    _scan(world, "in_transit", city="Leipzig")

    assert "eipzig" not in str(world.message)


@pytest.mark.parametrize("first", ["scan", "parcel"])
@pytest.mark.parametrize(
    "status", ["in_transit", "out_for_delivery", "attempted_delivery", "delivered"]
)
def test_a_scan_and_its_parcel_tell_a_milestone_once(world, status, first):
    _open(world)
    scan = ("fulfillment_events/create", samples.scan(status, at=world.now))
    later = world.now + timedelta(seconds=5)
    body = samples.fulfillment(shipment_status=status, updated_at=later)
    told = [scan, ("fulfillments/update", body)]

    for topic, each in told if first == "scan" else reversed(told):
        world.shopify_says(topic, each)
        world.work()
        world.now += MINUTE
    world.look()

    assert len(world.accepted) == 1


def test_many_scans_of_one_milestone_are_one_message(world):
    _open(world)
    _only(world, "parcel_in_transit")

    for number in range(4):
        _scan(world, "in_transit", id=number + 1)
        world.now += HOUR

    assert len(world.accepted) == 1


@pytest.mark.parametrize("status", ["out_for_delivery", "attempted_delivery"])
def test_what_happens_again_on_another_day_is_told_again(world, status):
    _open(world)

    for number in range(2):
        _scan(world, status, id=2 * number + 1)
        world.now += MINUTE
        _scan(world, status, id=2 * number + 2)
        world.now += DAY

    assert len(world.accepted) == 2


def test_a_parcel_changed_on_a_later_day_does_not_come_out_again(world):
    _open(world)
    _scan(world, "out_for_delivery")
    world.now += DAY

    body = samples.fulfillment(
        shipment_status="out_for_delivery", updated_at=world.now, numbers=("JD02",)
    )
    world.shopify_says("fulfillments/update", body)
    world.work()
    world.pass_time(FOR_MORE)

    assert len(world.accepted) == 1
    assert {m.reason for m in world.messages} == {None, "already_told"}


@pytest.mark.parametrize("by", ["scan", "parcel"])
def test_nothing_is_told_of_a_parcel_first_heard_of_as_delivered(world, by):
    world.open_shop(automations=True)
    world.switch("order_confirmation", enabled=False)
    world.shopify_says("orders/create", samples.order())
    if by == "scan":
        told = "fulfillment_events/create", samples.scan("delivered", at=NOON)
    else:
        body = samples.fulfillment(shipment_status="delivered")
        told = "fulfillments/update", body

    world.shopify_says(*told)
    world.work()

    assert world.accepted == []
    assert world.message.automation == "parcel_delivered"
    assert world.message.reason == "already_delivered"


def test_a_late_milestone_is_overtaken_and_says_so(world):
    """Webhooks overtake each other; the scans' own times count."""
    _open(world)
    earlier = world.now - 10 * MINUTE
    _scan(world, "out_for_delivery", id=2)

    _scan(world, "in_transit", at=earlier, id=1)

    late = [m for m in world.messages if m.automation == "parcel_in_transit"]
    assert _names(world) == ["sosik_parcel_out_for_delivery_1"]
    assert [m.reason for m in late] == ["overtaken"]
    assert "this is no longer the last news. [overtaken]" in _said(world)


def test_what_waits_is_overtaken_by_what_comes_meanwhile(world):
    _open(world)
    world.review("sosik_parcel_delayed_1", "PENDING")
    _scan(world, "delayed", id=1)
    world.now += 10 * MINUTE

    _scan(world, "out_for_delivery", id=2)
    world.review("sosik_parcel_delayed_1", "APPROVED")
    world.pass_time(MINUTE)

    assert _names(world) == ["sosik_parcel_out_for_delivery_1"]
    assert {m.reason for m in world.messages} == {None, "overtaken"}


def test_a_milestone_after_the_arrival_is_already_delivered(world):
    _open(world)
    _scan(world, "delivered", id=2)

    _scan(world, "out_for_delivery", at=world.now - HOUR, id=1)

    assert _names(world) == ["sosik_parcel_delivered_1"]
    assert {m.reason for m in world.messages} == {None, "already_delivered"}


def test_a_milestone_that_is_told_much_too_late_is_dropped(world):
    _open(world)
    world.now += 13 * HOUR

    _scan(world, "out_for_delivery", at=NOON)

    assert world.accepted == []
    assert world.message.reason == "too_late"


def test_parcels_of_one_order_are_told_apart(world):
    """By their numbers, and without one by the name that the store gives each."""
    _open(world)
    second = samples.fulfillment(fulfillment_id=2, numbers=(), name="#1001.2")
    world.shopify_says("fulfillments/create", second)
    world.work()

    for number in (samples.FULFILLMENT_ID, 2):
        _scan(world, "out_for_delivery", fulfillment_id=number, id=number)
        world.pass_time(MINUTE)

    first, other = _texts(world)
    assert "Your parcel JD014600003333 from" in first
    assert "Your parcel #1001.2 from" in other


def test_a_delay_without_a_day_says_that_none_is_known(world):
    _open(world)

    _scan(world, "delayed", estimated_delivery_at=None)

    [text] = _texts(world)
    assert "New delivery date: not known yet." in text


def test_a_day_that_was_over_when_it_was_told_is_not_told(world):
    _open(world)

    _scan(world, "delayed", estimated_delivery_at=(NOON - 2 * DAY).isoformat())

    [text] = _texts(world)
    assert "New delivery date: not known yet." in text


def test_nothing_is_told_of_a_cancelled_parcel(world):
    _open(world)
    body = samples.fulfillment(
        shipment_status="in_transit", status="cancelled", updated_at=world.now
    )

    world.shopify_says("fulfillments/update", body)
    world.work()

    assert world.messages == []
    cancelled = "parcel_in_transit: no message. The parcel has been cancelled."
    assert cancelled in _said(world)


def test_why_tells_where_the_parcel_is_and_what_was_looked_at(world):
    _open(world)
    _only(world, "parcel_delayed")

    _scan(world, "delayed", estimated_delivery_at=EXPECTED)

    said = _said(world)
    story = json.loads(_said(world, "--order", "1001", "--json"))
    [parcel], [message] = story["orders"][0]["parcels"], story["messages"]
    assert "last scan: Nov 20, 2026, 14:00:00 (Leipzig, DE)" in said
    assert "expected: Nov 25, 2026" in said
    assert (parcel["city"], parcel["country"]) == ("Leipzig", "DE")
    [looked_at] = [
        check["values"]
        for check in message["lines"][1]["checks"]
        if check["rule"] == "must_not_be_overtaken"
    ]
    for name in ("parcel_milestone", "scan_milestone"):
        assert looked_at[name] == "delayed"
    scanned_at = (NOON + HOUR).isoformat()
    assert looked_at["scan_at"] == looked_at["parcel_milestone_at"] == scanned_at


def test_of_what_does_not_concern_it_an_automation_says_nothing(world):
    """A webhook's outcome would be a long list of milestones that it is not."""
    _open(world)

    _scan(world, "delayed")

    *_, webhook = world.rows("webhooks")
    assert webhook.outcome.keys() == {"events", "parcel_delayed", "parcel_stale"}
