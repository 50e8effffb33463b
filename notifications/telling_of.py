"""What a message may tell: out of its order, its parcel, its cart, and its events."""

from datetime import date, datetime
from decimal import Decimal

from core.values import Money
from notifications import cart_news, edits, offer_terms, parcel_news
from notifications.automations import Known, Part, Told
from notifications.rules.news import is_paid_at_door
from storage.bills import KnownBill
from storage.facts import KnownMessage
from storage.left_carts import LeftCart
from storage.offer_codes import KnownOffer


def told_of(
    message: KnownMessage,
    told: Told,
    cart: LeftCart | None,
    bill: KnownBill | None,
    *,
    language: str,
    label: str | None,
    cart_link: str | None,
    offer: KnownOffer | None,
    at: datetime,
) -> Known:
    """``told`` is what its events were told, and ``label`` what has to stand at its
    head. ``cart_link`` leads back to the ``cart``, ``bill`` is what is to be paid, and
    ``at`` is when it leaves."""
    order, parcel = message.order, message.parcel
    private = parcel.private if parcel else {}
    total = None
    if order and order.total is not None and order.currency:
        total = Money(order.total, order.currency)
    name, link = (order.name, order.status_url) if order else (None, None)
    if bill is not None and bill.invoice is not None:
        total, name, link = bill.invoice.total, bill.invoice.name, bill.invoice.url
    return Known(
        language=language,
        shop_name=message.shop_name,
        order_name=name or "",
        first_name=order.first_name if order else None,
        total=total,
        payment=order.payment if order else None,
        is_paid_at_door=order is not None
        and is_paid_at_door(order.payment, order.cash_on_delivery),
        order_link=link,
        tracking_numbers=tuple(private.get("numbers", "").split("\n"))
        if private.get("numbers")
        else (),
        tracking_link=private.get("link"),
        carrier=private.get("carrier"),
        parcel_name=private.get("name"),
        city=parcel.scan.get("city") if parcel else None,
        country=parcel.scan.get("country") if parcel else None,
        expected_on=_expected_on(message, told),
        heard_on=_heard_on(message),
        refunded=_refunded(told),
        declined=told.get("declined"),
        edited=edits.counts_of(told),
        new_total=_new_total(message),
        part=part_of(message),
        cart_link=cart_link,
        first_item=cart_news.first_item(cart),
        more_items=cart_news.more_items(cart),
        label=label,
        code=None if offer is None else offer.code,
        percent=None if offer is None else offer.percent,
        time_left=None if offer is None else offer_terms.ends_at(offer, at) - at,
    )


def _expected_on(message: KnownMessage, told: Told) -> date | None:
    """As the newest scan has it, or else the one that the message is about."""
    parcel, timezone = message.parcel, message.timezone
    if parcel is not None and parcel.scan_at is not None and "expected" in parcel.scan:
        return parcel_news.expected_on(parcel.scan, parcel.scan_at, timezone)
    return parcel_news.expected_on(told, message.wanted_at, timezone)


def _heard_on(message: KnownMessage) -> date | None:
    parcel = message.parcel
    heard_at = (parcel.scan_at or parcel.milestone_at) if parcel else None
    return None if heard_at is None else parcel_news.day_on(heard_at, message.timezone)


def part_of(message: KnownMessage) -> Part | None:
    """None for a parcel that holds the whole order, and where nobody knows.

    What was sent may be more than what is ordered by now: things came back.
    """
    things = message.things
    if things is None or things.here >= max(things.ordered, things.sent):
        return None
    return Part(
        count=things.here,
        of=max(things.ordered, things.sent),
        more_follows=things.sent < things.ordered,
    )


def _new_total(message: KnownMessage) -> Money | None:
    """Only if it was told after what the message is about had happened."""
    order = message.order
    if order is None or order.current_total is None or not order.currency:
        return None
    if order.current_total_at is None or order.current_total_at < message.wanted_at:
        return None
    return Money(order.current_total, order.currency)


def _refunded(told: Told) -> Money | None:
    if "amount" not in told:
        return None
    return Money(Decimal(told["amount"]), told["currency"])
