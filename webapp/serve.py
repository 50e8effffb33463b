"""``python -m webapp.serve --host H --port P``: the web processes, sharing memory.

granian forks its processes and has each load the application for itself. What is
loaded before the fork is shared by all of them, so it is loaded here; no connection is
opened and no thread started before granian has forked.
"""

import gc
import sys
import time
from collections import deque
from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar

from granian import cli
from granian.server import MPServer

OPTIONS = (
    *("--interface", "wsgi", "--http", "1", "--no-ws"),
    *("--workers", "2", "--blocking-threads", "4", "--backpressure", "128"),
    *("--respawn-failed-workers", "--respawn-interval", "1"),
    *("--http1-header-read-timeout", "10000", "--workers-kill-timeout", "8"),
    *("--log-level", "warning"),
)
"""What granian is told, unless the command line tells it otherwise."""

_APPLICATION = "webapp.wsgi"
_MANY_DEATHS = 20
_SHORT_TIME_SECONDS = 10.0
_PAUSE_SECONDS = 0.2


class LastingServer(MPServer):
    """A server that goes on with the processes it has left.

    granian's own ends them all, and with them the port, when one process dies twice
    within 5.5 seconds, as it may when a machine is short of memory. Only very many
    deaths in a short time say that no process can live.
    """

    _deaths: ClassVar[deque[float]] = deque(maxlen=_MANY_DEATHS)

    def _respawn_workers(
        self, workers: Sequence[int], *given: Any, **named: Any
    ) -> Any:
        self._deaths.extend([time.monotonic()] * len(workers))
        self.main_loop_interrupt.wait(_PAUSE_SECONDS)
        super()._respawn_workers(workers, *given, **named)
        if not self._die_like_flies():
            self.respawned_wrks.clear()

    def _die_like_flies(self) -> bool:
        is_full = len(self._deaths) == _MANY_DEATHS
        return is_full and self._deaths[-1] - self._deaths[0] < _SHORT_TIME_SECONDS


def main(options: Sequence[str]) -> None:
    # What is loaded stays: looking for garbage in it meanwhile would take the seventh
    # part of the loading, and counting its references anew in each process would make
    # a copy of every page it stands on.
    gc.disable()
    import_module(_APPLICATION).load()
    gc.collect()
    gc.freeze()
    gc.enable()
    sys.argv = ["granian", *OPTIONS, *options, f"{_APPLICATION}:app"]
    vars(cli)["Server"] = LastingServer  # its command line has no option for it
    cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(sys.argv[1:])
