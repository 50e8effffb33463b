"""Notices that the program shall end, and lets nobody oversleep it."""

import os
import select
import signal
from contextlib import suppress

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Counts the requests to end. The second one means: at once."""

    def __init__(self) -> None:
        self._count = 0
        self._wake_up, writing = os.pipe()
        os.set_blocking(self._wake_up, False)
        os.set_blocking(writing, False)
        # A child that ends wakes us too, so that it is started again without delay.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in _SIGNALS:
            signal.signal(number, self._ask)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    @property
    def is_asked(self) -> bool:
        return self._count > 0

    @property
    def is_urgent(self) -> bool:
        return self._count > 1

    def pause(self, seconds: float) -> None:
        """Rest, unless something happens: a request to end, or the end of a child."""
        select.select([self._wake_up], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._wake_up, 1024)

    def _ask(self, *_: object) -> None:
        self._count += 1
