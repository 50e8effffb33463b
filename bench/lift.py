"""``lift``: whether the interval of a flow's lift holds the truth as often as it says.

Stores of which the true effect is known: so many people, of whom some are held out, buy
by chance at the one rate or the other.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bench import report
from notifications.rules.lift import Group, lift

_BAR = 0.93


@dataclass(frozen=True, slots=True)
class Case:
    """``rate`` is of those held out, and ``effect`` what the flow adds to it."""

    people: int
    rate: float
    effect: float
    holdout: float = 0.1

    def __str__(self) -> str:
        return f"{self.people} people, {self.rate:.0%} and {self.effect:+.1%}"


CASES = (
    Case(300, 0.08, 0.05),
    Case(2_000, 0.05, 0.02),
    Case(2_000, 0.05, 0.0),
    Case(500, 0.01, 0.01),
    Case(5_000, 0.2, -0.03),
)


def covered(case: Case, chance: random.Random) -> bool:
    """Whether the interval of one such store holds its true effect."""
    held_out = sum(chance.random() < case.holdout for _ in range(case.people))
    told = case.people - held_out
    found = lift(
        Group(told, _buyers(told, case.rate + case.effect, chance)),
        Group(held_out, _buyers(held_out, case.rate, chance)),
    )
    return found is not None and found.low <= case.effect <= found.high


def _buyers(people: int, rate: float, chance: random.Random) -> int:
    return sum(chance.random() < rate for _ in range(people))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="lift", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="100 seeds")
    said = parser.parse_args(words)
    seeds = 100 if said.quick else said.seeds
    held = {
        str(case): sum(covered(case, random.Random(seed)) for seed in range(seeds))
        for case in CASES
    }
    failures = [
        f"{name}: {count} of {seeds}, fewer than {_BAR:.0%}"
        for name, count in held.items()
        if count < _BAR * seeds
    ]
    return report.keep("lift", {"seeds": seeds} | held, failures=failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
