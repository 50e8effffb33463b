"""How often a catalog may be told something: by Meta's formula, in any minute."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
_AT_LEAST = 8
_CLOCKS_DIFFER = timedelta(seconds=1)
"""Meta counts when a call arrives, and we when it leaves."""


def calls_a_minute(seen: int = 0) -> int:
    """``seen`` is how often people saw the catalog's products within 28 days, as far as
    that is known."""
    return int(_AT_LEAST + _AT_LEAST * math.log2(max(1, seen)))


def free_at(calls: Sequence[datetime], now: datetime, *, most: int) -> datetime:
    """When the next call may leave, after ``calls`` that have left. It is the past, or
    ``now``, where that may be at once.

    Each call counts for a whole minute after it. A bucket that fills up steadily would
    let twice as many through within the minute in which it runs dry.
    """
    counting = sorted(each for each in calls if each > now - MINUTE - _CLOCKS_DIFFER)
    if len(counting) < most:
        return now
    return counting[-most] + MINUTE + _CLOCKS_DIFFER
