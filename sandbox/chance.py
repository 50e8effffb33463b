"""Chance that can be repeated: whatever a simulator draws comes from a seed."""

import random

Range = tuple[float, float]
"""Milliseconds, from and to."""


def dice(seed: int | str) -> random.Random:
    """The same seed gives the same draws; never for secrets."""
    return random.Random(seed)  # noqa: S311


def seconds_within(chance: random.Random, milliseconds: Range) -> float:
    low, high = milliseconds
    return (low if low == high else chance.uniform(low, high)) / 1000
