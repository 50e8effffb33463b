"""Nobody is woken: offers wait for the hours of the law and of the store."""

from datetime import datetime

from core.values import Scope
from notifications.rules.news import new_at
from notifications.rules.objections import Because, Facts, Skip, Wait


def must_be_waking_hours(facts: Facts, now: datetime) -> Wait | Skip | None:
    """Hold the message until it is an hour for it on every clock.

    Where no hour is right on all of them, an offer is not sent. News is: it is wanted,
    and the store's wish for quiet must not silence it for good; but for what is to be
    sent within hours of its own, or not at all. A step of a flow that would be too old
    by its own hours is left at once: the next one has its time, too.
    """
    hour, step = facts.hour, facts.in_flow
    if hour is None:
        return None
    at = hour.next_at
    if at is None:
        is_bound = facts.scope is Scope.MARKETING or hour.window is not None
        return Skip(Because.NO_COMMON_HOUR) if is_bound else None
    has_own_hours = hour.window is not None or (step and step.has_own_hours)
    is_too_late = at > new_at(facts) + facts.lifetime
    if step is not None and has_own_hours and is_too_late:
        return Skip(Because.TOO_LATE)
    if at <= now:
        return None
    is_own = hour.waits_for_window
    return Wait(at, Because.OUTSIDE_ITS_HOURS if is_own else Because.QUIET_HOURS)
