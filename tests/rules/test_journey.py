"""Of a parcel's journey only the last step is told, and each step once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from notifications.rules import journey, news
from notifications.rules.decision import Send, decide
from notifications.rules.objections import Because, Skip
from tests.rules.facts import NOON, but

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ORDER = list(Milestone)

MILESTONES = st.sampled_from(Milestone)
MOMENTS = st.integers(-48, 48).map(lambda hours: NOON + hours * HOUR)


@given(mine=MILESTONES, scan=MILESTONES, scan_at=MOMENTS)
def test_a_later_scan_of_another_milestone_overtakes_and_no_other(mine, scan, scan_at):
    facts = but(
        milestone=mine,
        parcel_milestone=mine,
        parcel_milestone_at=NOON,
        scan_milestone=scan,
        scan_at=scan_at,
    )

    is_later = scan_at > NOON or (
        scan_at == NOON and ORDER.index(scan) > ORDER.index(mine)
    )
    stays_true = mine in ("attempted", "delayed") and scan in ("labelled", "in_transit")
    is_past = is_later and scan is not mine and not stays_true
    expected = Skip(Because.OVERTAKEN) if is_past else None
    assert journey.must_not_be_overtaken(facts, NOON) == expected


@given(mine=MILESTONES, parcel=MILESTONES, parcel_at=MOMENTS)
def test_a_fulfillments_word_counts_only_where_it_is_further_along(
    mine, parcel, parcel_at
):
    """The time of a fulfillment is that of any change, such as of its number."""
    facts = but(
        milestone=mine,
        scan_milestone=mine,
        scan_at=NOON,
        parcel_milestone=parcel,
        parcel_milestone_at=parcel_at,
    )

    is_past = parcel_at >= NOON and ORDER.index(parcel) > ORDER.index(mine)
    expected = Skip(Because.OVERTAKEN) if is_past else None
    assert journey.must_not_be_overtaken(facts, NOON) == expected


@given(
    mine=MILESTONES.filter(lambda one: one not in ("attempted", "delayed")),
    scan=st.none() | MILESTONES,
    parcel=st.none() | MILESTONES,
)
def test_what_nobody_says_any_more_is_not_told(mine, scan, parcel):
    """The scan was taken back, before its news went out."""
    before = NOON - HOUR
    facts = but(
        milestone=mine,
        scan_milestone=scan,
        scan_at=before if scan else None,
        parcel_milestone=parcel,
        parcel_milestone_at=before if parcel else None,
    )

    is_said = mine in (scan, parcel)
    expected = None if is_said else Skip(Because.OVERTAKEN)
    assert journey.must_not_be_overtaken(facts, NOON) == expected


@given(moved_at=st.none() | MOMENTS)
def test_a_label_is_no_news_of_a_parcel_that_has_moved(moved_at):
    facts = but(
        milestone=Milestone.LABELLED,
        parcel_milestone=Milestone.LABELLED,
        parcel_milestone_at=NOON,
        parcel_moved_at=moved_at,
    )

    expected = None if moved_at is None else Skip(Because.OVERTAKEN)
    assert journey.must_not_be_overtaken(facts, NOON) == expected


@given(scan=MILESTONES, scan_at=MOMENTS, parcel=MILESTONES, parcel_at=MOMENTS)
def test_what_is_about_no_milestone_is_not_overtaken(scan, scan_at, parcel, parcel_at):
    facts = but(
        milestone=None,
        scan_milestone=scan,
        scan_at=scan_at,
        parcel_milestone=parcel,
        parcel_milestone_at=parcel_at,
    )

    assert journey.must_not_be_overtaken(facts, NOON) is None


@pytest.mark.parametrize("newest", ["another", None])
def test_a_place_that_the_parcel_has_left_is_overtaken(newest):
    facts = but(
        milestone=Milestone.IN_TRANSIT,
        place="here",
        scan_place=newest,
        scan_milestone=Milestone.IN_TRANSIT,
        scan_at=NOON + HOUR,
    )

    assert journey.must_not_be_overtaken(facts, NOON) == Skip(Because.OVERTAKEN)


@given(set_out_at=st.none() | MOMENTS)
def test_only_what_comes_after_the_first_place_is_somewhere_new(set_out_at):
    facts = but(place="here", parcel_set_out_at=set_out_at)

    is_first = set_out_at is not None and set_out_at >= NOON
    expected = Skip(Because.SET_OUT_HERE) if is_first else None
    assert journey.must_be_somewhere_new(facts, NOON) == expected


@given(parcel_at=MOMENTS, milestone=st.none() | MILESTONES)
def test_an_arrival_is_told_only_of_a_parcel_that_was_under_way(parcel_at, milestone):
    facts = but(milestone=milestone, parcel_was_under_way=False)

    is_of_arrival = milestone is Milestone.DELIVERED
    expected = Skip(Because.ALREADY_DELIVERED) if is_of_arrival else None
    assert journey.must_have_been_under_way(facts, NOON) == expected


@given(scan=MILESTONES, days=st.integers(-2, 2), is_daily=st.booleans())
def test_what_a_scan_told_on_an_earlier_day_is_not_told_again(scan, days, is_daily):
    facts = but(
        milestone=Milestone.ATTEMPTED,
        is_told_daily=is_daily,
        scan_milestone=scan,
        scan_at=NOON + days * DAY,
    )

    is_repeat = is_daily and scan is Milestone.ATTEMPTED and days < 0
    expected = Skip(Because.ALREADY_TOLD) if is_repeat else None
    assert journey.must_not_be_told_already(facts, NOON) == expected


def test_an_arrival_is_news_of_a_parcel_that_has_arrived():
    arrived = but(milestone=Milestone.DELIVERED, parcel_milestone=Milestone.DELIVERED)

    assert decide(arrived, now=NOON) == Send()


@pytest.mark.parametrize("milestone", [m for m in Milestone if m != "delivered"])
def test_nothing_else_is_news_of_a_parcel_that_has_arrived(milestone):
    facts = but(milestone=milestone, parcel_milestone=Milestone.DELIVERED)

    assert decide(facts, now=NOON) == Skip(Because.ALREADY_DELIVERED)


@given(outlives=st.booleans())
def test_only_what_outlives_a_cancellation_is_told_of_a_cancelled_order(outlives):
    facts = but(order_cancelled_at=NOON, outlives_cancellation=outlives)

    expected = None if outlives else Skip(Because.ORDER_CANCELLED)
    assert news.must_still_be_true(facts, NOON) == expected


def test_news_of_a_milestone_does_not_hang_on_the_tracking_numbers():
    facts = but(
        milestone=Milestone.IN_TRANSIT,
        parcel_milestone=Milestone.IN_TRANSIT,
        tracking_key=None,
    )

    assert decide(facts, now=NOON) == Send()
