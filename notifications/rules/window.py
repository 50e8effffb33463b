"""For a day after somebody wrote, a business may answer in words of its own.

Later than that WhatsApp takes nothing from it but templates.
"""

from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
_UNTIL_IT_IS_THERE = timedelta(seconds=10)
"""What is decided now reaches WhatsApp some seconds later."""

_WRITING = frozenset(
    {
        *("text", "button", "interactive", "order"),
        *("image", "audio", "video", "document", "sticker", "location", "contacts"),
    }
)


def is_writing(kind: str) -> bool:
    """Whether it opens the window. A reaction or a message that was taken back does
    not, nor does what WhatsApp itself could not read."""
    return kind in _WRITING


def is_open(wrote_at: datetime | None, *, now: datetime) -> bool:
    """Whether what is decided ``now`` still comes in time, given when they last
    wrote."""
    return wrote_at is not None and now < wrote_at + WINDOW - _UNTIL_IT_IS_THERE
