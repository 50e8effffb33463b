"""Who has left something behind is reminded of it, and never after they have bought."""

from datetime import datetime, timedelta

from notifications.rules.objections import Because, Facts, Skip, Wait

_READ_SOON = timedelta(seconds=1)
_READ_BY_THEN = timedelta(seconds=2)
"""What came in so long ago has been read, if nothing holds up the reading."""
_PATIENCE = timedelta(minutes=2)
"""A busy store has always something that came in just now, and its reminders would
never leave. After so long only what is older than that is waited for."""


def must_not_have_bought(facts: Facts, now: datetime) -> Skip | None:
    """By this checkout or any other, under any name that we know of."""
    if facts.cart is None or facts.cart.bought_at is None:
        return None
    return Skip(Because.CART_BOUGHT)


def must_still_be_there(facts: Facts, now: datetime) -> Skip | None:
    if facts.cart is None or facts.cart.is_there:
        return None
    return Skip(Because.CART_GONE)


def must_have_come_to_rest(facts: Facts, now: datetime) -> Wait | None:
    """Each change begins the wait anew: who still changes something has not left."""
    cart = facts.cart
    if cart is None or cart.changed_at is None:
        return None
    rested_at = cart.changed_at + cart.after
    return Wait(rested_at, Because.CART_STILL_CHANGING) if now < rested_at else None


def must_know_what_was_told(facts: Facts, now: datetime) -> Wait | None:
    """What the store has told may be of a purchase or a payment: it is read first."""
    left = facts.in_flow
    if left is None or left.unread_since is None or left.changed_at is None:
        return None
    is_patient = now < left.changed_at + left.after + _PATIENCE
    if is_patient or left.unread_since < now - _READ_BY_THEN:
        return Wait(now + _READ_SOON, Because.NOT_READ_YET)
    return None


def must_hold_nothing_forbidden(facts: Facts, now: datetime) -> Skip | None:
    """Nobody may be asked to buy what Meta's commerce policy forbids, be it one thing
    among many. News of what was bought is free: see ``commerce_policy``."""
    if facts.cart is None or facts.cart.forbidden is None:
        return None
    return Skip(Because.GOODS_FORBIDDEN)
