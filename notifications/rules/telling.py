"""What belongs together is told once, and what follows each other in its order.

Of messages about one order that become due together, one may be a later chapter of the
story that another tells: then the buyer gets the later one alone. All others go out in
the order in which things happened, but for what is held up for long.
"""

from datetime import datetime, timedelta

from core.values import MessageId
from notifications.rules.lifecycle import State
from notifications.rules.objections import Because, Facts, Skip, Wait
from notifications.rules.stories import Sibling, are_twins, is_older, is_told_along

TOGETHER = timedelta(minutes=1)
"""What is due within so much of each other is told together."""
PATIENCE = timedelta(minutes=15)
"""No news waits longer than this for older news that something holds up."""
_A_MOMENT = timedelta(seconds=1)
_ON_ITS_WAY = timedelta(seconds=10)
"""News is so old when we hear of it, if nobody kept it back."""

_IS_OUT = frozenset(
    {State.SENDING, State.UNSURE, State.SENT, State.DELIVERED, State.READ}
)
_HELD_UP_ALONE = frozenset({Because.TEMPLATE_NOT_READY, Because.TEMPLATE_IS_MARKETING})
"""What may hold up one message for a day, and the one beside it not at all."""
_PLANNED = frozenset({None, Because.HEARD_LATELY})
"""Why nothing holds up a message that waits: its time has not come."""


def time_for_more(
    most: timedelta, *, happened_at: datetime, now: datetime
) -> timedelta:
    """How long news waits for later news that may tell it along, from ``now`` on.

    If what happens is heard of at once, the wait is as long as two things may lie apart
    and still be told together. What is heard of late comes together with what
    followed it: a carrier reports a day's scans within seconds.
    """
    late_by = now - happened_at - _ON_ITS_WAY
    return min(most, max(most - late_by, most / 3))


def told_along_by(facts: Facts) -> MessageId | None:
    """The message that has told this one's news already."""
    if facts.itself is None:
        return None
    for sibling in facts.siblings:
        if has_told(sibling, facts.itself):
            return sibling.id
    return None


def is_beside_the_point(sibling: Sibling, now: datetime) -> bool:
    """Whether no rule here looks at it: it is planned for a later time, when it may
    have nothing to tell, and it tells nothing along."""
    return (
        sibling.chapter is None
        and sibling.state == State.WAITING
        and sibling.reason in _PLANNED
        and sibling.due_at > now
    )


def must_not_be_told_along(facts: Facts, now: datetime) -> Skip | None:
    return None if told_along_by(facts) is None else Skip(Because.TOLD_TOGETHER)


def has_told(sibling: Sibling, one: Sibling) -> bool:
    """Whether ``sibling`` has gone out, and left nothing of ``one`` to tell."""
    return sibling.state in _IS_OUT and _covers(sibling, one)


def _covers(sibling: Sibling, one: Sibling) -> bool:
    if are_twins(sibling, one):
        return True
    if not is_told_along(one, sibling):
        return False
    # Of its own chapter it tells what was decided about together with it, no more.
    return sibling.chapter != one.chapter or sibling.is_of_this_batch


def must_have_something_to_tell(facts: Facts, now: datetime) -> Skip | None:
    """What was changed may have been changed back, by this or by what came after it."""
    itself = facts.itself
    is_undone = itself is not None and any(
        sibling.reason == Because.CANCELLED_OUT and _covers(sibling, itself)
        for sibling in facts.siblings
    )
    if is_undone or not facts.has_something_to_tell:
        return Skip(Because.CANCELLED_OUT)
    return None


def must_leave_it_to_later_news(facts: Facts, now: datetime) -> Wait | None:
    """What is about to go out may tell this along; if not, this goes out then. And what
    is added up waits for all of it, also for older news that came in after it."""
    if facts.itself is None:
        return None
    due = [
        sibling.due_at
        for sibling in facts.siblings
        if _may_tell(sibling, facts.itself, now) or _adds_to(sibling, facts.itself, now)
    ]
    return Wait(max(min(due), now + _A_MOMENT), Because.GATHERING) if due else None


def _may_tell(sibling: Sibling, one: Sibling, now: datetime) -> bool:
    """Another chapter is waited for if it is about to go out, the same one however
    long: what an order has come to is told once it has come to rest."""
    if sibling.state != State.WAITING or sibling.reason in _HELD_UP_ALONE:
        return False
    if not is_told_along(one, sibling):
        return False
    return sibling.chapter == one.chapter or sibling.due_at <= now + TOGETHER


def _adds_to(sibling: Sibling, one: Sibling, now: datetime) -> bool:
    """Only what nothing holds up: who waits for others would wait for this one, too."""
    return (
        one.chapter is not None
        and one.chapter.adds_up
        and sibling.chapter == one.chapter
        and sibling.state == State.WAITING
        and sibling.reason is None
        and sibling.due_at > now
        and is_told_along(sibling, one)
    )


def must_keep_its_place(facts: Facts, now: datetime) -> Wait | None:
    """Older news about the same order goes first, unless it is held up for long.

    Or an order would be confirmed after its parcel has left. What is planned for a
    later time is waited for by nobody.
    """
    if facts.itself is None:
        return None
    due = [
        sibling.due_at
        for sibling in facts.siblings
        if is_older(sibling, facts.itself)
        and _is_coming(sibling, now)
        and not _will_be_told_along(sibling, facts, now)
    ]
    return Wait(max(min(due), now + _A_MOMENT), Because.BEHIND_ANOTHER) if due else None


def _is_coming(sibling: Sibling, now: datetime) -> bool:
    if sibling.state != State.WAITING:
        return False
    is_planned = sibling.reason in _PLANNED
    if sibling.due_at > now and (is_planned or sibling.due_at > now + PATIENCE):
        return False
    return now < max(sibling.created_at, sibling.wanted_at) + PATIENCE


def _will_be_told_along(sibling: Sibling, facts: Facts, now: datetime) -> bool:
    """What waits for others itself is not waited for, or they might wait in a ring."""
    if facts.itself is not None and is_told_along(sibling, facts.itself):
        return True
    return any(_may_tell(other, sibling, now) for other in facts.siblings)
