"""What a store's webhooks say of its products: that they are to be looked at again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.events import (
    CollectionChanged,
    Event,
    MarketsChanged,
    PastWritten,
    ProductChanged,
    StockChanged,
)
from core.values import ProductId, ShopId
from notifications.catalog.taking_in import PAUSE
from storage import catalog_sets, catalogs, products
from storage.products import Changed, Patience
from storage.session import Transaction

PATIENCE = Patience(pause=PAUSE, longest=timedelta(seconds=40))
"""An import tool changes a product again and again within a minute. That is two looks
at most, and what is sold out is at Meta within that minute."""

MARKETS_PAUSE = timedelta(minutes=2)
"""All of a store is read for its markets' prices, so it is left alone for longer."""


def note(
    told: Sequence[tuple[ShopId, Sequence[Event]]], *, tx: Transaction, now: datetime
) -> None:
    """Have what has changed looked at soon, in the stores that have a catalog."""
    changes: set[Changed] = set()
    collections: set[tuple[ShopId, int]] = set()
    written: set[ShopId] = set()
    markets: set[ShopId] = set()
    for shop_id, events in told:
        for event in events:
            match event:
                case ProductChanged():
                    changes.add(Changed(shop_id, product_id=event.product_id))
                case StockChanged():
                    item = event.inventory_item_id
                    changes.add(Changed(shop_id, inventory_item_id=item))
                case CollectionChanged():
                    collections.add((shop_id, event.collection_id))
                case MarketsChanged():
                    markets.add(shop_id)
                case PastWritten():
                    written.add(shop_id)
                case _:
                    pass
    products.note_changes(tx, changes, PATIENCE, now=now)
    catalog_sets.note_changes(tx, collections, PATIENCE, now=now)
    catalogs.read_prices(tx, markets, at=now + MARKETS_PAUSE, now=now)
    catalogs.wake(tx, written, now=now)


def look_again(
    tx: Transaction, shop_id: ShopId, product_id: ProductId, *, now: datetime
) -> None:
    """Somebody has decided about a product: what is shown of it follows at once."""
    at_once = Patience(timedelta(), timedelta())
    changed = Changed(shop_id, product_id=product_id)
    products.note_changes(tx, [changed], at_once, now=now)
