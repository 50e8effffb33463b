"""What is otherwise about a store's items for those of a language or a country: what it
is to be, what Meta was told of it, and what came of that.

All that writes here is alone with the shop's items: see ``catalogs.be_alone``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.values import ProductId, ShopId, VariantId
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Local:
    """Of one item for those of one place; ``wanted`` is a fingerprint, and None where
    nothing is otherwise."""

    variant_id: VariantId
    place: str
    product_id: ProductId
    wanted: str | None


_NEW = unfolded(
    {
        "variant_id": "bigint",
        "place": "text",
        "product_id": "bigint",
        "wanted": "text",
    }
)
_WANT = Statement(f"""
INSERT INTO catalog_local_items AS l (shop_id, variant_id, place, product_id, state,
  wanted, changed_at)
SELECT :shop, variant_id, place, product_id, 'waiting', wanted, :now
FROM {_NEW} ORDER BY variant_id, place
ON CONFLICT (shop_id, variant_id, place) DO UPDATE SET
  product_id = excluded.product_id, wanted = excluded.wanted, changed_at = :now,
  retries = 0, state = CASE WHEN excluded.wanted IS DISTINCT FROM l.sent THEN 'waiting'
    WHEN l.batch_id IS NOT NULL THEN 'sent'
    WHEN l.refusal IS NOT NULL THEN 'refused' ELSE 'live' END
WHERE (l.wanted, l.product_id) IS DISTINCT FROM (excluded.wanted, excluded.product_id)
RETURNING variant_id
""")
_AS_ELSEWHERE = Statement(f"""
UPDATE catalog_local_items l SET wanted = NULL, state = 'deleted', changed_at = :now
WHERE l.shop_id = :shop AND l.product_id = ANY(CAST(:products AS bigint[]))
  AND l.wanted IS NOT NULL AND NOT EXISTS (SELECT FROM {_NEW}
    WHERE new.variant_id = l.variant_id AND new.place = l.place)
RETURNING l.variant_id
""")
_NEVER_SENT = Statement("""
DELETE FROM catalog_local_items
WHERE shop_id = :shop AND product_id = ANY(CAST(:products AS bigint[]))
  AND wanted IS NULL AND sent IS NULL AND batch_id IS NULL
""")


def want(
    tx: Transaction,
    shop_id: ShopId,
    products: Collection[ProductId],
    local: Sequence[Local],
    *,
    now: datetime,
) -> int:
    """Have it so: this is all that is otherwise about these products anywhere. Answer
    of how many items that is news."""
    rows = [
        {
            "variant_id": each.variant_id,
            "place": each.place,
            "product_id": each.product_id,
            "wanted": each.wanted,
        }
        for each in local
    ]
    asked = {**folded(rows), "shop": shop_id, "products": sorted(products), "now": now}
    changed = len(tx.ask(_WANT, asked)) if rows else 0
    changed += len(tx.ask(_AS_ELSEWHERE, asked))
    tx.run(_NEVER_SENT, asked)
    return changed


# Meta takes it for an item that is there alone.
_DUE = Statement("""
SELECT l.variant_id, l.place, l.product_id, l.wanted FROM catalog_local_items l
JOIN catalog_items i ON i.shop_id = l.shop_id AND i.variant_id = l.variant_id
WHERE l.shop_id = :shop AND l.batch_id IS NULL AND l.wanted IS DISTINCT FROM l.sent
  AND i.state = 'live' AND i.batch_id IS NULL
ORDER BY l.place, l.product_id, l.variant_id LIMIT :most
""")
_COUNT_DUE = Statement("""
SELECT count(*) AS count FROM catalog_local_items l
JOIN catalog_items i ON i.shop_id = l.shop_id AND i.variant_id = l.variant_id
WHERE l.shop_id = :shop AND l.batch_id IS NULL AND l.wanted IS DISTINCT FROM l.sent
  AND i.state = 'live'
""")
_CORRECT = Statement(f"""
UPDATE catalog_local_items l SET wanted = new.wanted,
  state = CASE WHEN new.wanted IS NULL THEN 'deleted'
    WHEN new.wanted IS DISTINCT FROM l.sent THEN 'waiting' ELSE 'live' END
