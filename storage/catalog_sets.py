"""Which collections of a store are sets of its catalog, and what is in them.

All that writes members here is alone with the shop's items: see ``catalogs.be_alone``.
"""

from collections.abc import Collection as Many
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.products import Collection
from core.values import ProductId, ShopId
from storage.products import Patience, read_in_time
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement

_NOTE = Statement(f"""
INSERT INTO catalog_sets AS s (shop_id, collection_id, changed_since, changed_at,
  due_at)
SELECT DISTINCT new.shop_id, new.collection_id, CAST(:now AS timestamptz),
  CAST(:now AS timestamptz), CAST(:due_at AS timestamptz)
FROM {unfolded({"shop_id": "bigint", "collection_id": "bigint"})}
JOIN catalogs c ON c.shop_id = new.shop_id AND c.sets <> 'none'
ORDER BY new.shop_id, new.collection_id
ON CONFLICT (shop_id, collection_id) DO UPDATE SET
  changed_since = coalesce(s.changed_since, :now), changed_at = :now,
  due_at = least(:due_at, coalesce(s.changed_since, :now) + :longest)
RETURNING s.shop_id, s.due_at
""")


def note_changes(
    tx: Transaction,
    changes: Iterable[tuple[ShopId, int]],
    patience: Patience,
    *,
    now: datetime,
) -> None:
    """Have the store asked what is in these collections, once they are left alone for
    a moment. Of a shop whose catalog has no sets nothing is written."""
    rows = [{"shop_id": shop, "collection_id": id_} for shop, id_ in changes]
    if not rows:
        return
    asked = {
        **folded(rows),
        "now": now,
        "due_at": now + patience.pause,
        "longest": patience.longest,
    }
    read_in_time(tx, tx.ask(_NOTE, asked))


# Which there are

_LISTED = Statement(f"""
INSERT INTO catalog_sets AS s (shop_id, collection_id, handle, title)
SELECT :shop, collection_id, handle, title
FROM {unfolded({"collection_id": "bigint", "handle": "text", "title": "text"})}
ORDER BY collection_id
ON CONFLICT (shop_id, collection_id) DO UPDATE SET handle = excluded.handle,
  title = excluded.title, is_there = true
WHERE (s.handle, s.title, s.is_there) IS DISTINCT FROM
  (excluded.handle, excluded.title, true)
""")
_UNLISTED = Statement("""
UPDATE catalog_sets SET is_there = false
WHERE shop_id = :shop AND is_there
  AND NOT collection_id = ANY(CAST(:collections AS bigint[]))
""")
_CHOOSE = Statement("""
WITH wanted AS (
  SELECT collection_id FROM catalog_sets
  WHERE shop_id = :shop AND is_there
    AND (:all OR handle = ANY(CAST(:handles AS text[])))
  ORDER BY collection_id LIMIT :most),
told AS (
  SELECT collection_id, collection_id IN (SELECT collection_id FROM wanted) AS is_wanted
  FROM catalog_sets WHERE shop_id = :shop)
UPDATE catalog_sets s SET is_chosen = told.is_wanted, due_at = :now, changed_at = :now,
  changed_since = coalesce(s.changed_since, :now)
FROM told
WHERE s.shop_id = :shop AND s.collection_id = told.collection_id
  AND (s.is_chosen <> told.is_wanted OR (:anew AND told.is_wanted))
""")


def keep_list(
    tx: Transaction, shop_id: ShopId, collections: Sequence[Collection]
) -> None:
    """These are all that the store has."""
    rows = [
        {"collection_id": e.collection_id, "handle": e.handle, "title": e.title}
        for e in collections
    ]
    tx.run(_LISTED, {**folded(rows), "shop": shop_id})
    ids = sorted(each.collection_id for each in collections)
    tx.run(_UNLISTED, {"shop": shop_id, "collections": ids})


def choose(
    tx: Transaction,
    shop_id: ShopId,
    handles: Many[str] | None,
    *,
    most: int,
    anew: bool,
    now: datetime,
) -> None:
    """Have sets of those with these handles, or of all that are there where it is None:
    the oldest, up to ``most``. What was in others leaves them. The store is asked what
    is in those that are new, and where ``anew`` in all of them."""
    asked = {
        "shop": shop_id,
        "all": handles is None,
        "handles": sorted(handles or ()),
        "most": most,
        "anew": anew,
        "now": now,
    }
    tx.run(_CHOOSE, asked)


