"""What to do with a message of which nobody knows whether it arrived.

Meta takes no idempotency key, so sending again may deliver twice, and waiting a fixed
time proves nothing: its reports may lag by as long. But it reports on all that it
took. When the messages that it acknowledged around the same moment, the *control
group*, have all been reported on and this one has not, it was never taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from core.values import Scope

NEAR = timedelta(seconds=10)
"""The control group: acknowledged within this much of the moment of asking."""
SETTLED_AFTER = NEAR + timedelta(seconds=2)
"""No look before the group is complete and its reports had a moment to come."""
MEMBERS_NEEDED = 3
MIDDLE = timedelta(seconds=60)
"""Where so few were acknowledged near it, as while we were down ourselves."""
WIDE = timedelta(minutes=15)
"""A number with little traffic has a group only over a longer time."""
GIVE_UP_AFTER = timedelta(hours=24)
MOST_RESENDS = 2
LOOK_AGAIN = timedelta(seconds=2)
LOOK_AGAIN_AT_QUIET = timedelta(minutes=1)


class Verdict(Enum):
    """``FOR_A_PERSON`` is final: nothing more is learnt by waiting."""

    SEND_AGAIN = auto()
    LOOK_AGAIN = auto()
    FOR_A_PERSON = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``members`` acknowledged messages, one of which may still be unreported."""

    members: int
    has_unreported: bool


def judge(
    *,
    scope: Scope,
    resends: int,
    asked_at: datetime,
    near: Group,
    middle: Group,
    wide: Group,
    now: datetime,
) -> Verdict:
    """Offers are never sent again, news at most twice more.

    All reports that came must have been read before: one of them may settle it.
    """
    if now - asked_at >= GIVE_UP_AFTER:
        return Verdict.FOR_A_PERSON
    if scope is Scope.MARKETING or resends >= MOST_RESENDS:
        return Verdict.LOOK_AGAIN
    if now - asked_at < SETTLED_AFTER:
        return Verdict.LOOK_AGAIN
    for group, width in ((near, NEAR), (middle, MIDDLE)):
        if group.members >= MEMBERS_NEEDED and now - asked_at >= width:
            return Verdict.LOOK_AGAIN if group.has_unreported else Verdict.SEND_AGAIN
    if now - asked_at < WIDE or wide.members == 0 or wide.has_unreported:
        return Verdict.LOOK_AGAIN
    return Verdict.SEND_AGAIN


def pause_before_next_look(*, asked_at: datetime, now: datetime) -> timedelta:
    """Often while reports may still be on their way, seldom later."""
    return LOOK_AGAIN if now - asked_at < timedelta(minutes=5) else LOOK_AGAIN_AT_QUIET
