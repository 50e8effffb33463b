"""Amounts, exactly as Shopify wrote them, and the things that they were paid for."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from core.errors import UnreadablePayload
from core.values import Item, LineId, Money, ProductId, VariantId
from integrations.plain_text import cleaned
from integrations.shopify import wire
from integrations.shopify.wire import Wire

_LARGEST_EXPONENT = 15
_LONGEST_AMOUNT = 40
_MOST_OF_ONE = 1_000_000_000
_LONGEST_TITLE = 200


def money(amount: Any, currency: Any) -> Money | None:
    """None where there is no amount, no currency, or none that can be."""
    if not isinstance(currency, str):
        return None
    if type(amount) is str:
        return _read(amount, currency)
    if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
        return _checked(amount, currency)
    return None


# The prices of a shop come back with each of its orders, and each order several times.
@lru_cache(maxsize=8_192)
def _read(amount: str, currency: str) -> Money | None:
    return _checked(amount, currency) if len(amount) <= _LONGEST_AMOUNT else None


def _checked(amount: str | int | Decimal, currency: str) -> Money | None:
    try:
        found = Money(Decimal(amount), currency)
    except (ArithmeticError, ValueError):
        return None
    return found if abs(found.amount.adjusted()) <= _LARGEST_EXPONENT else None


def shown(body: Wire, name: str) -> Money | None:
    """What stands under ``name``, in the buyer's currency, else in the shop's.

    Of the two forms in which a body has it, ``name_set`` counts for more.
    """
    prices = wire.an_object(body, f"{name}_set")
    seen = wire.an_object(prices, "presentment_money")
    return money(seen.get("amount"), seen.get("currency_code")) or money(
        body.get(name), body.get("currency")
    )


def in_shops_currency(body: Wire, name: str) -> Money | None:
    prices = wire.an_object(body, f"{name}_set")
    kept = wire.an_object(prices, "shop_money")
    return money(kept.get("amount"), kept.get("currency_code")) or money(
        body.get(name), body.get("currency")
    )


def together(amounts: Iterable[Money]) -> Money | None:
    """Their sum; None for none, and for two currencies, which have no sum."""
    found = list(amounts)
    if not found or len({each.currency for each in found}) != 1:
        return None
    total = sum((each.amount for each in found), Decimal(0))
    return Money(total, found[0].currency)


def items(body: Wire, *, currency: Any = None) -> tuple[Item, ...] | None:
    """The lines of a parcel, a checkout or a cart; None where the field is silent.

    ``currency`` is that of prices which do not tell their own.
    """
    if body.get("line_items") is None:
        return None
    lines = wire.objects(body, "line_items")
    return tuple([item(line, line.get("quantity"), currency) for line in lines])


def items_as_they_stand(body: Wire) -> tuple[Item, ...] | None:
    """The lines of an order, after what was added to them and taken off."""
    if body.get("line_items") is None:
        return None
    currency = body.get("currency")
    found = []
    for line in wire.objects(body, "line_items"):
        now = line.get("current_quantity")
        quantity = line.get("quantity") if now is None else now
        found.append(item(line, quantity, currency))
    return tuple(found)


def item(line: Wire, quantity: Any, currency: Any) -> Item:
    """One line; ``quantity`` None is one of it.

    Raises:
        UnreadablePayload: the quantity is no number of things.
    """
    if quantity is None:
        quantity = 1
    if type(quantity) is not int or not 0 <= quantity <= _MOST_OF_ONE:
        raise UnreadablePayload("a quantity is not a number of things")
    line_id = wire.an_id(line.get("id"))
    product_id = wire.an_id(line.get("product_id"))
    variant_id = wire.an_id(line.get("variant_id"))
    return Item(
        line_id=None if line_id is None else LineId(line_id),
        product_id=None if product_id is None else ProductId(product_id),
        variant_id=None if variant_id is None else VariantId(variant_id),
        title=_text(line.get("title") or line.get("name")),
        variant=_text(line.get("variant_title")),
        sku=_text(line.get("sku")),
        quantity=quantity,
        price=_price(line, currency),
        is_shipped=line.get("requires_shipping") is not False,
    )


def _price(line: Wire, currency: Any) -> Money | None:
    prices = line.get("price_set")
    seen = prices.get("presentment_money") if isinstance(prices, dict) else None
    if isinstance(seen, dict):
        found = money(seen.get("amount"), seen.get("currency_code"))
        if found is not None:
            return found
    return money(line.get("price"), currency)


def _text(value: Any) -> str | None:
    if type(value) is not str:
        return None
    return _title(value) if len(value) <= _LONGEST_TITLE else _cut(value)


def _cut(title: str) -> str | None:
    return cleaned(title, at_most=_LONGEST_TITLE)


_title = lru_cache(maxsize=8_192)(_cut)
