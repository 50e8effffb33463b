"""Carts that people fill in a chat: what is answered to them, and where it leads.

The answer is a reply like any other. It waits until the store has told how it is with
the things that were chosen, but not for long, since somebody waits for it: then it goes
as it is, and the store's own checkout tells.
"""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.chat import Wanted
from core.shopping import MOST_LINES, Basket
from core.values import ContactId, Money, ShopId, VariantId
from notifications import wording
from notifications.cart_texts import CARTS, CartTexts
from notifications.replies import Content, LinkButton, Says
from notifications.rules.chat_carts import Checked, Difference, Kind, checked

PATIENCE = timedelta(minutes=2)
"""So long the answer waits for the store's word."""

INVOICE = "invoice"
"""Where a draft order of it is paid, sealed as the target of its answer's link."""
_CHOSEN = "cart"
_CHECKED = "checked"
_HOST = "host"
_MOST_TOLD = 8
_MOST_IN_TITLE = 60


def is_cart(told: Mapping[str, str]) -> bool:
    return told.get("says") == Says.CART


def told_first(
    cart: Iterable[Wanted], *, language: str, number: str, host: str
) -> dict[str, str]:
    """What a reply to a cart tells before the store was asked."""
    return {
        "says": Says.CART.value,
        "language": language,
        "number": number,
        _HOST: host,
        _CHOSEN: _written(cart),
    }


def chosen(told: Mapping[str, str]) -> list[Wanted]:
    """What they have put into the cart that a reply answers."""
    return [
        Wanted(
            None if variant is None else VariantId(variant), count, _money_read(price)
        )
        for variant, count, price in json.loads(told.get(_CHOSEN, "[]"))
    ]


def told_of(found: Checked) -> dict[str, str]:
    """What the store's word adds to what a reply tells."""
    said = {
        "lines": found.lines,
        "total": _money_written(found.total),
        "differences": [
            {
                **asdict(each),
                "before": _money_written(each.before),
                "now": _money_written(each.now),
            }
            for each in found.differences
        ],
    }
    return {_CHECKED: json.dumps(said, ensure_ascii=False)}


def found_in(told: Mapping[str, str]) -> Checked:
    """What can be bought of it; without the store's word, all of it."""
    if _CHECKED not in told:
        return checked(chosen(told), None)
    said = json.loads(told[_CHECKED])
    return Checked(
        lines=[(VariantId(variant), count) for variant, count in said["lines"]],
        total=_money_read(said["total"]),
        differences=[
            Difference(
                kind=Kind(each["kind"]),
                title=each["title"],
                left=each["left"],
                before=_money_read(each["before"]),
                now=_money_read(each["now"]),
            )
            for each in said["differences"]
        ],
    )


def basket_of(
    told: Mapping[str, str], buyer: Mapping[str, str] | None, languages: Sequence[str]
) -> Basket | None:
    """What they are to find at the checkout; None where nothing of it can be bought."""
    lines = found_in(told).lines
    if not lines:
        return None
    known = buyer or {}
    return Basket(
        host=told[_HOST],
        url=None,
        lines=lines if len(lines) <= MOST_LINES else (),
        prefix=wording.prefix_of(told["language"], languages),
        discount_codes=(),
        email=known.get("email"),
        first_name=known.get("first_name"),
        country=known.get("country"),
        region=known.get("region"),
        city=known.get("city"),
        postcode=known.get("postcode"),
    )


def invoice_in(told: Mapping[str, str]) -> bytes | None:
    """Where it is paid, sealed; None where it was not written up."""
    sealed = told.get(INVOICE)
    return None if sealed is None else b64decode(sealed)


def content(
    told: Mapping[str, str], language: str, *, shop_name: str, url: str | None
) -> Content:
    """The answer: what is different, in plain words, and the way to the checkout."""
    texts, found = CARTS[language], found_in(told)
    shop = wording.value(shop_name, "-", most=_MOST_IN_TITLE)
    lines = list(_differences(found, texts, language))
    if url is None or not found.lines:
        return Content("\n".join([texts.nothing.format(shop=shop), *lines]))
    if found.total is None:
        begins = texts.ready.format(shop=shop)
    else:
        total = wording.money(found.total, language)
        begins = texts.ready_for.format(shop=shop, total=total)
    differs = [texts.differs, *lines, ""] if lines else []
    return Content("\n".join([*differs, begins]), link=LinkButton(texts.button, url))


def _differences(found: Checked, texts: CartTexts, language: str) -> Iterable[str]:
    told = found.differences[:_MOST_TOLD]
    for each in told:
        title = wording.value(each.title, "-", most=_MOST_IN_TITLE)
        match each.kind:
            case Kind.GONE:
                yield texts.gone
            case Kind.SOLD_OUT:
                yield texts.sold_out.format(title=title)
            case Kind.FEWER:
                yield texts.fewer.format(title=title, left=each.left)
            case Kind.PRICE if each.before and each.now:
                yield texts.price.format(
                    title=title,
                    before=wording.money(each.before, language),
                    now=wording.money(each.now, language),
                )
    if more := len(found.differences) - len(told):
        yield texts.more.format(left=more)


def _written(cart: Iterable[Wanted]) -> str:
    things: list[Any] = [
        [each.variant_id, each.quantity, _money_written(each.price)] for each in cart
    ]
    return json.dumps(things)


def _money_written(money: Money | None) -> list[str] | None:
    return None if money is None else [str(money.amount), money.currency]


def _money_read(said: Sequence[str] | None) -> Money | None:
    return None if said is None else Money(Decimal(said[0]), said[1])


def people_of(
    messages: Iterable[tuple[ContactId | None, ShopId, Mapping[str, str]]],
) -> dict[ContactId, ShopId]:
    """Whose carts these messages answer, of which shop."""
    return {
        contact: shop
        for contact, shop, told in messages
        if contact is not None and is_cart(told)
    }
