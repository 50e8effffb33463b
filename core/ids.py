"""Ids that say what they name: ``msg_019...`` is a message wherever you meet it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import TypeAlias

from core.clock import Clock

NewId: TypeAlias = Callable[[str], str]
"""Makes an unused id from a prefix; later ids sort after earlier ones."""


def new_id_maker(clock: Clock) -> NewId:
    # Within one process the later of two keeps its place even in the same moment.
    numbers = count()

    def new_id(prefix: str) -> str:
        place = next(numbers) & 0xFFFF
        return f"{begins_at(prefix, clock())}{place:04x}{secrets.token_hex(5)}"

    return new_id


def begins_at(prefix: str, moment: datetime) -> str:
    """What sorts before every id that is made from a moment on, and behind all that
    were made in an earlier millisecond."""
    return f"{prefix}_{int(moment.timestamp() * 1000):011x}"