FROM {unfolded({"variant_id": "bigint", "wanted": "text"})}
WHERE l.shop_id = :shop AND l.place = :place AND l.variant_id = new.variant_id
""")


def due(tx: Transaction, shop_id: ShopId, *, most: int) -> list[Local]:
    """What Meta is to be told, of the first place of which there is something."""
    rows = [_local(row) for row in tx.ask(_DUE, {"shop": shop_id, "most": most})]
    return [each for each in rows if each.place == rows[0].place]


def count_due(tx: Transaction, shop_id: ShopId) -> int:
    [row] = tx.ask(_COUNT_DUE, {"shop": shop_id})
    return int(row.count)


def correct(
    tx: Transaction,
    shop_id: ShopId,
    place: str,
    items: Collection[tuple[VariantId, str | None]],
) -> None:
    """It is to be otherwise, though the store has told nothing."""
    rows = [{"variant_id": variant, "wanted": wanted} for variant, wanted in items]
    if rows:
        tx.run(_CORRECT, {**folded(rows), "shop": shop_id, "place": place})


# Comparing

_OF = Statement("""
SELECT variant_id, place, product_id, wanted, judged_at,
  batch_id IS NULL AND wanted IS NOT DISTINCT FROM sent AS is_done,
  state = 'refused' AS is_refused
FROM catalog_local_items
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
""")
_KEYS = unfolded({"variant_id": "bigint", "place": "text"})
_AGAIN = Statement(f"""
UPDATE catalog_local_items l SET sent = '',
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
FROM {_KEYS}
WHERE l.shop_id = :shop AND l.variant_id = new.variant_id AND l.place = new.place
  AND l.batch_id IS NULL
RETURNING l.variant_id
""")
_TAKE_OUT = Statement(f"""
INSERT INTO catalog_local_items (shop_id, variant_id, place, product_id, state, sent,
  changed_at)
SELECT :shop, i.variant_id, new.place, i.product_id, 'deleted', '', :now FROM {_KEYS}
JOIN catalog_items i ON i.shop_id = :shop AND i.variant_id = new.variant_id
ORDER BY i.variant_id, new.place
ON CONFLICT DO NOTHING
""")
_LOST = Statement("""
UPDATE catalog_local_items SET sent = NULL,
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
  AND batch_id IS NULL
""")
_UNKNOWN_ALL = Statement("""
UPDATE catalog_local_items SET sent = NULL, refusal = NULL, batch_id = NULL,
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop
""")
_COUNTS = Statement("""
SELECT place, count(*) FILTER (WHERE state = 'live') AS live,
  count(*) FILTER (WHERE state IN ('waiting', 'sent')) AS waiting,
  count(*) FILTER (WHERE state = 'refused') AS refused
FROM catalog_local_items WHERE shop_id = :shop GROUP BY place ORDER BY place
""")

Key = tuple[VariantId, str]


def known(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId]
) -> list[Any]:
    """All about these items, and whether Meta has been told all of it."""
    return tx.ask(_OF, {"shop": shop_id, "variants": sorted(variants)})


def send_again(tx: Transaction, shop_id: ShopId, keys: Collection[Key]) -> int:
    """Meta does not show it as it was asked to; how many those are."""
    return len(tx.ask(_AGAIN, {**_folded(keys), "shop": shop_id})) if keys else 0


def take_out(
    tx: Transaction, shop_id: ShopId, keys: Collection[Key], *, now: datetime
) -> None:
    """Have what Meta lists, and nobody wants, no more."""
    if keys:
        tx.run(_TAKE_OUT, {**_folded(keys), "shop": shop_id, "now": now})


def note_lost(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId]
) -> None:
    """Meta had these items no more, nor what was otherwise about them."""
    if variants:
        tx.run(_LOST, {"shop": shop_id, "variants": sorted(variants)})


def begin_anew(tx: Transaction, shop_id: ShopId) -> None:
    """Another catalog is to show it, in which there is nothing yet."""
    tx.run(_UNKNOWN_ALL, {"shop": shop_id})


def counts(tx: Transaction, shop_id: ShopId) -> list[Any]:
    """By place: ``live``, ``waiting`` and ``refused``."""
    return tx.ask(_COUNTS, {"shop": shop_id})


def _folded(keys: Collection[Key]) -> dict[str, str]:
    return folded({"variant_id": v, "place": p} for v, p in sorted(keys))


def _local(row: Any) -> Local:
    variant, product = VariantId(row.variant_id), ProductId(row.product_id)
    return Local(variant, row.place, product, row.wanted)
