"""What is done at the store about a buyer's answer, and what never is."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Answer
from notifications.rules.buyers_answers import (
    TAGS,
    AddTag,
    CancelOrder,
    Done,
    HoldShipping,
    LookAgain,
    Outcome,
    Tried,
    Wanted,
    next_step,
)
from tests.rules.facts import NOON

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Order:
    tags: frozenset[str] = frozenset()
    is_cancelled: bool = False
    is_on_its_way: bool = False
    is_to_be_paid: bool = True


ORDERS = st.builds(
    Order,
    tags=st.sets(st.sampled_from([*TAGS.values(), "vip"])).map(frozenset),
    is_cancelled=st.booleans(),
    is_on_its_way=st.booleans(),
    is_to_be_paid=st.booleans(),
)
WANTED = st.builds(
    Wanted,
    cancels_at_once=st.booleans(),
    on_silence=st.sampled_from(["nothing", "hold", "cancel"]),
)
TRIED = st.builds(
    Tried,
    cancels=st.integers(0, 5),
    since=st.none() | st.integers(0, 600).map(lambda n: NOON - n * SECOND),
)


def step_of(answer, order, wanted, tried, was_reached):
    return next_step(
        answer, order, wanted=wanted, tried=tried, was_reached=was_reached, now=NOON
    )


ANYTHING = given(
    answer=st.sampled_from(Answer),
    order=ORDERS,
    wanted=WANTED,
    tried=TRIED,
    was_reached=st.booleans(),
)


@ANYTHING
def test_nothing_is_cancelled_or_held_that_is_settled_already(
    answer, order, wanted, tried, was_reached
):
    step = step_of(answer, order, wanted, tried, was_reached)

    if isinstance(step, CancelOrder | HoldShipping):
        assert order.is_to_be_paid
        assert not order.is_cancelled
        assert not order.is_on_its_way


@ANYTHING
def test_nobody_loses_an_order_who_confirmed_it_or_was_never_asked(
    answer, order, wanted, tried, was_reached
):
    step = step_of(answer, order, wanted, tried, was_reached)

    if isinstance(step, CancelOrder):
        assert answer is not Answer.CONFIRMED
        assert step.is_wish == (answer is Answer.CANCELLED)
        assert answer is Answer.CANCELLED or was_reached
    if isinstance(step, HoldShipping):
        assert answer is Answer.SILENT
        assert was_reached


@ANYTHING
def test_each_step_leads_to_an_end(answer, order, wanted, tried, was_reached):
    """Where each of them is done at once."""
    for _ in range(4):
        step = step_of(answer, order, wanted, tried, was_reached)
        match step:
            case AddTag(tag):
                order = Order(
                    order.tags | {tag},
                    order.is_cancelled,
                    order.is_on_its_way,
                    order.is_to_be_paid,
                )
            case CancelOrder():
                order = Order(order.tags, is_cancelled=True)
                tried = Tried(cancels=tried.cancels + 1, since=NOON)
            case _:
                break

    assert isinstance(step, Done | HoldShipping | LookAgain)


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        (Tried(), CancelOrder(is_wish=True)),
        (Tried(cancels=1, since=NOON), LookAgain(NOON + 10 * SECOND)),
        (Tried(cancels=1, since=NOON - 119 * SECOND), LookAgain(NOON + 10 * SECOND)),
        (Tried(cancels=1, since=NOON - 120 * SECOND), CancelOrder(is_wish=True)),
        (Tried(cancels=3, since=NOON - 119 * SECOND), LookAgain(NOON + 10 * SECOND)),
        (Tried(cancels=3, since=NOON - 120 * SECOND), Done(Outcome.NOT_CANCELLED)),
    ],
)
def test_a_cancellation_is_given_its_time_and_tried_three_times(tried, expected):
    order = Order(tags=frozenset({"cod-cancelled"}))
    wanted = Wanted(cancels_at_once=True, on_silence="nothing")

    assert step_of(Answer.CANCELLED, order, wanted, tried, True) == expected


def test_an_order_that_is_not_there_is_done_with():
    wanted = Wanted(cancels_at_once=True, on_silence="cancel")

    for answer in Answer:
        assert step_of(answer, None, wanted, Tried(), True) == Done(Outcome.GONE)
