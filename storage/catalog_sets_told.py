"""The sets of a store's catalog: what Meta was told of them, and did not take."""

from collections.abc import Collection as Many
from dataclasses import dataclass
from typing import Any

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class SetToTell:
    """``name`` is None where Meta is to have it no more."""

    collection_id: int
    name: str | None
    set_id: str | None


_NAME_OF = "coalesce(nullif(s.title, ''), s.handle)"
# Meta may refuse a set of nothing, so it waits until something of it is there.
_UNTOLD = Statement(f"""
SELECT s.collection_id, s.set_id,
  CASE WHEN s.is_chosen AND s.is_there THEN {_NAME_OF} END AS name
FROM catalog_sets s
WHERE s.shop_id = :shop AND CASE WHEN s.is_chosen AND s.is_there
  THEN s.told IS DISTINCT FROM {_NAME_OF} AND (s.told IS NOT NULL OR EXISTS (
    SELECT FROM catalog_set_products m JOIN catalog_items i
      ON i.shop_id = m.shop_id AND i.product_id = m.product_id AND i.state = 'live'
    WHERE m.shop_id = s.shop_id AND m.collection_id = s.collection_id))
  ELSE s.told IS NOT NULL END
ORDER BY s.collection_id LIMIT :most
""")
_TOLD = Statement("""
UPDATE catalog_sets SET told = :told, set_id = :set_id, because = :because
WHERE shop_id = :shop AND collection_id = :collection
""")
_ALL_TOLD = Statement(f"""
SELECT s.collection_id, s.set_id, s.told, s.because,
  CASE WHEN s.is_chosen AND s.is_there THEN {_NAME_OF} END AS name
FROM catalog_sets s WHERE s.shop_id = :shop AND (s.told IS NOT NULL OR s.is_chosen)
""")
_DOUBT = Statement("""
UPDATE catalog_sets SET told = CASE WHEN set_id IS NULL OR :is_gone THEN NULL ELSE ''
  END, set_id = CASE WHEN :is_gone THEN NULL ELSE set_id END, because = NULL
WHERE shop_id = :shop AND collection_id = ANY(CAST(:collections AS bigint[]))
""")
_UNKNOWN_ALL = Statement("""
UPDATE catalog_sets SET told = NULL, set_id = NULL, because = NULL WHERE shop_id = :shop
""")
_FORGET = Statement("""
DELETE FROM catalog_sets WHERE shop_id = :shop AND NOT is_there AND told IS NULL
  AND due_at IS NULL
""")
_COUNTS = Statement("""
SELECT count(*) FILTER (WHERE because IS NULL AND told <> '') AS shown,
  count(*) FILTER (WHERE because IS NULL AND coalesce(told, '') = '') AS waiting,
  count(*) FILTER (WHERE because IS NOT NULL) AS refused, min(because) AS because
FROM catalog_sets WHERE shop_id = :shop AND is_chosen AND is_there
""")


def untold(tx: Transaction, shop_id: ShopId, *, most: int) -> list[SetToTell]:
    """Sets that Meta is to be told of."""
    rows = tx.ask(_UNTOLD, {"shop": shop_id, "most": most})
    return [SetToTell(row.collection_id, row.name, row.set_id) for row in rows]


def note_told(
    tx: Transaction,
    shop_id: ShopId,
    collection: int,
    *,
    told: str | None,
    set_id: str | None,
    because: str | None = None,
) -> None:
    """Meta was told this name of it, or that it is no more where that is None."""
    asked = {
        "shop": shop_id,
        "collection": collection,
        "told": told,
        "set_id": set_id,
        "because": because,
    }
    tx.run(_TOLD, asked)


def all_told(tx: Transaction, shop_id: ShopId) -> list[Any]:
    """What Meta should have, and what it was told: ``name`` and ``told``."""
    return tx.ask(_ALL_TOLD, {"shop": shop_id})


def doubt(
    tx: Transaction, shop_id: ShopId, collections: Many[int], *, is_gone: bool
) -> None:
    """Meta has not what it was told of these, or does not have them at all."""
    asked = {"shop": shop_id, "collections": sorted(collections), "is_gone": is_gone}
    tx.run(_DOUBT, asked)


def begin_anew(tx: Transaction, shop_id: ShopId) -> None:
    """Another catalog is to have them, in which there is nothing yet."""
    tx.run(_UNKNOWN_ALL, {"shop": shop_id})


def forget(tx: Transaction, shop_id: ShopId) -> None:
    """Collections that neither the store nor Meta has."""
    tx.run(_FORGET, {"shop": shop_id})


@dataclass(frozen=True, slots=True)
class SetCounts:
    """``because`` is why one of those that were ``refused`` was."""

    shown: int
    waiting: int
    refused: int
    because: str | None


def counts(tx: Transaction, shop_id: ShopId) -> SetCounts:
    [row] = tx.ask(_COUNTS, {"shop": shop_id})
    return SetCounts(row.shown, row.waiting, row.refused, row.because)
