"""An item of a catalog as Meta reads it, and as many together as one call takes."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from core.catalog import MOST_LABELS, Change, Delete, Item, Upsert, place_of
from integrations.meta import catalog_local
from integrations.meta.catalog_local import price_text

MOST_AT_ONCE = 2_500
"""Meta takes 5,000, and asks for fewer than 3,000."""
MOST_BYTES = 27_000_000
"""Meta takes 28 MB of a body, head and end included."""

_HEAD = b'{"item_type":"PRODUCT_ITEM","allow_upsert":true,"requests":['
_END = b"]}"


def data_of(item: Item) -> dict[str, Any]:
    """Everything that there is, since Meta leaves as it is what is not said: what an
    item has not is said to be empty, or a sale would go on after its end."""
    labels = dict(enumerate(item.custom_labels))
    return {
        "id": item.retailer_id,
        "item_group_id": item.item_group_id,
        "title": item.title,
        "description": item.description,
        "availability": item.availability.value,
        "condition": item.condition.value,
        "price": price_text(item.price),
        "sale_price": price_text(item.sale_price) if item.sale_price else "",
        "link": item.link,
        "image_link": item.image_link,
        "additional_image_link": list(item.additional_image_links),
        "brand": item.brand,
        "gtin": item.gtin or "",
        "google_product_category": item.google_product_category or "",
        "color": item.color or "",
        "size": item.size or "",
        "material": item.material or "",
        "pattern": item.pattern or "",
        **{f"custom_label_{n}": labels.get(n, "") for n in range(MOST_LABELS)},
    }


def request_of(change: Change) -> dict[str, Any]:
    """One of the ``requests`` of a batch."""
    match change:
        case Delete():
            return {"method": "DELETE", "data": {"id": change.retailer_id}}
        case Upsert():
            return {"method": "UPDATE", "data": data_of(change.item)}
        case _:
            return catalog_local.request_of(change)


def batch_body(requests: Iterable[bytes]) -> bytes:
    """The body of ``POST /{catalog}/items_batch`` and its like, of requests that are
    written."""
    return b"".join((_HEAD, b",".join(requests), _END))


def as_written(request: dict[str, Any]) -> bytes:
    # Half a character cannot be sent; the schema has refused it before.
    text = json.dumps(request, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def portions(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """As many together as one body takes, by number and by size, in their order. An
    item that is changed twice is in two portions."""
    portion: list[Change] = []
    ids: set[str] = set()
    left = _room()
    for change in changes:
        size = len(as_written(request_of(change))) + 1
        is_full = len(portion) == MOST_AT_ONCE or size > left
        is_elsewhere = bool(portion) and place_of(portion[0]) != place_of(change)
        if portion and (is_full or is_elsewhere or change.retailer_id in ids):
            yield portion
            portion, ids, left = [], set(), _room()
        portion.append(change)
        ids.add(change.retailer_id)
        left -= size
    if portion:
        yield portion


def _room() -> int:
    return MOST_BYTES - len(_HEAD) - len(_END)
