"""Whatever was told of an order can be told again in a few words."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from core.events import (
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PaymentTried,
    PickupPrepared,
    RefundIssued,
    ReturnMoved,
    ShippingHeld,
    ShippingResumed,
)
from core.values import Milestone, Money, ReturnStep
from core.words import languages, words_for
from notifications.happenings import named_in, told_by
from storage.history import OfOrder

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EURO = Money(Decimal("39.90"), "EUR")


def _event(kind: Any, /, **told: Any) -> Any:
    """An event that is silent about all but what is told."""
    hints = get_type_hints(kind)
    silent = {
        each.name: None if NoneType in get_args(hints[each.name]) else 7
        for each in fields(kind)
    }
    return kind(**silent | {"happened_at": NOON} | told)


TOLD = [
    (
        _event(OrderSeen, payment="paid", total=EURO, cancelled_at=NOON),
        "the order (cancelled Nov 20, 2026, 12:00, payment: paid, €39.90)",
    ),
    (_event(OrderGlimpsed), "a part of the order"),
    (
        _event(OrderEdited, added=((1, 2), (2, 1)), removed=((3, 1),)),
        "the order was edited: 3 put on, 1 taken off",
    ),
    (
        _event(PaymentTried, kind="sale", status="failure", amount=EURO),
        "a payment (sale, failure, €39.90)",
    ),
    (_event(RefundIssued, amount=None), "a refund"),
    (_event(ReturnMoved, step=ReturnStep.APPROVED), "a return (approved)"),
    (
        _event(
            ParcelSeen,
            is_cancelled=False,
            milestone=Milestone.IN_TRANSIT,
            tracking_numbers=("N1",),
        ),
        "parcel 7 (in transit, with tracking number)",
    ),
    (
        _event(ParcelMoved, milestone=Milestone.DELAYED, city="Leipzig"),
        "scan of parcel 7 (delayed, Leipzig)",
    ),
    (_event(ParcelScanDeleted), "a scan of parcel 7 was deleted"),
    (_event(PickupPrepared), "things wait for the buyer in the shop"),
    (
        _event(ShippingHeld, reasons=("awaiting_payment",)),
        "shipping is held back (awaiting_payment)",
    ),
    (_event(ShippingResumed), "shipping goes on"),
]


def test_every_kind_that_is_kept_is_tried():
    assert {type(event) for event, _ in TOLD} == set(get_args(OfOrder))


@pytest.mark.parametrize(("event", "said"), TOLD)
def test_each_kind_has_words(event, said):
    assert told_by(event, words_for("en"), {}) == said
    for language in languages()[1:]:
        assert told_by(event, words_for(language), {}) != said


def test_a_parcel_goes_by_what_the_store_calls_it_and_else_by_its_id():
    seen = _event(
        ParcelSeen,
        fulfillment_id=8,
        name="#1001.1",
        tracking_numbers=(),
        is_cancelled=False,
    )
    nameless = replace(seen, fulfillment_id=9, name="")
    parcels = named_in([seen, nameless, _event(ParcelMoved, fulfillment_id=8)])

    said = [
        told_by(event, words_for("en"), parcels)
        for event in (
            replace(seen, milestone=None),
            replace(nameless, milestone=None),
            _event(ParcelMoved, fulfillment_id=8, milestone=Milestone.DELAYED),
            _event(ParcelScanDeleted, fulfillment_id=8),
        )
    ]

    assert said == [
        "parcel #1001.1",
        "parcel 9",
        "scan of parcel #1001.1 (delayed)",
        "a scan of parcel #1001.1 was deleted",
    ]
