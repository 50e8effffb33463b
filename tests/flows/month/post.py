"""How the month's webhooks come in: most at once, some late, some twice."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.flows.month.store import Webhook

LATE_SHARE, DOUBLED_SHARE = 0.15, 0.10
_SPANS = (
    (5, 60, 3),
    (60, 900, 4),
    (900, 3600, 3),
    (3600, 4 * 3600, 3),
    (4 * 3600, 30 * 3600, 0.3),
)
"""From and to so many seconds, and how often: Shopify tries again for four hours, and
has been seen to be a day late."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook comes in at ``at`` under ``name``."""

    at: datetime
    name: str
    webhook: Webhook


def delivered(webhooks: Sequence[Webhook], *, seed: int) -> list[Delivery]:
    """In the order in which they come in."""
    chance = random.Random(seed)
    found = []
    for number, webhook in enumerate(webhooks):
        name = f"webhook-{number}"
        at = webhook.at + _delay(chance, LATE_SHARE)
        found.append(Delivery(at, name, webhook))
        if chance.random() < DOUBLED_SHARE:
            again = name if chance.random() < 0.5 else f"{name}-again"
            later = at + _delay(chance, 0.5)
            found.append(Delivery(later, again, webhook))
    return sorted(found, key=lambda each: (each.at, each.name))


def _delay(chance: random.Random, late_share: float) -> timedelta:
    if chance.random() >= late_share:
        return timedelta(seconds=chance.randint(1, 3))
    shares = [share for _, _, share in _SPANS]
    [(least, most, _)] = chance.choices(_SPANS, shares)
    return timedelta(seconds=chance.randint(least, most))
