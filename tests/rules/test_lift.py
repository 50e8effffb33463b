"""The lift of a flow: what it says of stores of which the truth is known."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.lift import CASES, covered
from notifications.rules.lift import Group, lift


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_interval_nearly_always_holds_the_truth(case):
    """Of 50 stores 43 at least: fewer would come about once in 2,000 times."""
    assert sum(covered(case, random.Random(seed)) for seed in range(50)) >= 43


def test_it_is_newcombes_interval():
    """His own example (a) in Statistics in Medicine 17 (1998), table II, method 10."""
    found = lift(Group(70, 56), Group(80, 48))

    assert found.difference == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_with_nobody_on_one_side_there_is_nothing_to_say():
    assert lift(Group(0, 0), Group(5, 1)) is None
    assert lift(Group(5, 1), Group(0, 0)) is None


def _groups():
    return st.integers(1, 10_000).flatmap(
        lambda people: st.integers(0, people).map(lambda buyers: Group(people, buyers))
    )


@example(Group(190, 0), Group(190, 190))
@given(_groups(), _groups())
def test_the_truth_it_saw_is_always_within_and_both_sides_are_alike(one, other):
    found, turned = lift(one, other), lift(other, one)

    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert found.low == pytest.approx(-turned.high)
