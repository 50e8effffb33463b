"""Not faster than Meta allows, and not two at once to one person.

Meta lets a business send one message in six seconds to one person. Up to 45 may go
within the same six seconds, a burst, lent from the future: after it the business is
silent for as long as those would have taken one by one.
"""

from datetime import datetime, timedelta

from core.values import Debt
from notifications.rules.objections import Because, Facts, Wait
from notifications.rules.patience import LOOK_AGAIN_AT_ACCOUNT

ONE_MESSAGE = timedelta(seconds=6)
MOST_AT_ONCE = 45
_ONE_BEFORE = timedelta(seconds=1)

MOST_BESIDE_THE_APP = 20
"""Messages a second that Meta takes of a number that is used in the WhatsApp Business
app as well."""

_READY = "APPROVED"

_LEFT_FREE = 16
"""Meta counts within any second, and the network bunches messages up: so much of a
number's throughput is left unused, but no less than a tenth and no more than a fifth.
At 80 a second a sender may be held up for a quarter of one and still stay below it."""


def after_one_more(debt: Debt | None, *, now: datetime) -> Debt:
    """What is owed once one more message has been sent ``now``."""
    if debt is None or debt.paid_at <= now:
        return Debt(burst_at=now, paid_at=now + ONE_MESSAGE)
    return Debt(debt.burst_at, debt.paid_at + ONE_MESSAGE)


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
    debt = facts.debt
    if debt is None or debt.paid_at <= now:
        return None
    is_in_burst = now < debt.burst_at + ONE_MESSAGE
    has_room = debt.paid_at - debt.burst_at < ONE_MESSAGE * MOST_AT_ONCE
    return None if is_in_burst and has_room else Wait(debt.paid_at, Because.PAIR_LIMIT)


def must_have_a_slot(facts: Facts, now: datetime) -> Wait | None:
    """Of a shop's numbers one may be busy while another is free."""
    if facts.number_free_at is None or facts.number_free_at <= now:
        return None
    return Wait(facts.number_free_at, Because.NUMBER_BUSY)


def between_slots(throughput: int) -> timedelta:
    """The time from one slot of a number to its next."""
    used = min(throughput * 0.9, max(throughput * 0.8, throughput - _LEFT_FREE))
    return timedelta(seconds=1 / used)


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
