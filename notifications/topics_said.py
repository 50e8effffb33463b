"""What a store's own topics say, as its owner calls it. A topic without a name stands
for itself."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import P_, Words
from notifications import terms

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "app/uninstalled": P_("news of the store", "the app was taken out"),
        "bulk_operations/finish": P_("news of the store", "its past is written down"),
        "carts/create": P_("news of the store", "a cart was begun"),
        "carts/update": P_("news of the store", "a cart was changed"),
        "checkouts/create": P_("news of the store", "a checkout was begun"),
        "checkouts/delete": P_("news of the store", "a checkout was deleted"),
        "checkouts/update": P_("news of the store", "a checkout was changed"),
        "collections/create": P_("news of the store", "a collection was made"),
        "collections/delete": P_("news of the store", "a collection was deleted"),
        "collections/update": P_("news of the store", "a collection was changed"),
        "customers/create": P_("news of the store", "a customer is new"),
        "customers/data_request": P_("news of the store", "a person asks for data"),
        "customers/delete": P_("news of the store", "a customer was deleted"),
        "customers/merge": P_("news of the store", "two customers became one"),
        "customers/redact": P_("news of the store", "a person is to be forgotten"),
        "customers/update": P_("news of the store", "a customer was changed"),
        "customers_whats_app_marketing_consent/update": P_(
            "news of the store", "a customer said yes or no to offers on WhatsApp"
        ),
        "draft_orders/create": P_("news of the store", "a draft order was made"),
        "draft_orders/delete": P_("news of the store", "a draft order was deleted"),
        "draft_orders/update": P_("news of the store", "a draft order was changed"),
        "fulfillment_events/create": P_("news of the store", "a parcel was scanned"),
        "fulfillment_events/delete": P_("news of the store", "a scan was taken back"),
        "fulfillment_orders/hold_released": P_("news of the store", "shipping goes on"),
        "fulfillment_orders/line_items_prepared_for_pickup": P_(
            "news of the store", "an order is ready for pickup"
        ),
        "fulfillment_orders/placed_on_hold": P_(
            "news of the store", "shipping was held"
        ),
        "fulfillments/create": P_("news of the store", "a parcel was made"),
        "fulfillments/update": P_("news of the store", "a parcel was changed"),
        "inventory_levels/update": P_("news of the store", "the stock has changed"),
        "markets/create": P_("news of the store", "a market was made"),
        "markets/delete": P_("news of the store", "a market was deleted"),
        "markets/update": P_("news of the store", "a market was changed"),
        "order_transactions/create": P_("news of the store", "a payment was tried"),
        "orders/cancelled": P_("news of the store", "an order was cancelled"),
        "orders/create": P_("news of the store", "an order was placed"),
        "orders/delete": P_("news of the store", "an order was deleted"),
        "orders/edited": P_("news of the store", "things of an order were changed"),
        "orders/fulfilled": P_("news of the store", "an order was sent"),
        "orders/paid": P_("news of the store", "an order was paid"),
        "orders/partially_fulfilled": P_(
            "news of the store", "a part of an order was sent"
        ),
        "orders/updated": P_("news of the store", "an order was changed"),
        "products/create": P_("news of the store", "a product is new"),
        "products/delete": P_("news of the store", "a product was deleted"),
        "products/update": P_("news of the store", "a product was changed"),
        "refunds/create": P_("news of the store", "money was refunded"),
        "returns/approve": P_("news of the store", "a return was approved"),
        "returns/cancel": P_("news of the store", "a return was cancelled"),
        "returns/close": P_("news of the store", "a return was closed"),
        "returns/decline": P_("news of the store", "a return was declined"),
        "returns/process": P_("news of the store", "a return was dealt with"),
        "returns/reopen": P_("news of the store", "a return was opened again"),
        "returns/request": P_("news of the store", "a return was asked for"),
        "returns/update": P_("news of the store", "a return was changed"),
        "shop/redact": P_("news of the store", "the store is to be forgotten"),
        "shop/update": P_("news of the store", "the store itself was changed"),
        "variants/in_stock": P_("news of the store", "a thing is in stock again"),
        "variants/out_of_stock": P_("news of the store", "a thing is sold out"),
    }
)


def said(topic: str, words: Words) -> str:
    return terms.name_of(topic, NAMES, words)
