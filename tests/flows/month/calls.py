"""What each thing that is told calls for: a message, or a reason why there is none.

Each is a sentence of docs/automations/README.md, under **When**, **Occasion** and **Not
proposed**.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.values import Milestone, tracking_key_of
from tests.flows.month.told import (
    EditTold,
    OrderTold,
    ParcelTold,
    RefundTold,
    ReturnTold,
    ScanTold,
    Told,
    WordTold,
    carried,
)

_H, _D = timedelta(hours=1), timedelta(days=1)
WORTH_TELLING = {
    "order_confirmation": 24 * _H,
    "payment_pending": 48 * _H,
    "cod_confirmation": 24 * _H,
    "order_edited": 24 * _H,
    "order_cancelled": 24 * _H,
    "refund_issued": 48 * _H,
    "label_printed": 24 * _H,
    "parcel_on_its_way": 48 * _H,
    "partial_shipment": 48 * _H,
    "parcel_in_transit": 24 * _H,
    "parcel_reached_hub": 12 * _H,
    "parcel_out_for_delivery": 12 * _H,
    "parcel_ready_for_pickup": 72 * _H,
    "delivery_attempted": 24 * _H,
    "parcel_delayed": 24 * _H,
    "parcel_in_trouble": 48 * _H,
    "parcel_delivered": 24 * _H,
    "parcel_stale": 5 * _D,
    "return_requested": 48 * _H,
    "return_approved": 72 * _H,
    "return_declined": 72 * _H,
    "return_received": 72 * _H,
    "confirm_offers": 24 * _H,
}
_TOLD_BY = {
    Milestone.LABELLED: "label_printed",
    Milestone.IN_TRANSIT: "parcel_in_transit",
    Milestone.OUT_FOR_DELIVERY: "parcel_out_for_delivery",
    Milestone.READY_FOR_PICKUP: "parcel_ready_for_pickup",
    Milestone.ATTEMPTED: "delivery_attempted",
    Milestone.DELAYED: "parcel_delayed",
    Milestone.IN_TROUBLE: "parcel_in_trouble",
    Milestone.DELIVERED: "parcel_delivered",
}
DAILY = {Milestone.OUT_FOR_DELIVERY, Milestone.ATTEMPTED}
MOVED_BY_THE_CARRIER = {
    Milestone.IN_TRANSIT,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.ATTEMPTED,
    Milestone.DELAYED,
    Milestone.IN_TROUBLE,
}
AWAITED = {"pending", "unpaid"}
_PAID = {"paid", "authorized", "partially_paid"}
_ASKED_TWICE = ("+49", "+43")
"""Phones of Germany and Austria: 'a yes to offers counts only once it is confirmed'."""

_NOT_AT_ALL = timedelta()
_FOR_ANOTHER_EDIT = timedelta(minutes=2)
_FOR_A_NUMBER = timedelta(minutes=15)
_FOR_A_PAYMENT = timedelta(minutes=30)
_BEFORE_IT_IS_ASKED = timedelta(minutes=5)
_UNTIL_ASKED_AGAIN = timedelta(hours=6)
SILENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``at`` is when it happened, and ``wait`` how long it waits from now on; it may
    wait ``for_more`` news as well.

    What is told once for each of something has that in its ``occasion``. There is no
    ``order`` where somebody is asked about themselves.
    """

    automation: str
    occasion: str
    at: datetime
    wait: timedelta = _NOT_AT_ALL
    for_more: bool = False
    order: int | None = None
    story: tuple[str, int] | None = None
    parcel: int | None = None
    phone: str | None = None
    milestone: Milestone | None = None
    numbers: tuple[str, ...] | None = None
    town: str | None = None
    expected_at: datetime | None = None
    amounts: tuple[tuple[Decimal, str], ...] = ()
    lines: Mapping[int, int] = field(default_factory=dict)
    because: str | None = None


@dataclass(frozen=True, slots=True)
class NoCall:
    automation: str
    because: str


