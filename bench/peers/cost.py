"""What a service costs: processor time and memory of every process that takes part."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil


def servers() -> dict[str, int]:
    """The processes that lead PostgreSQL and Valkey, which this one has started."""
    found = {}
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            name = child.name()
            if name.startswith(("postgres", "valkey-server")):
                found[name.split("-")[0]] = child.pid
    return found


def cpu_seconds(leaders: Iterable[int]) -> float:
    """User and system time so far, with children, the ended ones too."""
    total = 0.0
    for leader in leaders:
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(leader).cpu_times()
            total += times.children_user + times.children_system
        for process in _family(leader):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
    return total


def memory_bytes(leaders: Iterable[int]) -> int:
    """Proportional set size: what several share is counted once."""
    total = 0
    for leader in leaders:
        for process in _family(leader):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def _family(leader: int) -> Iterator[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        leading = psutil.Process(leader)
        yield leading
        yield from leading.children(recursive=True)
