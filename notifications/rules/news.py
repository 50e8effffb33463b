"""Only what is still true and still new is worth telling."""

from datetime import datetime, timedelta

from core.values import Milestone
from notifications.rules.objections import Because, Facts, Skip, Wait

_ORDER_MAY_LAG = timedelta(minutes=2)
"""Webhooks overtake each other: the order may come after its parcel."""
_LOOK_AGAIN_FOR_ORDER = timedelta(seconds=10)


def must_be_switched_on(facts: Facts, now: datetime) -> Skip | None:
    if not facts.shop_is_active:
        return Skip(Because.SHOP_GONE)
    return None if facts.is_on else Skip(Because.AUTOMATION_OFF)


def must_not_be_stale(facts: Facts, now: datetime) -> Skip | None:
    if now - facts.wanted_at > facts.lifetime:
        return Skip(Because.TOO_LATE)
    return None


def must_know_the_order(facts: Facts, now: datetime) -> Wait | None:
    """The order holds the buyer's yes, language and phone: give it time to come."""
    if facts.order_is_known or now - facts.wanted_at > _ORDER_MAY_LAG:
        return None
    return Wait(now + _LOOK_AGAIN_FOR_ORDER, Because.ORDER_UNKNOWN)


def must_still_be_true(facts: Facts, now: datetime) -> Skip | None:
    if facts.order_cancelled_at is not None:
        return Skip(Because.ORDER_CANCELLED)
    if not facts.is_about_parcel:
        return None
    if facts.parcel_is_cancelled:
        return Skip(Because.PARCEL_CANCELLED)
    if facts.parcel_milestone is Milestone.DELIVERED:
        return Skip(Because.ALREADY_DELIVERED)
    if facts.tracking_key != facts.parcel_tracking_key:
        # The parcel has other numbers by now, and those have a message of their own.
        return Skip(Because.SUPERSEDED)
    return None
