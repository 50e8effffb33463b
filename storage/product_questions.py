"""Products that somebody may have asked for in a chat, by handle, name or kind."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.products import Product, from_json
from core.values import ShopId, VariantId
from storage.session import Transaction
from storage.statements import Statement

_MOST_OF_ONE = 30
"""So many have room in one answer."""

_FOUND = {
    column: Statement(f"""
SELECT a.shop_id, c.catalog_id, p.told, ARRAY(
    SELECT i.variant_id FROM catalog_items i WHERE i.shop_id = p.shop_id
      AND i.product_id = p.product_id AND i.state = 'live') AS live
FROM unnest(CAST(:shops AS bigint[]), CAST(:asked AS text[])) AS a (shop_id, asked)
JOIN catalogs c ON c.shop_id = a.shop_id
CROSS JOIN LATERAL (
  SELECT shop_id, product_id, told FROM products
  WHERE shop_id = a.shop_id AND {column} = a.asked AND told IS NOT NULL
  ORDER BY product_id LIMIT {_MOST_OF_ONE}) AS p
""")
    for column in ("handle", "name_key")
}
_IS_SHOWN = """
EXISTS (SELECT FROM catalog_items i WHERE i.shop_id = q.shop_id
  AND i.product_id = q.product_id AND i.state = 'live')"""
# By bytes, as the index has them: so what begins with something stands together.
_RANGES = Statement(f"""
SELECT a.shop_id, p.told, ARRAY(
    SELECT i.variant_id FROM catalog_items i WHERE i.shop_id = p.shop_id
      AND i.product_id = p.product_id AND i.state = 'live') AS live
FROM unnest(CAST(:shops AS bigint[]), CAST(:asked AS text[])) AS a (shop_id, asked)
JOIN catalogs c ON c.shop_id = a.shop_id
CROSS JOIN LATERAL (
  (SELECT shop_id, product_id, told FROM products q
   WHERE shop_id = a.shop_id AND kind_key = a.asked AND told IS NOT NULL
     AND {_IS_SHOWN}
   ORDER BY product_id LIMIT {_MOST_OF_ONE})
  UNION ALL
  (SELECT shop_id, product_id, told FROM products q
   WHERE shop_id = a.shop_id AND told IS NOT NULL AND name_key ~>=~ a.asked
     AND name_key ~<~ (a.asked || chr(1114111)) AND {_IS_SHOWN}
   ORDER BY name_key USING ~<~ LIMIT {_MOST_OF_ONE})) AS p
""")
_WITH_CATALOG = Statement("""
SELECT shop_id, catalog_id, is_visible AND EXISTS (
    SELECT FROM catalog_items i
    WHERE i.shop_id = c.shop_id AND i.state = 'live') AS shows_any
FROM catalogs c WHERE shop_id = ANY(CAST(:shops AS bigint[]))
""")


@dataclass(frozen=True, slots=True)
class CatalogAsked:
    """``id_`` is Meta's; ``shows_any`` is whether people see it, and anything in it."""

    id_: str
    shows_any: bool


@dataclass(frozen=True, slots=True)
class Found:
    """``live`` are the variants that Meta shows, as far as it has told."""

    product: Product
    live: frozenset[VariantId]


def catalogs_of(
    tx: Transaction, shops: Collection[ShopId]
) -> dict[ShopId, CatalogAsked]:
    """Of those shops that have one."""
    rows = tx.ask(_WITH_CATALOG, {"shops": sorted(shops)}) if shops else ()
    return {
        ShopId(row.shop_id): CatalogAsked(row.catalog_id, row.shows_any) for row in rows
    }


def found(
    tx: Transaction,
    *,
    handles: Collection[tuple[ShopId, str]],
    names: Collection[tuple[ShopId, str]],
    ranges: Collection[tuple[ShopId, str]],
) -> Mapping[ShopId, list[Found]]:
    """What each shop has by these handles and by these names, each once; and what Meta
    shows of these kinds, and of what begins with these words."""
    known: defaultdict[ShopId, dict[int, Found]] = defaultdict(dict)
    for statement, asked in (
        (_FOUND["handle"], handles),
        (_FOUND["name_key"], names),
        (_RANGES, ranges),
    ):
        pairs = sorted(set(asked))
        if not pairs:
            continue
        given = {"shops": [shop for shop, _ in pairs], "asked": [a for _, a in pairs]}
        for row in tx.ask(statement, given):
            product = from_json(row.told)
            one = Found(product, frozenset(map(VariantId, row.live)))
            known[ShopId(row.shop_id)][product.product_id] = one
    return {shop_id: list(each.values()) for shop_id, each in known.items()}
