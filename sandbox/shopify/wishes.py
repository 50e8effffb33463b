"""What the control API asks to sell, read into a wish."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.shopify.bodies import OrderWish
from sandbox.shopify.people import PRODUCTS, Product, buyer_for
from sandbox.shopify.shops import Shop

OWN_VARIANT = 45100000000099
"""That of whatever somebody has named and priced."""

_NOT_SOLD = 0


def wish(
    shop: Shop,
    body: Mapping[str, Any],
    *,
    new_id: Callable[[], int],
    customer_with: Callable[[str | None], int | None],
    at: datetime,
    storefront: str | None = None,
) -> OrderWish:
    """The wish, with ids of its own and still without a number.

    ``customer_with`` finds who has a phone already.

    Raises:
        BadControl: something in it makes no sense.
    """
    locale = text(body, "locale", "en")
    buyer = buyer_for(locale)
    names = {n: text(body, n) for n in ("first_name", "last_name") if body.get(n)}
    if names:
        buyer = replace(buyer, **names)
    consent = body.get("consent")
    if consent not in {True, False, None}:
        raise BadControl("consent: must be true, false or null")
    is_cash = body.get("cash_on_delivery") is True
    phone = body.get("phone", buyer.phone)
    items = items_in(body.get("items"))
    order_id, customer_id, *extra = (new_id() for _ in range(len(items) + 3))
    return OrderWish(
        order_id=order_id,
        customer_id=customer_with(phone) or customer_id,
        number=_NOT_SOLD,
        domain=shop.domain,
        shop_id=shop.id,
        buyer=buyer,
        phone=phone,
        address_phone=body.get("address_phone", phone),
        locale=locale,
        items=items,
        currency=text(body, "currency", shop.currency),
        gateway=text(body, "gateway", _gateway(body)),
        cash_on_delivery=is_cash,
        consent=consent,
        wording=text(body, "wording", buyer.wording),
        placed_at=at,
        extra_ids=extra,
        shown_in=body.get("shown_in"),
        storefront=storefront,
        is_paid=False if body.get("unpaid") is True else None,
    )


def _gateway(body: Mapping[str, Any]) -> str:
    if body.get("cash_on_delivery") is True:
        return "Cash on Delivery (COD)"
    return "Bank Deposit" if body.get("unpaid") is True else "shopify_payments"


def items_in(wanted: Any) -> Sequence[tuple[Product, int]]:
    """From ``[{"sku": ..., "quantity": 2}]`` or own ``title`` and ``price``."""
    if wanted is None:
        return [(PRODUCTS[0], 1), (PRODUCTS[1], 2), (PRODUCTS[3], 1)]
    if not isinstance(wanted, list) or not wanted:
        raise BadControl("items: must be a list with one item at least")
    return [_item(each) for each in wanted]


def _item(wanted: Any) -> tuple[Product, int]:
    if not isinstance(wanted, dict):
        raise BadControl("items: each is an object")
    count = wanted.get("quantity", 1)
    if not isinstance(count, int) or count < 1:
        raise BadControl("items: quantity must be 1 or more")
    for product in PRODUCTS:
        if product.sku == wanted.get("sku"):
            return product, count
    try:
        price = Decimal(str(wanted.get("price", "10.00")))
    except InvalidOperation as error:
        raise BadControl("items: price must be a number") from error
    title = text(wanted, "title")
    sku = text(wanted, "sku", "OWN-1")
    return Product(8100000000099, OWN_VARIANT, title, "Default", sku, price, 100), count
