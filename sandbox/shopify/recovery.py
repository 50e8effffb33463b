"""The way back to a checkout that somebody has left: what stands there, and what they
bring along by the address that they came by."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.shopify.bodies import OrderWish

_MOST_ATTRIBUTES = 20
_LONGEST = 255


def path_of(token: str) -> str:
    """Whoever has the key in it sees the buyer's data."""
    return f"/checkouts/{token}/recover?key={key_of(token)}"


def key_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:24]


def at_checkout(
    checkouts: Mapping[str, OrderWish],
    refusal: Callable[[str], str | None],
    body: Mapping[str, Any],
) -> dict[str, Any]:
    """What stands at the checkout ``token``, for whoever has its ``key``, and why the
    code ``discount`` does not count there, if it does not.

    Raises:
        BadControl: there is no such checkout, or it was paid.
    """
    token = text(body, "token")
    left = checkouts.get(token)
    if left is None or text(body, "key", "") != key_of(token):
        raise BadControl("token: no such checkout")
    prices = left.prices
    total = prices.of_all(left.items) + prices.shipping
    code = body.get("discount")
    return {
        "token": token,
        "buyer": left.buyer.name,
        "currency": prices.shown,
        "things": [
            {
                "title": product.title,
                "variant": product.variant,
                "quantity": count,
                "amount": str((prices.of(product) * count).shown),
            }
            for product, count in left.items
        ],
        "total": str(total.shown),
        "refusal": refusal(code) if isinstance(code, str) and code else None,
    }


def attributes_in(body: Mapping[str, Any]) -> Mapping[str, str]:
    """What an order has of the address by which its buyer came.

    Raises:
        BadControl: they make no sense.
    """
    attributes = body.get("attributes") or {}
    if (
        not isinstance(attributes, dict)
        or len(attributes) > _MOST_ATTRIBUTES
        or not all(isinstance(each, str) for each in attributes.values())
        or any(len(each) > _LONGEST for each in attributes.values())
    ):
        raise BadControl("attributes: must be short texts")
    return attributes


def address_of(left: OrderWish) -> str:
    """Where the store's own pages are, and this one among them."""
    store = left.storefront or f"https://{left.domain}/{left.shop_id}"
    return f"{store}{path_of(left.checkout_token)}"
