"""A store's products, a page at a time, with what became of their variants at Meta."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.catalog import ItemState
from core.products import Product, from_json
from core.values import ProductId, ShopId, VariantId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: the newest come first, and those of a page that is gone back
    to come from below. ``key`` is the product that was last on the other page."""

    key: ProductId | None = None
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """So many variants of a product are in a state because of one thing. ``refusal`` is
    what Meta said of one of them."""

    state: ItemState
    because: str | None
    count: int
    refusal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A product, and what became of its variants."""

    product_id: ProductId
    title: str
    parts: Sequence[Part] = field(default_factory=tuple)


# A state is read in the order of its index, up to as many as are shown; the newest
# product has the highest number.
_IN_STATE = {
    is_back: Statement(f"""
SELECT DISTINCT f.product_id FROM unnest(CAST(:states AS text[])) AS s (state)
CROSS JOIN LATERAL (
  SELECT i.product_id FROM catalog_items i
  WHERE i.shop_id = :shop AND i.state = s.state AND i.product_id > 0
    AND (CAST(:key AS bigint) IS NULL OR i.product_id {than} :key)
  GROUP BY i.product_id ORDER BY i.product_id {order} LIMIT :most) AS f
ORDER BY f.product_id {order} LIMIT :most
""")
    for is_back, than, order in ((False, "<", "DESC"), (True, ">", "ASC"))
}
_BY_TITLE = {
    (is_back, has_words): Statement(f"""
SELECT p.product_id FROM products p
WHERE p.shop_id = :shop AND p.told IS NOT NULL
  AND (CAST(:key AS bigint) IS NULL OR p.product_id {than} :key)
  {"AND p.name_key LIKE :words" if has_words else ""}
  AND (CAST(:states AS text[]) IS NULL OR EXISTS (
    SELECT FROM catalog_items i WHERE i.shop_id = p.shop_id
      AND i.product_id = p.product_id AND i.state = ANY(CAST(:states AS text[]))))
ORDER BY p.product_id {order} LIMIT :most
""")
    for is_back, than, order in ((False, "<", "DESC"), (True, ">", "ASC"))
    for has_words in (False, True)
}


def product_ids(
    tx: Transaction,
    shop_id: ShopId,
    *,
    states: Collection[ItemState] | None,
    name_key: str,
    place: Place,
    most: int,
) -> list[ProductId]:
    """Those with something in one of these states, where these are named, and with
    ``name_key`` in what they are called; in the order that the place asks for."""
    named = None if states is None else sorted(states)
    asked = {"shop": shop_id, "states": named, "key": place.key, "most": most}
    if named is not None and not name_key:
        rows = tx.ask(_IN_STATE[place.is_back], asked)
    else:
        # Letters and digits alone, so that none of them stands for another.
        words = {"words": f"%{name_key}%"} if name_key else {}
        rows = tx.ask(_BY_TITLE[place.is_back, bool(name_key)], {**asked, **words})
    return [ProductId(row.product_id) for row in rows]


_LINES = Statement("""
SELECT a.product_id, p.told ->> 'title' AS title, i.state, i.because, i.count, i.refusal
FROM unnest(CAST(:products AS bigint[])) AS a (product_id)
LEFT JOIN products p ON p.shop_id = :shop AND p.product_id = a.product_id
LEFT JOIN LATERAL (
  SELECT state, coalesce(refusal ->> 'code', because) AS because, count(*) AS count,
    (array_agg(refusal))[1] AS refusal
  FROM catalog_items i WHERE i.shop_id = :shop AND i.product_id = a.product_id
  GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2) AS i ON true
""")


def lines(
    tx: Transaction, shop_id: ShopId, products: Sequence[ProductId]
) -> list[Line]:
    """What there is to show of these, in their order."""
    if not products:
        return []
    titles: dict[int, str] = {}
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for row in tx.ask(_LINES, {"shop": shop_id, "products": list(products)}):
        titles[row.product_id] = row.title or ""
        if row.state is not None:
            state = ItemState(row.state)
            refusal = row.refusal if state is ItemState.REFUSED else None
            parts[row.product_id].append(Part(state, row.because, row.count, refusal))
    return [Line(id_, titles[id_], parts[id_]) for id_ in products]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """A variant as the catalog has it. ``refusal`` is Meta's word about the last that
    it was asked to show, ``seen_at`` when it was last in Meta's own list."""

    variant_id: VariantId
    product_id: ProductId
    state: ItemState
    because: str | None
    refusal: Mapping[str, Any] | None
    changed_at: datetime
    sent_at: datetime | None
    judged_at: datetime | None
    seen_at: datetime | None


_ITEMS = Statement("""
SELECT variant_id, product_id, state, because, refusal, changed_at, sent_at, judged_at,
  seen_at
FROM catalog_items
WHERE shop_id = :shop AND product_id = ANY(CAST(:products AS bigint[]))
ORDER BY product_id, variant_id
""")


def items(
    tx: Transaction, shop_id: ShopId, products: Collection[ProductId]
) -> list[KeptItem]:
    """Of all variants of these products; a product has some thousands at most."""
    asked = {"shop": shop_id, "products": sorted(products)}
    return [
        KeptItem(
            variant_id=VariantId(row.variant_id),
            product_id=ProductId(row.product_id),
            state=ItemState(row.state),
            because=row.because,
            refusal=row.refusal,
            changed_at=row.changed_at,
            sent_at=row.sent_at,
            judged_at=row.judged_at,
            seen_at=row.seen_at,
        )
        for row in tx.ask(_ITEMS, asked)
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """A product as the store told of it ``at``; ``is_changing`` is whether the store
    has said since that it changed, and is yet to be asked how."""

    product: Product
    at: datetime
    is_changing: bool


_TOLD = Statement("""
SELECT told, told_at, changed_since FROM products
WHERE shop_id = :shop AND product_id = :product AND told IS NOT NULL
""")


def told(tx: Transaction, shop_id: ShopId, product_id: ProductId) -> Told | None:
    for row in tx.ask(_TOLD, {"shop": shop_id, "product": product_id}):
        return Told(from_json(row.told), row.told_at, row.changed_since is not None)
    return None
