"""What goes wrong in a month, from a seed: processes die, Redis is emptied, and Meta
fails in every way in which it can be known to have failed, or not."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from notifications.office import Office
from notifications.ports import Services
from tests.flows.vanishing import Gone
from tests.world import World

_FAULTS = (
    {"kind": "refuse"},
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "error_before"},
    {"kind": "error_after"},
    {"kind": "refusal", "code": 130429, "http": 400},
    {"kind": "refusal", "code": 131016, "http": 400},
    {"kind": "refusal", "code": 131056, "http": 400},
)
KINDS = (
    "reader killed",
    "sender killed before",
    "sender killed after",
    "redis emptied",
    "meta fails",
    "meta is silent",
)


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Trouble:
    """``share`` is how often something goes wrong, of all moments."""

    def __init__(self, world: World, *, seed: int, share: float) -> None:
        self.world = world
        self.happened: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._share = share
        self._due = list(KINDS)

    def comes(self) -> str | None:
        """What goes wrong now, if anything does: every kind once, then any."""
        if self._chance.random() >= self._share:
            return None
        kind = self._due.pop() if self._due else self._chance.choice(KINDS)
        self.happened[kind] += 1
        return kind

    def silence(self) -> timedelta:
        """For how long Meta reports on nothing."""
        return timedelta(seconds=self._chance.choice((15, 90, 400, 1800)))

    def meta_is_about_to_fail(self) -> None:
        fault = {**self._chance.choice(_FAULTS), "next": self._chance.randint(1, 2)}
        self.world.meta.post("settings", {"faults": [fault]})

    @contextmanager
    def services(self, kind: str | None) -> Iterator[Services]:
        """Those of a process that comes to that end."""
        services = self.world.services
        if kind == "reader killed":
            services = replace(services, counters=_KilledAfterReading())
        if kind in ("sender killed before", "sender killed after"):
            assert isinstance(services.office, Office)
            gone = Gone(services.office, sends=kind == "sender killed after")
            services = replace(services, office=gone)
        yield services


class _KilledAfterReading:
    """All is written down, and nothing committed."""

    def add(self, name: str, labels: Mapping[str, str], count: int = 1) -> None:
        if name == "webhooks_read":
            raise Killed
