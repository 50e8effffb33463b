"""What Shopify asks of every app by law: the bodies, as Shopify sends them."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.knobs import BadControl
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import Books, Till

Act = Callable[[Shop, Mapping[str, Any]], dict[str, Any]]

_ID = 9_999


class Compliance:
    """Tells the app, whether it is installed or not."""

    def __init__(self, till: Till, hooks: Hooks) -> None:
        self._till = till
        self._hooks = hooks

    @property
    def acts(self) -> dict[str, Act]:
        """What can be asked of it by the control API: ``POST /_sandbox/data_request``
        and ``redact`` with a ``customer_id`` or a ``phone``, and ``redact_shop``."""
        return {
            "data_request": self._data_request,
            "redact": self._redact,
            "redact_shop": self._redact_shop,
        }

    def _data_request(self, shop: Shop, asked: Mapping[str, Any]) -> dict[str, Any]:
        customer, orders = self._person(shop, asked)
        request = {"id": int(asked.get("request_id", _ID))}
        body = {
            **_of_shop(shop),
            "customer": customer,
            "orders_requested": orders,
            "data_request": request,
        }
        return self._told(shop, "customers/data_request", body)

    def _redact(self, shop: Shop, asked: Mapping[str, Any]) -> dict[str, Any]:
        customer, orders = self._person(shop, asked)
        body = {**_of_shop(shop), "customer": customer, "orders_to_redact": orders}
        return self._told(shop, "customers/redact", body)

    def _redact_shop(self, shop: Shop, _: Mapping[str, Any]) -> dict[str, Any]:
        return self._told(shop, "shop/redact", _of_shop(shop))

    def _told(self, shop: Shop, topic: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"webhook_ids": self._hooks.tell(shop, topic, body), "body": body}

    def _person(
        self, shop: Shop, asked: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[int]]:
        books: Books = self._till.books(shop)
        known = books.by_phone.get(asked.get("phone", ""), 0)
        customer = books.customers.get(int(asked.get("customer_id", known)))
        if customer is None:
            raise BadControl("phone: no such customer")
        named = {name: customer[name] for name in ("id", "email", "phone")}
        orders = [
            order["id"]
            for order in books.orders.values()
            if (order.get("customer") or {}).get("id") == customer["id"]
        ]
        return named, orders


def _of_shop(shop: Shop) -> dict[str, Any]:
    return {"shop_id": shop.id, "shop_domain": shop.domain}
