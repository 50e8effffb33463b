"""A shop at one glance, for whoever plays with it: its newest orders and deliveries."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sandbox.shopify.bodies import Body
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.people import called
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import FIRST_ORDER, Books

_MOST_DELIVERIES = 60


def at_a_glance(
    shop: Shop, books: Books, hooks: Hooks, *, orders: int
) -> dict[str, Any]:
    """The newest orders first, and the newest deliveries last."""
    newest = islice(reversed(books.orders.values()), orders)
    deliveries = list(hooks.log)[-_MOST_DELIVERIES:]
    return {
        "next_order": f"#{FIRST_ORDER + shop.orders_sold}",
        "orders_sold": shop.orders_sold,
        **books.shelf.shown(),
        "orders": [_order(order, books) for order in newest],
        "checkouts": [
            {"token": token, "phone": started.phone, "locale": started.locale}
            for token, started in islice(reversed(books.checkouts.items()), 5)
        ],
        "deliveries": [dict(each) for each in deliveries],
        "deliveries_under_way": hooks.under_way,
    }


def _order(order: Body, books: Books) -> dict[str, Any]:
    address = order["shipping_address"]
    total = order["current_total_price_set"]["presentment_money"]
    return {
        "id": order["id"],
        "name": order["name"],
        "placed_at": order["created_at"],
        "phone": order["phone"],
        "locale": order["customer_locale"],
        "buyer": called(
            address["first_name"], address["last_name"], order["customer_locale"]
        ),
        "city": address["city"],
        "country": address["country_code"],
        "total": total["amount"],
        "currency": total["currency_code"],
        "payment": order["financial_status"],
        "gateway": order["payment_gateway_names"][0],
        "shipping": order["fulfillment_status"],
        "cancelled_at": order["cancelled_at"],
        "agreed": _agreed(order["note_attributes"]),
        "things": [
            {"title": line["title"], "quantity": line["quantity"], "sku": line["sku"]}
            for line in order["line_items"]
        ],
        "parcels": [_parcel(each, books) for each in order["fulfillments"]],
        "refunds": [
            {"amount": money["amount"], "currency": money["currency"]}
            for each in order["refunds"]
            for money in each["transactions"]
        ],
    }


def _parcel(parcel: Body, books: Books) -> dict[str, Any]:
    scans = books.scans.get(parcel["id"], [])
    return {
        "id": parcel["id"],
        "number": parcel["tracking_number"],
        "carrier": parcel["tracking_company"],
        "status": parcel["shipment_status"],
        "scans": [
            {
                "status": scan["status"],
                "city": scan["city"],
                "country": scan["country"],
                "at": scan["happened_at"],
            }
            for scan in scans
        ],
    }


def _agreed(attributes: Iterable[Mapping[str, str]]) -> bool | None:
    for each in attributes:
        if each["name"] == "_whatsapp_opt_in":
            return each["value"] == "true"
    return None
