"""What several edits of an order come to."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.events import OrderEdited
from core.values import LineId, OrderEditId, OrderId
from notifications import edits
from tests.rules.facts import NOON
from tests.rules.outbox_of_one import OutboxOfOne, row

LINES = st.lists(
    st.tuples(st.integers(1, 4).map(LineId), st.integers(1, 5)), max_size=5
).map(tuple)
EDITS = st.builds(
    OrderEdited,
    happened_at=st.just(NOON),
    order_id=st.just(OrderId(1)),
    edit_id=st.just(OrderEditId(1)),
    added=LINES,
    removed=LINES,
    tells_buyer=st.none() | st.booleans(),
)


def _by_line(every):
    lines = {}
    for edit in every:
        for line, count in edit.added:
            lines[line] = lines.get(line, 0) + count
        for line, count in edit.removed:
            lines[line] = lines.get(line, 0) - count
    return lines.values()


@given(every=st.lists(EDITS, min_size=1, max_size=5))
def test_together_they_tell_what_each_line_came_to(every):
    told = [each for edit in every if (each := edits.told_of(edit)) is not None]

    together = edits.together(told)

    changes = list(_by_line(every))
    if not any(changes):
        assert together is None
    else:
        assert edits.counts_of(together) == (
            sum(each for each in changes if each > 0),
            -sum(each for each in changes if each < 0),
        )


@given(every=st.lists(EDITS, min_size=2, max_size=4), data=st.data())
def test_it_does_not_matter_in_which_order_they_are_put_together(every, data):
    told = [each for edit in every if (each := edits.told_of(edit)) is not None]
    shuffled = data.draw(st.permutations(told))

    assert edits.together(told) == edits.together(shuffled)


def test_what_is_about_no_edit_has_no_counts():
    assert edits.counts_of({"place": "abc"}) is None


SECOND = timedelta(seconds=1)
_REFUSALS = st.lists(st.sampled_from([2 * SECOND, 90 * SECOND]), max_size=2)


@st.composite
def _outboxes(draw):
    """Edits within some minutes, which come in late or at once, and in any batches."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        created_at = NOON + draw(st.integers(0, 400)) * SECOND
        line, count = draw(st.integers(1, 2)), draw(st.sampled_from([-2, -1, 1, 2]))
        rows.append(
            row(
                f"m{number}",
                "order_edited",
                told={f"line:{line}": str(count)},
                created_at=created_at,
                wanted_at=created_at - draw(st.sampled_from([0, 1, 200])) * SECOND,
                due_at=created_at + 120 * SECOND,
                refusals=draw(_REFUSALS),
            )
        )
    return OutboxOfOne(rows, most_at_once=draw(st.sampled_from([1, 2, 100])))


@settings(max_examples=100, deadline=None)
@given(outbox=_outboxes())
def test_each_change_is_told_once_whatever_tells_it(outbox):
    """What was left out because it came to nothing changes no sum."""
    changed = sum(int(count) for one in outbox.rows for count in one.told.values())

    outbox.settle(within=timedelta(hours=12))

    told = [int(one.said["added"]) - int(one.said["removed"]) for one in outbox.sent]
    assert sum(told) == changed
    assert {one.state for one in outbox.rows} <= {"sent", "skipped"}
