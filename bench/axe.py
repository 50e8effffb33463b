"""Kills and stops processes of a running program, by a plan that a seed decides."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import psutil

from bench.stage import Stage

_WEIGHTS = {
    "web worker": 11,
    "web master": 3,
    "rq worker": 44,
    "rq pool": 6,
    "scheduler": 14,
    "valkey": 13,
    "postgres": 6,
    "postgres backend": 3,
}
_STATES_WAIT_SECONDS = 2.0


class Axe:
    """Strikes ``times`` times within ``seconds``; ``kills`` counts what was killed."""

    def __init__(self, stage: Stage, *, seed: int, times: int, seconds: float) -> None:
        self.kills: Counter[str] = Counter()
        self.stops = 0
        self._stage = stage
        self._chance = random.Random(seed)
        self._strikes = sorted(self._chance.uniform(0, seconds) for _ in range(times))
        self._stops = _stops(self._chance, seconds)
        self._stopped: list[tuple[float, int]] = []
        self._victims: dict[str, Callable[[], int | None]] = {
            "web worker": lambda: self._one_of(stage.children("web")),
            "web master": lambda: stage.process_id("web"),
            "rq worker": lambda: self._one_of(stage.children("worker")),
            "rq pool": lambda: stage.process_id("worker"),
            "scheduler": lambda: stage.process_id("scheduler"),
            "valkey": lambda: stage.process_id("valkey"),
            "postgres": lambda: stage.process_id("postgres"),
            "postgres backend": lambda: self._one_of(stage.children("postgres")),
        }
        self._thread = Thread(target=self._run, name="axe", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Wait for the last strike, and until whoever was stopped goes on."""
        self._thread.join()

    def _one_of(self, process_ids: list[int]) -> int | None:
        return self._chance.choice(process_ids) if process_ids else None

    def _run(self) -> None:
        began_at = time.monotonic()
        while self._strikes or self._stops or self._stopped:
            now = time.monotonic() - began_at
            while self._strikes and self._strikes[0] <= now:
                if not self._strike():
                    break
                self._strikes.pop(0)
            while self._stops and self._stops[0] <= now:
                if not self._stop_a_worker(now):
                    break
                self._stops.pop(0)
            self._wake(now)
            time.sleep(0.05)

    def _strike(self) -> bool:
        """Kill somebody; answer whether there was somebody to be killed."""
        kinds, weights = zip(*_WEIGHTS.items(), strict=True)
        for _ in range(5):  # whoever is drawn may be dead already
            [kind] = self._chance.choices(kinds, weights)
            process_id = self._victims[kind]()
            if process_id is None:
                continue
            if kind == "postgres":
                _signal(process_id, signal.SIGSTOP)
                _wait_until_stopped(process_id)
            if _signal(process_id, signal.SIGKILL):
                self.kills[kind] += 1
                return True
        return False

    def _stop_a_worker(self, now: float) -> bool:
        """For longer than a lease: when it wakes, it must not do what was its. False if
        there is none just now, all having been killed."""
        process_id = self._one_of(self._stage.children("worker"))
        if process_id is None or not _signal(process_id, signal.SIGSTOP):
            return False
        self.stops += 1
        self._stopped.append((now + self._chance.uniform(12, 25), process_id))
        return True

    def _wake(self, now: float) -> None:
        for due in [due for due in self._stopped if due[0] <= now]:
            self._stopped.remove(due)
            _signal(due[1], signal.SIGCONT)


def _stops(chance: random.Random, seconds: float) -> list[float]:
    """When to stop a worker: about every six seconds, the first one early."""
    moments = [min(2.0, seconds / 4)]
    while (later := moments[-1] + chance.uniform(4, 8)) < seconds:
        moments.append(later)
    return moments


def _signal(process_id: int, number: signal.Signals) -> bool:
    try:
        os.kill(process_id, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait_until_stopped(process_id: int) -> None:
    """Killed while it forks, the postmaster would leave a child that nobody knows."""
    deadline = time.monotonic() + _STATES_WAIT_SECONDS
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(process_id)
        while time.monotonic() < deadline:
            if process.status() == psutil.STATUS_STOPPED:
                return
            time.sleep(0.002)