def calls_of(told: Told, now: datetime) -> Iterator[Call | NoCall]:
    match told:
        case OrderTold():
            yield _confirmation(told)
            if told.payment in AWAITED and not told.is_paid_at_door:
                yield _payment_pending(told)
            if told.payment == "pending" and told.is_paid_at_door:
                yield _question(told)
            if told.cancelled_at is not None:
                yield _of_order("order_cancelled", told)
        case EditTold():
            yield _edit(told)
        case RefundTold():
            yield _refund(told)
        case ParcelTold():
            yield _leaves("parcel_on_its_way", told)
            yield _leaves("partial_shipment", told)
            yield from _milestone(told, now)
        case ScanTold():
            yield from _milestone(told, now)
            if told.where is Milestone.IN_TRANSIT:
                yield _town(told)
        case ReturnTold():
            yield _return(told)
        case WordTold():
            yield from _whether_it_was_them(told, now)


# Orders


def _of_order(
    automation: str, told: OrderTold, *, wait: timedelta = _NOT_AT_ALL
) -> Call:
    return Call(
        automation=automation,
        occasion=f"{automation}:{told.order}",
        at=told.at,
        wait=wait,
        order=told.order,
        phone=told.phone,
    )


def _confirmation(told: OrderTold) -> Call | NoCall:
    automation = "order_confirmation"
    is_cash = told.payment == "pending" and told.is_paid_at_door
    if told.cancelled_at is not None:
        return NoCall(automation, "order_cancelled")
    if told.at - told.placed_at > (30 * _D if told.has_just_been_paid else _D):
        return NoCall(automation, "order_is_old")
    if told.payment not in _PAID and not is_cash:
        return NoCall(automation, "not_paid")
    return _of_order(automation, told)


def _payment_pending(told: OrderTold) -> Call | NoCall:
    automation = "payment_pending"
    if told.cancelled_at is not None:
        return NoCall(automation, "order_cancelled")
    if not told.total:
        return NoCall(automation, "nothing_to_pay")
    if told.at - told.placed_at > _D:
        return NoCall(automation, "order_is_old")
    call = _of_order(automation, told, wait=_FOR_A_PAYMENT)
    return replace(call, at=max(told.at, told.placed_at + _FOR_A_PAYMENT))


def _question(told: OrderTold) -> Call | NoCall:
    automation = "cod_confirmation"
    if told.cancelled_at is not None:
        return NoCall(automation, "order_cancelled")
    if not told.total:
        return NoCall(automation, "nothing_to_pay")
    if told.at - told.placed_at > _D:
        return NoCall(automation, "order_is_old")
    return _of_order(automation, told, wait=_BEFORE_IT_IS_ASKED)


def asked_once_more(call: Call, asked_at: datetime) -> Call | None:
    """'Who does not answer is asked once more, by the same message.'"""
    is_first = call.occasion == f"cod_confirmation:{call.order}"
    if call.automation != "cod_confirmation" or not is_first:
        return None
    return replace(
        call,
        occasion=f"{call.occasion}:again",
        at=asked_at + _UNTIL_ASKED_AGAIN,
        wait=_UNTIL_ASKED_AGAIN,
    )


def reminded(
    call: Call, order: OrderTold | None, now: datetime, *, is_told: bool
) -> Call | None:
    """'… and once more a day after the order', an hour after the first at the
    earliest."""
    if call.occasion != f"payment_pending:{call.order}" or order is None:
        return None
    at = order.placed_at + _D
    due = max(at, now + _H) if is_told else max(at, now)
    occasion = f"payment_pending:step:2:{call.order}"
    return replace(call, occasion=occasion, at=at, wait=due - now)


def _edit(told: EditTold) -> Call | NoCall:
    if not any(told.lines.values()):
        return NoCall("order_edited", "cancelled_out")
    return Call(
        automation="order_edited",
        occasion=f"order_edited:{told.order}:{told.edit}",
        at=told.at,
        wait=_FOR_ANOTHER_EDIT,
        order=told.order,
        story=("edits", told.order),
        lines=told.lines,
    )


def _refund(told: RefundTold) -> Call | NoCall:
    if not any(amount for amount, _ in told.amounts):
        return NoCall("refund_issued", "no_money")
    return Call(
        automation="refund_issued",
        occasion=f"refund_issued:{told.refund}",
        at=told.at,
        order=told.order,
        amounts=told.amounts,
    )


