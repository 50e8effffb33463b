"""What was put on an order and taken off it, over any number of edits."""

from collections import Counter
from collections.abc import Sequence

from core.events import OrderEdited
from notifications.automations import Told

_LINE = "line:"
"""What an edit told has a name for each line of the order, such as ``line:41``, and how
many more of it there are, or less."""


def told_of(event: OrderEdited) -> Told | None:
    """None where as much was taken off of each line as was put on."""
    changes = Counter[str]()
    for sign, lines in ((1, event.added), (-1, event.removed)):
        for line_id, count in lines:
            changes[f"{_LINE}{line_id}"] += sign * abs(count)
    return _told(changes)


def together(every: Sequence[Told]) -> Told | None:
    """What several edits come to; None where they undo each other."""
    changes = Counter[str]()
    for told in every:
        for name, count in told.items():
            changes[name] += int(count)
    return _told(changes)


def _told(changes: Counter[str]) -> Told | None:
    told = {name: str(count) for name, count in changes.items() if count != 0}
    return told or None


def counts_of(told: Told) -> tuple[int, int] | None:
    """How many things were added, and how many removed; None where it tells of none."""
    counts = [int(count) for name, count in told.items() if name.startswith(_LINE)]
    if not counts:
        return None
    added = sum(count for count in counts if count > 0)
    return added, added - sum(counts)