_HANDLES = Statement("""
SELECT handle FROM catalog_sets WHERE shop_id = :shop AND is_there AND handle <> ''
ORDER BY handle
""")


def handles(tx: Transaction, shop_id: ShopId) -> list[str]:
    """Those of all collections that are known."""
    return [row.handle for row in tx.ask(_HANDLES, {"shop": shop_id})]


# What is in them


@dataclass(frozen=True, slots=True)
class DueCollection:
    """One of which the store is to be asked; ``after`` is how far it has told since
    ``began_at``."""

    collection_id: int
    is_there: bool
    began_at: datetime | None
    after: str | None


_DUE = Statement("""
SELECT collection_id, is_there, began_at, read_after FROM catalog_sets
WHERE shop_id = :shop AND due_at <= :now ORDER BY due_at, collection_id LIMIT 1
""")
_NEXT = Statement("""
SELECT min(due_at) AS due_at FROM catalog_sets
WHERE shop_id = :shop AND due_at IS NOT NULL
""")
_BEGIN = Statement("""
UPDATE catalog_sets SET began_at = :now, read_after = NULL
WHERE shop_id = :shop AND collection_id = :collection
""")
_NAME = Statement("""
UPDATE catalog_sets s SET handle = :handle, title = :title, is_there = true,
  is_chosen = (:all OR :handle = ANY(CAST(:handles AS text[]))) AND (s.is_chosen OR
    :most > (SELECT count(*) FROM catalog_sets o WHERE o.shop_id = :shop
      AND o.is_chosen AND o.collection_id <> :collection))
WHERE shop_id = :shop AND collection_id = :collection RETURNING is_chosen
""")
_GONE = Statement("""
UPDATE catalog_sets SET is_there = false, is_chosen = false
WHERE shop_id = :shop AND collection_id = :collection
""")
_KEEP = Statement("""
INSERT INTO catalog_set_products AS m (shop_id, collection_id, product_id, told_at)
SELECT :shop, :collection, product_id, :now
FROM unnest(CAST(:products AS bigint[])) AS product_id ORDER BY product_id
ON CONFLICT (shop_id, collection_id, product_id) DO UPDATE SET told_at = :now
RETURNING product_id, xmax = 0 AS is_new
""")
_READ_ON = Statement("""
UPDATE catalog_sets SET read_after = :after
WHERE shop_id = :shop AND collection_id = :collection
""")
_DROP = Statement("""
DELETE FROM catalog_set_products WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM catalog_set_products
  WHERE shop_id = :shop AND collection_id = :collection AND told_at < :before
  LIMIT :most))
RETURNING product_id
""")
_END = Statement("""
UPDATE catalog_sets SET began_at = NULL, read_after = NULL,
  changed_since = CASE WHEN changed_at > :began_at THEN changed_at END,
  changed_at = CASE WHEN changed_at > :began_at THEN changed_at END,
  due_at = CASE WHEN changed_at > :began_at THEN greatest(due_at, changed_at) END
WHERE shop_id = :shop AND collection_id = :collection
""")


def due(tx: Transaction, shop_id: ShopId, *, now: datetime) -> DueCollection | None:
    for row in tx.ask(_DUE, {"shop": shop_id, "now": now}):
        began_at = None if row.began_at is None else row.began_at.astimezone(UTC)
        return DueCollection(row.collection_id, row.is_there, began_at, row.read_after)
    return None


def next_due(tx: Transaction, shop_id: ShopId) -> datetime | None:
    [row] = tx.ask(_NEXT, {"shop": shop_id})
    return None if row.due_at is None else row.due_at.astimezone(UTC)


def begin(tx: Transaction, shop_id: ShopId, collection: int, *, now: datetime) -> None:
    """The store is asked for it from its beginning."""
    tx.run(_BEGIN, {"shop": shop_id, "collection": collection, "now": now})


