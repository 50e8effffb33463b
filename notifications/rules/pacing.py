"""Not faster than Meta allows, and not two at once to one person.

Meta lets a business send one message in six seconds to one person, and up to 45 in
six seconds if it is silent for as long afterwards as those would have taken. So each
message costs six seconds, and somebody may owe up to 45 of them.
"""

from datetime import datetime, timedelta

from notifications.rules.objections import Because, Facts, Wait
from notifications.rules.patience import LOOK_AGAIN_AT_ACCOUNT

ONE_MESSAGE = timedelta(seconds=6)
MOST_AT_ONCE = 45
_ONE_BEFORE = timedelta(seconds=1)

_READY = "APPROVED"

SAFETY = 0.9
"""Meta counts what it sends to us as well, and the network bunches messages up: only
this part of a number's throughput is used."""


def paid_after_one_more(paid_at: datetime | None, *, now: datetime) -> datetime:
    """When all will be paid back, once one more message has been sent ``now``."""
    return max(paid_at or now, now) + ONE_MESSAGE


def must_be_connected(facts: Facts, now: datetime) -> Wait | None:
    if facts.number_is_connected:
        return None
    return Wait(now + LOOK_AGAIN_AT_ACCOUNT, Because.NOT_CONNECTED)


def must_not_be_parked(facts: Facts, now: datetime) -> Wait | None:
    if facts.parked_until is None or facts.parked_until <= now:
        return None
    return Wait(facts.parked_until, Because.PARKED)


def must_have_its_template(facts: Facts, now: datetime) -> Wait | None:
    if facts.template_state == _READY:
        return None
    return Wait(now + LOOK_AGAIN_AT_ACCOUNT, Because.TEMPLATE_NOT_READY)


def must_come_after_the_one_before(facts: Facts, now: datetime) -> Wait | None:
    """WhatsApp keeps no order between two messages that are sent at the same time."""
    if not facts.another_is_under_way:
        return None
    return Wait(now + _ONE_BEFORE, Because.BEHIND_ANOTHER)


def must_not_flood_one_person(facts: Facts, now: datetime) -> Wait | None:
    if facts.pair_paid_at is None:
        return None
    free_at = facts.pair_paid_at - ONE_MESSAGE * (MOST_AT_ONCE - 1)
    return Wait(free_at, Because.PAIR_LIMIT) if free_at > now else None


def between_slots(throughput: int) -> timedelta:
    """The time from one slot of a number to its next."""
    return timedelta(seconds=1 / (throughput * SAFETY))


def slots(
    *,
    throughput: int,
    next_slot_at: datetime,
    now: datetime,
    horizon: timedelta,
    most: int,
) -> list[datetime]:
    """The moments before ``now + horizon`` at which a number may send, at most
    ``most``: evenly spaced, so that no second holds more than the limit."""
    between = between_slots(throughput)
    first = max(next_slot_at, now)
    count = max(0, -((first - (now + horizon)) // between))
    return [first + between * step for step in range(min(count, most))]
