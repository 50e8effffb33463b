"""Which store a webhook is about, as its body has it.

The body is signed and the envelope is not: whoever got hold of an old one can play it
again under the name of another store. Few bodies name their store.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from core.events import Event, OrderGlimpsed, OrderSeen, ShopChanged

_STORES = ".myshopify.com"


def stores_named(events: Iterable[Event]) -> set[str]:
    """The domains of the stores that the events are about, where they say so.

    The address of an order's page does where the store has no domain of its own, and it
    may be an older or a newer name of the same store: only that it is another store of
    ours proves anything.
    """
    return {name for event in events if (name := _store_named(event))}


def _store_named(event: Event) -> str | None:
    match event:
        case ShopChanged(shop=shop):
            return shop
        case OrderSeen(status_url=str(url)) | OrderGlimpsed(status_url=str(url)):
            host = urlsplit(url).hostname or ""
            return host if host.endswith(_STORES) else None
        case _:
            return None