def _return(told: ReturnTold) -> Call | NoCall:
    automation = f"return_{told.step}"
    if told.order is None:
        return NoCall(automation, "order_not_told")
    return Call(
        automation=automation,
        occasion=f"{automation}:{told.returned}",
        at=told.at,
        for_more=told.step != "received",
        order=told.order,
        story=("return", told.returned),
        because=told.because,
    )


# People


def _whether_it_was_them(told: WordTold, now: datetime) -> Iterator[Call]:
    """'Once a day, however often they say it'; and of a yes that is older than a day
    nobody is asked whether it was one."""
    must_confirm = told.phone.startswith(_ASKED_TWICE)
    if told.is_of_offers and told.is_yes and must_confirm and now - told.at < _D:
        yield Call(
            automation="confirm_offers",
            occasion=f"confirm_offers:{told.phone}:{day_of(told.at)}",
            at=told.at,
            phone=told.phone,
        )


# Parcels


def _leaves(automation: str, told: ParcelTold) -> Call | NoCall:
    if told.is_cancelled:
        return NoCall(automation, "parcel_cancelled")
    if told.where is Milestone.DELIVERED:
        return NoCall(automation, "already_delivered")
    if told.at - told.made_at > 48 * _H:
        return NoCall(automation, "parcel_is_old")
    if told.lines and not carried(told.lines):
        return NoCall(automation, "not_shipped")
    return Call(
        automation=automation,
        occasion=f"{automation}:{told.parcel}:{tracking_key_of(told.numbers)}",
        at=told.at,
        wait=_NOT_AT_ALL if told.numbers else _FOR_A_NUMBER,
        for_more=True,
        order=told.order,
        story=("parcel", told.parcel),
        parcel=told.parcel,
        phone=told.phone,
        numbers=told.numbers,
    )


def _milestone(told: ParcelTold | ScanTold, now: datetime) -> Iterator[Call | NoCall]:
    """'A milestone may be told by a scan or by the parcel itself'"""
    if told.where not in _TOLD_BY:
        return
    automation = _TOLD_BY[told.where]
    is_silent_later = told.where in MOVED_BY_THE_CARRIER
    if isinstance(told, ParcelTold) and told.is_cancelled:
        yield NoCall(automation, "parcel_cancelled")
        if is_silent_later:
            yield NoCall("parcel_stale", "parcel_cancelled")
        return
    occasion = f"{automation}:{told.parcel}"
    if told.where in DAILY:
        occasion += f":{day_of(told.at)}"
    yield Call(
        automation=automation,
        occasion=occasion,
        at=told.at,
        for_more=told.where is not Milestone.DELIVERED,
        order=told.order,
        story=("parcel", told.parcel),
        parcel=told.parcel,
        phone=_phone(told),
        milestone=told.where,
        expected_at=told.expected_at if isinstance(told, ScanTold) else None,
    )
    if is_silent_later:
        yield _silence(told, now)


def _silence(told: ParcelTold | ScanTold, now: datetime) -> Call:
    silent_at = told.at + SILENT
    return Call(
        automation="parcel_stale",
        occasion=f"parcel_stale:{told.parcel}:{period_of(told.at)}",
        at=silent_at,
        wait=max(silent_at - now, _NOT_AT_ALL),
        order=told.order,
        parcel=told.parcel,
        phone=_phone(told),
    )


def _town(told: ScanTold) -> Call | NoCall:
    if told.town is None:
        return NoCall("parcel_reached_hub", "no_place")
    return Call(
        automation="parcel_reached_hub",
        occasion=f"parcel_reached_hub:{told.parcel}:{told.town}",
        at=told.at,
        for_more=True,
        order=told.order,
        story=("parcel", told.parcel),
        parcel=told.parcel,
        milestone=told.where,
        town=told.town,
    )


def _phone(told: ParcelTold | ScanTold) -> str | None:
    return told.phone if isinstance(told, ParcelTold) else None


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def period_of(moment: datetime) -> date:
    """The first day of three."""
    return date.fromordinal(day_of(moment).toordinal() // 3 * 3)
