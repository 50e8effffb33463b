"""The program's own machines, to be broken on purpose: its Valkey and its workers.

Only what ``./sosik up`` has started: it is looked for among the children of the
supervisor that we descend from ourselves, and nowhere else.
"""

import os
import random
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import psutil

from core.errors import NotPossible
from core.redis_urls import open_redis
from core.words import N_
from wiring.children import MARK

_ANSWER_SECONDS = 2.0


def workers_of(keeper: psutil.Process) -> list[psutil.Process]:
    """Its forks but for the scheduler, which alone leads a group of its own."""
    return [fork for fork in keeper.children() if os.getpgid(fork.pid) == keeper.pid]


class Machines:
    """``environment`` is that of this process, which ``./sosik up`` has started."""

    def __init__(self, redis_url: str, environment: Mapping[str, str]) -> None:
        self._redis_url = redis_url
        self._mark = environment.get(MARK)

    def workers(self) -> list[tuple[int, datetime]]:
        """The process id of each of our workers, and when it began."""
        found = []
        with suppress(psutil.Error, ProcessLookupError):
            for keeper in self._parts("worker"):
                found += [
                    (process.pid, datetime.fromtimestamp(process.create_time(), UTC))
                    for process in workers_of(keeper)
                ]
        return sorted(found)

    def kill_worker(self, chance: random.Random) -> int:
        """Kill one of our workers, as if its power had been cut; answers which.

        Raises:
            NotPossible: none of ours runs.
        """
        workers = self.workers()
        if not workers:
            raise NotPossible(N_("no worker of ./sosik up runs here"))
        victim, _began_at = chance.choice(workers)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        return victim

    def owns_valkey(self) -> bool:
        """Whether the Valkey that we use was started by our supervisor."""
        parts = urlsplit(self._redis_url)
        socket = unquote(parts.path)
        if parts.scheme != "unix" or not socket:
            return False
        with suppress(psutil.Error):
            return any(socket in " ".join(p.cmdline()) for p in self._brothers())
        return False

    def empty_valkey(self) -> int:
        """Forget everything that our own Valkey knows; answers how many keys that was.

        Raises:
            NotPossible: it is somebody else's.
        """
        if not self.owns_valkey():
            raise NotPossible(N_("this Redis was not started by ./sosik up"))
        with open_redis(
            self._redis_url, answer_timeout_seconds=_ANSWER_SECONDS
        ) as redis:
            count = int(redis.dbsize())
            redis.flushdb()
        return count

    def _parts(self, name: str) -> Iterator[psutil.Process]:
        """Parts of our program by their name, by the mark that each bears."""
        _own_name, _at, supervisor = (self._mark or "").partition("@")
        wanted = f"{name}@{supervisor}"
        for process in self._brothers():
            with suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == wanted:
                    yield process

    def _brothers(self) -> list[psutil.Process]:
        """All that our supervisor has started; nothing where none is above us."""
        tail = (self._mark or "").rpartition("@")[2]
        if not tail.isdecimal():
            return []
        above = {process.pid: process for process in psutil.Process().parents()}
        supervisor = above.get(int(tail))
        return [] if supervisor is None else supervisor.children()
