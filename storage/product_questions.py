"""Products that somebody may have asked for in a chat, by handle or by name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.products import Product, from_json
from core.values import ShopId, VariantId
from storage.session import Transaction
from storage.statements import Statement

_MOST_OF_ONE = 5
"""So many that have one name are too many for one answer already."""

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
_WITH_CATALOG = Statement("""
SELECT shop_id, catalog_id FROM catalogs WHERE shop_id = ANY(CAST(:shops AS bigint[]))
""")


@dataclass(frozen=True, slots=True)
class Found:
    """``live`` are the variants that Meta shows, as far as it has told."""

    product: Product
    live: frozenset[VariantId]


def catalogs_of(tx: Transaction, shops: Collection[ShopId]) -> dict[ShopId, str]:
    """Meta's ids of the catalogs of those shops that have one."""
    rows = tx.ask(_WITH_CATALOG, {"shops": sorted(shops)}) if shops else ()
    return {ShopId(row.shop_id): row.catalog_id for row in rows}


def found(
    tx: Transaction,
    *,
    handles: Collection[tuple[ShopId, str]],
    names: Collection[tuple[ShopId, str]],
) -> Mapping[ShopId, list[Found]]:
    """What each shop has by these handles and by these names, each once."""
    known: defaultdict[ShopId, dict[int, Found]] = defaultdict(dict)
    for column, asked in (("handle", handles), ("name_key", names)):
        pairs = sorted(set(asked))
        if not pairs:
            continue
        given = {"shops": [shop for shop, _ in pairs], "asked": [a for _, a in pairs]}
        for row in tx.ask(_FOUND[column], given):
            product = from_json(row.told)
            one = Found(product, frozenset(map(VariantId, row.live)))
            known[ShopId(row.shop_id)][product.product_id] = one
    return {shop_id: list(each.values()) for shop_id, each in known.items()}
