"""What a store says is news only where its webhooks have not told it."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.events import OrderGlimpsed, ParcelMoved, RefundIssued, ReturnMoved
from core.values import Milestone, Money, RefundId, ReturnId, ReturnStep
from integrations.shopify import payloads
from notifications.rules.missed import (
    is_news,
    was_cancelled_meanwhile,
    was_paid_meanwhile,
)
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import NOON


def read(topic, body):
    return payloads.read(topic, json.dumps(body).encode(), triggered_at=NOON)


[ORDER] = read("orders/create", samples.order())
[PARCEL] = read("fulfillments/create", samples.fulfillment())
SCAN = ParcelMoved(
    happened_at=NOON,
    fulfillment_id=PARCEL.fulfillment_id,
    order_id=PARCEL.order_id,
    milestone=Milestone.OUT_FOR_DELIVERY,
    city="Berlin",
    country="DE",
    scan_id=7,
)
REFUND = RefundIssued(
    happened_at=NOON,
    refund_id=RefundId(1),
    order_id=ORDER.order_id,
    amount=Money(Decimal(5), "EUR"),
    pending=None,
    items=(),
    return_id=None,
)
RETURN = ReturnMoved(
    happened_at=NOON,
    return_id=ReturnId(1),
    order_id=ORDER.order_id,
    step=ReturnStep.APPROVED,
    status="open",
    name="#1-R1",
    lines=1,
    decline_reason=None,
)
LATER = NOON + timedelta(hours=1)
[EDIT] = read("orders/edited", samples.edit(added={11: 1}))


@pytest.mark.parametrize("event", [ORDER, PARCEL, SCAN, REFUND, RETURN])
def test_what_was_never_told_is_news_and_what_was_is_not(event):
    others = [e for e in (ORDER, PARCEL, REFUND, RETURN) if type(e) is not type(event)]

    assert is_news(event, [])
    assert is_news(event, others)
    assert not is_news(event, [*others, event])


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (replace(ORDER, cancelled_at=LATER), ORDER),
        (replace(ORDER, payment="refunded"), ORDER),
        (replace(ORDER, current_total=Money(Decimal(1), "EUR")), ORDER),
        (replace(PARCEL, tracking_numbers=("X1",)), PARCEL),
        (replace(PARCEL, is_cancelled=True), PARCEL),
        (replace(PARCEL, milestone=Milestone.DELIVERED), PARCEL),
        (replace(SCAN, scan_id=8, happened_at=LATER), SCAN),
        (replace(REFUND, refund_id=RefundId(2)), REFUND),
        (REFUND, replace(REFUND, amount=None, pending=REFUND.amount)),
        (replace(RETURN, step=ReturnStep.CLOSED), RETURN),
    ],
)
def test_what_has_changed_since_is_news(now, told):
    assert is_news(now, [told])


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (replace(ORDER, happened_at=LATER), ORDER),
        (replace(ORDER, closed_at=LATER), ORDER),
        (replace(PARCEL, happened_at=LATER), PARCEL),
        (replace(SCAN, scan_id=None), SCAN),
        (replace(SCAN, city=None, note="x"), SCAN),
    ],
)
def test_the_same_in_other_words_is_none(now, told):
    assert not is_news(now, [told])


def test_a_milestone_that_a_scan_has_told_is_no_news_of_the_parcel():
    moved = replace(PARCEL, milestone=Milestone.OUT_FOR_DELIVERY, happened_at=LATER)

    assert not is_news(moved, [PARCEL, SCAN])


def in_part(**said):
    return OrderGlimpsed(
        happened_at=LATER, order_id=ORDER.order_id, phone=ORDER.phone, **said
    )


def test_what_was_told_in_part_alone_has_called_for_no_message():
    pending = replace(ORDER, payment="pending")
    paid = replace(ORDER, payment="paid")
    gone = replace(ORDER, cancelled_at=LATER)

    assert is_news(paid, [pending, in_part(payment="paid")])
    assert was_paid_meanwhile(paid, [pending, in_part(payment="paid")])
    assert is_news(gone, [ORDER, in_part(cancelled_at=LATER)])
    assert was_cancelled_meanwhile(gone, [ORDER, in_part(cancelled_at=LATER)])
    assert not is_news(gone, [ORDER, gone, in_part(cancelled_at=LATER)])


def test_an_edit_that_its_webhook_told_is_no_news_when_the_store_is_asked():
    asked = replace(EDIT, edit_id=None, tells_buyer=None)

    assert is_news(asked, [ORDER])
    assert not is_news(asked, [ORDER, EDIT])
    assert not is_news(asked, [asked])


def test_a_payment_came_meanwhile_only_where_another_was_told_before():
    paid, pending = replace(ORDER, payment="paid"), replace(ORDER, payment="pending")

    assert was_paid_meanwhile(paid, [pending])
    assert not was_paid_meanwhile(paid, [])
    assert not was_paid_meanwhile(paid, [pending, paid])
    assert not was_paid_meanwhile(pending, [paid])


def test_every_other_kind_of_event_is_news():
    topic = "fulfillment_orders/placed_on_hold"
    [held] = read(topic, example(topic))

    assert is_news(held, [held])
