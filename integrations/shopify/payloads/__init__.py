"""Shopify webhook bodies, read into our events."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from core.events import Event
from core.values import ReturnStep
from integrations.shopify.payloads import (
    checkouts,
    drafts,
    goods,
    orders,
    parcels,
    payments,
    people,
    privacy,
    shops,
)
from integrations.shopify.wire import Wire
from integrations.strict_json import read_object

TOPICS = MappingProxyType(
    {
        topic: topic.upper().replace("/", "_")
        for topic in (
            "app/uninstalled",
            "bulk_operations/finish",
            "checkouts/create",
            "checkouts/delete",
            "checkouts/update",
            "collections/create",
            "collections/delete",
            "collections/update",
            "customers/create",
            "customers/delete",
            "customers/update",
            "customers_whats_app_marketing_consent/update",
            "draft_orders/create",
            "draft_orders/delete",
            "draft_orders/update",
            "fulfillment_events/create",
            "fulfillment_events/delete",
            "fulfillments/create",
            "fulfillments/update",
            "inventory_levels/update",
            "markets/create",
            "markets/delete",
            "markets/update",
            "order_transactions/create",
            "orders/cancelled",
            "orders/create",
            "orders/delete",
            "orders/edited",
            "orders/paid",
            "orders/updated",
            "products/create",
            "products/delete",
            "products/update",
            "refunds/create",
            "returns/approve",
            "returns/cancel",
            "returns/close",
            "returns/decline",
            "returns/process",
            "returns/reopen",
            "returns/request",
            "shop/update",
            "variants/in_stock",
            "variants/out_of_stock",
        )
    }
)
"""What a connected shop subscribes to, and the Admin API's words for it.

All of it is told to whoever may read orders, draft orders, fulfillments, customers,
returns, products and stock; who may not read one of them is refused its topics, and
told so. Of ``orders/updated`` and of products only a part is asked for: see
``subscriptions``. More is read where a store sends it, but not asked for:
``orders/fulfilled`` and the like say nothing that parcels do not; carts change often
and tell nobody's phone; ``returns/update`` tells no order; and ``customers/merge`` and
``fulfillment_orders/*`` take scopes that a store may not give.
"""

UNTIMED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a thing happened of which neither the body nor the caller knows the time."""


def is_of_interest(topic: str) -> bool:
    """Whether ``read`` can make anything of a topic's bodies."""
    return topic in _READERS


OWED = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""What is to be done for a store that has gone, too."""


def read(
    topic: str, body: bytes, *, triggered_at: datetime | None = None
) -> list[Event]:
    """Read one webhook; no event means it is nothing to us.

    ``triggered_at`` is the envelope's time. It counts only where the body tells none,
    as for deleted orders; without either an event is ``UNTIMED``. No consent is newer.

    Raises:
        UnreadablePayload: a field we need is missing or of the wrong kind. The reason
            holds no personal data.
    """
    reader = _READERS.get(topic)
    if reader is None:
        return []
    return list(reader(read_object(body), triggered_at or UNTIMED))


_Reader: TypeAlias = Callable[[Wire, datetime], Iterator[Event]]


def _returns(step: ReturnStep) -> _Reader:
    return partial(payments.return_moved, step)


_READERS: dict[str, _Reader] = {
    "app/uninstalled": shops.app_uninstalled,
    "bulk_operations/finish": shops.past_written,
    "carts/create": checkouts.cart_seen,
    "carts/update": checkouts.cart_seen,
    "checkouts/create": checkouts.checkout_seen,
    "checkouts/delete": checkouts.checkout_deleted,
    "checkouts/update": checkouts.checkout_seen,
    "collections/create": goods.collection_changed,
    "collections/delete": goods.collection_changed,
    "collections/update": goods.collection_changed,
    "markets/create": goods.markets_changed,
    "markets/delete": goods.markets_changed,
    "markets/update": goods.markets_changed,
    "customers/create": people.customer_seen,
    "customers/data_request": privacy.person_asks,
    "customers/delete": people.customer_deleted,
    "customers/merge": people.customers_merged,
    "customers/redact": privacy.person_to_be_forgotten,
    "customers/update": people.customer_seen,
    "customers_whats_app_marketing_consent/update": people.consent_changed,
    "draft_orders/create": drafts.draft_seen,
    "draft_orders/delete": drafts.draft_deleted,
    "draft_orders/update": drafts.draft_seen,
    "fulfillment_events/create": parcels.parcel_moved,
    "fulfillment_events/delete": parcels.scan_deleted,
    "fulfillment_orders/hold_released": parcels.shipping_resumed,
    "fulfillment_orders/line_items_prepared_for_pickup": parcels.pickup_prepared,
    "fulfillment_orders/placed_on_hold": parcels.shipping_held,
    "fulfillments/create": parcels.parcel_seen,
    "fulfillments/update": parcels.parcel_seen,
    "inventory_levels/update": goods.stock_changed,
    "order_transactions/create": payments.payment_tried,
    "orders/cancelled": orders.order_seen,
    "orders/create": orders.order_seen,
    "orders/delete": orders.order_deleted,
    "orders/edited": orders.order_edited,
    "orders/fulfilled": orders.order_seen,
    "orders/paid": orders.order_paid,
    "orders/partially_fulfilled": orders.order_seen,
    "orders/updated": orders.order_updated,
    "products/create": goods.product_changed,
    "products/delete": goods.product_changed,
    "products/update": goods.product_changed,
    "refunds/create": payments.refund_issued,
    "returns/approve": _returns(ReturnStep.APPROVED),
    "returns/cancel": _returns(ReturnStep.CANCELLED),
    "returns/close": _returns(ReturnStep.CLOSED),
    "returns/decline": _returns(ReturnStep.DECLINED),
    "returns/process": _returns(ReturnStep.PROCESSED),
    "returns/reopen": _returns(ReturnStep.REOPENED),
    "returns/request": _returns(ReturnStep.REQUESTED),
    "returns/update": _returns(ReturnStep.UPDATED),
    "shop/redact": privacy.shop_to_be_forgotten,
    "shop/update": shops.shop_changed,
    "variants/in_stock": goods.variant_changed,
    "variants/out_of_stock": goods.variant_changed,
}
