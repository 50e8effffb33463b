"""A parcel that is under way and of which nothing is heard for days."""

from datetime import UTC, date, datetime, timedelta

from core.values import Milestone
from notifications.rules.objections import Because, Facts, Skip, Wait

UNDER_WAY = frozenset(
    {
        Milestone.IN_TRANSIT,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ATTEMPTED,
        Milestone.DELAYED,
        Milestone.IN_TROUBLE,
    }
)
"""Where a parcel is that the carrier moves. One with a label alone is the store's yet,
and one that waits to be fetched is silent for that reason."""

_PERIOD_DAYS = 3
"""No silence is shorter, so none begins and ends within one period."""


def period_of(moment: datetime) -> str:
    """The period that a moment is in, by its first day in UTC."""
    ordinal = moment.astimezone(UTC).toordinal()
    return date.fromordinal(ordinal - ordinal % _PERIOD_DAYS).isoformat()


def must_have_fallen_silent(facts: Facts, now: datetime) -> Wait | Skip | None:
    """The last scan must be old enough, and of the period that this was proposed for:
    one of another period has a message of its own."""
    if facts.silence is None:
        return None
    heard_at, milestone = last_word(facts)
    if heard_at is None or milestone not in UNDER_WAY:
        return Skip(Because.OVERTAKEN)
    if period_of(heard_at) != period_of(facts.wanted_at - facts.silence):
        return Skip(Because.OVERTAKEN)
    silent_at = heard_at + facts.silence
    return Wait(silent_at, Because.HEARD_LATELY) if now < silent_at else None


def last_word(facts: Facts) -> tuple[datetime | None, Milestone | None]:
    """A fulfillment tells when it was changed, for whatever reason; a scan when it was
    made."""
    if facts.scan_at is not None:
        return facts.scan_at, facts.scan_milestone
    return facts.parcel_milestone_at, facts.parcel_milestone


def days(silence: str | None) -> timedelta | None:
    """How long a silence is worth telling, as the message was told."""
    return None if silence is None else timedelta(days=int(silence))
