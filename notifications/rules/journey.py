"""Of a parcel's journey only the last step is told, and each step once."""

from datetime import UTC, datetime

from core.values import Milestone
from notifications.rules.objections import Because, Facts, Skip

_ORDER = {milestone: place for place, milestone in enumerate(Milestone)}


def must_have_been_under_way(facts: Facts, now: datetime) -> Skip | None:
    """A parcel that we first hear of when it is delivered is nobody's news."""
    is_of_arrival = facts.milestone is Milestone.DELIVERED
    if is_of_arrival and not facts.parcel_was_under_way:
        return Skip(Because.ALREADY_DELIVERED)
    return None


def must_not_be_overtaken(facts: Facts, now: datetime) -> Skip | None:
    """A scan counts by its time. A fulfillment has none for its milestone, only that
    of its last change, so its word counts only where it is further along."""
    if facts.milestone is None:
        return None
    if _is_past_by_scan(facts, facts.milestone):
        return Skip(Because.OVERTAKEN)
    if _is_past_by_fulfillment(facts, facts.milestone):
        return Skip(Because.OVERTAKEN)
    if facts.milestone is Milestone.LABELLED and facts.parcel_moved_at is not None:
        return Skip(Because.OVERTAKEN)  # some carriers tell of the label afterwards
    if _is_taken_back(facts, facts.milestone):
        return Skip(Because.OVERTAKEN)
    if facts.place is not None and facts.place != facts.scan_place:
        return Skip(Because.OVERTAKEN)
    return None


_STAYS_TRUE = frozenset({Milestone.ATTEMPTED, Milestone.DELAYED})
"""What a scan does not take back that only says that the parcel is moved."""


def _is_past_by_scan(facts: Facts, milestone: Milestone) -> bool:
    scan, scan_at = facts.scan_milestone, facts.scan_at
    if scan is None or scan_at is None or scan is milestone:
        return False
    if milestone in _STAYS_TRUE and _ORDER[scan] <= _ORDER[Milestone.IN_TRANSIT]:
        return False
    return (scan_at, _ORDER[scan]) > (facts.wanted_at, _ORDER[milestone])


def _is_past_by_fulfillment(facts: Facts, milestone: Milestone) -> bool:
    parcel, parcel_at = facts.parcel_milestone, facts.parcel_milestone_at
    if parcel is None or parcel_at is None:
        return False
    return _ORDER[parcel] > _ORDER[milestone] and parcel_at >= facts.wanted_at


def _is_taken_back(facts: Facts, milestone: Milestone) -> bool:
    """Nobody says so any more: its scan was a mistake."""
    if milestone in _STAYS_TRUE:
        return False
    return milestone not in (facts.scan_milestone, facts.parcel_milestone)


def must_hold_a_part(facts: Facts, now: datetime) -> Skip | None:
    """A parcel that holds the whole order is told of without counting."""
    is_whole = facts.tells_part and not facts.parcel_is_part
    return Skip(Because.WHOLE_ORDER) if is_whole else None


def must_be_somewhere_new(facts: Facts, now: datetime) -> Skip | None:
    """Where a parcel sets out from it has not come to."""
    if facts.place is None or facts.parcel_set_out_at is None:
        return None
    is_first = facts.wanted_at <= facts.parcel_set_out_at
    return Skip(Because.SET_OUT_HERE) if is_first else None


def must_not_be_told_already(facts: Facts, now: datetime) -> Skip | None:
    """A fulfillment that is changed on a later day says its old milestone again."""
    if not facts.is_told_daily or facts.scan_at is None:
        return None
    if facts.scan_milestone is not facts.milestone:
        return None
    is_of_another_day = day_of(facts.scan_at) < day_of(facts.wanted_at)
    return Skip(Because.ALREADY_TOLD) if is_of_another_day else None


def day_of(moment: datetime) -> str:
    """The day in UTC, by which what may happen again is told apart."""
    return moment.astimezone(UTC).date().isoformat()
