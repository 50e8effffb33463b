"""What was told of an order, in a few words each."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.events import (
    Event,
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
from core.values import FulfillmentId, Money
from core.words import Words
from notifications import terms

ParcelNames = Mapping[FulfillmentId, str]
"""What the store calls its parcels, as #1001.1. One that is missing goes by its id."""


def named_in(events: Iterable[Event]) -> ParcelNames:
    """The parcels of these events that have been told of by name."""
    seen = (each for each in events if isinstance(each, ParcelSeen))
    return {each.fulfillment_id: each.name for each in seen if each.name}


def told_by(event: Event, words: Words, parcels: ParcelNames) -> str:
    """What an event of an order told, in the reader's language."""
    match event:
        case OrderSeen():
            return _with(words.gettext("the order"), _of_order(event, words))
        case OrderGlimpsed():
            return _with(words.gettext("a part of the order"), _of_order(event, words))
        case OrderEdited():
            return words.gettext(
                "the order was edited: %(added)s put on, %(removed)s taken off",
                added=sum(count for _line, count in event.added),
                removed=sum(count for _line, count in event.removed),
            )
        case PaymentTried():
            said = (event.kind, event.status, _money(event.amount, words))
            return _with(words.gettext("a payment"), said)
        case RefundIssued():
            return _with(words.gettext("a refund"), (_money(event.amount, words),))
        case ReturnMoved():
            step = terms.name_of(event.step, terms.RETURN_STEPS, words)
            return _with(words.gettext("a return"), (step,))
        case _:
            return _of_shipping(event, words, parcels)


def _of_shipping(event: Event, words: Words, parcels: ParcelNames) -> str:
    match event:
        case ParcelSeen():
            name = _name_of(event.fulfillment_id, parcels)
            parcel = words.gettext("parcel %(name)s", name=name)
            return _with(parcel, _of_parcel(event, words))
        case ParcelMoved():
            name = _name_of(event.fulfillment_id, parcels)
            scan = words.gettext("scan of parcel %(name)s", name=name)
            milestone = terms.name_of(event.milestone, terms.MILESTONES, words)
            return _with(scan, (milestone, event.city, event.country))
        case ParcelScanDeleted():
            name = _name_of(event.fulfillment_id, parcels)
            return words.gettext("a scan of parcel %(name)s was deleted", name=name)
        case PickupPrepared():
            return words.gettext("things wait for the buyer in the shop")
        case ShippingHeld():
            return _with(words.gettext("shipping is held back"), event.reasons)
        case ShippingResumed():
            return words.gettext("shipping goes on")
        case _:
            return type(event).__name__


def _name_of(fulfillment_id: FulfillmentId, parcels: ParcelNames) -> str:
    return parcels.get(fulfillment_id, str(fulfillment_id))


def _of_order(event: OrderSeen | OrderGlimpsed, words: Words) -> Iterable[str | None]:
    yield _at(words.gettext("cancelled"), event.cancelled_at, words)
    if event.payment is not None:
        paid = terms.name_of(event.payment, terms.PAYMENTS, words)
        yield words.gettext("payment: %(payment)s", payment=paid)
    yield _money(event.total, words)


def _of_parcel(event: ParcelSeen, words: Words) -> Iterable[str | None]:
    if event.is_cancelled:
        yield words.gettext("cancelled")
    if event.milestone is not None:
        yield terms.name_of(event.milestone, terms.MILESTONES, words)
    if event.tracking_numbers:
        yield words.gettext("with tracking number")


def _at(what: str, moment: datetime | None, words: Words) -> str | None:
    return None if moment is None else f"{what} {words.minute(moment)}"


def _money(amount: Money | None, words: Words) -> str | None:
    return None if amount is None else words.money(amount)


def _with(what: str, more: Iterable[str | None]) -> str:
    said = ", ".join(each for each in more if each)
    return f"{what} ({said})" if said else what
