"""What of a store's things can be bought, and what became of the carts left there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.shopify.bodies import Body, OrderWish
from sandbox.shopify.execute import Node
from sandbox.shopify.people import PRODUCTS
from sandbox.shopify.shops import Shop
from sandbox.shopify.wishes import OWN_VARIANT

USUALLY = 100
_MOST_LEFT = 2000
_BY_VARIANT = {product.variant_id: product for product in PRODUCTS}
_KNOWN = frozenset({OWN_VARIANT, *_BY_VARIANT})


@dataclass(slots=True)
class Shelf:
    """How many there are of what, by the ids of variants, ``USUALLY`` where nothing is
    said; buying takes nothing away. What is ``deleted`` was taken out of the store."""

    stock: dict[int, int] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    prices: dict[int, Decimal] = field(default_factory=dict)

    def node(self, identity: str, variant: int | None) -> Node | None:
        """None for what the store does not have."""
        if variant not in _KNOWN or variant in self.deleted:
            return None
        count = self.stock.get(variant, USUALLY)
        product = _BY_VARIANT.get(variant)
        price = self.prices.get(variant, product.price if product else Decimal(1))
        return {
            "__typename": "ProductVariant",
            "id": identity,
            "legacyResourceId": str(variant),
            "title": product.variant if product else "Default Title",
            "price": str(price),
            "availableForSale": count > 0,
            "inventoryPolicy": "DENY",
            "inventoryQuantity": count,
            "sellableOnlineQuantity": max(count, 0),
            "inventoryItem": {"tracked": True},
            "product": {
                "title": product.title if product else "Something else",
                "status": "ACTIVE",
                "hasOnlyDefaultVariant": product is None,
            },
        }

    def set_stock(self, _shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """``POST /_sandbox/stock``: of the product ``sku`` there is a ``quantity``, it
        costs ``price`` from now on, or it was ``deleted``."""
        sku = text(body, "sku")
        found = [each.variant_id for each in PRODUCTS if each.sku == sku]
        if not found:
            raise BadControl("sku: no such product")
        quantity = body.get("quantity", USUALLY)
        if type(quantity) is not int:
            raise BadControl("quantity: must be a whole number")
        if "price" in body:
            self.prices[found[0]] = _price(body["price"])
        self.stock[found[0]] = quantity
        self.deleted.discard(found[0])
        if body.get("deleted") is True:
            self.deleted.add(found[0])
        return {"variant_id": found[0], **self.shown()}

    def shown(self) -> dict[str, Any]:
        return {
            "sold_out": [
                product.sku
                for product in PRODUCTS
                if product.variant_id in self.deleted
                or self.stock.get(product.variant_id, USUALLY) <= 0
            ]
        }


def _price(said: object) -> Decimal:
    try:
        price = Decimal(str(said))
    except ArithmeticError:
        raise BadControl("price: must be an amount") from None
    if not price.is_finite() or price < 0:
        raise BadControl("price: must be an amount")
    return price


@dataclass(frozen=True, slots=True)
class _Left:
    customer_id: int
    at: datetime


@dataclass(slots=True)
class Abandoned:
    """The carts that were left, by the numbers of their checkouts, and who has got a
    draft order, and when."""

    left: dict[int, _Left] = field(default_factory=dict)
    drafts: dict[int, datetime] = field(default_factory=dict)

    def note(self, started: OrderWish) -> None:
        # An order tells when it was placed to the second.
        at = started.placed_at.replace(microsecond=0)
        self.left[started.order_id] = _Left(started.customer_id, at)
        while len(self.left) > _MOST_LEFT:
            del self.left[next(iter(self.left))]

    def node(self, number: int | None, orders: Mapping[int, Body]) -> Node | None:
        """None where nothing was left under that number."""
        left = self.left.get(number or 0)
        if left is None:
            return None
        drafted_at = self.drafts.get(left.customer_id)
        ordered = any(
            (order.get("customer") or {}).get("id") == left.customer_id
            and datetime.fromisoformat(order["created_at"]) >= left.at
            for order in orders.values()
        )
        return {
            "__typename": "Abandonment",
            "abandonmentType": "CHECKOUT",
            "customerHasNoOrderSinceAbandonment": not ordered,
            "customerHasNoDraftOrderSinceAbandonment": drafted_at is None
            or drafted_at < left.at,
        }
