"""A busy day in a minute: so many orders a second, for a while, and then it is over."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.knobs import BadControl
from sandbox.shopify.people import BUYERS, PRODUCTS, Buyer
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import Till

MOST_A_SECOND = 50
LONGEST_SECONDS = 60
_STEP_SECONDS = 0.1
_SPECIAL_ENDINGS = ("131026", "130472", "131049", "131050")
"""The simulated Meta refuses numbers that end so: see ``sandbox.meta.messages``."""


@dataclass(slots=True)
class _Pace:
    a_second: int
    seconds: int
    ends_at: float
    placed: int = 0

    @property
    def wanted(self) -> int:
        return self.a_second * self.seconds


class Rush:
    """One at a time; another one takes its place."""

    def __init__(self, till: Till, chance: random.Random) -> None:
        self._till = till
        self._chance = chance
        self._pace: _Pace | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        return self._task is not None and not self._task.done()

    def begin(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """``a_second`` orders for ``seconds``, each by a buyer of its own."""
        self.end()
        loop = asyncio.get_running_loop()
        seconds = _within(body, "seconds", LONGEST_SECONDS)
        self._pace = _Pace(
            a_second=_within(body, "a_second", MOST_A_SECOND),
            seconds=seconds,
            ends_at=loop.time() + seconds,
        )
        self._task = asyncio.create_task(self._sell(shop, self._pace))
        return self.shown()

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def shown(self) -> dict[str, Any]:
        pace = self._pace
        if pace is None:
            return {"on": False, "placed": 0, "wanted": 0, "a_second": 0}
        return {
            "on": self.is_on,
            "placed": pace.placed,
            "wanted": pace.wanted,
            "a_second": pace.a_second,
        }

    async def _sell(self, shop: Shop, pace: _Pace) -> None:
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        while pace.placed < pace.wanted:
            passed = loop.time() - began_at
            due = min(pace.wanted, int(passed * pace.a_second) + 1)
            while pace.placed < due:
                self._till.sell(shop, self._wish())
                pace.placed += 1
                # Deliveries go on between two orders, however many are due.
                await asyncio.sleep(0)
            await asyncio.sleep(_STEP_SECONDS)

    def _wish(self) -> dict[str, Any]:
        buyer = self._chance.choice(list(BUYERS.values()))
        count = self._chance.randint(1, 3)
        return {
            "locale": buyer.locale,
            "phone": number_like(buyer, self._chance),
            "shown_in": self._chance.choice(("BRL", "KRW", "USD", "EUR")),
            "consent": True,
            "items": [
                {"sku": product.sku, "quantity": self._chance.randint(1, 2)}
                for product in self._chance.sample(PRODUCTS, count)
            ],
        }


def number_like(buyer: Buyer, chance: random.Random) -> str:
    """A number of the same country and kind, and nobody else's."""
    while True:
        number = f"{buyer.phone[:-6]}{chance.randrange(10**6):06d}"
        if number != buyer.phone and not number.endswith(_SPECIAL_ENDINGS):
            return number


def _within(body: Mapping[str, Any], name: str, most: int) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadControl(f"{name}: must be a whole number from 1 to {most}")
    return value
