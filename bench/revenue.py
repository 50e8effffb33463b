"""``revenue``: whether what flows have brought is right to the cent, of any orders.

``tests/flows/test_flow_results.py``, with as many drawn orders as are asked for, each
added up beside the program by hand.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import report
from bench.histories import Results

_TEST = "tests/flows/test_flow_results.py"
_ROOT = Path(__file__).parents[1]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="revenue", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="2,000 orders")
    said = parser.parse_args(words)
    orders = 2_000 if said.quick else said.orders
    os.environ["SOSIK_REVENUE_ORDERS"] = str(orders)
    results, began = Results(), time.monotonic()
    asked = ["-q", "-n0", "-p", "no:cacheprovider", "-k", "raw_facts"]
    pytest.main([*asked, str(_ROOT / _TEST)], [results])
    figures = {
        "orders": orders,
        "stores": results.histories,
        "seconds": round(time.monotonic() - began, 1),
        **results.figures,
    }
    failures = results.failures[:10]
    if not results.figures["counted"]:
        failures.append("nothing was counted")
    return report.keep("revenue", figures, failures=failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
