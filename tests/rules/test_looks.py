"""Before each reminder the store is looked at, and nobody waits for it for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.rules.decision import POLICY
from notifications.rules.looks import (
    FRESH,
    PATIENCE,
    must_be_looked_at,
    must_not_have_ordered_there,
    must_still_be_sold,
)
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.offers import must_not_be_in_control_group
from tests.rules.facts import NOON, SEEN, WELCOME, but

SECOND = timedelta(seconds=1)
UNSEEN = replace(SEEN, seen_at=None, things=None, gone=None, ordered=None, drafted=None)
SOON = Wait(NOON + 2 * SECOND, Because.STORE_NOT_LOOKED_AT)


@pytest.mark.parametrize(
    ("look", "answer"),
    [
        (None, None),
        (SEEN, None),
        (replace(SEEN, seen_at=NOON - FRESH + SECOND), None),
        (replace(SEEN, seen_at=NOON - FRESH, asked_at=NOON - FRESH), SOON),
        (replace(UNSEEN, asked_at=None), SOON),
        (UNSEEN, SOON),
        (replace(UNSEEN, asked_at=NOON - PATIENCE + SECOND), SOON),
        (replace(UNSEEN, asked_at=NOON - PATIENCE), None),
        (replace(UNSEEN, is_in_vain=True), None),
        (replace(UNSEEN, asked_at=NOON - FRESH), SOON),
        (replace(UNSEEN, asked_at=NOON - FRESH, is_in_vain=True), SOON),
    ],
    ids=[
        *("no cart", "seen", "just fresh", "stale", "unasked", "asked", "patient"),
        *("patience over", "in vain", "long ago", "in vain long ago"),
    ],
)
def test_a_reminder_waits_for_a_look_that_is_fresh_but_not_for_ever(look, answer):
    assert must_be_looked_at(but(look=look), NOON) == answer


@pytest.mark.parametrize(
    ("things", "gone", "is_skipped"),
    [(2, 2, True), (2, 1, False), (2, 0, False), (None, None, False), (0, 0, False)],
)
def test_one_thing_that_is_still_there_is_enough(things, gone, is_skipped):
    facts = but(look=replace(SEEN, things=things, gone=gone))

    answer = must_still_be_sold(facts, NOON)

    assert answer == (Skip(Because.SOLD_OUT) if is_skipped else None)


def test_what_was_sold_out_long_ago_may_be_there_again():
    look = replace(SEEN, gone=2, seen_at=NOON - FRESH)

    assert must_still_be_sold(but(look=look), NOON) is None


@pytest.mark.parametrize("age", [timedelta(), 9 * FRESH])
def test_who_has_ordered_has_however_long_ago_that_was_seen(age):
    look = replace(SEEN, ordered=True, seen_at=NOON - age)

    answer = must_not_have_ordered_there(but(look=look), NOON)

    assert answer == Skip(Because.CART_BOUGHT)


@pytest.mark.parametrize(("age", "is_skipped"), [(timedelta(), True), (FRESH, False)])
def test_a_draft_order_may_come_to_nothing(age, is_skipped):
    look = replace(SEEN, drafted=True, seen_at=NOON - age)

    answer = must_not_have_ordered_there(but(look=look), NOON)

    assert answer == (Skip(Because.ORDER_DRAFTED) if is_skipped else None)


def test_nothing_is_said_where_the_store_does_not_say():
    assert must_not_have_ordered_there(but(look=UNSEEN), NOON) is None
    assert must_not_have_ordered_there(WELCOME, NOON) is None


def test_who_is_held_out_is_judged_by_what_was_seen_as_all_others_are():
    """Or the others' carts alone would be those that can still be bought."""
    held_out = POLICY.index(must_not_be_in_control_group)

    for rule in (must_not_have_ordered_there, must_be_looked_at, must_still_be_sold):
        assert POLICY.index(rule) < held_out
