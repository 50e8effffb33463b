"""Only what is still true and still new is worth telling."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from notifications.rules import news
from notifications.rules.objections import Because, Skip, Wait
from tests.rules.facts import NOON, but

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@given(
    age=st.timedeltas(timedelta(), timedelta(days=9)),
    lifetime=st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
)
def test_news_lives_as_long_as_its_automation_says(age, lifetime):
    facts = but(wanted_at=NOON - age, lifetime=lifetime)

    is_stale = news.must_not_be_stale(facts, NOON) == Skip(Because.TOO_LATE)

    assert is_stale == (age > lifetime)


@pytest.mark.parametrize("lacks", [{"yes": None}, {"is_reachable": False}])
@pytest.mark.parametrize(
    ("age", "objection"),
    [
        (-5 * MINUTE, Wait(NOON + 4 * HOUR + 20 * MINUTE, Because.ORDER_UNKNOWN)),
        (timedelta(), Wait(NOON + 4 * HOUR + 15 * MINUTE, Because.ORDER_UNKNOWN)),
        (4 * HOUR, Wait(NOON + 15 * MINUTE, Because.ORDER_UNKNOWN)),
        (4 * HOUR + 15 * MINUTE, Skip(Because.ORDER_UNKNOWN)),
    ],
)
def test_what_only_the_order_can_tell_is_waited_for_as_long_as_it_may_come(
    lacks, age, objection
):
    facts = but(order_is_known=False, wanted_at=NOON - age, **lacks)

    assert news.must_know_the_order(facts, NOON) == objection


@pytest.mark.parametrize(
    ("age", "objection"),
    [
        (timedelta(), Wait(NOON + 2 * MINUTE, Because.ORDER_UNKNOWN)),
        (2 * MINUTE - SECOND, Wait(NOON + SECOND, Because.ORDER_UNKNOWN)),
        (2 * MINUTE, None),
        (9 * HOUR, None),
    ],
)
def test_who_said_yes_elsewhere_does_not_wait_long_for_the_order(age, objection):
    facts = but(order_is_known=False, wanted_at=NOON - age)

    assert news.must_know_the_order(facts, NOON) == objection


@given(
    age=st.timedeltas(-HOUR, 50 * HOUR),
    lifetime=st.timedeltas(MINUTE, 48 * HOUR),
    is_reachable=st.booleans(),
)
def test_no_order_is_waited_for_longer_than_the_news_is_worth_telling(
    age, lifetime, is_reachable
):
    facts = but(
        order_is_known=False,
        wanted_at=NOON - age,
        lifetime=lifetime,
        is_reachable=is_reachable,
    )

    objection = news.must_know_the_order(facts, NOON)

    if isinstance(objection, Wait):
        assert NOON < objection.until <= facts.wanted_at + lifetime


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
