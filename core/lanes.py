"""Lanes: work is cut into sixteen, and what belongs together shares a lane.

Within a lane things keep their order; lanes do not wait for each other. Two more are
for what Meta reports of messages that are out, and for what stores say of their
products: there is much of it, in any order, and nobody waits for it.
"""

import zlib
from enum import StrEnum
from typing import NewType

_LANES_OF_SHOPS = 16
LANES = _LANES_OF_SHOPS + 2
"""Rows remember their lane, so with fewer those above the new number would strand."""

Lane = NewType("Lane", int)


class Work(StrEnum):
    """The two kinds of work a lane can have."""

    READ = "read"
    SEND = "send"


def lane_of(*parts: str) -> Lane:
    """The lane of a thing; the same parts give the same lane on every machine."""
    return Lane(zlib.crc32("\n".join(parts).encode()) % _LANES_OF_SHOPS)


def report_lane_of(name: str) -> Lane:
    """The lane of a bundle of reports, or of a product, by any name of it."""
    reports = LANES - _LANES_OF_SHOPS
    return Lane(_LANES_OF_SHOPS + zlib.crc32(name.encode()) % reports)


def is_for_reports(lane: Lane) -> bool:
    return lane >= _LANES_OF_SHOPS


def lanes_from(lane: Lane) -> list[Lane]:
    """All lanes of the same kind of work, this one first and the others in a circle."""
    first, last = (
        (_LANES_OF_SHOPS, LANES) if is_for_reports(lane) else (0, _LANES_OF_SHOPS)
    )
    return [Lane(each) for each in (*range(lane, last), *range(first, lane))]
