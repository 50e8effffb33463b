"""``carts30``: a month of five thousand carts, in which all goes wrong that may.

``tests/flows/test_cart_month.py``, as many checkouts and days of it as are asked for:
no message after a purchase, without a yes, over a cap, at night, or twice; and what the
flow is played to send is what was sent.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import broken, report
from bench.histories import Results

_TEST = "tests/flows/test_cart_month.py"
_ROOT = Path(__file__).parents[1]
_BREAKS = ("bought", "hasty", "agreed", "cap", "night", "lease", "played")
_LEAST = {"offers": 0.1, "compared": 0.3, "cart_bought": 0.05, "late": 0.02}
"""So many of each for a checkout: where nothing goes out, nothing can go wrong."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="carts30", description=__doc__)
    parser.add_argument("--checkouts", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", dest="broken", choices=_BREAKS)
    parser.add_argument("--quick", action="store_true", help="500 in six days")
    said = parser.parse_args(words)
    if said.quick:
        said.checkouts, said.days = 500, 6
    if said.broken:
        broken.BREAKS[said.broken]()
    os.environ |= {
        "SOSIK_CHECKOUTS": str(said.checkouts),
        "SOSIK_DAYS": str(said.days),
        "SOSIK_SEED": str(said.seed),
    }
    results, began = Results(), time.monotonic()
    pytest.main(["-q", "-n0", "-p", "no:cacheprovider", str(_ROOT / _TEST)], [results])
    figures = {
        "broken": said.broken,
        "checkouts": said.checkouts,
        "days": said.days,
        "seed": said.seed,
        "seconds": round(time.monotonic() - began, 1),
        **results.figures,
    }
    failures = results.failures[:10]
    if not results.histories:
        failures.append("nothing was run")
    if not said.broken:
        failures += [
            f"too few {name} to prove anything: {results.figures[name]}"
            for name, share in _LEAST.items()
            if results.figures[name] < share * said.checkouts
        ]
    name = f"carts30-broken-{said.broken}" if said.broken else "carts30"
    return report.keep(name, figures, failures=failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
