"""Which times are believed."""

from datetime import UTC, datetime

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def is_believable(moment: datetime) -> bool:
    """Whether somebody may have meant it. At the ends of the calendar no time can be
    added to it, and a database in another zone cannot even tell it."""
    return _EARLIEST <= moment < _LATEST
