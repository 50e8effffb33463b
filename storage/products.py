"""A store's products: what it said of them last, and which it has to be asked of."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.products import Product, as_json, from_json, name_key
from core.values import ProductId, ShopId
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a product is left to change further: for so long after each word of a
    change, and for no longer than ``longest`` after the first."""

    pause: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Changed:
    """A word of the store that something of it has changed: the product itself, or the
    stock of one of its variants."""

    shop_id: ShopId
    product_id: ProductId | None = None
    inventory_item_id: int | None = None


_TOLD_OF = unfolded(
    {"shop_id": "bigint", "product_id": "bigint", "inventory_item_id": "bigint"}
)

# Sorted, so that two who write down the same cannot block each other; and not written
# where a storm has just been.
_NOTE = Statement(f"""
WITH told AS (
  SELECT DISTINCT new.shop_id, coalesce(new.product_id, i.product_id) AS product_id
  FROM {_TOLD_OF} JOIN catalogs c ON c.shop_id = new.shop_id
  LEFT JOIN catalog_items i ON i.shop_id = new.shop_id
    AND i.inventory_item_id = new.inventory_item_id)
INSERT INTO products AS p (shop_id, product_id, changed_since, changed_at, due_at)
SELECT shop_id, product_id, :now, :now, :due_at FROM told
WHERE product_id IS NOT NULL ORDER BY shop_id, product_id
ON CONFLICT (shop_id, product_id) DO UPDATE SET
  changed_since = coalesce(p.changed_since, :now), changed_at = :now,
  due_at = least(:due_at, coalesce(p.changed_since, :now) + :longest)
RETURNING p.shop_id, p.due_at
""")
_WAKE = Statement("""
UPDATE catalogs SET read_due_at = :due_at
WHERE shop_id = :shop AND read_due_at > :due_at AND read_held_because IS NULL
""")


def note_changes(
    tx: Transaction, changes: Collection[Changed], patience: Patience, *, now: datetime
) -> None:
    """Have the store asked of them, once they are left alone for a moment. Of a shop
    without a catalog nothing is written."""
    if not changes:
        return
    rows = [
        {
            "shop_id": each.shop_id,
            "product_id": each.product_id,
            "inventory_item_id": each.inventory_item_id,
        }
        for each in changes
    ]
    asked = {
        **folded(rows),
        "now": now,
        "due_at": now + patience.pause,
        "longest": patience.longest,
    }
    read_in_time(tx, tx.ask(_NOTE, asked))


def read_in_time(tx: Transaction, noted: Iterable[Any]) -> None:
    """Have each store of these rows looked at when the first of its is due."""
    due: dict[int, datetime] = {}
    for row in noted:
        due[row.shop_id] = min(row.due_at, due.get(row.shop_id, row.due_at))
    for shop_id in sorted(due):
        tx.run(_WAKE, {"shop": shop_id, "due_at": due[shop_id]})


_DUE = Statement("""
SELECT product_id FROM products
WHERE shop_id = :shop AND due_at <= :now AND changed_at < :before
ORDER BY due_at LIMIT :most
""")
_COUNT_NEW = Statement("""
SELECT count(*) AS count, min(changed_since) AS since FROM (
  SELECT changed_since FROM products
  WHERE shop_id = :shop AND due_at <= :now AND changed_at >= :after LIMIT :most) AS few
""")
_NEXT = Statement("""
SELECT min(due_at) AS due_at FROM products WHERE shop_id = :shop AND due_at IS NOT NULL
""")


def due(
    tx: Transaction,
    shop_id: ShopId,
    *,
    now: datetime,
    most: int,
    before: datetime | None = None,
) -> list[ProductId]:
    """Of which the store is to be asked now; of those alone that have changed
    ``before``, if that is given."""
    asked = {"shop": shop_id, "now": now, "most": most, "before": before or _EVER}
    return [ProductId(row.product_id) for row in tx.ask(_DUE, asked)]


def count_due(
    tx: Transaction, shop_id: ShopId, *, now: datetime, after: datetime, most: int
) -> tuple[int, datetime | None]:
    """How many of those that have changed since ``after`` are due, up to ``most``, and
    since when the first of them has been another."""
    asked = {"shop": shop_id, "now": now, "after": after, "most": most}
    [row] = tx.ask(_COUNT_NEW, asked)
    return row.count, None if row.since is None else row.since.astimezone(UTC)


