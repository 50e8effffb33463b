"""Ids that say what they name: ``msg_019...`` is a message wherever you meet it."""

import secrets
from collections.abc import Callable
from typing import TypeAlias

from core.clock import Clock

NewId: TypeAlias = Callable[[str], str]
"""Makes an unused id from a prefix; later ids sort after earlier ones."""


def new_id_maker(clock: Clock) -> NewId:
    def new_id(prefix: str) -> str:
        milliseconds = int(clock().timestamp() * 1000)
        return f"{prefix}_{milliseconds:011x}{secrets.token_hex(6)}"

    return new_id
