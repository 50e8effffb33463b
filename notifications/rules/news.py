"""Only what is still true and still new is worth telling."""

from datetime import datetime, timedelta

from core.values import Milestone
from notifications.rules.objections import Because, Facts, Skip, Wait

ORDER_MAY_LAG = timedelta(minutes=2)
"""Webhooks overtake each other: the order may come after its parcel."""
ORDER_MAY_COME = timedelta(hours=4, minutes=15)
"""Shopify tries a webhook again eight times over four hours (its changelog of
2024-09-10). An order is older than its parcel, so its last try is over by then, and
some minutes are left to read it."""


def must_be_switched_on(facts: Facts, now: datetime) -> Skip | None:
    if not facts.shop_is_active:
        return Skip(Because.SHOP_GONE)
    return None if facts.is_on else Skip(Because.AUTOMATION_OFF)


def must_not_be_stale(facts: Facts, now: datetime) -> Skip | None:
    if now - new_at(facts) > facts.lifetime:
        return Skip(Because.TOO_LATE)
    return None


def new_at(facts: Facts) -> datetime:
    """From when on it grows old: what somebody has left, or is yet to pay, from its own
    time on. Of a bill may have been heard late."""
    left = facts.in_flow
    if left is None or left.changed_at is None:
        return facts.wanted_at
    comes_at = left.changed_at + left.after
    return comes_at if facts.bill is None else max(comes_at, facts.wanted_at)


def must_know_the_order(facts: Facts, now: datetime) -> Wait | Skip | None:
    """The order holds the buyer's yes, phone and language: give it time to come.

    Where the yes and the phone are known without it, news does not wait long for the
    rest: the order may be older than the app, and never come. Whoever stores an order
    wakes what waits for it, so there is no need to look in between.
    """
    if facts.order_is_known or facts.cart is not None:
        return None
    can_do_without = facts.is_reachable and facts.yes is not None
    patience = ORDER_MAY_LAG if can_do_without else ORDER_MAY_COME
    until = facts.wanted_at + min(patience, facts.lifetime)
    if now < until:
        return Wait(until, Because.ORDER_UNKNOWN)
    return None if can_do_without else Skip(Because.ORDER_UNKNOWN)


_AWAITED = frozenset({"pending", "unpaid"})


def is_payment_awaited(payment: str | None, cash_on_delivery: bool) -> bool:
    """Whether the buyer is to pay now, as by a bank transfer, and not at the door."""
    return payment in _AWAITED and not cash_on_delivery


def is_paid_at_door(payment: str | None, cash_on_delivery: bool) -> bool:
    """Whether the buyer is still to pay whoever brings the parcel."""
    return payment == "pending" and cash_on_delivery


def must_still_be_true(facts: Facts, now: datetime) -> Skip | None:
    if facts.order_cancelled_at is not None and not facts.outlives_cancellation:
        return Skip(Because.ORDER_CANCELLED)
    if facts.awaits_payment and not facts.order_is_unpaid:
        return Skip(Because.OVERTAKEN)
    if not facts.is_about_parcel:
        return None
    if facts.parcel_is_cancelled:
        return Skip(Because.PARCEL_CANCELLED)
    is_of_arrival = facts.milestone is Milestone.DELIVERED
    if facts.parcel_milestone is Milestone.DELIVERED and not is_of_arrival:
        return Skip(Because.ALREADY_DELIVERED)
    if facts.tracking_key not in (None, facts.parcel_tracking_key):
        # The parcel has other numbers by now, and those have a message of their own.
        return Skip(Because.SUPERSEDED)
    return None


def must_still_be_asked(facts: Facts, now: datetime) -> Skip | None:
    """Whoever has said whether they want their order is not asked, nor who pays or gets
    it in the meantime."""
    asks = facts.ordered
    if asks is None:
        return None
    if asks.said is not None:
        return Skip(Because.ORDER_ANSWERED)
    is_open = asks.is_to_be_paid and not asks.is_on_its_way
    return None if is_open else Skip(Because.OVERTAKEN)
