"""``rest``: how much memory all of ``./sosik up`` takes while nothing happens.

Its second start is measured, on data that are there, with both simulators; some time
after it is ready, when what a start needs has been done. What several processes share
is counted once (PSS), PostgreSQL's and Valkey's with it.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import psutil

from bench import report
from bench.up import Program, new_folder
from wiring.children import MARK

_MOST_MB = 450.0
_SIMULATORS = "sandbox"


def rested(data_dir: Path, seconds: float) -> dict[str, float]:
    """Megabytes of each part of a run, after so long.

    Raises:
        RuntimeError: it does not start; with what it said.
    """
    with closing(Program(data_dir)) as program:
        if not program.is_ready():
            raise RuntimeError(program.said())
        time.sleep(seconds)
        return _megabytes_by_part(program.process.pid)


def _megabytes_by_part(supervisor: int) -> dict[str, float]:
    found = Counter[str]()
    leader = psutil.Process(supervisor)
    found["supervisor"] = leader.memory_full_info().pss
    for part in leader.children():
        for process in (part, *part.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                found[_name(part)] += process.memory_full_info().pss
    return {name: round(size / 2**20, 1) for name, size in found.most_common()}


def _name(part: psutil.Process) -> str:
    mark = part.environ().get(MARK, "")
    return mark.partition("@")[0] or part.name()


def _figures(parts: Mapping[str, float]) -> dict[str, object]:
    in_all = sum(parts.values())
    return {
        "parts_mb": dict(parts),
        "in_all_mb": round(in_all, 1),
        "without_simulators_mb": round(in_all - parts[_SIMULATORS], 1),
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./sosik bench rest", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="look after five seconds")
    asked = parser.parse_args(words)
    seconds = 5.0 if asked.quick else 35.0
    with new_folder() as data_dir:
        rested(data_dir, 0.0)
        parts = rested(data_dir, seconds)
    figures = _figures(parts)
    in_all = sum(parts.values())
    failures = [f"{in_all:.0f} MB at rest"] if in_all >= _MOST_MB else []
    return report.keep(
        "rest", {"seconds_at_rest": seconds, **figures}, failures=failures
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
