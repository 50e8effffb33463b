"""The items of a store's catalog: what is to be shown of each variant, what Meta was
told of it, and what came of that.

All that writes here is alone with the shop's items: see ``catalogs.be_alone``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.catalog import ItemState
from core.values import ProductId, ShopId, VariantId
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement

GONE = "gone"
"""Why a variant is not shown that the store has no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown of a variant: the fingerprint of its item, or why there is
    none."""

    variant_id: VariantId
    product_id: ProductId
    inventory_item_id: int | None
    fingerprint: str | None
    because: str | None


_NEW = unfolded(
    {
        "variant_id": "bigint",
        "product_id": "bigint",
        "inventory_item_id": "bigint",
        "wanted": "text",
        "because": "text",
    }
)

# What is as it was is not written again: a second reading finds nothing to do.
_WANT = Statement(f"""
INSERT INTO catalog_items AS i (shop_id, variant_id, product_id, inventory_item_id,
  state, because, wanted, changed_at)
SELECT :shop, variant_id, product_id, inventory_item_id,
  CASE WHEN wanted IS NULL THEN 'withheld' ELSE 'waiting' END, because, wanted, :now
FROM {_NEW} ORDER BY variant_id
ON CONFLICT (shop_id, variant_id) DO UPDATE SET product_id = excluded.product_id,
  inventory_item_id = excluded.inventory_item_id, because = excluded.because,
  wanted = excluded.wanted, changed_at = :now,
  retries = CASE WHEN excluded.wanted IS DISTINCT FROM i.wanted THEN 0
    ELSE i.retries END,
  state = CASE WHEN excluded.wanted IS NULL THEN 'withheld'
    WHEN excluded.wanted IS DISTINCT FROM i.sent THEN 'waiting'
    WHEN i.batch_id IS NOT NULL THEN 'sent'
    WHEN i.refusal IS NOT NULL THEN 'refused' ELSE 'live' END
WHERE (i.wanted, i.because, i.product_id, i.inventory_item_id) IS DISTINCT FROM
  (excluded.wanted, excluded.because, excluded.product_id, excluded.inventory_item_id)
RETURNING variant_id
""")
_GONE = Statement("""
UPDATE catalog_items SET wanted = NULL, because = 'gone', state = 'deleted',
  inventory_item_id = NULL, changed_at = :now
WHERE shop_id = :shop AND product_id = ANY(CAST(:products AS bigint[]))
  AND NOT variant_id = ANY(CAST(:variants AS bigint[]))
  AND because IS DISTINCT FROM 'gone'
RETURNING variant_id
""")
_NEVER_SHOWN = Statement("""
DELETE FROM catalog_items
WHERE shop_id = :shop AND product_id = ANY(CAST(:products AS bigint[]))
  AND because = 'gone' AND sent IS NULL AND batch_id IS NULL
""")


def want(
    tx: Transaction,
    shop_id: ShopId,
    products: Collection[ProductId],
    items: Sequence[Wanted],
    *,
    now: datetime,
) -> int:
    """Have these shown, which are all variants of these products: what else there was
    of them is gone. Answer how many are not as they were."""
    rows = [
        {
            "variant_id": each.variant_id,
            "product_id": each.product_id,
            "inventory_item_id": each.inventory_item_id,
            "wanted": each.fingerprint,
            "because": each.because,
        }
        for each in items
    ]
    changed = len(tx.ask(_WANT, {**folded(rows), "shop": shop_id, "now": now}))
    asked = {
        "shop": shop_id,
        "products": sorted(products),
        "variants": sorted(each.variant_id for each in items),
        "now": now,
    }
    changed += len(tx.ask(_GONE, asked))
    tx.run(_NEVER_SHOWN, asked)
    return changed


@dataclass(frozen=True, slots=True)
class DueItem:
    """What Meta is to be told of: to show it, or no more."""

    variant_id: VariantId
    product_id: ProductId
    wanted: str | None


_DUE = Statement("""
SELECT variant_id, product_id, wanted FROM catalog_items
WHERE shop_id = :shop AND batch_id IS NULL AND wanted IS DISTINCT FROM sent
ORDER BY product_id, variant_id LIMIT :most
""")
_COUNT_DUE = Statement("""
SELECT count(*) AS count FROM catalog_items
WHERE shop_id = :shop AND batch_id IS NULL AND wanted IS DISTINCT FROM sent
""")


def due(tx: Transaction, shop_id: ShopId, *, most: int) -> list[DueItem]:
    rows = tx.ask(_DUE, {"shop": shop_id, "most": most})
    return [
        DueItem(VariantId(row.variant_id), ProductId(row.product_id), row.wanted)
        for row in rows
    ]


def count_due(tx: Transaction, shop_id: ShopId) -> int:
    [row] = tx.ask(_COUNT_DUE, {"shop": shop_id})
    return int(row.count)


_CORRECT = Statement(f"""
UPDATE catalog_items i SET wanted = new.wanted, because = new.because,
  state = CASE WHEN new.wanted IS NULL THEN 'withheld'
    WHEN new.wanted IS DISTINCT FROM i.sent THEN 'waiting' ELSE 'live' END
