"""What each automation makes of an event: a draft, or one word why not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import OrderSeen, ParcelSeen
from core.values import (
    FulfillmentId,
    Milestone,
    Money,
    OrderId,
    Phone,
    tracking_key_of,
)
from notifications.automations import (
    Draft,
    Known,
    NotProposed,
    order_confirmation,
    parcel_on_its_way,
)
from tests.rules.facts import NOON

HOUR = timedelta(hours=1)
PHONE = Phone("+4915112345678")
USUAL = {"wait_for_tracking_minutes": 15}

ORDER = OrderSeen(
    happened_at=NOON,
    order_id=OrderId(1),
    name="#1001",
    placed_at=NOON,
    cancelled_at=None,
    payment="paid",
    cash_on_delivery=False,
    total=Money(Decimal("39.90"), "EUR"),
    phone=PHONE,
    country="DE",
    first_name="Ada",
    locale="en-DE",
    status_url="https://ada.example/orders/1",
    agreed=True,
    wording=None,
)
PARCEL = ParcelSeen(
    happened_at=NOON,
    fulfillment_id=FulfillmentId(7),
    order_id=OrderId(1),
    name="#1001.1",
    created_at=NOON,
    is_cancelled=False,
    milestone=None,
    tracking_numbers=("JD01",),
    tracking_url="https://dhl.example/JD01",
    carrier="DHL",
    phone=None,
    country="DE",
)
KNOWN = Known(
    language="en",
    shop_name="Ada's Things",
    order_name="#1001",
    first_name="Ada",
    total=Money(Decimal("39.90"), "EUR"),
    payment="paid",
    is_paid_at_door=False,
    order_link="https://ada.example/orders/1",
    tracking_numbers=("JD01",),
    tracking_link="https://dhl.example/JD01",
    carrier="DHL",
)


@pytest.mark.parametrize(
    ("payment", "cash_on_delivery", "is_proposed"),
    [
        ("paid", False, True),
        ("authorized", False, True),
        ("partially_paid", False, True),
        ("partially_refunded", False, True),
        ("pending", True, True),
        ("pending", False, False),
        ("voided", False, False),
        ("voided", True, False),
        ("refunded", False, False),
        ("expired", False, False),
        ("a word of next year", False, False),
        (None, False, False),
        (None, True, False),
    ],
)
def test_an_order_is_confirmed_once_its_payment_stands(
    payment, cash_on_delivery, is_proposed
):
    order = replace(ORDER, payment=payment, cash_on_delivery=cash_on_delivery)

    answer = order_confirmation.propose(order, {})

    assert isinstance(answer, Draft) == is_proposed
    assert is_proposed or answer == NotProposed("not_paid")


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"cancelled_at": NOON}, "order_cancelled"),
        ({"cancelled_at": NOON, "payment": None}, "order_cancelled"),
        ({"placed_at": NOON - 24 * HOUR - HOUR}, "order_is_old"),
        ({"payment": "pending"}, "not_paid"),
    ],
)
def test_an_order_that_is_nothing_to_confirm_says_why(changes, because):
    answer = order_confirmation.propose(replace(ORDER, **changes), {})

    assert answer == NotProposed(because)


def test_an_order_is_one_occasion_whatever_is_told_of_it_later():
    first = order_confirmation.propose(ORDER, {})
    later = replace(ORDER, happened_at=NOON + HOUR, payment="authorized", name="#9")

    assert order_confirmation.propose(later, {}).occasion == first.occasion
    assert first.occasion == "order_confirmation:1"


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"is_cancelled": True}, "parcel_cancelled"),
        ({"milestone": Milestone.DELIVERED}, "already_delivered"),
        ({"created_at": NOON - 49 * HOUR}, "parcel_is_old"),
    ],
)
def test_a_parcel_that_is_no_news_says_why(changes, because):
    answer = parcel_on_its_way.AUTOMATION.propose(replace(PARCEL, **changes), USUAL)

    assert answer == NotProposed(because)


def test_a_parcel_with_a_number_is_told_at_once():
    draft = parcel_on_its_way.AUTOMATION.propose(PARCEL, USUAL)

    assert draft.wait == timedelta()
    assert draft.tracking_key == tracking_key_of(["JD01"])


@given(minutes=st.integers(0, 60))
def test_a_parcel_without_one_is_given_the_time_that_the_owner_set(minutes):
    bare = replace(PARCEL, tracking_numbers=())

    draft = parcel_on_its_way.AUTOMATION.propose(
        bare, {"wait_for_tracking_minutes": minutes}
    )

    assert draft.wait == timedelta(minutes=minutes)
    assert draft.tracking_key == ""


@given(numbers=st.permutations(["A", "B", "C"]))
def test_the_same_numbers_in_any_order_are_one_occasion(numbers):
    said = replace(PARCEL, tracking_numbers=tuple(numbers))
    usual = replace(PARCEL, tracking_numbers=("A", "B", "C"))

    occasion = parcel_on_its_way.AUTOMATION.propose(said, USUAL).occasion

    assert occasion == parcel_on_its_way.AUTOMATION.propose(usual, USUAL).occasion


def test_other_numbers_and_other_parcels_are_other_occasions():
    told = [
        PARCEL,
        replace(PARCEL, tracking_numbers=("JD02",)),
        replace(PARCEL, tracking_numbers=("JD01", "JD02")),
        replace(PARCEL, tracking_numbers=()),
        replace(PARCEL, fulfillment_id=FulfillmentId(8)),
    ]

    occasions = {
        parcel_on_its_way.AUTOMATION.propose(each, USUAL).occasion for each in told
    }

    assert len(occasions) == len(told)


def test_a_confirmation_tells_what_the_order_says():
    assert order_confirmation.AUTOMATION.compose(KNOWN) == {
        "order_name": "#1001",
        "first_name": "Ada",
        "shop_name": "Ada's Things",
        "total": "€39.90",
        "payment": "received",
        "order_link": "https://ada.example/orders/1",
    }


def test_a_parcels_news_tells_where_it_is():
    assert parcel_on_its_way.AUTOMATION.compose(KNOWN) == {
        "order_name": "#1001",
        "shop_name": "Ada's Things",
        "carrier": "DHL",
        "tracking_number": "JD01",
        "tracking_link": "https://dhl.example/JD01",
    }


@pytest.mark.parametrize(
    ("language", "greeting", "carrier", "number"),
    [
        ("en", "there", "our carrier", "not known yet"),
        ("ko", "고객", "택배사", "아직 등록되지 않음"),
    ],
)
def test_what_is_not_known_is_worded_in_the_readers_language(
    language, greeting, carrier, number
):
    bare = replace(
        KNOWN, language=language, first_name=None, carrier=None, tracking_numbers=()
    )

    assert order_confirmation.AUTOMATION.compose(bare)["first_name"] == greeting
    told = parcel_on_its_way.AUTOMATION.compose(bare)
    assert (told["carrier"], told["tracking_number"]) == (carrier, number)


def test_without_a_page_of_the_carrier_the_orders_own_is_shown():
    told = parcel_on_its_way.AUTOMATION.compose(replace(KNOWN, tracking_link=None))

    assert told["tracking_link"] == KNOWN.order_link


@pytest.mark.parametrize(
    ("language", "payment", "at_door", "said"),
    [
        ("en", "paid", False, "received"),
        ("en", "authorized", False, "accepted"),
        ("en", "partially_paid", False, "received in part"),
        ("en", "partially_refunded", False, "received"),
        ("en", "pending", True, "at the door; please have €39.90 ready"),
        ("de", "pending", True, "bei der Zustellung; bitte halten Sie 39,90 € bereit"),
        ("ko", "pending", True, "상품 수령 시 결제 (준비하실 금액: €39.90)"),
    ],
)
def test_a_confirmation_says_how_the_payment_stands(language, payment, at_door, said):
    known = replace(KNOWN, language=language, payment=payment, is_paid_at_door=at_door)

    told = order_confirmation.AUTOMATION.compose(known)["payment"]

    assert " ".join(told.split()) == said
