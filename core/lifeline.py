"""Ends a process when the program that it is a part of has ended, however it ended.

``./sosik up`` holds a named pipe open for writing as long as it lives, and names it in
``SOSIK_LIFELINE``. Whoever reads from the pipe learns at once when it is gone: even
after SIGKILL, even in a child of a child, and on macOS as on Linux.
"""

import os
import threading
from collections.abc import Mapping

NAME = "SOSIK_LIFELINE"
_EXIT_CODE = 70

_watched: set[str] = set()


def watch(env: Mapping[str, str]) -> None:
    """Have this process, and whatever it forks, end with the supervisor.

    Does nothing where no supervisor is above us, and nothing the second time. The
    end is hard: no handlers run, as if the machine had lost its power. The program
    is built to bear that, and a handler that hangs would leave the process behind.
    """
    path = env.get(NAME)
    if not path or path in _watched:
        return
    if not _watched:
        # Threads do not survive a fork, and RQ forks for its jobs.
        os.register_at_fork(after_in_child=_watch_all)
    _watched.add(path)
    _watch(path)


def _watch_all() -> None:
    for path in _watched:
        _watch(path)


def _watch(path: str) -> None:
    threading.Thread(
        target=_end_with, args=(path,), name="lifeline", daemon=True
    ).start()


def _end_with(path: str) -> None:
    try:
        # Not waiting for a writer: a supervisor that is gone already never comes.
        pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        while not _is_closed(pipe):
            os.set_blocking(pipe, True)
    except FileNotFoundError:
        pass
    os._exit(_EXIT_CODE)


def _is_closed(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False
