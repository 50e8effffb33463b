"""Bodies in the shape that Shopify sends, made by us."""

from datetime import datetime, timedelta
from typing import Any

from tests.world import NOON, PHONE

ORDER_ID = 820_982_911_946_154_508
FULFILLMENT_ID = 255_858_046


def order(
    *,
    order_id: int = ORDER_ID,
    name: str = "#1001",
    agreed: bool | None = True,
    phone: str | None = PHONE,
    locale: str = "en-DE",
    payment: str = "paid",
    gateway: str = "shopify_payments",
    first_name: str = "Ada",
    placed_at: datetime = NOON,
    updated_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An order as the topics orders/* tell of it."""
    attributes = [] if agreed is None else [_attribute(agreed)]
    money = {"amount": "39.90", "currency_code": "EUR"}
    return {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": name,
        "created_at": placed_at.isoformat(),
        "processed_at": placed_at.isoformat(),
        "updated_at": (updated_at or placed_at).isoformat(),
        "cancelled_at": cancelled_at.isoformat() if cancelled_at else None,
        "financial_status": payment,
        "payment_gateway_names": [gateway],
        "currency": "EUR",
        "presentment_currency": "EUR",
        "total_price": "39.90",
        "total_price_set": {"shop_money": money, "presentment_money": money},
        "customer_locale": locale,
        "phone": phone,
        "order_status_url": f"https://ada.example/orders/{order_id}?key=secret",
        "note_attributes": attributes,
        "customer": {"id": 1, "first_name": first_name, "phone": phone},
        "shipping_address": {"country_code": "DE", "phone": phone},
        "fulfillments": [],
        **more,
    }


def _attribute(agreed: bool) -> dict[str, str]:
    return {"name": "_whatsapp_opt_in", "value": "true" if agreed else "false"}


def fulfillment(
    *,
    fulfillment_id: int = FULFILLMENT_ID,
    order_id: int = ORDER_ID,
    numbers: tuple[str, ...] = ("JD014600003333",),
    created_at: datetime = NOON,
    updated_at: datetime | None = None,
    status: str = "success",
    shipment_status: str | None = None,
    phone: str | None = PHONE,
    **more: Any,
) -> dict[str, Any]:
    """A parcel as the topics fulfillments/* tell of it."""
    return {
        "id": fulfillment_id,
        "order_id": order_id,
        "name": "#1001.1",
        "status": status,
        "created_at": created_at.isoformat(),
        "updated_at": (updated_at or created_at).isoformat(),
        "shipment_status": shipment_status,
        "tracking_company": "DHL" if numbers else None,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": list(numbers),
        "tracking_url": None,
        "tracking_urls": [],
        "destination": {"country_code": "DE", "phone": phone},
        **more,
    }


def scan(
    status: str,
    *,
    at: datetime = NOON + timedelta(hours=1),
    fulfillment_id: int = FULFILLMENT_ID,
    **more: Any,
) -> dict[str, Any]:
    """A carrier's scan as the topics fulfillment_events/* tell of it."""
    return {
        "id": 1,
        "fulfillment_id": fulfillment_id,
        "order_id": ORDER_ID,
        "status": status,
        "happened_at": at.isoformat(),
        "city": "Leipzig",
        "country": "DE",
        **more,
    }


def refund(
    *, at: datetime = NOON, amount: str = "12.50", **more: Any
) -> dict[str, Any]:
    """Money that went back, as the topic refunds/create tells of it."""
    payment = {
        "id": 1,
        "kind": "refund",
        "status": "success",
        "amount": amount,
        "currency": "EUR",
    }
    return {
        "id": 41,
        "order_id": ORDER_ID,
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "refund_line_items": [],
        "transactions": [payment],
        **more,
    }


def returned(
    *, at: datetime = NOON, return_id: int = 51, status: str = "open", **more: Any
) -> dict[str, Any]:
    """A return as the topics returns/* tell of it."""
    return {
        "id": return_id,
        "admin_graphql_api_id": f"gid://shopify/Return/{return_id}",
        "status": status,
        "order": {
            "id": ORDER_ID,
            "admin_graphql_api_id": f"gid://shopify/Order/{ORDER_ID}",
        },
        "total_return_line_items": 1,
        "updated_at": at.isoformat(),
        **more,
    }


def edit(
    *,
    edit_id: int = 61,
    added: dict[int, int] | None = None,
    removed: dict[int, int] | None = None,
    at: datetime = NOON,
) -> dict[str, Any]:
    """Lines put on an order and taken off, as the topic orders/edited tells of it."""
    lines = {"additions": added or {}, "removals": removed or {}}
    return {
        "order_edit": {
            "id": edit_id,
            "order_id": ORDER_ID,
            "created_at": at.isoformat(),
            "committed_at": at.isoformat(),
            "notify_customer": False,
            "line_items": {
                name: [{"id": line, "delta": count} for line, count in changes.items()]
                for name, changes in lines.items()
            },
        }
    }
