"""A parcel that is under way and of which nothing is heard for days."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from notifications.rules import silence
from notifications.rules.objections import Because, Skip, Wait
from tests.rules.facts import NOON, but

HOUR = timedelta(hours=1)
SILENCES = st.integers(3, 30).map(lambda days: timedelta(days=days))


@given(hours=st.integers(72, 9_999))
def test_no_silence_begins_and_ends_within_a_period(hours):
    later = NOON + hours * HOUR

    assert silence.period_of(later) > silence.period_of(NOON)


@given(
    quiet_for=SILENCES,
    scans=st.lists(st.integers(0, 2_000), min_size=1, max_size=12, unique=True),
)
def test_of_all_that_a_parcel_was_proposed_for_one_tells_its_silence(quiet_for, scans):
    """Each scan proposes a message of its period, and the last scan decides."""
    moments = sorted(NOON + hours * HOUR for hours in scans)
    proposed = {silence.period_of(each): each for each in reversed(moments)}
    silent_at = moments[-1] + quiet_for

    told = [
        silence.must_have_fallen_silent(
            but(
                silence=quiet_for,
                wanted_at=first + quiet_for,
                scan_at=moments[-1],
                scan_milestone=Milestone.IN_TRANSIT,
            ),
            silent_at,
        )
        for first in proposed.values()
    ]

    assert told.count(None) == 1
    assert told.count(Skip(Because.OVERTAKEN)) == len(told) - 1


@given(quiet_for=SILENCES, hours=st.integers(0, 9_999))
def test_it_waits_until_the_last_scan_is_old_enough(quiet_for, hours):
    now = NOON + hours * HOUR
    facts = but(
        silence=quiet_for,
        wanted_at=NOON + quiet_for,
        scan_at=NOON,
        scan_milestone=Milestone.DELAYED,
    )

    objection = silence.must_have_fallen_silent(facts, now)

    silent_at = NOON + quiet_for
    is_early = now < silent_at
    assert objection == (Wait(silent_at, Because.HEARD_LATELY) if is_early else None)


@pytest.mark.parametrize("milestone", [None, *Milestone])
def test_only_what_a_carrier_moves_falls_silent(milestone):
    facts = but(
        silence=timedelta(days=7),
        wanted_at=NOON,
        scan_at=NOON - timedelta(days=7),
        scan_milestone=milestone,
    )

    objection = silence.must_have_fallen_silent(facts, NOON)

    is_moved = milestone in silence.UNDER_WAY
    assert objection == (None if is_moved else Skip(Because.OVERTAKEN))


def test_what_is_about_no_silence_need_not_be_silent():
    facts = but(scan_at=NOON, scan_milestone=Milestone.IN_TRANSIT)

    assert silence.must_have_fallen_silent(facts, NOON) is None
