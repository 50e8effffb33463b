"""A cart that somebody filled in WhatsApp, and what they ask about a product."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.meta.accounts import Number
from sandbox.meta.commerce import Commerce

_MOST_OF_ONE = 99


def with_products(
    body: Mapping[str, Any], number: Number, commerce: Commerce
) -> dict[str, Any]:
    """The same, with a cart and the product of a question in Meta's own form.

    ``order`` has ``items``: each a ``retailer_id`` and a ``quantity``, and, for what is
    in the catalog no more, an ``item_price`` and a ``currency``; ``text`` beside them
    is what the buyer writes. ``about`` is the ``retailer_id`` that they ask about.

    Raises:
        BadControl: a product is unknown, or the account shows no catalog.
    """
    order, about = body.get("order"), body.get("about")
    if order is None and about is None:
        return dict(body)
    catalog = commerce.catalog_of(number.waba.id)
    if catalog is None:
        raise BadControl("the account shows no catalog")
    if about is not None:
        product = {"catalog_id": catalog, "product_retailer_id": str(about)}
        return {**body, "referred_product": product}
    order = order if isinstance(order, Mapping) else {}
    lines = order.get("items")
    if not isinstance(lines, list) or not lines:
        raise BadControl("order: needs items")
    content = {
        "catalog_id": text(dict(order), "catalog_id", catalog),
        "text": str(order.get("text", "")),
        "product_items": [_line(each, catalog, commerce) for each in lines],
    }
    return {**body, "message": {"type": "order", "order": content}}


def _line(wanted: Any, catalog: str, commerce: Commerce) -> dict[str, Any]:
    line = dict(wanted)
    id_, quantity = text(line, "retailer_id"), line.get("quantity", 1)
    if not isinstance(quantity, int) or not 1 <= quantity <= _MOST_OF_ONE:
        raise BadControl(f"quantity: from 1 to {_MOST_OF_ONE}")
    item = commerce.item(catalog, id_)
    if item is not None:
        price = str(item.data.get("sale_price") or item.data["price"])
        amount, _, currency = price.partition(" ")
        line = {"item_price": _number(amount), "currency": currency, **line}
    if "item_price" not in line or "currency" not in line:
        raise BadControl(f"retailer_id: {id_} is not in the catalog, and has no price")
    return {
        "product_retailer_id": id_,
        "quantity": quantity,
        "item_price": line["item_price"],
        "currency": line["currency"],
    }


def _number(amount: str) -> int | float:
    """As Meta writes it: a whole number without a point."""
    exact = Decimal(amount)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
