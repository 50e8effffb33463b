"""A cart that somebody has filled in a chat, held against the store as it is now.

What WhatsApp showed them may be minutes old, and who sends a cart may have written
anything into it: what counts is the store's word, and the difference is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.chat import Wanted
from core.values import Money, VariantId


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSale:
    """A thing that the store has in its list. ``left`` is how many can be bought, and
    None where as many as one wants."""

    title: str
    price: Money | None
    left: int | None


class Kind(StrEnum):
    """What is not as it was seen; kept with the message, so never rename a value."""

    GONE = "gone"
    SOLD_OUT = "sold_out"
    FEWER = "fewer"
    PRICE = "price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``title`` is None for what nobody knows any more. ``left`` are those that can be
    had of ``FEWER``; a ``PRICE`` was ``before`` and is ``now``."""

    kind: Kind
    title: str | None = None
    left: int | None = None
    before: Money | None = None
    now: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """``lines`` are what can be bought. ``total`` is what it costs at the store's own
    prices, before discounts, shipping and taxes; None where a price is not known."""

    lines: Sequence[tuple[VariantId, int]]
    total: Money | None
    differences: Sequence[Difference]


def checked(
    cart: Iterable[Wanted], on_sale: Mapping[VariantId, OnSale] | None
) -> Checked:
    """What can be bought of it, and what is different. With None instead of the store's
    word all of it is taken as it is: its checkout will tell."""
    things = _together(cart)
    if on_sale is None:
        known = [(id_, each.quantity) for id_, each in things.items() if id_]
        return Checked(lines=known, total=None, differences=())
    lines: list[tuple[VariantId, int]] = []
    differences: list[Difference] = []
    cost: list[Money | None] = []
    for id_, wanted in things.items():
        thing = on_sale.get(id_) if id_ is not None else None
        if thing is None:
            differences.append(Difference(kind=Kind.GONE))
            continue
        quantity = wanted.quantity
        if thing.left is not None and thing.left < quantity:
            quantity = max(thing.left, 0)
            differences.append(_scarce(thing, quantity))
        if id_ is not None and quantity:
            lines.append((id_, quantity))
            cost.append(thing.price and _times(thing.price, quantity))
            if (change := _change(wanted.price, thing)) is not None:
                differences.append(change)
    return Checked(lines=lines, total=_sum(cost), differences=differences)


def _together(cart: Iterable[Wanted]) -> dict[VariantId | None, Wanted]:
    """Each thing once. What is none of the store's is one thing, however many."""
    found: dict[VariantId | None, Wanted] = {}
    for each in cart:
        before = found.get(each.variant_id)
        count = each.quantity + (before.quantity if before else 0)
        found[each.variant_id] = Wanted(each.variant_id, count, each.price)
    return found


def _scarce(thing: OnSale, left: int) -> Difference:
    if left == 0:
        return Difference(kind=Kind.SOLD_OUT, title=thing.title)
    return Difference(kind=Kind.FEWER, title=thing.title, left=left)


def _change(seen: Money | None, thing: OnSale) -> Difference | None:
    """A price in another currency is another market's, and compares with nothing."""
    now = thing.price
    if seen is None or now is None or seen.currency != now.currency:
        return None
    if seen.amount == now.amount:
        return None
    return Difference(kind=Kind.PRICE, title=thing.title, before=seen, now=now)


def _times(price: Money, quantity: int) -> Money:
    return Money(price.amount * quantity, price.currency)


def _sum(cost: Sequence[Money | None]) -> Money | None:
    known = [each for each in cost if each is not None]
    currencies = {each.currency for each in known}
    if len(known) < len(cost) or len(currencies) != 1:
        return None
    return Money(sum((each.amount for each in known), Decimal()), currencies.pop())
