"""Nobody is woken: offers wait for the hours of the law and of the store."""

from datetime import datetime

from core.values import Scope
from notifications.rules.news import new_at
from notifications.rules.objections import Because, Facts, Skip, Wait


def must_be_waking_hours(facts: Facts, now: datetime) -> Wait | Skip | None:
    """Hold the message until it is an hour for it on every clock.

    Where no hour is right on all of them, an offer is not sent. News is: it is wanted,
    and the store's wish for quiet must not silence it for good. A step of a flow that
    would be too old by its own hours is left at once: the next one has its time, too.
    """
    if facts.hour is None:
        return None
    at = facts.hour.next_at
    if at is None:
        is_offer = facts.scope is Scope.MARKETING
        return Skip(Because.NO_COMMON_HOUR) if is_offer else None
    has_own_hours = facts.in_flow is not None and facts.in_flow.has_own_hours
    if has_own_hours and at > new_at(facts) + facts.lifetime:
        return Skip(Because.TOO_LATE)
    return Wait(at, Because.QUIET_HOURS) if at > now else None
