"""How many more people bought because of something than would have anyway.

People are drawn into two groups by chance. The share of buyers among those who got it,
less the share among those held out, is the lift. Its interval is Newcombe's hybrid of
two Wilson intervals (Statistics in Medicine 17, 1998, method 10), which holds for few
people and for shares near nothing, where the usual formula does not.
"""

from dataclasses import dataclass
from math import sqrt

ENOUGH = 30
"""Of so many people of whom none has bought, the true share may still be one in nine:
of fewer there is nothing to say about a step."""

_Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: 95 % lie within both ends."""


@dataclass(frozen=True, slots=True)
class Group:
    """So many people, of whom so many bought."""

    people: int
    buyers: int

    @property
    def share(self) -> float:
        return self.buyers / self.people


@dataclass(frozen=True, slots=True)
class Lift:
    """Shares of people, from -1 to 1: 0.02 is two more buyers in a hundred people.
    ``low`` and ``high`` are the ends of the 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Whether chance alone would hardly make it."""
        return self.low > 0 or self.high < 0


def lift(told: Group, held_out: Group) -> Lift | None:
    """None where one of the groups is empty: there is nothing to compare."""
    if told.people == 0 or held_out.people == 0:
        return None
    difference = told.share - held_out.share
    told_low, told_high = interval_of(told)
    held_low, held_high = interval_of(held_out)
    below = sqrt((told.share - told_low) ** 2 + (held_high - held_out.share) ** 2)
    above = sqrt((told_high - told.share) ** 2 + (held_out.share - held_low) ** 2)
    # A share is never more than all: what is a hair beyond is how computers count.
    low, high = max(-1.0, difference - below), min(1.0, difference + above)
    return Lift(difference, low, high)


def lift_of_enough(told: Group, held_out: Group) -> Lift | None:
    """None where one of the groups is too few people to tell anything by."""
    if min(told.people, held_out.people) < ENOUGH:
        return None
    return lift(told, held_out)


def interval_of(group: Group) -> tuple[float, float]:
    """Both ends of where the share of a group of one at least lies, by Wilson."""
    n, share = group.people, group.share
    middle = share + _Z * _Z / (2 * n)
    away = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    whole = 1 + _Z * _Z / n
    return max(0.0, (middle - away) / whole), min(1.0, (middle + away) / whole)
