"""What is done about a message of which nobody knows whether it arrived."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Scope
from notifications.rules import doubt
from notifications.rules.doubt import Group, Verdict
from tests.rules.facts import NOON

SECOND = timedelta(seconds=1)
GROUPS = st.builds(Group, members=st.integers(0, 50), has_unreported=st.booleans())
AGES = st.timedeltas(timedelta(), timedelta(hours=30))

NOBODY = Group(members=0, has_unreported=False)
ONE = Group(members=1, has_unreported=False)
THREE = Group(members=3, has_unreported=False)
THREE_BUT_ONE = Group(members=3, has_unreported=True)


def judged(
    age,
    *,
    near=NOBODY,
    middle=NOBODY,
    wide=NOBODY,
    scope=Scope.TRANSACTIONAL,
    resends=0,
):
    return doubt.judge(
        scope=scope,
        resends=resends,
        asked_at=NOON - age,
        near=near,
        middle=middle,
        wide=wide,
        now=NOON,
    )


@pytest.mark.parametrize(
    ("age", "near", "wide", "verdict"),
    [
        (11 * SECOND, THREE, THREE, Verdict.LOOK_AGAIN),
        (12 * SECOND, THREE, THREE, Verdict.SEND_AGAIN),
        (12 * SECOND, THREE_BUT_ONE, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (14 * 60 * SECOND, ONE, ONE, Verdict.LOOK_AGAIN),
        (15 * 60 * SECOND, ONE, ONE, Verdict.SEND_AGAIN),
        (15 * 60 * SECOND, NOBODY, NOBODY, Verdict.LOOK_AGAIN),
        (15 * 60 * SECOND, NOBODY, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (24 * 3600 * SECOND, THREE, THREE, Verdict.FOR_A_PERSON),
    ],
)
def test_neighbours_that_were_all_reported_prove_that_it_was_never_taken(
    age, near, wide, verdict
):
    assert judged(age, near=near, wide=wide) is verdict


@pytest.mark.parametrize(
    ("age", "near", "middle", "verdict"),
    [
        (59 * SECOND, ONE, THREE, Verdict.LOOK_AGAIN),
        (60 * SECOND, ONE, THREE, Verdict.SEND_AGAIN),
        (60 * SECOND, ONE, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (60 * SECOND, THREE_BUT_ONE, THREE, Verdict.LOOK_AGAIN),
        (60 * SECOND, ONE, ONE, Verdict.LOOK_AGAIN),
    ],
)
def test_a_minute_tells_where_ten_seconds_held_too_few(age, near, middle, verdict):
    assert judged(age, near=near, middle=middle) is verdict


@given(age=AGES, near=GROUPS, wide=GROUPS, resends=st.integers(0, 9))
def test_an_offer_is_never_sent_again(age, near, wide, resends):
    verdict = judged(age, near=near, wide=wide, scope=Scope.MARKETING, resends=resends)

    assert verdict is not Verdict.SEND_AGAIN


@given(age=AGES, near=GROUPS, wide=GROUPS, resends=st.integers(2, 9))
def test_news_is_sent_again_twice_at_most(age, near, wide, resends):
    assert judged(age, near=near, wide=wide, resends=resends) is not Verdict.SEND_AGAIN


@given(age=AGES, near=GROUPS, wide=GROUPS, resends=st.integers(0, 9))
def test_nothing_is_sent_again_without_a_neighbour_or_beside_an_unreported_one(
    age, near, wide, resends
):
    if judged(age, near=near, wide=wide, resends=resends) is Verdict.SEND_AGAIN:
        group = near if near.members >= doubt.MEMBERS_NEEDED else wide
        assert group.members > 0
        assert not group.has_unreported


@given(age=AGES, near=GROUPS, wide=GROUPS)
def test_a_person_is_asked_after_a_day_and_not_before(age, near, wide):
    is_for_a_person = judged(age, near=near, wide=wide) is Verdict.FOR_A_PERSON

    assert is_for_a_person == (age >= timedelta(hours=24))


@given(age=AGES)
def test_there_is_always_a_next_look(age):
    pause = doubt.pause_before_next_look(asked_at=NOON - age, now=NOON)

    assert 2 * SECOND <= pause <= 60 * SECOND
