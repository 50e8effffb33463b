"""Waits for what other processes do, no longer than needed."""

from collections.abc import Callable
from threading import Event
from time import monotonic

_STEP_SECONDS = 0.02


def eventually(is_so: Callable[[], object], within_seconds: float = 20.0) -> bool:
    """Whether it became so in time."""
    deadline = monotonic() + within_seconds
    while not is_so():
        if monotonic() > deadline:
            return False
        Event().wait(_STEP_SECONDS)
    return True
