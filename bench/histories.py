"""``histories``: whether what people agreed to is kept in any history at all.

Two stores and their people do whatever comes, drawn from seeds, one after the other:
``tests/flows/test_any_history.py``, as many steps of it as are asked for.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import broken, report

_TEST = "tests/flows/test_any_history.py"
_ROOT = Path(__file__).parents[1]
_BREAKS = (
    *("stop", "unread", "news", "second", "once", "cap", "night", "back"),
    *("redact", "apart", "chain"),
)
_LEAST = {"offers": 0.02, "news": 0.01, "answers": 0.02, "forgotten": 0.002}
"""So many of each for a step: where nothing goes out, nothing can go wrong."""


class Results:
    """What each history came to."""

    def __init__(self) -> None:
        self.figures: Counter[str] = Counter()
        self.failures: list[str] = []
        self.histories = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures.append(f"{report.nodeid.rpartition('[')[2]} {_why(report)}")
        if report.when == "call":
            self.histories += 1
            counted = dict(report.user_properties).get("figures")
            self.figures.update(counted if isinstance(counted, dict) else {})


def _why(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return " ".join(str(getattr(crash, "message", report.longrepr)).split())[:300]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="histories", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--break", dest="broken", choices=_BREAKS)
    parser.add_argument("--quick", action="store_true", help="500 steps")
    said = parser.parse_args(words)
    if said.broken:
        broken.BREAKS[said.broken]()
    steps = 500 if said.quick else said.steps
    os.environ |= {"SOSIK_STEPS": str(steps), "SOSIK_SEED": str(said.seed)}
    results, began = Results(), time.monotonic()
    pytest.main(["-q", "-n0", "-p", "no:cacheprovider", str(_ROOT / _TEST)], [results])
    figures = {
        "broken": said.broken,
        "steps": steps,
        "first_seed": said.seed,
        "histories": results.histories,
        "seconds": round(time.monotonic() - began, 1),
        **results.figures,
    }
    failures = results.failures[:10]
    if not said.broken:
        failures += [
            f"too few {name} to prove anything: {results.figures[name]}"
            for name, share in _LEAST.items()
            if results.figures[name] < share * steps
        ]
    name = f"histories-broken-{said.broken}" if said.broken else "histories"
    return report.keep(name, figures, failures=failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
