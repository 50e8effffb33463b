"""What is done about a message of which nobody knows whether it arrived."""

from datetime import timedelta
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Scope
from notifications.rules import doubt
from notifications.rules.doubt import Group, Reported, Verdict
from tests.rules.facts import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
AGES = st.timedeltas(timedelta(), timedelta(hours=30))


def group(before, after=0, *, silent=0):
    return Group(before=before, after=after, silent=silent)


NOBODY = group(0)
ONE = group(1)
THREE = group(2, 1)
THREE_BUT_ONE = group(2, 1, silent=1)
QUORUM = group(7, 4, silent=1)


@st.composite
def nested_groups(draw):
    """Near, middle and wide: each has all of the one before, and perhaps more."""
    found = []
    before = after = silent = 0
    for _ in range(3):
        before = min(before + draw(st.integers(0, 12)), doubt.MOST_COUNTED)
        after = min(after + draw(st.integers(0, 12)), doubt.MOST_COUNTED)
        more = draw(st.integers(0, 2))
        silent = min(silent + more, before + after, 2)
        found.append(group(before, after, silent=silent))
    return found


GROUPS = nested_groups()


def judged(
    age,
    *,
    near=NOBODY,
    middle=NOBODY,
    wide=NOBODY,
    scope=Scope.TRANSACTIONAL,
    is_reply=False,
    resends=0,
):
    return doubt.judge(
        scope=scope,
        is_reply=is_reply,
        resends=resends,
        asked_at=NOON - age,
        near=near,
        middle=middle,
        wide=wide,
        now=NOON,
    )


def is_proven_by_whole_groups(age, near, middle, wide):
    """The rule before there was a quorum: nobody in the group may be silent."""
    if near.members >= 3 and age >= 12 * SECOND:
        return near.silent == 0
    if middle.members >= 3 and age >= 60 * SECOND:
        return middle.silent == 0
    return age >= 15 * MINUTE and wide.members > 0 and wide.silent == 0


