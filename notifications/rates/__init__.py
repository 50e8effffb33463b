"""What Meta takes for a message, as far as it is known: a file for each currency.

A price holds from its date until a later one. The price lists are Meta's, read at
second hand where a file says so; a bill may differ, by volume and by contract.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.values import Money

_FOLDER = Path(__file__).parent
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class _Price:
    since: date
    amount: Decimal


def marketing_price(country: str | None, *, on: date) -> Money | None:
    """For one message that was delivered; None where no price is known."""
    prices = _prices().get(country or "", ())
    valid = [price for price in prices if price.since <= on]
    if not valid:
        return None
    return Money(max(valid, key=lambda price: price.since).amount, CURRENCY)


@cache
def _prices() -> Mapping[str, tuple[_Price, ...]]:
    file = _FOLDER / f"{CURRENCY.lower()}.toml"
    read: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    found: dict[str, tuple[_Price, ...]] = {}
    for each in read["list"]:
        for country, amount in each["marketing"].items():
            price = _Price(each["since"], Decimal(amount))
            found[country] = (*found.get(country, ()), price)
    return found
