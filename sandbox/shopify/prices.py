"""Amounts of money in two currencies: the shop's own, and the one that a buyer sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_precision

from sandbox.shopify.people import SHIPPING, Product


@dataclass(frozen=True, slots=True)
class Amount:
    """The same money as the shop counts it and as the buyer sees it."""

    own: Decimal
    shown: Decimal

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.own + other.own, self.shown + other.shown)

    def __mul__(self, times: int) -> "Amount":
        return Amount(self.own * times, self.shown * times)


NOTHING = Amount(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost in one order. ``own`` is the shop's currency, ``shown`` the
    buyer's."""

    own: str
    shown: str

    def of(self, product: Product) -> Amount:
        own = product.price
        if self.shown == self.own:
            return Amount(own, own)
        return Amount(own, product.price_in(self.shown))

    def of_all(self, items: Iterable[tuple[Product, int]]) -> Amount:
        total = NOTHING
        for product, count in items:
            total += self.of(product) * count
        return total

    @property
    def shipping(self) -> Amount:
        return self.of(SHIPPING)

    def plain(self, amount: Amount) -> str:
        """As a body has it without any currency: in the shop's own."""
        return written_amount(amount.own, self.own)

    def both(self, amount: Amount) -> dict[str, Any]:
        """As a body has it under a name that ends in ``_set``."""
        return {
            "shop_money": _money(amount.own, self.own),
            "presentment_money": _money(amount.shown, self.shown),
        }


def written_amount(amount: Decimal, currency: str) -> str:
    """With the decimals of its currency: a won and a yen have none."""
    return str(amount.quantize(Decimal(1).scaleb(-_decimals(currency))))


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {
        "amount": written_amount(amount, currency),
        "currency_code": currency,
    }


@lru_cache
def _decimals(currency: str) -> int:
    return get_currency_precision(currency)
