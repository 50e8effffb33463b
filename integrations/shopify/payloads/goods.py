"""What a store has for sale: that something of it has changed, and no more.

What comes in any order, twice or never says only which thing it is about. The store
itself is asked how that is now.
"""

from collections.abc import Iterator
from datetime import datetime

from core.events import (
    CollectionChanged,
    Event,
    MarketsChanged,
    ProductChanged,
    StockChanged,
)
from core.values import ProductId
from integrations.shopify import wire
from integrations.shopify.wire import Wire


def product_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    product_id = ProductId(wire.only_id(body)["id"])
    yield ProductChanged(happened_at=otherwise, product_id=product_id)


def variant_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    product_id = ProductId(wire.variant(body)["product_id"])
    yield ProductChanged(happened_at=otherwise, product_id=product_id)


def stock_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    inventory_item_id = wire.stock(body)["inventory_item_id"]
    yield StockChanged(happened_at=otherwise, inventory_item_id=inventory_item_id)


def collection_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    collection_id = wire.only_id(body)["id"]
    yield CollectionChanged(happened_at=otherwise, collection_id=collection_id)


def markets_changed(_body: Wire, otherwise: datetime) -> Iterator[Event]:
    yield MarketsChanged(happened_at=otherwise)
