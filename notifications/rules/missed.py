"""Whether what a store says, when it is asked, is news to us.

Its webhooks have told most of it, in other words and at other moments. It is news only
where something would be known, or told to the buyer, that is not.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from core.events import (
    Event,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelSeen,
    RefundIssued,
    ReturnMoved,
)
from notifications.rules import one_edit

E = TypeVar("E", bound=Event)


def is_news(event: Event, told: Sequence[Event]) -> bool:
    """``told`` is all that was ever told of the same order."""
    match event:
        case OrderSeen():
            return _is_order_news(event, told)
        case ParcelSeen():
            return _is_parcel_news(event, told)
        case ParcelMoved():
            return not any(
                _is_same_scan(event, each) for each in _of(ParcelMoved, told)
            )
        case RefundIssued():
            return not any(
                each.refund_id == event.refund_id
                and (each.amount is not None or event.amount is None)
                for each in _of(RefundIssued, told)
            )
        case ReturnMoved():
            return not any(
                (each.return_id, each.step) == (event.return_id, event.step)
                for each in _of(ReturnMoved, told)
            )
        case OrderEdited():
            return not one_edit.is_told_by(event, _of(OrderEdited, told))
        case _:
            return True


def was_paid_meanwhile(event: OrderSeen, told: Sequence[Event]) -> bool:
    """Whether the order is paid, and every whole word of it says that it is not. What
    was told in part changes what is known, and calls for no message."""
    known = {each.payment for each in _of(OrderSeen, told)} - {None}
    return event.payment == "paid" and bool(known) and "paid" not in known


def was_cancelled_meanwhile(event: OrderSeen, told: Sequence[Event]) -> bool:
    """Whether it is cancelled, and no whole word of it says so."""
    return event.cancelled_at is not None and not any(
        each.cancelled_at is not None for each in _of(OrderSeen, told)
    )


def _is_order_news(event: OrderSeen, told: Sequence[Event]) -> bool:
    if not any(True for _ in _of(OrderSeen, told)):
        return True
    known = list(_orders(told))
    return (
        was_cancelled_meanwhile(event, told)
        or was_paid_meanwhile(event, told)
        or event.payment not in {each.payment for each in known}
        or event.current_total not in {each.current_total for each in known}
        or event.phone not in {each.phone for each in known}
    )


def _is_parcel_news(event: ParcelSeen, told: Sequence[Event]) -> bool:
    known = [
        each
        for each in _of(ParcelSeen, told)
        if each.fulfillment_id == event.fulfillment_id
    ]
    milestones = {
        each.milestone
        for each in told
        if isinstance(each, ParcelSeen | ParcelMoved)
        and each.fulfillment_id == event.fulfillment_id
    }
    numbers = {frozenset(each.tracking_numbers) for each in known}
    return (
        not known
        or frozenset(event.tracking_numbers) not in numbers
        or (event.is_cancelled and not any(each.is_cancelled for each in known))
        or (event.milestone is not None and event.milestone not in milestones)
    )


def _is_same_scan(event: ParcelMoved, other: ParcelMoved) -> bool:
    if event.fulfillment_id != other.fulfillment_id:
        return False
    if event.scan_id is not None and event.scan_id == other.scan_id:
        return True
    return (event.milestone, event.happened_at) == (other.milestone, other.happened_at)


def _orders(told: Sequence[Event]) -> Iterator[OrderSeen | OrderGlimpsed]:
    for each in told:
        if isinstance(each, OrderSeen | OrderGlimpsed):
            yield each


def _of(kind: type[E], told: Sequence[Event]) -> Iterator[E]:
    for each in told:
        if isinstance(each, kind):
            yield each
