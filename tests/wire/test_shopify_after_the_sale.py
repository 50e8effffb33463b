"""Scans, pickups, payments, refunds and returns, read into our events."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import UnreadablePayload
from core.events import (
    ParcelScanDeleted,
    PaymentTried,
    PickupPrepared,
    RefundIssued,
    ReturnMoved,
    ShippingHeld,
    ShippingResumed,
)
from core.values import Item, Milestone, Money, ReturnStep
from tests.wire.shopify_bodies import example, fixture, told

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_scan_tells_when_the_carrier_means_to_deliver_and_its_own_id():
    body = fixture(
        "fulfillment_events_create",
        status="delayed",
        province="Brandenburg",
        estimated_delivery_at="2026-11-25T20:00:00+01:00",
    )

    [event] = told("fulfillment_events/create", body)

    assert event.expected_at == datetime(2026, 11, 25, 19, tzinfo=UTC)
    assert (event.scan_id, event.region) == (8100, "Brandenburg")
    assert event.note == "On its way"
    assert "On its way" not in repr(event)


def test_a_scan_without_an_id_is_still_a_scan():
    [event] = told(
        "fulfillment_events/create", fixture("fulfillment_events_create", id=None)
    )

    assert event.scan_id is None


def test_a_deleted_scan_is_told_by_its_id_at_the_envelopes_time():
    body = example("fulfillment_events/delete")

    assert told("fulfillment_events/delete", body, triggered_at=NOW) == [
        ParcelScanDeleted(
            happened_at=NOW,
            scan_id=8100,
            fulfillment_id=7100,
            order_id=5100,
            milestone=Milestone.IN_TRANSIT,
        )
    ]


@pytest.mark.parametrize(
    ("numbers", "urls", "told_urls"),
    [
        (["A", "B"], ["https://x.example/A", "https://x.example/B"], ("A", "B")),
        (["A", "B"], ["https://x.example/A"], ("A", None)),
        (["A", "B"], ["https://x.example/A", "javascript:1"], ("A", None)),
        (["A"], [], ("A",)),
        ([], [], ()),
    ],
)
def test_each_number_has_its_own_page(numbers, urls, told_urls):
    body = fixture(
        "fulfillments_update",
        tracking_company="Nobody",
        tracking_number=numbers[0] if numbers else None,
        tracking_numbers=numbers,
        tracking_urls=urls,
        tracking_url="https://x.example/A",
    )

    [event] = told("fulfillments/update", body)

    assert event.tracking_numbers == tuple(numbers)
    assert event.tracking_urls == tuple(
        url and f"https://x.example/{url}" for url in told_urls
    )


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        (
            "fulfillment_orders/line_items_prepared_for_pickup",
            PickupPrepared(happened_at=NOW, fulfillment_order_id=3, order_id=None),
        ),
        (
            "fulfillment_orders/placed_on_hold",
            ShippingHeld(
                happened_at=NOW,
                fulfillment_order_id=3,
                order_id=5100,
                reasons=("awaiting_payment", "other"),
            ),
        ),
        (
            "fulfillment_orders/hold_released",
            ShippingResumed(happened_at=NOW, fulfillment_order_id=3, order_id=None),
        ),
    ],
)
def test_what_waits_to_be_sent_or_fetched_is_told(topic, event):
    assert told(topic, example(topic), triggered_at=NOW) == [event]


def test_a_payment_that_failed_is_told_whole():
    assert told("order_transactions/create", example("order_transactions/create")) == [
        PaymentTried(
            happened_at=datetime(2026, 11, 20, 9, 15, 31, tzinfo=UTC),
            payment_id=21,
            order_id=5100,
            kind="sale",
            status="failure",
            amount=Money(Decimal("37.50"), "CHF"),
            gateway="bogus",
            error_code="card_declined",
        )
    ]


def refund(**changes):
    [event] = told("refunds/create", example("refunds/create", **changes))
    return event


def test_a_refund_is_told_whole():
    assert refund() == RefundIssued(
        happened_at=datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC),
        refund_id=41,
        order_id=5100,
        amount=Money(Decimal("18.75"), "CHF"),
        pending=Money(Decimal(1), "CHF"),
        items=(
            Item(
                line_id=9100,
                product_id=1,
                variant_id=2,
                title="Tea",
                variant="Green",
                sku="TEA-1",
                quantity=1,
                price=Money(Decimal("18.75"), "CHF"),
            ),
        ),
        return_id=11,
    )


def moved(**changes):
    return {"kind": "refund", "status": "success", "amount": "5.00", **changes}


def sides(shops, buyers):
    return {
        "shop_money": {"amount": "0.00", "currency_code": shops},
        "presentment_money": {"amount": "0.00", "currency_code": buyers},
    }


@pytest.mark.parametrize(
    ("transactions", "of_duties", "amount"),
    [
        ([moved(currency="EUR"), moved(currency="EUR")], None, "10.00 EUR"),
        ([moved(), moved()], sides("USD", "USD"), "10.00 USD"),
        ([moved()], sides("USD", "EUR"), None),
        ([moved()], None, None),
        ([moved()], sides([], {}), None),
        ([moved()], sides([], []), None),
        ([moved(currency="EUR"), moved(currency="CHF")], None, None),
        ([moved(currency="EUR", amount="a lot")], None, None),
        ([moved(currency="EUR", amount=0.1), moved(currency="EUR")], None, "5.10 EUR"),
        ([moved(currency="EUR", kind="void")], None, None),
        ([], None, None),
    ],
)
def test_a_refund_is_added_up_only_where_its_currency_is_sure(
    transactions, of_duties, amount
):
    event = refund(
        transactions=transactions, total_duties_set=of_duties, refund_line_items=[]
    )

    told_as = event.amount and f"{event.amount.amount} {event.amount.currency}"
    assert (told_as, event.pending, event.items) == (amount, None, ())


@pytest.mark.parametrize(
    ("topic", "step", "status", "order_id"),
    [
        ("returns/request", ReturnStep.REQUESTED, "requested", 5100),
        ("returns/approve", ReturnStep.APPROVED, "open", 5100),
        ("returns/decline", ReturnStep.DECLINED, "declined", 5100),
        ("returns/cancel", ReturnStep.CANCELLED, "canceled", 5100),
        ("returns/update", ReturnStep.UPDATED, None, None),
        ("returns/process", ReturnStep.PROCESSED, None, None),
        ("returns/close", ReturnStep.CLOSED, "closed", 5100),
        ("returns/reopen", ReturnStep.REOPENED, "open", 5100),
    ],
)
def test_each_step_of_a_return_is_told(topic, step, status, order_id):
    [event] = told(topic, example(topic), triggered_at=NOW)

    assert (event.step, event.status) == (step, status)
    assert (event.return_id, event.order_id) == (11, order_id)
    assert event.happened_at == NOW


def test_a_declined_return_tells_why_and_not_what_was_written():
    [event] = told("returns/decline", example("returns/decline"))

    assert event == ReturnMoved(
        happened_at=event.happened_at,
        return_id=11,
        order_id=5100,
        step=ReturnStep.DECLINED,
        status="declined",
        name=None,
        lines=None,
        decline_reason="final_sale",
    )


def test_a_return_tells_its_name_and_how_many_lines_it_has():
    [event] = told("returns/approve", example("returns/approve"))

    assert (event.name, event.lines) == ("#1001-R1", 2)


def test_a_return_that_does_not_say_which_tells_nothing():
    assert told("returns/process", {}) == []


@pytest.mark.parametrize(
    "gid",
    [
        "gid://shopify/Return/",
        "gid://shopify/Return/x",
        "gid://shopify/Return/0",
        "gid://shopify/Return/99999999999999999999",
        "gid://elsewhere/Return/1",
        "7 Secret Street",
        7.5,
        [],
    ],
)
def test_a_name_that_holds_no_number_is_refused_without_repeating_it(gid):
    with pytest.raises(UnreadablePayload) as raised:
        told("returns/update", {"admin_graphql_api_id": gid})

    assert "Street" not in str(raised.value)


UPS = "1Z999AA10123456784"


@pytest.mark.parametrize("named", [None, "", "Other", "OTHER"])
def test_a_carrier_that_nobody_names_is_told_by_its_number(named):
    [parcel] = told("fulfillments/create", _tracked(UPS, tracking_company=named))

    assert parcel.carrier == "UPS"
    assert "ups.com" in parcel.tracking_url
    assert parcel.tracking_urls == (parcel.tracking_url,)


def test_a_shops_own_word_for_a_carrier_stays_and_its_number_finds_the_page():
    [parcel] = told("fulfillments/create", _tracked(UPS, tracking_company="By bike"))

    assert parcel.carrier == "By bike"
    assert "ups.com" in parcel.tracking_url


def test_a_number_that_many_write_names_nobody():
    [parcel] = told("fulfillments/create", _tracked("1001", tracking_company="Other"))

    assert (parcel.carrier, parcel.tracking_url) == (None, None)


def test_the_shops_own_page_counts_before_any_carriers():
    body = _tracked(UPS, tracking_company=None, tracking_url="https://ada.example/1Z")

    [parcel] = told("fulfillments/create", body)

    assert parcel.tracking_url == "https://ada.example/1Z"


def _tracked(number, **changes):
    return fixture(
        "fulfillments_update",
        tracking_number=number,
        tracking_numbers=[number],
        **{"tracking_url": None, "tracking_urls": [], **changes},
    )
