"""Lanes: work is cut into sixteen, and what belongs together shares a lane.

Within a lane things keep their order; lanes do not wait for each other. Two more are
for what Meta reports of messages that are out, and one is for what stores say of their
products: there is much of it, in any order, and nobody waits for it. Since a lane has
one reader, an import of products takes one worker at most.
"""

import zlib
from enum import StrEnum
from typing import NewType

_LANES_OF_SHOPS = 16
_LANES_OF_REPORTS = 2
LANES = _LANES_OF_SHOPS + _LANES_OF_REPORTS + 1
"""Rows remember their lane, so with fewer those above the new number would strand."""

Lane = NewType("Lane", int)

GOODS_LANE = Lane(LANES - 1)
"""Of what stores say of their products."""


class Work(StrEnum):
    """The two kinds of work a lane can have."""

    READ = "read"
    SEND = "send"


def lane_of(*parts: str) -> Lane:
    """The lane of a thing; the same parts give the same lane on every machine."""
    return Lane(zlib.crc32("\n".join(parts).encode()) % _LANES_OF_SHOPS)


def report_lane_of(name: str) -> Lane:
    """The lane of a bundle of reports, by any name of it."""
    return Lane(_LANES_OF_SHOPS + zlib.crc32(name.encode()) % _LANES_OF_REPORTS)


def is_for_reports(lane: Lane) -> bool:
    """Or for products: for what nobody waits."""
    return lane >= _LANES_OF_SHOPS


def lanes_from(lane: Lane) -> list[Lane]:
    """All lanes of the same kind of work, this one first and the others in a circle."""
    first, last = 0, _LANES_OF_SHOPS
    if lane == GOODS_LANE:
        first, last = GOODS_LANE, LANES
    elif is_for_reports(lane):
        first, last = _LANES_OF_SHOPS, GOODS_LANE
    return [Lane(each) for each in (*range(lane, last), *range(first, lane))]
