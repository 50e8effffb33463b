"""Not faster than Meta allows, told as properties: no examples cover every pace."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.rules import pacing
from notifications.rules.objections import Because
from sandbox.meta.pace import Pairs
from tests.rules.facts import NOON, but

SECONDS = st.floats(0, 1_000).map(lambda seconds: timedelta(seconds=seconds))


def sent_when_allowed(wishes):
    """When messages to one person leave, if each tries at its time and waits."""
    debt, left, now = None, [], NOON
    for wish in wishes:
        now = max(now, NOON + wish)
        objection = pacing.must_not_flood_one_person(but(debt=debt), now)
        if objection is not None:
            assert objection.because is Because.PAIR_LIMIT
            assert objection.until > now
            now = objection.until
            again = pacing.must_not_flood_one_person(but(debt=debt), now)
            assert again is None
        left.append(now)
        debt = pacing.after_one_more(debt, now=now)
    return left


@example(wishes=[timedelta(seconds=each) for each in (244.591796875, 245, 251)])
@settings(deadline=None, max_examples=100)
@given(wishes=st.lists(SECONDS, max_size=120).map(sorted))
def test_meta_refuses_none_of_what_we_let_through(wishes):
    """The simulated Meta counts in its own way; the two must agree."""
    meta = Pairs()

    for moment in sent_when_allowed(wishes):
        assert meta.allows("number", "person", (moment - NOON).total_seconds())


@settings(deadline=None, max_examples=50)
@given(wishes=st.lists(SECONDS, max_size=120).map(sorted))
def test_nobody_gets_more_than_45_ahead_of_one_in_six_seconds(wishes):
    left = sent_when_allowed(wishes)

    for first, moment in enumerate(left):
        for count, later in enumerate(left[first:], start=1):
            earned = (later - moment) / pacing.ONE_MESSAGE
            assert count <= pacing.MOST_AT_ONCE + earned + 1e-6


@given(pause=st.timedeltas(timedelta(seconds=6), timedelta(days=1)))
def test_who_hears_seldom_never_waits(pause):
    left = sent_when_allowed([pause * turn for turn in range(60)])

    assert left == [NOON + pause * turn for turn in range(60)]


def test_forty_five_leave_at_once_and_the_next_when_all_are_paid_back():
    left = sent_when_allowed([timedelta()] * 47)

    assert [(moment - NOON).total_seconds() for moment in left] == [0] * 45 + [270] * 2


@given(
    throughput=st.integers(1, 1_000),
    away=st.timedeltas(timedelta(seconds=-60), timedelta(seconds=60)),
    horizon=st.timedeltas(timedelta(), timedelta(seconds=5)),
    most=st.integers(0, 500),
)
def test_slots_come_evenly_and_never_before_their_time(throughput, away, horizon, most):
    slots = pacing.slots(
        throughput=throughput,
        next_slot_at=NOON + away,
        now=NOON,
        horizon=horizon,
        most=most,
    )

    assert len(slots) <= most
    assert all(max(NOON, NOON + away) <= slot < NOON + horizon for slot in slots)
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    least = timedelta(seconds=1 / throughput)
    assert all(gap >= least for gap in gaps)


@given(throughput=st.integers(1, 1_000), turns=st.integers(1, 20))
def test_no_second_holds_more_than_the_limit_over_many_turns(throughput, turns):
    given_out, next_at, now = [], NOON, NOON
    for _ in range(turns):
        slots = pacing.slots(
            throughput=throughput,
            next_slot_at=next_at,
            now=now,
            horizon=timedelta(milliseconds=700),
            most=64,
        )
        given_out += slots
        if slots:
            next_at = slots[-1] + pacing.between_slots(throughput)
        now += timedelta(milliseconds=200)

    assert given_out == sorted(given_out)
    one_too_many = zip(given_out, given_out[throughput:], strict=False)
    assert all(later - slot >= timedelta(seconds=1) for slot, later in one_too_many)


def test_a_parked_number_is_free_when_its_time_is_over():
    later = NOON + timedelta(seconds=1)

    assert pacing.must_not_be_parked(but(parked_until=later), NOON).until == later
    assert pacing.must_not_be_parked(but(parked_until=NOON), NOON) is None
    assert pacing.must_not_be_parked(but(parked_until=None), NOON) is None
