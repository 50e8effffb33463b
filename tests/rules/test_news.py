"""Only what is still true and still new is worth telling."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from notifications.rules import news
from notifications.rules.objections import Because, Skip
from tests.rules.facts import NOON, but

SECOND = timedelta(seconds=1)


@given(
    age=st.timedeltas(timedelta(), timedelta(days=9)),
    lifetime=st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
)
def test_news_lives_as_long_as_its_automation_says(age, lifetime):
    facts = but(wanted_at=NOON - age, lifetime=lifetime)

    is_stale = news.must_not_be_stale(facts, NOON) == Skip(Because.TOO_LATE)

    assert is_stale == (age > lifetime)


@pytest.mark.parametrize(
    ("age", "waits"),
    [
        (timedelta(), True),
        (timedelta(minutes=2), True),
        (timedelta(minutes=2) + SECOND, False),
        (-timedelta(minutes=5), True),
    ],
)
def test_an_order_that_comes_after_its_parcel_is_waited_for(age, waits):
    facts = but(order_is_known=False, wanted_at=NOON - age)

    assert (news.must_know_the_order(facts, NOON) is not None) == waits


def test_a_store_that_is_gone_counts_before_what_it_switched():
    facts = but(shop_is_active=False, is_on=False)

    assert news.must_be_switched_on(facts, NOON) == Skip(Because.SHOP_GONE)


@pytest.mark.parametrize("milestone", [None, *Milestone])
def test_only_an_arrival_makes_a_departure_old_news(milestone):
    objection = news.must_still_be_true(but(parcel_milestone=milestone), NOON)

    assert (objection is not None) == (milestone is Milestone.DELIVERED)


@pytest.mark.parametrize(
    ("about", "now_on_it", "is_overtaken"),
    [("a", "a", False), ("a", "b", True), ("", "b", True), ("", "", False)],
)
def test_other_numbers_have_a_message_of_their_own(about, now_on_it, is_overtaken):
    facts = but(tracking_key=about, parcel_tracking_key=now_on_it)

    objection = news.must_still_be_true(facts, NOON)

    assert objection == (Skip(Because.SUPERSEDED) if is_overtaken else None)