FROM {unfolded({"variant_id": "bigint", "wanted": "text", "because": "text"})}
WHERE i.shop_id = :shop AND i.variant_id = new.variant_id
""")


def correct(
    tx: Transaction,
    shop_id: ShopId,
    items: Collection[tuple[VariantId, str | None, str | None]],
) -> None:
    """What is to be shown of them is another, or nothing because of something, though
    the store has told nothing: our rules have changed."""
    rows = [
        {"variant_id": variant, "wanted": wanted, "because": because}
        for variant, wanted, because in items
    ]
    if rows:
        tx.run(_CORRECT, {**folded(rows), "shop": shop_id})


_STATES = Statement("""
SELECT state, because, refusal ->> 'code' AS code, count(*) AS count
FROM catalog_items WHERE shop_id = :shop GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3
""")


@dataclass(frozen=True, slots=True)
class Count:
    """How many items are in a state because of one thing."""

    state: ItemState
    because: str | None
    count: int


def counts(tx: Transaction, shop_id: ShopId) -> list[Count]:
    """By state, and by why where they are not shown."""
    return [
        Count(
            ItemState(row.state),
            row.code if row.state == ItemState.REFUSED else row.because,
            row.count,
        )
        for row in tx.ask(_STATES, {"shop": shop_id})
    ]


_LISTED = Statement("""
SELECT i.variant_id, i.product_id, i.state, i.because, i.refusal, i.changed_at,
  i.sent_at, i.judged_at, p.told ->> 'title' AS title
FROM catalog_items i LEFT JOIN products p
  ON p.shop_id = i.shop_id AND p.product_id = i.product_id
WHERE i.shop_id = :shop AND i.state = ANY(CAST(:states AS text[]))
ORDER BY i.product_id, i.variant_id LIMIT :most
""")


def listed(
    tx: Transaction, shop_id: ShopId, states: Collection[ItemState], *, most: int
) -> list[Mapping[str, Any]]:
    """Items in these states, with the title of the product."""
    asked = {"shop": shop_id, "states": sorted(states), "most": most}
    return [row._asdict() for row in tx.ask(_LISTED, asked)]


_TAKE_OUT = Statement("""
INSERT INTO catalog_items (shop_id, variant_id, product_id, state, because, sent,
  changed_at)
SELECT :shop, variant, 0, 'deleted', 'gone', '', :now
FROM unnest(CAST(:variants AS bigint[])) AS variant ORDER BY variant
ON CONFLICT DO NOTHING
""")


def take_out(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId], *, now: datetime
) -> None:
    """Have what Meta lists, and what is none of the store's variants, shown no more."""
    tx.run(_TAKE_OUT, {"shop": shop_id, "variants": sorted(variants), "now": now})


_UNKNOWN_ALL = Statement("""
UPDATE catalog_items SET sent = NULL, refusal = NULL, batch_id = NULL, seen_at = NULL,
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop
""")


def begin_anew(tx: Transaction, shop_id: ShopId) -> None:
    """Another catalog is to show them, in which there is nothing yet."""
    tx.run(_UNKNOWN_ALL, {"shop": shop_id})
