"""Lanes: work is cut into sixteen, and what belongs together shares a lane.

Within a lane things keep their order; lanes do not wait for each other.
"""

import zlib
from enum import StrEnum
from typing import NewType

LANES = 16
"""Rows remember their lane, so changing this strands the rows above the new number."""

Lane = NewType("Lane", int)


class Work(StrEnum):
    """The two kinds of work a lane can have."""

    READ = "read"
    SEND = "send"


def lane_of(*parts: str) -> Lane:
    """The lane of a thing; the same parts give the same lane on every machine."""
    return Lane(zlib.crc32("\n".join(parts).encode()) % LANES)