def next_due(tx: Transaction, shop_id: ShopId) -> datetime | None:
    [row] = tx.ask(_NEXT, {"shop": shop_id})
    return None if row.due_at is None else row.due_at.astimezone(UTC)


_KEPT = {
    "product_id": "bigint",
    "told": "jsonb",
    "handle": "text",
    "name_key": "text",
    "kind_key": "text",
}
_LONGEST_KEY = 300
"""Of what is longer no message asks by name."""
_KEEP = Statement(f"""
INSERT INTO products AS p
  (shop_id, product_id, told, handle, name_key, kind_key, told_at)
SELECT :shop, product_id, told, handle, name_key, kind_key, :as_of
FROM {unfolded(_KEPT)} ORDER BY product_id
ON CONFLICT (shop_id, product_id) DO UPDATE SET
  handle = excluded.handle, name_key = excluded.name_key,
  kind_key = excluded.kind_key,
  told = CASE WHEN p.told IS DISTINCT FROM excluded.told
    THEN excluded.told ELSE p.told END, told_at = :as_of,
  changed_since = CASE WHEN p.changed_at > :as_of THEN p.changed_at END,
  changed_at = CASE WHEN p.changed_at > :as_of THEN p.changed_at END,
  due_at = CASE WHEN p.changed_at > :as_of THEN p.changed_at + :pause END
WHERE p.told_at IS NULL OR p.told_at <= :as_of
RETURNING product_id
""")


def keep(
    tx: Transaction,
    shop_id: ShopId,
    products: Sequence[Product],
    *,
    as_of: datetime,
    pause: timedelta,
) -> list[Product]:
    """Write down what the store said of them ``as_of`` then, and answer those of which
    nothing newer is known. What has changed since then is due once it has been left
    alone for a ``pause``."""
    rows = [
        {
            "product_id": p.product_id,
            "told": as_json(p),
            "handle": p.handle.casefold()[:_LONGEST_KEY],
            "name_key": name_key(p.title)[:_LONGEST_KEY],
            "kind_key": name_key(p.kind)[:_LONGEST_KEY] or None,
        }
        for p in products
    ]
    asked = {**folded(rows), "shop": shop_id, "as_of": as_of, "pause": pause}
    kept = {row.product_id for row in tx.ask(_KEEP, asked)} if rows else set()
    return [each for each in products if each.product_id in kept]


_DROP = Statement("""
DELETE FROM products WHERE shop_id = :shop
  AND product_id = ANY(CAST(:products AS bigint[]))
  AND (told_at IS NULL OR told_at <= :as_of)
RETURNING product_id
""")


def drop(
    tx: Transaction,
    shop_id: ShopId,
    products: Collection[ProductId],
    *,
    as_of: datetime,
) -> list[ProductId]:
    """The store had them no more ``as_of`` then; those of which that is so."""
    asked = {"shop": shop_id, "products": sorted(products), "as_of": as_of}
    return [ProductId(row.product_id) for row in tx.ask(_DROP, asked)]


_DOUBT = Statement("""
UPDATE products SET changed_since = coalesce(changed_since, :now), changed_at = :now,
  due_at = :now
WHERE shop_id = :shop AND due_at IS NULL AND (told_at IS NULL OR told_at < :as_of)
""")


def doubt_untold(
    tx: Transaction, shop_id: ShopId, *, as_of: datetime, now: datetime
) -> None:
    """Have the store asked of those that were not among all that it told ``as_of``
    then: mostly it has them no more."""
    tx.run(_DOUBT, {"shop": shop_id, "as_of": as_of, "now": now})


_TOLD = Statement("""
SELECT told FROM products WHERE shop_id = :shop AND told IS NOT NULL
  AND product_id = ANY(CAST(:products AS bigint[]))
ORDER BY product_id
""")


def told_of(
    tx: Transaction, shop_id: ShopId, products: Collection[ProductId]
) -> list[Product]:
    """What the store said of them last."""
    asked = {"shop": shop_id, "products": sorted(products)}
    return [product_in(row) for row in tx.ask(_TOLD, asked)]


def product_in(row: Any) -> Product:
    return from_json(row.told)


_EVER = datetime(9999, 1, 1, tzinfo=UTC)
