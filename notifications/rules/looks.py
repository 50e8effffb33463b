"""Before each reminder the store is looked at: is there still something to be had?"""

from datetime import datetime, timedelta

from notifications.rules.objections import Because, Facts, Look, Skip, Wait

FRESH = timedelta(minutes=10)
"""So long it counts what was seen of things that may be bought by others."""
PATIENCE = timedelta(minutes=5)
"""After so long the store does not answer, and the reminder goes without: it must not
hang on whether somebody else is there."""
_LOOK_AGAIN = timedelta(seconds=2)


def must_not_have_ordered_there(facts: Facts, now: datetime) -> Skip | None:
    """As the store knows its customers, whatever it has told us of their orders. Who
    has ordered has, however long ago that was seen. A draft order may come to nothing,
    but while there is one somebody of the store is in touch with them."""
    look = facts.look
    if look is None or look.seen_at is None:
        return None
    if look.ordered:
        return Skip(Because.CART_BOUGHT)
    return Skip(Because.ORDER_DRAFTED) if look.drafted and is_fresh(look, now) else None


def must_be_looked_at(facts: Facts, now: datetime) -> Wait | None:
    """Asked of what goes out in all else, since each look is a question to a store."""
    look = facts.look
    if look is None or is_fresh(look, now) or _is_had_by_nobody(look, now):
        return None
    return Wait(now + _LOOK_AGAIN, Because.STORE_NOT_LOOKED_AT)


def must_still_be_sold(facts: Facts, now: datetime) -> Skip | None:
    """One of its things is enough; what is gone is not named."""
    look = facts.look
    if look is None or not is_fresh(look, now) or not look.things:
        return None
    return Skip(Because.SOLD_OUT) if look.gone == look.things else None


def _is_had_by_nobody(look: Look, now: datetime) -> bool:
    """Whether somebody was asked of late, and it has come to nothing."""
    if look.asked_at is None or look.asked_at <= now - FRESH:
        return False
    return look.is_in_vain or now >= look.asked_at + PATIENCE


def is_fresh(look: Look, now: datetime) -> bool:
    return look.seen_at is not None and look.seen_at > now - FRESH