def name(
    tx: Transaction,
    shop_id: ShopId,
    collection: Collection,
    handles: Many[str] | None,
    *,
    most: int,
) -> bool:
    """It is called so now; whether there is to be a set of it, as ``choose`` says."""
    asked = {
        "shop": shop_id,
        "collection": collection.collection_id,
        "handle": collection.handle,
        "title": collection.title,
        "all": handles is None,
        "handles": sorted(handles or ()),
        "most": most,
    }
    return any(row.is_chosen for row in tx.ask(_NAME, asked))


def note_gone(tx: Transaction, shop_id: ShopId, collection: int) -> None:
    """The store has it no more."""
    tx.run(_GONE, {"shop": shop_id, "collection": collection})


def keep_members(
    tx: Transaction,
    shop_id: ShopId,
    collection: int,
    products: Many[ProductId],
    *,
    now: datetime,
) -> list[ProductId]:
    """These are in it now; which of them were not."""
    asked = {
        "shop": shop_id,
        "collection": collection,
        "products": sorted(products),
        "now": now,
    }
    return [ProductId(row.product_id) for row in tx.ask(_KEEP, asked) if row.is_new]


def read_on(
    tx: Transaction, shop_id: ShopId, collection: int, *, after: str | None
) -> None:
    """So far it has been read: to be noted with what was told, or not at all."""
    tx.run(_READ_ON, {"shop": shop_id, "collection": collection, "after": after})


def drop_members(
    tx: Transaction, shop_id: ShopId, collection: int, *, before: datetime, most: int
) -> list[ProductId]:
    """Those of which nothing was said since ``before`` are in it no more; some."""
    asked = {
        "shop": shop_id,
        "collection": collection,
        "before": before,
        "most": most,
    }
    return [ProductId(row.product_id) for row in tx.ask(_DROP, asked)]


def end(tx: Transaction, shop_id: ShopId, collection: int, *, began: datetime) -> None:
    """It has been read; what has changed since it ``began`` stays due."""
    tx.run(_END, {"shop": shop_id, "collection": collection, "began_at": began})


# Of which a product is

_OF = Statement("""
SELECT m.product_id, m.collection_id FROM catalog_set_products m
JOIN catalog_sets s ON s.shop_id = m.shop_id AND s.collection_id = m.collection_id
WHERE m.shop_id = :shop AND m.product_id = ANY(CAST(:products AS bigint[]))
  AND s.is_chosen AND s.is_there
""")
_ROWS = unfolded({"product_id": "bigint", "collection_id": "bigint"})
_JOIN = Statement(f"""
INSERT INTO catalog_set_products AS m (shop_id, collection_id, product_id, told_at)
SELECT :shop, s.collection_id, new.product_id, :now FROM {_ROWS}
JOIN catalog_sets s ON s.shop_id = :shop AND s.collection_id = new.collection_id
  AND s.is_chosen AND s.is_there
ORDER BY s.collection_id, new.product_id
ON CONFLICT (shop_id, collection_id, product_id) DO UPDATE SET told_at = :now
RETURNING product_id, xmax = 0 AS is_new
""")
_LEAVE = Statement("""
DELETE FROM catalog_set_products
WHERE shop_id = :shop AND product_id = ANY(CAST(:products AS bigint[]))
  AND told_at < :now
RETURNING product_id
""")


def of_products(
    tx: Transaction, shop_id: ShopId, products: Many[ProductId]
) -> dict[ProductId, list[int]]:
    """The collections that are sets of the catalog, and that each of these is in."""
    found: dict[ProductId, list[int]] = {}
    for row in tx.ask(_OF, {"shop": shop_id, "products": sorted(products)}):
        found.setdefault(ProductId(row.product_id), []).append(row.collection_id)
    return found


def replace_of(
    tx: Transaction,
    shop_id: ShopId,
    found: Mapping[ProductId, Many[int]],
    *,
    now: datetime,
) -> list[ProductId]:
    """Each of these is in those collections now; of which that was otherwise."""
    rows = [
        {"product_id": product, "collection_id": each}
        for product, collections in found.items()
        for each in collections
    ]
    asked = {"shop": shop_id, "products": sorted(found), "now": now}
    others = {
        row.product_id for row in tx.ask(_JOIN, {**folded(rows), **asked}) if row.is_new
    }
    others |= {row.product_id for row in tx.ask(_LEAVE, asked)}
    return [ProductId(each) for each in sorted(others)]
