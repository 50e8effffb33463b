"""What the messages about a journey and about money have in common."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import ParcelMoved, RefundIssued
from core.values import FulfillmentId, Milestone, Money, OrderId, RefundId
from notifications import automations, parcel_news, saying
from notifications.automations import Known, NotProposed, refund_issued
from tests.rules.facts import NOON

SCANNED = {"expected": "2026-11-25T16:00:00+00:00"}
KNOWN = Known(
    language="en",
    shop_name="Ada's Things",
    order_name="#1001",
    first_name=None,
    total=None,
    payment="paid",
    is_paid_at_door=False,
    order_link="https://ada.example/orders/1",
    tracking_numbers=("JD01", "JD02"),
    tracking_link=None,
    carrier=None,
    parcel_name="#1001.2",
    city="Hong Kong",
    expected_on=date(2026, 11, 25),
)
REFUND = RefundIssued(
    happened_at=NOON,
    refund_id=RefundId(41),
    order_id=OrderId(1),
    amount=Money(Decimal("12.50"), "EUR"),
    pending=None,
    items=(),
    return_id=None,
)
SCAN = ParcelMoved(
    happened_at=NOON,
    fulfillment_id=FulfillmentId(7),
    order_id=OrderId(1),
    milestone=Milestone.IN_TRANSIT,
    city="Leipzig",
    country="DE",
)
DAILY = ("parcel_out_for_delivery", "delivery_attempted")


@given(city=st.text(max_size=20), country=st.none() | st.sampled_from(["DE", "KR"]))
def test_a_place_is_the_same_however_it_is_spaced(city, country):
    spaced = f"  {city}  "

    key = parcel_news.place_key(" ".join(city.split()), country)

    assert key is None or parcel_news.place_key(spaced, country) == key


def test_a_town_is_one_whoever_tells_of_it_and_whether_with_its_country_or_without():
    keys = {
        parcel_news.place_key(city, country)
        for city in ("GIRONA, ES", "Girona", "girona - Spain", "17001 Girona")
        for country in ("ES", None)
    }

    assert len(keys) == 1
    assert parcel_news.place_key(None, "ES") is None


def test_a_hub_is_told_from_a_town_of_its_name_in_another_country():
    keys = {parcel_news.place_key("Valencia", each) for each in ("ES", "VE")}

    assert len(keys) == 2


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("UTC", date(2026, 11, 25)),
        ("Asia/Seoul", date(2026, 11, 26)),
        ("no such zone", date(2026, 11, 25)),
    ],
)
def test_the_day_of_arrival_is_that_of_the_shops_calendar(timezone, day):
    assert parcel_news.expected_on(SCANNED, NOON, timezone) == day


def test_a_carrier_that_tells_no_day_expects_none():
    assert parcel_news.expected_on({"city": "Leipzig"}, NOON, "UTC") is None


@given(days=st.integers(-9, 9))
def test_a_day_that_was_over_when_it_was_told_is_none(days):
    expected = NOON + timedelta(days=days)
    scan = {"expected": expected.isoformat()}

    day = parcel_news.expected_on(scan, NOON, "UTC")

    assert day == (expected.date() if days >= 0 else None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "JD01, JD02"),
        ({"tracking_numbers": ()}, "#1001.2"),
        ({"tracking_numbers": (), "parcel_name": None}, "#1001"),
        ({"tracking_numbers": (), "parcel_name": None, "order_name": ""}, "-"),
    ],
)
def test_a_parcel_goes_by_the_best_name_that_it_has(changes, said):
    values = saying.values(replace(KNOWN, **changes), ["parcel"])

    assert values == {"parcel": said}


@pytest.mark.parametrize(
    ("language", "day", "no_day", "city", "no_city"),
    [
        ("en", "November 25, 2026", "not known yet", "Hong Kong", "the next place"),
        ("ko", "2026년 11월 25일", "아직 정해지지 않음", "홍콩", "다음 경유지"),
    ],
)
def test_days_and_places_are_said_in_the_readers_language(
    language, day, no_day, city, no_city
):
    names = ["expected_on", "city"]
    known = replace(KNOWN, language=language)
    bare = replace(known, expected_on=None, city=None)

    assert saying.values(known, names) == {"expected_on": day, "city": city}
    assert saying.values(bare, names) == {"expected_on": no_day, "city": no_city}


@pytest.mark.parametrize(
    ("amount", "pending", "told"),
    [
        ("12.50 EUR", None, "12.50 EUR"),
        (None, "2.00 EUR", "2.00 EUR"),
        ("12.50 EUR", "2.00 EUR", "14.50 EUR"),
        ("12.50 EUR", "2.00 USD", None),
        ("0.00 EUR", None, None),
        (None, None, None),
    ],
)
def test_a_refund_is_all_that_goes_back_where_that_is_sure(amount, pending, told):
    event = replace(REFUND, amount=_money(amount), pending=_money(pending))

    answer = refund_issued.propose(event, {})

    if told is None:
        assert answer == NotProposed("no_money")
    else:
        assert f"{answer.told['amount']} {answer.told['currency']}" == told


def _money(said):
    if said is None:
        return None
    amount, currency = said.split()
    return Money(Decimal(amount), currency)


@given(hours=st.integers(-72, 72))
def test_a_milestone_is_one_occasion_and_what_may_happen_again_one_a_day(hours):
    later = replace(SCAN, happened_at=NOON + timedelta(hours=hours))
    is_same_day = later.happened_at.date() == NOON.date()

    for name, automation in automations.discover().items():
        if automation.milestone is None:
            continue
        first = automation.propose(SCAN, {}).occasion
        is_same = automation.propose(later, {}).occasion == first
        assert is_same == (is_same_day or name not in DAILY)


def test_the_day_of_an_occasion_does_not_hang_on_the_senders_zone():
    elsewhere = datetime.fromisoformat("2026-11-20T23:30:00-05:00")

    for name in DAILY:
        propose = automations.discover()[name].propose
        occasion = propose(replace(SCAN, happened_at=elsewhere), {}).occasion
        same = replace(SCAN, happened_at=elsewhere.astimezone(UTC))
        assert occasion == propose(same, {}).occasion == f"{name}:7:2026-11-21"