@pytest.mark.parametrize(
    ("age", "near", "wide", "verdict"),
    [
        (11 * SECOND, THREE, THREE, Verdict.LOOK_AGAIN),
        (12 * SECOND, THREE, THREE, Verdict.SEND_AGAIN),
        (12 * SECOND, THREE_BUT_ONE, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (14 * MINUTE, ONE, ONE, Verdict.LOOK_AGAIN),
        (15 * MINUTE, ONE, ONE, Verdict.SEND_AGAIN),
        (15 * MINUTE, NOBODY, NOBODY, Verdict.LOOK_AGAIN),
        (15 * MINUTE, NOBODY, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (24 * 60 * MINUTE, THREE, THREE, Verdict.FOR_A_PERSON),
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
        (60 * SECOND, THREE_BUT_ONE, THREE_BUT_ONE, Verdict.LOOK_AGAIN),
        (60 * SECOND, ONE, ONE, Verdict.LOOK_AGAIN),
    ],
)
def test_a_minute_tells_where_ten_seconds_held_too_few(age, near, middle, verdict):
    assert judged(age, near=near, middle=middle) is verdict


@pytest.mark.parametrize(
    ("age", "middle", "wide", "verdict"),
    [
        (5 * MINUTE - SECOND, QUORUM, QUORUM, Verdict.LOOK_AGAIN),
        (5 * MINUTE, QUORUM, QUORUM, Verdict.SEND_AGAIN),
        (5 * MINUTE, group(6, 4, silent=1), QUORUM, Verdict.LOOK_AGAIN),
        (15 * MINUTE, group(6, 4, silent=1), QUORUM, Verdict.SEND_AGAIN),
        (5 * MINUTE, group(12, 12, silent=2), QUORUM, Verdict.LOOK_AGAIN),
        (5 * MINUTE, group(12, 3, silent=1), QUORUM, Verdict.LOOK_AGAIN),
        (5 * MINUTE, group(3, 12, silent=1), QUORUM, Verdict.LOOK_AGAIN),
    ],
)
def test_one_silent_neighbour_of_many_does_not_hold_it_back_for_long(
    age, middle, wide, verdict
):
    """Ten reported ones, more than three on each side, and one that stays silent."""
    assert judged(age, near=THREE_BUT_ONE, middle=middle, wide=wide) is verdict


@given(age=AGES, groups=GROUPS)
def test_a_quorum_only_adds_to_what_whole_groups_prove_and_late(age, groups):
    near, middle, wide = groups
    age = min(age, 24 * 60 * MINUTE - SECOND)

    verdict = judged(age, near=near, middle=middle, wide=wide)

    if is_proven_by_whole_groups(age, near, middle, wide):
        assert verdict is Verdict.SEND_AGAIN
    elif verdict is Verdict.SEND_AGAIN:
        assert age >= 5 * MINUTE
        assert any(each.reported >= 10 and each.silent == 1 for each in (middle, wide))


@given(age=AGES, groups=GROUPS)
def test_another_silent_neighbour_never_speaks_for_sending_again(age, groups):
    near, middle, wide = groups

    def hushed(each):
        return group(
            each.before, each.after, silent=min(each.silent + 1, each.members, 2)
        )

    if judged(age, near=near, middle=middle, wide=wide) is Verdict.LOOK_AGAIN:
        silenced = judged(
            age, near=hushed(near), middle=hushed(middle), wide=hushed(wide)
        )
        assert silenced is not Verdict.SEND_AGAIN


@given(age=AGES, members=st.integers(0, 12), resends=st.integers(0, 9))
def test_while_nobody_is_reported_nothing_is_sent_again(age, members, resends):
    silent = group(members, members, silent=min(2 * members, 2))

    verdict = judged(age, near=silent, middle=silent, wide=silent, resends=resends)

    assert verdict is not Verdict.SEND_AGAIN


def error_when_reports_go_missing(share, before, after, age):
    """How likely a message that Meta did take is sent again, when each report is
    missing by chance with this probability: its own is, and the others say nothing."""
    members = before + after
    passes = 0.0
    for silent in range(members + 1):
        beside = group(before, after, silent=min(silent, 2))
        verdict = judged(age, near=beside, middle=beside, wide=beside)
        if verdict is Verdict.SEND_AGAIN:
            chance = share**silent * (1 - share) ** (members - silent)
            passes += comb(members, silent) * chance
    return share * passes


@pytest.mark.parametrize(
    ("before", "after", "at_most"), [(7, 4, 0.0745), (4, 7, 0.0745), (12, 12, 0.0346)]
)
def test_at_its_worst_a_quorum_errs_less_than_three_neighbours_do(
    before, after, at_most
):
    """The figures of docs/adr/0004."""
    shares = [number / 1000 for number in range(1001)]

    of_three = max(
        error_when_reports_go_missing(share, 2, 1, 12 * SECOND) for share in shares
    )
    of_quorum = max(
        error_when_reports_go_missing(share, before, after, 5 * MINUTE)
        for share in shares
    )

    assert of_three == pytest.approx(0.1055, abs=0.0001)
    assert of_quorum == pytest.approx(at_most, abs=0.0001)


def reported(*slow, spread=timedelta()):
    """Neighbours whose reports took so long, the ``spread`` apart."""
    return [
        Reported(NOON + n * spread, NOON + n * spread + each)
        for n, each in enumerate(slow)
    ]


def is_too_early(age, beside):
    return doubt.is_too_early(beside, asked_at=NOON, now=NOON + age)


FEW = st.lists(st.timedeltas(timedelta(), timedelta(hours=3)), max_size=9)


@given(age=AGES, slowness=FEW)
def test_a_report_has_twice_the_time_that_the_slowest_beside_it_took(age, slowness):
    assert is_too_early(age, reported(*slowness)) == any(
        age < 2 * slow for slow in slowness
    )


def test_from_the_fifth_minute_on_the_slowest_of_more_than_ten_is_passed_over():
    """One that came by itself, while those of the others went on coming."""
    quick = reported(*[SECOND] * 300, spread=3 * SECOND)
    beside = [*quick, Reported(NOON, NOON + 4 * MINUTE)]

    assert is_too_early(5 * MINUTE - SECOND, beside)
    assert not is_too_early(5 * MINUTE, beside)


def outage(ends, *, wait):
    """A neighbour each second while nothing is reported, until all of them are."""
    return [
        Reported(NOON + n * SECOND, NOON + ends + (n % 7) * wait / 6) for n in range(30)
    ]


@pytest.mark.parametrize("ends", [40 * SECOND, 2 * 60 * MINUTE])
def test_while_no_report_could_come_none_was_slow(ends):
    """After an outage it counts from its end, however long it was."""
    beside = outage(ends, wait=6 * SECOND)

    assert is_too_early(ends + 11 * SECOND, beside)
    assert not is_too_early(ends + 12 * SECOND, beside)


def test_where_few_have_waited_a_silence_is_no_outage():
    beside = outage(40 * SECOND, wait=6 * SECOND)[:9]

    assert is_too_early(79 * SECOND, beside)


@pytest.mark.parametrize(("beside", "at_most"), [(3, 0.11), (24, 0.005), (100, 0.001)])
def test_a_report_that_is_the_last_of_all_is_seldom_so_much_slower(beside, at_most):
    """The figures of docs/adr/0004: the times of reports fall off exponentially."""
    chance = Random(beside)
    tries = 5_000
    wrong = 0
    for _ in range(tries):
        slowest = max(chance.expovariate(1) for _ in range(beside)) * SECOND
        own = chance.expovariate(1) * SECOND
        wrong += own > slowest and not is_too_early(own, reported(slowest))

    assert wrong / tries < at_most


@given(age=AGES, groups=GROUPS, resends=st.integers(0, 9))
def test_an_offer_is_never_sent_again(age, groups, resends):
    near, middle, wide = groups

    verdict = judged(
        age,
        near=near,
        middle=middle,
        wide=wide,
        scope=Scope.MARKETING,
        resends=resends,
    )

    assert verdict is not Verdict.SEND_AGAIN


@given(age=AGES, groups=GROUPS)
def test_what_answers_somebody_is_never_sent_again(age, groups):
    near, middle, wide = groups

    verdict = judged(age, near=near, middle=middle, wide=wide, is_reply=True)

    assert verdict is not Verdict.SEND_AGAIN


@given(age=AGES, groups=GROUPS, resends=st.integers(2, 9))
def test_news_is_sent_again_twice_at_most(age, groups, resends):
    near, middle, wide = groups

    verdict = judged(age, near=near, middle=middle, wide=wide, resends=resends)

    assert verdict is not Verdict.SEND_AGAIN


@given(age=AGES, groups=GROUPS)
def test_a_person_is_asked_after_a_day_and_not_before(age, groups):
    near, middle, wide = groups

    verdict = judged(age, near=near, middle=middle, wide=wide)

    assert (verdict is Verdict.FOR_A_PERSON) == (age >= timedelta(hours=24))


@given(age=AGES)
def test_there_is_always_a_next_look(age):
    pause = doubt.pause_before_next_look(asked_at=NOON - age, now=NOON)

    assert 2 * SECOND <= pause <= 60 * SECOND
