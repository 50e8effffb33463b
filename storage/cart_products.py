"""What stores show at Meta of the things in some carts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.products import Product, from_json
from core.values import ShopId, VariantId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Shelf:
    """``products`` are some of a store's, each with those of its variants that Meta
    shows in the catalog of the WhatsApp account; both by Meta's ids."""

    catalog_id: str
    account_id: str
    products: Collection[tuple[Product, Collection[VariantId]]]


_SHOWN = Statement("""
SELECT c.shop_id, c.catalog_id, c.account_id, p.told,
  array_agg(i.variant_id) FILTER (WHERE i.state = 'live') AS live
FROM unnest(CAST(:shops AS bigint[]), CAST(:variants AS bigint[])) AS a (shop_id, id)
JOIN catalogs c ON c.shop_id = a.shop_id
LEFT JOIN catalog_items i ON i.shop_id = a.shop_id AND i.variant_id = a.id
LEFT JOIN products p ON p.shop_id = i.shop_id AND p.product_id = i.product_id
GROUP BY c.shop_id, p.shop_id, p.product_id
""")


def of_shops(
    tx: Transaction, wanted: Mapping[ShopId, Collection[VariantId]]
) -> dict[ShopId, Shelf]:
    """Of those shops that have a catalog, what it has of these variants."""
    pairs = sorted({(shop, id_) for shop, ids in wanted.items() for id_ in ids})
    if not pairs:
        return {}
    asked = {
        "shops": [shop for shop, _ in pairs],
        "variants": [id_ for _, id_ in pairs],
    }
    found: defaultdict[ShopId, list[tuple[Product, Collection[VariantId]]]]
    found, catalogs = defaultdict(list), {}
    for row in tx.ask(_SHOWN, asked):
        shop_id = ShopId(row.shop_id)
        catalogs[shop_id] = row.catalog_id, row.account_id
        if row.told is not None and row.live:
            live = frozenset(map(VariantId, row.live))
            found[shop_id].append((from_json(row.told), live))
    return {
        shop_id: Shelf(*ids, tuple(found[shop_id])) for shop_id, ids in catalogs.items()
    }
