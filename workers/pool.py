"""RQ workers, each a process with one queue.

Jobs run in the worker itself, without a fork for each, with our code loaded before
and connections kept. A worker that dies is started again, and what it was doing is
found by the scheduler's next look. With ``--scheduler`` that one is forked here too,
and shares with the workers what they all have loaded.
"""

import argparse
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from types import FrameType

from core import (
    lifeline,
    logs,
    sender_loop,  # noqa: F401 -- or the first messages wait for it, and leave at once
)
from core.clock import system_clock
from core.errors import DatabaseAway
from core.ids import new_id_maker
from core.redis_urls import open_redis
from integrations.job_worker import worker_on
from notifications import automations
from notifications.looking import take_over
from workers import jobs  # noqa: F401 -- loaded before the first fork
from workers.runtime import settings, start_as

log = logging.getLogger(__name__)

_SCHEDULER = "scheduler"
_PAUSE_AFTER_DEATH_SECONDS = 0.5
_PACE = timedelta(milliseconds=50)
"""Of a worker with little to do: what it finds after so long it does together."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument(
        "--scheduler", action="store_true", help="run the scheduler beside them"
    )
    asked = parser.parse_args()
    found = settings()  # wrong settings end all of it, before the first fork
    logs.configure(found.log_level, found.log_format)
    lifeline.watch(os.environ)
    _Pool(asked.workers, _loaded_scheduler() if asked.scheduler else None).run()


def _loaded_scheduler() -> Callable[[], None]:
    """Loaded only where it is wanted: it has more in it than a worker."""
    from workers import scheduler

    return scheduler.main


class _Pool:
    """Keeps so many workers alive until told to stop, and the scheduler if there is
    one. They end with it, however it ends: each waits for the end of a pipe that only
    the pool holds open."""

    def __init__(self, count: int, schedule: Callable[[], None] | None) -> None:
        self._count = count
        self._schedule = schedule
        self._new_id = new_id_maker(system_clock)
        self._children: dict[int, str] = {}
        self._died: list[str] = []
        self._stopping = False
        self._far_end, self._near_end = os.pipe()

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        _share_what_is_loaded()
        pause = Event()
        while not self._stopping or self._children:
            while not self._stopping and self._fork_one_missing():
                pass
            if self._stopping:
                self._end_all()  # also one that was forked as the signal came
            try:
                child, status = os.wait()
            except (ChildProcessError, InterruptedError):
                continue
            name = self._children.pop(child, None)
            if not self._stopping:
                self._note_death(name, child, status)
                pause.wait(_PAUSE_AFTER_DEATH_SECONDS)

    def _note_death(self, name: str | None, child: int, status: int) -> None:
        if name == _SCHEDULER:
            log.warning("scheduler_died pid=%s status=%s", child, status)
            return
        self._died += [name] if name else []
        log.warning("worker_died pid=%s status=%s", child, status)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._end_all()

    def _end_all(self) -> None:
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def _fork_one_missing(self) -> bool:
        """Whether one was missing, which is there now."""
        names = self._children.values()
        if self._schedule is not None and _SCHEDULER not in names:
            self._fork(_SCHEDULER, partial(_lead_a_group_and, self._schedule))
        elif sum(name != _SCHEDULER for name in names) < self._count:
            name = self._new_id("worker")
            self._fork(name, partial(_work, name, tuple(self._died)))
            self._died.clear()  # the new one takes over
        else:
            return False
        return True

    def _fork(self, name: str, live: Callable[[], None]) -> None:
        child = os.fork()
        if child:
            self._children[child] = name
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.close(self._near_end)
        Thread(target=_end_with, args=(self._far_end,), daemon=True).start()
        status = 1
        try:
            live()
            status = 0
        except Exception:
            log.exception("process_failed name=%s", name)
        finally:
            sys.stdout.flush()
            os._exit(status)


def _share_what_is_loaded() -> None:
    """What is there now stays: counting its references anew in each process would make
    a copy of every page it stands on."""
    automations.discover()
    gc.collect()
    gc.freeze()
    gc.enable()


def _lead_a_group_and(live: Callable[[], None]) -> None:
    """Whoever counts the workers from outside knows the scheduler by its group."""
    os.setpgid(0, 0)
    live()


def _end_with(pipe: int) -> None:
    """Nobody ever writes: there is something to read only when the pool is gone."""
    os.read(pipe, 1)
    os._exit(1)


def _work(name: str, died: Sequence[str]) -> None:
    """Take over what the dead held, and work until told to stop; then see off the
    messages that are on their way."""
    services = start_as(name)
    if died:
        try:
            take_over(died, services=services)
        except DatabaseAway as error:
            log.warning("dead_not_seen_to because=%s", error)  # the scheduler will
    redis = open_redis(settings().redis_url, answer_timeout_seconds=None)
    worker_on(redis, name, pace=_PACE).work(logging_level="WARNING")
    services.close()
