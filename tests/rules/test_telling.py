"""What belongs together is told once, and what follows each other in its order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.rules import telling
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.stories import Chapter, Story, is_older, is_told_along
from notifications.rules.telling import PATIENCE, TOGETHER
from tests.rules.facts import FIRST, LAST, NOON, but, sibling
from tests.rules.outbox_of_one import ALL, OutboxOfOne, row

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

CHAPTERS = st.builds(
    Chapter,
    st.sampled_from(Story),
    st.integers(0, 3),
    st.sampled_from([timedelta(), MINUTE, timedelta(days=365)]),
)
SIBLINGS = st.builds(
    sibling,
    st.sampled_from("abcdefgh"),
    chapter=st.none() | CHAPTERS,
    about=st.sampled_from(["7", "8"]),
    wanted_at=st.integers(-90, 90).map(lambda seconds: NOON + seconds * SECOND),
)


@given(one=SIBLINGS, other=SIBLINGS)
def test_no_two_tell_each_other_along(one, other):
    assert not (is_told_along(one, other) and is_told_along(other, one))


@given(siblings=st.lists(SIBLINGS, min_size=2, max_size=6, unique_by=lambda s: s.id))
def test_telling_along_never_leads_in_a_circle(siblings):
    told = {
        one.id: {each.id for each in siblings if is_told_along(one, each)}
        for one in siblings
    }

    for _ in siblings:
        told = {
            id_: set().union(*(told.get(each, set()) for each in later), later)
            for id_, later in told.items()
        }
    assert all(id_ not in later for id_, later in told.items())


@given(one=SIBLINGS, later=SIBLINGS)
def test_only_the_same_story_of_the_same_thing_is_told_along(one, later):
    if is_told_along(one, later):
        assert one.about == later.about
        assert one.chapter.story == later.chapter.story
        assert one.chapter.number <= later.chapter.number


@pytest.mark.parametrize(
    ("state", "tells"),
    [
        ("waiting", False),
        ("sending", True),
        ("unsure", True),
        ("sent", True),
        ("delivered", True),
        ("read", True),
        ("failed", False),
        ("skipped", False),
        ("cancelled", False),
    ],
)
def test_only_what_has_gone_out_has_told_anything(state, tells):
    facts = but(
        itself=sibling("a", chapter=FIRST),
        siblings=(sibling("b", chapter=LAST, state=state),),
    )

    objection = telling.must_not_be_told_along(facts, NOON)

    assert objection == (Skip(Because.TOLD_TOGETHER) if tells else None)
    assert telling.told_along_by(facts) == ("b" if tells else None)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_parcel_leaves_once_with_the_same_numbers_however_it_is_worded(is_first):
    """Of two wordings each tells the other, and whatever was proposed first."""
    plain = sibling("a", chapter=FIRST, tracking_key="k")
    other = sibling("b", chapter=LAST, tracking_key="k", wanted_at=NOON + HOUR)
    itself, gone = (plain, other) if is_first else (other, plain)

    told = telling.told_along_by(
        but(itself=itself, siblings=(replace(gone, state="sent"),))
    )

    assert told == gone.id


@pytest.mark.parametrize("is_of_this_batch", [True, False])
def test_of_its_own_chapter_a_message_tells_what_was_decided_about_with_it(
    is_of_this_batch,
):
    """What came in later, however old its news, was told by nobody."""
    newer = sibling(
        "b",
        chapter=FIRST,
        wanted_at=NOON + MINUTE,
        state="sending",
        is_of_this_batch=is_of_this_batch,
    )
    facts = but(itself=sibling("a", chapter=FIRST), siblings=(newer,))

    assert telling.told_along_by(facts) == ("b" if is_of_this_batch else None)


@given(seconds=st.integers(-200, 200))
def test_what_is_about_to_go_out_is_waited_for(seconds):
    due_at = NOON + seconds * SECOND
    facts = but(
        itself=sibling("a", chapter=FIRST),
        siblings=(sibling("b", chapter=LAST, due_at=due_at),),
    )

    objection = telling.must_leave_it_to_later_news(facts, NOON)

    until = max(due_at, NOON + SECOND)
    is_soon = due_at <= NOON + TOGETHER
    assert objection == (Wait(until, Because.GATHERING) if is_soon else None)


@pytest.mark.parametrize("because", ["template_not_ready", "template_is_marketing"])
def test_what_is_held_up_by_its_own_template_is_not_waited_for(because):
    facts = but(
        itself=sibling("a", chapter=FIRST),
        siblings=(sibling("b", chapter=LAST, reason=because),),
    )

    assert telling.must_leave_it_to_later_news(facts, NOON) is None


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({}, True),
        ({"reason": "pair_limit", "due_at": NOON + 4 * MINUTE}, True),
        ({"reason": "template_not_ready", "due_at": NOON + MINUTE}, True),
        ({"reason": "meta_131057", "due_at": NOON + 2 * SECOND}, True),
        ({"due_at": NOON + SECOND}, False),
        ({"reason": "parked", "due_at": NOON + PATIENCE + SECOND}, False),
        ({"state": "sending"}, False),
        ({"state": "sent"}, False),
        ({"created_at": NOON - PATIENCE}, False),
    ],
)
def test_older_news_goes_first_unless_it_is_held_up_for_long(changes, waits):
    older = sibling("a", wanted_at=NOON - HOUR, **changes)
    facts = but(itself=sibling("b"), siblings=(older,))

    objection = telling.must_keep_its_place(facts, NOON)

    assert (objection is not None) == waits
    if objection:
        assert objection.because is Because.BEHIND_ANOTHER


NAMES = {
    "order_confirmation": None,
    "order_cancelled": None,
    "refund_issued": None,
    "parcel_on_its_way": (7, 8),
    "parcel_in_transit": (7, 8),
    "parcel_out_for_delivery": (7, 8),
    "parcel_ready_for_pickup": (7,),
}


@st.composite
def _outboxes(draw):
    """Several messages about an order, most of them within some minutes."""
    pairs = [(name, p) for name, about in NAMES.items() for p in about or (None,)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=7, unique=True))
    reviews = {name: draw(_REVIEWS) for name in NAMES}
    rows = []
    for place, (name, parcel) in enumerate(chosen):
        created_at = NOON + draw(st.integers(0, 240)) * SECOND
        rows.append(
            row(
                f"m{place}",
                name,
                fulfillment_id=parcel,
                tracking_key="k" if name == "parcel_on_its_way" else None,
                created_at=created_at,
                wanted_at=created_at - draw(st.integers(0, 300)) * SECOND,
                due_at=created_at + draw(st.sampled_from([0, 0, 20])) * SECOND,
                refusals=draw(_REFUSALS),
                reviewed_at=reviews[name],
            )
        )
    return OutboxOfOne(rows, most_at_once=draw(st.sampled_from([1, 2, 100])))


_REVIEWS = st.sampled_from([NOON, NOON, NOON, NOON + 3 * MINUTE, NOON + 2 * HOUR])
_REFUSALS = st.lists(st.sampled_from([2 * SECOND, 90 * SECOND]), max_size=2)


def _itself(one):
    return sibling(
        one.id,
        chapter=ALL[one.automation].chapter,
        about=str(one.fulfillment_id),
        wanted_at=one.wanted_at,
        created_at=one.created_at,
    )


def _is_left_to_another(one, outbox):
    return any(is_told_along(_itself(one), _itself(each)) for each in outbox.rows)


@settings(max_examples=100, deadline=None)
@given(outbox=_outboxes())
def test_news_about_an_order_keeps_its_order(outbox):
    """Overtaken is only what came in or was planned for later than the newer one left,
    what had been held up for a quarter of an hour by then, and what waits for another
    message to tell it."""
    first_due = {one.id: one.due_at for one in outbox.rows}

    outbox.settle(within=12 * HOUR)

    for place, later in enumerate(outbox.sent):
        for older in outbox.sent[place + 1 :]:
            if not is_older(_itself(older), _itself(later)):
                continue
            since = max(older.created_at, older.wanted_at)
            assert (
                first_due[older.id] > later.asked_at
                or later.asked_at >= since + PATIENCE
                or _is_left_to_another(older, outbox)
            ), (older, later)


@settings(max_examples=100, deadline=None)
@given(outbox=_outboxes())
def test_all_news_is_told_in_the_end_by_itself_or_by_another(outbox):
    outbox.settle(within=12 * HOUR)

    by_id = {one.id: one for one in outbox.rows}
    for one in outbox.rows:
        teller = one
        while teller.reason == "told_together":
            teller = by_id[teller.told_by]
        assert teller.state == "sent", one


@settings(max_examples=100, deadline=None)
@given(outbox=_outboxes())
def test_nobody_waits_long_for_what_nothing_holds_up(outbox):
    """A day may pass for a template, but a bit of gathering is all there is else."""
    held_up = max(
        (sum(one.refusals, timedelta()) for one in outbox.rows), default=timedelta()
    )
    reviewed_at = max(one.reviewed_at for one in outbox.rows)

    outbox.settle(within=12 * HOUR)

    last = max(one.asked_at for one in outbox.sent)
    bound = max(reviewed_at, NOON + 260 * SECOND) + 8 * held_up + 5 * MINUTE
    assert last <= bound
