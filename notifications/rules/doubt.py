"""What to do with a message of which nobody knows whether it arrived.

Meta takes no idempotency key, so sending again may deliver twice, and waiting a fixed
time proves nothing: its reports may lag by as long. But it reports on all that it
took. When the messages that it acknowledged around the same moment, the *control
group*, have all been reported on and this one has not, it was never taken. A single
one of many that stays silent for long says nothing about the others: docs/adr/0004.
"""

from collections.abc import Iterable, Sequence
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

QUORUM = 10
"""So many reported members prove as much as a whole group, though one is silent."""
QUORUM_ON_EACH_SIDE = 3
"""So many of them before the moment of asking, and so many after it: the reports were
coming in when it was asked, and still came in later."""
QUORUM_AFTER = timedelta(minutes=5)
"""A member that is merely late is no exception yet."""
MOST_COUNTED = QUORUM + 2
"""On each side; more would prove no more."""

SLOWNESS_COUNTED = 100
"""On each side: so many of the nearest neighbours tell how slow the reports are."""
SILENCE = timedelta(seconds=10)
"""When nothing was reported for so long though a quorum waited, no report could come:
then neither theirs nor ours was slow, but the way was closed."""
SLOWER = 2
"""Whoever repeats what was not taken waits longer each time, as Meta does: by so many
times the slowest of the others, one that is merely slower than they are is here."""

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
    """Acknowledged messages: ``before`` the moment of asking and ``after`` it, each
    counted up to ``MOST_COUNTED``. ``silent`` of them are not reported on, counted up
    to two."""

    before: int
    after: int
    silent: int

    @property
    def members(self) -> int:
        return self.before + self.after

    @property
    def reported(self) -> int:
        return self.members - self.silent


def judge(
    *,
    scope: Scope,
    is_reply: bool = False,
    resends: int,
    asked_at: datetime,
    near: Group,
    middle: Group,
    wide: Group,
    now: datetime,
) -> Verdict:
    """Offers are never sent again, nor is what answers somebody; news at most twice.

    All reports that came must have been read before: one of them may settle it.
    """
    if now - asked_at >= GIVE_UP_AFTER:
        return Verdict.FOR_A_PERSON
    if scope is Scope.MARKETING or is_reply or resends >= MOST_RESENDS:
        return Verdict.LOOK_AGAIN
    proof = proof_in(near=near, middle=middle, wide=wide, age=now - asked_at)
    return Verdict.LOOK_AGAIN if proof is None else Verdict.SEND_AGAIN


def proof_in(
    *, near: Group, middle: Group, wide: Group, age: timedelta
) -> Group | None:
    """The group that proves that the message was never taken, if one of them does.

    ``age`` is the time since the message was asked for.
    """
    for group in _complete(near, middle, wide, age):
        if group.silent == 0:
            return group
    if age < QUORUM_AFTER:
        return None
    # Never the nearest: what is wrong with the reports shows over a minute.
    for group, width in ((middle, MIDDLE), (wide, WIDE)):
        if age >= width and _is_quorum(group):
            return group
    return None


@dataclass(frozen=True, slots=True)
class Reported:
    """A neighbour: when Meta said yes, and when its first report came."""

    accepted_at: datetime
    reported_at: datetime


def is_too_early(
    beside: Sequence[Reported], *, asked_at: datetime, now: datetime
) -> bool:
    """Whether this report may merely be later than those of its neighbours.

    Times count from when reports could come. Later on a single one of many says nothing
    about the others.
    """
    flowing = _flowing_since(beside)
    slowness = sorted(
        (
            each.reported_at - _later(each.accepted_at, flowing)
            for each in beside
            if flowing is None or each.reported_at >= flowing
        ),
        reverse=True,
    )
    is_late = now - asked_at >= QUORUM_AFTER
    place = 1 if is_late and len(slowness) > QUORUM else 0
    if len(slowness) <= place:
        return False
    return now - _later(asked_at, flowing) < SLOWER * slowness[place]


def _flowing_since(beside: Sequence[Reported]) -> datetime | None:
    """The end of the last silence; None where there was none."""
    if not beside:
        return None
    since = None
    before = min(each.accepted_at for each in beside)
    for each in sorted(beside, key=lambda each: each.reported_at):
        ended = each.reported_at
        if ended - before >= SILENCE:
            waited = sum(
                other.reported_at >= ended and other.accepted_at <= ended - SILENCE
                for other in beside
            )
            since = ended if waited >= QUORUM else since
        before = max(before, ended)
    return since


def _later(moment: datetime, flowing: datetime | None) -> datetime:
    return moment if flowing is None else max(moment, flowing)


def _complete(
    near: Group, middle: Group, wide: Group, age: timedelta
) -> Iterable[Group]:
    """Groups with members enough for their width, once that time is over."""
    for group, time, needed in (
        (near, SETTLED_AFTER, MEMBERS_NEEDED),
        (middle, MIDDLE, MEMBERS_NEEDED),
        (wide, WIDE, 1),
    ):
        if age >= time and group.members >= needed:
            yield group


def _is_quorum(group: Group) -> bool:
    """The silent one may be on either side, so both must have one to spare."""
    return (
        group.silent == 1
        and group.reported >= QUORUM
        and min(group.before, group.after) > QUORUM_ON_EACH_SIDE
    )


def pause_before_next_look(*, asked_at: datetime, now: datetime) -> timedelta:
    """Often while reports may still be on their way, seldom later."""
    return LOOK_AGAIN if now - asked_at < timedelta(minutes=5) else LOOK_AGAIN_AT_QUIET
