"""What people say in a chat comes before what we have to say, and is answered."""

from datetime import datetime, timedelta

from core.values import Scope
from notifications.rules import window
from notifications.rules.objections import Because, Facts, Skip, Wait

READ_WITHIN = timedelta(seconds=1)
"""What people say is read at once. What has waited for longer may be a STOP."""
_LOOK_AGAIN = timedelta(milliseconds=500)
_ONCE_IN = timedelta(days=1)


def must_not_leave_words_unread(facts: Facts, now: datetime) -> Wait | None:
    """An offer waits until all that people have said is read, so that a STOP counts
    within seconds: docs/concepts/consent.md."""
    if facts.unread and facts.scope is Scope.MARKETING:
        return Wait(now + _LOOK_AGAIN, Because.CHAT_UNREAD)
    return None


def must_come_within_the_day(facts: Facts, now: datetime) -> Skip | None:
    if window.is_open(facts.wrote_at, now=now):
        return None
    return Skip(Because.WINDOW_CLOSED)


def must_not_repeat_itself(facts: Facts, now: datetime) -> Skip | None:
    """Whoever says STOP ten times is told once a day that it was heard."""
    if facts.said_at is None or now - facts.said_at >= _ONCE_IN:
        return None
    return Skip(Because.ALREADY_ANSWERED)
