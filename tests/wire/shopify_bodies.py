"""Bodies of Shopify's: fixtures of our own, and the corpus beside the project."""

import copy
import json
from pathlib import Path

from integrations.shopify.payloads import read

FIXTURES = Path(__file__).with_name("fixtures") / "shopify"
FOLDERS = ("docs-2026-07", "recorded", "shapes", "derived")

_OF_SHAPES = {
    "orders": "orders/create",
    "refunds": "refunds/create",
    "fulfillment_events": "fulfillment_events/create",
}
_OF_FILES = {
    "2025-04__orders__2": "orders/edited",
    "2025-04__orders__3": "orders/risk_assessment_changed",
    "order_transaction__rest__erp-100500": "order_transactions/create",
}


_EURO = {"amount": "19.95", "currency_code": "EUR"}
_FRANC = {"amount": "18.75", "currency_code": "CHF"}
_LINE = {
    "id": 9100,
    "product_id": 1,
    "variant_id": 2,
    "title": "Tea",
    "variant_title": "Green",
    "sku": "TEA-1",
    "quantity": 2,
    "price": "19.95",
    "price_set": {"shop_money": _EURO, "presentment_money": _FRANC},
}
_RETURN = {"id": 11, "admin_graphql_api_id": "gid://shopify/Return/11"}

EXAMPLES = {
    "app/uninstalled": {"id": 1, "name": "Ada's Tea"},
    "carts/create": {
        "id": "c4f7",
        "token": "c4f7",
        "line_items": [
            {
                **_LINE,
                "line_price": "39.90",
                "line_price_set": {
                    "presentment_money": {"amount": "37.50", "currency_code": "CHF"}
                },
            }
        ],
        "note_attributes": [{"name": "_whatsapp_opt_in", "value": "true"}],
        "created_at": "2026-11-20T09:00:00.000Z",
        "updated_at": "2026-11-20T09:15:31.000Z",
    },
    "checkouts/create": {
        "token": "c0ffee",
        "cart_token": "c4f7",
        "email": "ada@example.com",
        "phone": None,
        "sms_marketing_phone": None,
        "buyer_accepts_marketing": False,
        "buyer_accepts_sms_marketing": True,
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:15:31+01:00",
        "completed_at": None,
        "closed_at": None,
        "customer_locale": "pt-BR",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "total_price": "39.90",
        "line_items": [{k: v for k, v in _LINE.items() if k != "price_set"}],
        "discount_codes": [{"code": "TEA10", "amount": "4.00", "type": "percentage"}],
        "note_attributes": [{"name": "_wa_ref", "value": "k7"}],
        "abandoned_checkout_url": "https://ada.example/checkouts/c0ffee/recover?key=1",
        "customer": {"id": 6100, "first_name": "Ada", "phone": None},
        "shipping_address": {
            "first_name": "Ada",
            "phone": "0151 12345678",
            "country_code": "DE",
            "city": "Berlin",
            "province_code": "BE",
        },
        "billing_address": None,
    },
    "checkouts/delete": {"id": 1, "cart_token": "c4f7"},
    "draft_orders/create": {
        "id": 7001,
        "name": "#D133",
        "status": "open",
        "email": "ada@example.com",
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:15:31+01:00",
        "invoice_sent_at": None,
        "completed_at": None,
        "order_id": None,
        "currency": "EUR",
        "total_price": "39.90",
        "invoice_url": "https://ada.example/548/invoices/abcd1234",
        "line_items": [
            {
                "id": 4874623,
                "product_id": 632910392,
                "variant_id": 808950810,
                "title": "Stoneware mug",
                "quantity": 2,
                "price": "19.95",
            }
        ],
        "customer": {"id": 6100, "first_name": "Ada", "phone": "+4915112345678"},
        "shipping_address": {"phone": "0151 12345678", "country_code": "DE"},
        "billing_address": None,
    },
    "draft_orders/delete": {"id": 7001},
    "customers/create": {
        "id": 6100,
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:15:31+01:00",
        "first_name": "Ada",
        "email": "ada@example.com",
        "phone": None,
        "email_marketing_consent": {"state": "subscribed"},
        "sms_marketing_consent": None,
        "default_address": {"phone": "0151 12345678", "country_code": "DE"},
    },
    "customers/data_request": {
        "shop_id": 1,
        "shop_domain": "ada.myshopify.com",
        "customer": {"id": 6100, "email": "ada@example.com", "phone": "+4915112345678"},
        "orders_requested": [5100, 5200],
        "data_request": {"id": 9999},
    },
    "customers/delete": {"id": 6100},
    "customers/merge": {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/6100",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/6101",
        "status": "completed",
        "errors": [],
    },
    "customers/redact": {
        "shop_id": 1,
        "shop_domain": "ada.myshopify.com",
        "customer": {"id": 6100, "email": "ada@example.com", "phone": "0151 12345678"},
        "orders_to_redact": [5100],
    },
    "fulfillment_events/delete": {
        "id": 8100,
        "fulfillment_id": 7100,
        "order_id": 5100,
        "status": "in_transit",
        "happened_at": "2026-11-21T08:00:00+01:00",
    },
    "fulfillment_orders/hold_released": {
        "fulfillment_order": {
            "id": "gid://shopify/FulfillmentOrder/3",
            "status": "open",
        }
    },
    "fulfillment_orders/line_items_prepared_for_pickup": {
        "fulfillment_order": {
            "id": "gid://shopify/FulfillmentOrder/3",
            "status": "open",
        }
    },
    "fulfillment_orders/placed_on_hold": {
        "fulfillment_order": {
            "id": "gid://shopify/FulfillmentOrder/3",
            "order_id": 5100,
            "fulfillment_holds": [
                {"reason": "AWAITING_PAYMENT", "reason_notes": "Ada has not paid"},
                {"reason": "other"},
            ],
        }
    },
    "order_transactions/create": {
        "id": 21,
        "order_id": 5100,
        "kind": "sale",
        "gateway": "bogus",
        "status": "failure",
        "amount": "37.50",
        "currency": "CHF",
        "error_code": "card_declined",
        "created_at": "2026-11-20T10:15:31+01:00",
        "processed_at": None,
    },
    "collections/create": {"id": 4100, "updated_at": "2026-11-20T10:15:31+01:00"},
    "inventory_levels/update": {"inventory_item_id": 4300, "available": -1},
    "orders/delete": {"id": 5100},
    "products/create": {"id": 4200, "updated_at": "2026-11-20T10:15:31+01:00"},
    "variants/in_stock": {"id": 4201, "product_id": 4200},
    "orders/edited": {
        "order_edit": {
            "id": 31,
            "order_id": 5100,
            "created_at": "2026-11-20T11:00:00+01:00",
            "committed_at": "2026-11-20T11:05:00+01:00",
            "notify_customer": False,
            "line_items": {
                "additions": [{"id": 9101, "delta": 1}],
                "removals": [{"id": 9100, "delta": 2}],
            },
        }
    },
    "refunds/create": {
        "id": 41,
        "order_id": 5100,
        "created_at": "2026-11-22T10:00:00+01:00",
        "processed_at": "2026-11-22T10:00:01+01:00",
        "return": {"id": 11},
        "refund_line_items": [
            {
                "id": 42,
                "line_item_id": 9100,
                "quantity": 1,
                "subtotal": 19.95,
                "subtotal_set": {"shop_money": _EURO, "presentment_money": _FRANC},
                "line_item": _LINE,
            }
        ],
        "transactions": [
            {
                "kind": "refund",
                "status": "success",
                "amount": "10.10",
                "currency": "CHF",
            },
            {
                "kind": "refund",
                "status": "success",
                "amount": "8.65",
                "currency": "CHF",
            },
            {"kind": "refund", "status": "pending", "amount": "1", "currency": "CHF"},
            {"kind": "refund", "status": "failure", "amount": "9", "currency": "CHF"},
        ],
    },
    "returns/approve": {
        **_RETURN,
        "status": "open",
        "name": "#1001-R1",
        "order": {"id": 5100},
        "total_return_line_items": 2,
    },
    "returns/cancel": {**_RETURN, "order_id": 5100, "status": "canceled"},
    "returns/close": {**_RETURN, "order_id": 5100, "status": "closed"},
    "returns/decline": {
        **_RETURN,
        "status": "declined",
        "order": {"id": 5100},
        "decline": {"reason": "final_sale", "note": "Sorry, Ada."},
    },
    "returns/process": {"admin_graphql_api_id": "gid://shopify/Return/11"},
    "returns/reopen": {**_RETURN, "order_id": 5100, "status": "open"},
    "returns/request": {**_RETURN, "status": "requested", "order": {"id": 5100}},
    "returns/update": {"admin_graphql_api_id": "gid://shopify/Return/11"},
    "markets/create": {
        "id": 188,
        "name": "France",
        "type": "region",
        "status": "active",
    },
    "shop/redact": {"shop_id": 1, "shop_domain": "ada.myshopify.com"},
    "shop/update": {
        "id": 1,
        "name": "Ada's Tea",
        "iana_timezone": "Europe/Berlin",
        "currency": "EUR",
        "country_code": "DE",
        "primary_locale": "de",
        "updated_at": "2026-11-20T10:15:31+01:00",
    },
}
"""A body of our own for each topic that has no file among the fixtures."""

