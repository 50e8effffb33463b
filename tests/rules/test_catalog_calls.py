"""A catalog is told no more often than Meta's formula allows, and no more seldom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.catalog_calls import MINUTE, calls_a_minute, free_at

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seen", "calls"), [(0, 8), (1, 8), (2, 16), (1_024, 88), (1_000_000, 167)]
)
def test_the_more_people_see_it_the_more_often_it_may_be_told(seen, calls):
    assert calls_a_minute(seen) == calls


def test_a_catalog_that_was_left_alone_may_be_told_at_once():
    long_ago = [after(-3_600 + n) for n in range(100)]

    assert free_at([], NOON, most=8) == NOON
    assert free_at(long_ago, NOON, most=8) == NOON


def test_the_ninth_waits_until_the_first_is_a_minute_old():
    eight = [after(-8 + n) for n in range(8)]

    assert free_at(eight[:7], NOON, most=8) == NOON
    assert free_at(eight, NOON, most=8) == after(-8) + timedelta(seconds=61)


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=80),
    st.integers(min_value=1, max_value=9),
)
def test_in_no_minute_are_there_more_than_the_formula_says(pauses, most):
    """Whoever asks at any times, and waits for as long as they are told."""
    now, calls = NOON, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        now = max(now, free_at(calls, now, most=most))
        calls.append(now)

    for place, each in enumerate(calls):
        within = [one for one in calls[place:] if one - each <= MINUTE]
        assert len(within) <= most


@given(st.integers(min_value=1, max_value=200))
def test_whoever_has_much_to_tell_has_all_of_the_formula(count):
    now, calls = NOON, []
    for _ in range(count):
        now = free_at(calls, now, most=8)
        calls.append(now)

    assert calls[-1] - NOON == (count - 1) // 8 * timedelta(seconds=61)
