"""Whether an edit of an order is one that was told before, in other words.

A webhook tells an edit by its id. A store that is asked tells what was agreed by it,
and names no edit: all that both tell is when it was, and what it came to.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from core.events import OrderEdited
from core.values import LineId

_ONE_MOMENT = timedelta(seconds=3)
_ONE_CHANGE = timedelta(minutes=10)
"""Longer than two descriptions of one edit should be apart. Of two edits that change
the same within it one may be taken for the other, and nobody is told twice."""


def is_told_by(event: OrderEdited, told: Iterable[OrderEdited]) -> bool:
    return any(are_one(event, each) for each in told)


def first_told(event: OrderEdited, told: Iterable[OrderEdited]) -> OrderEdited:
    """The same edit as it was told first; ``told`` is in the order of its reading."""
    return next((each for each in told if are_one(event, each)), event)


def are_one(one: OrderEdited, other: OrderEdited) -> bool:
    if one.order_id != other.order_id:
        return False
    if (one.edit_id is None) == (other.edit_id is None):
        return (one.edit_id or one.happened_at) == (other.edit_id or other.happened_at)
    apart = abs(one.happened_at - other.happened_at)
    return apart <= _ONE_MOMENT or (
        apart <= _ONE_CHANGE and _changes(one) == _changes(other)
    )


def _changes(event: OrderEdited) -> Counter[LineId]:
    """By line, how many more there are of it, or less."""
    changes = Counter[LineId]()
    for sign, lines in ((1, event.added), (-1, event.removed)):
        for line_id, count in lines:
            changes[line_id] += sign * abs(count)
    return changes
