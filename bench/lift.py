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
from notifications.rules.lift import Group, lift, lift_of_enough

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


@dataclass(frozen=True, slots=True)
class FlowCase:
    """Step by step ``rates`` of those who are left and held out, and what each step
    adds to it. Whoever has bought is left no more."""

    people: int
    rates: Sequence[float]
    effects: Sequence[float]
    holdout: float = 0.1

    def __str__(self) -> str:
        added = ", ".join(f"{effect:+.0%}" for effect in self.effects)
        return f"{self.people} people, step by step {added}"


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


FLOWS = (
    FlowCase(2_000, (0.06, 0.05, 0.02), (0.04, 0.0, 0.02)),
    FlowCase(2_000, (0.06, 0.05, 0.02), (0.0, 0.0, 0.0)),
    FlowCase(600, (0.3, 0.1), (0.2, 0.05), holdout=0.2),
    FlowCase(800, (0.05, 0.02), (-0.03, 0.02)),
)


def covered_by_step(case: FlowCase, chance: random.Random) -> list[bool]:
    """Of each step of one such flow, whether its interval holds what it adds."""
    held_out = sum(chance.random() < case.holdout for _ in range(case.people))
    told = case.people - held_out
    holds = []
    for rate, effect in zip(case.rates, case.effects, strict=True):
        told_now = Group(told, _buyers(told, rate + effect, chance))
        held_now = Group(held_out, _buyers(held_out, rate, chance))
        found = lift_of_enough(told_now, held_now)
        if found is not None:
            holds.append(found.low <= effect <= found.high)
        told, held_out = told - told_now.buyers, held_out - held_now.buyers
    return holds


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
    asked = dict.fromkeys(held, seeds)
    for case in FLOWS:
        steps = [
            is_held
            for seed in range(seeds)
            for is_held in covered_by_step(case, random.Random(seed))
        ]
        held[str(case)], asked[str(case)] = sum(steps), len(steps)
    failures = [
        f"{name}: {count} of {asked[name]}, fewer than {_BAR:.0%}"
        for name, count in held.items()
        if count < _BAR * asked[name]
    ]
    figures = {name: f"{count} of {asked[name]}" for name, count in held.items()}
    return report.keep("lift", {"seeds": seeds} | figures, failures=failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
