"""The lift of a flow: what it says of stores of which the truth is known."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.lift import CASES, FLOWS, covered, covered_by_step
from notifications.rules.lift import ENOUGH, Group, lift, lift_of_enough


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_interval_nearly_always_holds_the_truth(case):
    """Of 50 stores 43 at least: fewer would come about once in 2,000 times."""
    assert sum(covered(case, random.Random(seed)) for seed in range(50)) >= 43


@pytest.mark.parametrize("case", FLOWS, ids=str)
def test_of_each_step_too_the_interval_nearly_always_holds_the_truth(case):
    """Also where it is nothing, and where the steps before have won many."""
    found = [covered_by_step(case, random.Random(seed)) for seed in range(50)]

    for each in zip(*found, strict=True):
        assert sum(each) >= 43


def test_of_few_people_nothing_is_said():
    enough, fewer = Group(ENOUGH, 3), Group(ENOUGH - 1, 3)

    assert lift_of_enough(enough, enough) == lift(enough, enough)
    assert lift_of_enough(enough, fewer) is None
    assert lift_of_enough(fewer, enough) is None


@given(st.integers(ENOUGH, 10_000), st.integers(ENOUGH, 10_000), st.integers(0, 100))
def test_where_as_many_buy_of_both_the_interval_holds_nothing(told, held_out, percent):
    groups = (Group(n, n * percent // 100) for n in (100 * told, 100 * held_out))

    found = lift_of_enough(*groups)

    assert found.low < 0 < found.high or percent in (0, 100)
    assert not found.is_certain


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
