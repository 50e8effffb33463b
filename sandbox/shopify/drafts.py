"""What a store draws up for somebody: draft orders, and their invoices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.clock import Clock
from sandbox.knobs import BadControl
from sandbox.shopify import bodies
from sandbox.shopify.bodies import Body, OrderWish, written
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.people import Product
from sandbox.shopify.prices import NOTHING, Prices
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import Till

_MOST = 500
SOURCE = "shopify_draft_order"


@dataclass(slots=True)
class _Drawn:
    wish: OrderWish
    body: Body


class Drafts:
    """They last as long as the process."""

    def __init__(self, till: Till, hooks: Hooks, clock: Clock) -> None:
        self._till = till
        self._hooks = hooks
        self._clock = clock
        self._drawn: dict[tuple[str, int], _Drawn] = {}
        self.acts: Mapping[str, Callable[[Shop, Mapping[str, Any]], dict[str, Any]]] = {
            "draft_orders": self._draw_up,
            "invoices": self._send,
            "invoices_paid": self._pay,
            "draft_orders_deleted": self._delete,
        }

    def _draw_up(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """For whom an order's wish names; with ``invoice`` that is sent at once."""
        drawn = self._till.drawn_up(shop, body)
        draft = body_of(drawn, shop, at=self._clock())
        self._drawn[shop.domain, draft["id"]] = _Drawn(drawn, draft)
        while len(self._drawn) > _MOST:
            del self._drawn[next(iter(self._drawn))]
        ids = self._hooks.tell(shop, "draft_orders/create", draft)
        if body.get("invoice") is True:
            ids += self._send(shop, {"draft_order_id": draft["id"]})["webhook_ids"]
        return {"draft_order": draft, "webhook_ids": ids}

    def _send(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._open(shop, body)
        sent = {"invoice_sent_at": written(self._clock()), "status": "invoice_sent"}
        return self._changed(shop, found, sent)

    def _pay(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """It becomes an order, which is paid."""
        found = self._open(shop, body)
        wanted = replace(
            found.wish,
            order_id=found.wish.extra_ids[-1],
            is_paid=True,
            cash_on_delivery=False,
        )
        order, ids = self._till.place(shop, wanted, {"source_name": SOURCE})
        done = {
            "completed_at": written(self._clock()),
            "status": "completed",
            "order_id": order["id"],
        }
        told = self._changed(shop, found, done)
        return {**told, "order": order, "webhook_ids": [*ids, *told["webhook_ids"]]}

    def _delete(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._open(shop, body)
        del self._drawn[shop.domain, found.body["id"]]
        told = {"id": found.body["id"]}
        return {"webhook_ids": self._hooks.tell(shop, "draft_orders/delete", told)}

    def _open(self, shop: Shop, body: Mapping[str, Any]) -> _Drawn:
        try:
            id_ = int(body.get("draft_order_id", 0))
        except (TypeError, ValueError):
            id_ = 0
        found = self._drawn.get((shop.domain, id_))
        if found is None or found.body["completed_at"] is not None:
            raise BadControl("draft_order_id: no such draft order, or it is paid")
        return found

    def _changed(
        self, shop: Shop, found: _Drawn, how: Mapping[str, Any]
    ) -> dict[str, Any]:
        found.body |= {**how, "updated_at": written(self._clock())}
        ids = self._hooks.tell(shop, "draft_orders/update", found.body)
        return {"draft_order": found.body, "webhook_ids": ids}


def body_of(wish: OrderWish, shop: Shop, *, at: datetime) -> Body:
    """With every field that Shopify sends; its amounts but once, in the store's
    currency."""
    prices, address = wish.prices, bodies.address_of(wish)
    goods = prices.of_all(wish.items)
    absent = (
        "note", "invoice_sent_at", "completed_at", "api_client_id", "applied_discount",
        "created_on_api_version_handle", "order_id", "payment_terms",
    )  # fmt: skip
    return {
        **dict.fromkeys(absent),
        "id": wish.order_id,
        "admin_graphql_api_id": f"gid://shopify/DraftOrder/{wish.order_id}",
        "name": f"#D{wish.number}",
        "status": "open",
        "email": wish.buyer.email,
        "created_at": written(at),
        "updated_at": written(at),
        "currency": prices.own,
        "allow_discount_codes_in_checkout?": False,
        "b2b?": False,
        "tax_exempt": False,
        "taxes_included": True,
        "tax_lines": [],
        "tags": "",
        "note_attributes": [],
        "line_items": [
            _line(product, count, line_id, prices)
            for (product, count), line_id in zip(
                wish.items, wish.extra_ids, strict=False
            )
        ],
        "shipping_line": {
            "custom": True,
            "handle": None,
            "title": "Standard",
            "price": prices.plain(prices.shipping),
        },
        "subtotal_price": prices.plain(goods),
        "total_price": prices.plain(goods + prices.shipping),
        "total_tax": prices.plain(NOTHING),
        "invoice_url": f"https://{shop.domain}/{shop.id}/invoices/{wish.secret[:32]}",
        "billing_address": address,
        "shipping_address": address,
        "customer": bodies.customer_of(wish, address),
    }


def _line(product: Product, count: int, line_id: int, prices: Prices) -> Body:
    return {
        "id": line_id,
        "admin_graphql_api_id": f"gid://shopify/DraftOrderLineItem/{line_id}",
        "variant_id": product.variant_id,
        "product_id": product.id,
        "title": product.title,
        "variant_title": product.variant,
        "name": f"{product.title} - {product.variant}",
        "sku": product.sku,
        "vendor": "Sosik Sandbox",
        "quantity": count,
        "price": prices.plain(prices.of(product)),
        "grams": product.grams,
        "requires_shipping": True,
        "taxable": True,
        "gift_card": False,
        "fulfillment_service": "manual",
        "tax_lines": [],
        "applied_discount": None,
        "properties": [],
        "custom": False,
    }
