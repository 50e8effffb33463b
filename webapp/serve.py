"""``python -m webapp.serve --host H --port P``: the web processes, sharing memory.

granian forks its processes and has each load the application for itself. What is
loaded before the fork is shared by all of them, so it is loaded here; no connection is
opened and no thread started before granian has forked.
"""

import gc
import sys
from collections.abc import Sequence

from granian.cli import entrypoint

from webapp import wsgi

OPTIONS = (
    *("--interface", "wsgi", "--http", "1", "--no-ws"),
    *("--workers", "2", "--blocking-threads", "4", "--backpressure", "128"),
    *("--respawn-failed-workers", "--respawn-interval", "1"),
    *("--http1-header-read-timeout", "10000", "--workers-kill-timeout", "8"),
    *("--log-level", "warning"),
)
"""What granian is told, unless the command line tells it otherwise."""


def main(options: Sequence[str]) -> None:
    # What is there now stays: counting its references anew in each process would
    # make a copy of every page it stands on.
    gc.collect()
    gc.freeze()
    sys.argv = ["granian", *OPTIONS, *options, f"{wsgi.__name__}:app"]
    entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(sys.argv[1:])