_OF_FIXTURES = {
    "customers_whats_app_marketing_consent/update": "whats_app_consent_update",
    "fulfillment_events/create": "fulfillment_events_create",
    "fulfillments/create": "fulfillments_update",
    "fulfillments/update": "fulfillments_update",
    "orders/fulfilled": "orders_fulfilled",
}
_SAME_AS = {
    "carts/update": "carts/create",
    "checkouts/update": "checkouts/create",
    "collections/delete": "collections/create",
    "collections/update": "collections/create",
    "customers/update": "customers/create",
    "markets/delete": "markets/create",
    "markets/update": "markets/create",
    "products/delete": "products/create",
    "products/update": "products/create",
    "variants/out_of_stock": "variants/in_stock",
    "draft_orders/update": "draft_orders/create",
}


def example(topic, /, **changes):
    same = _SAME_AS.get(topic, topic)
    if same in EXAMPLES:
        return {**copy.deepcopy(EXAMPLES[same]), **changes}
    return fixture(_OF_FIXTURES.get(topic, "orders_create"), **changes)


def fixture(name, /, **changes):
    return {**json.loads((FIXTURES / f"{name}.json").read_text()), **changes}


def told(topic, body, **more):
    return read(topic, json.dumps(body).encode(), **more)


def bodies_in(corpus):
    return [
        file for folder in FOLDERS for file in sorted((corpus / folder).glob("*.json"))
    ]


def topic_of(file):
    """File names are topics, with ``__`` for the slash and what is special behind."""
    if file.stem in _OF_FILES:
        return _OF_FILES[file.stem]
    parts = file.stem.split("__")
    if parts[0][:4].isdigit():  # shapes name the version first and no action
        return _OF_SHAPES.get(parts[1], f"{parts[1]}/update")
    if parts[0] in ("orders", "fulfillments") and parts[1] == "rest":
        return f"{parts[0]}/create"
    return "/".join(parts[:2]) if len(parts) > 1 else parts[0]
