"""What a store sells at this moment: the things by their variants."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.values import Money, ShopDomain, VariantId
from integrations.shopify.graphql import AdminClient

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingNow:
    """A variant that the store has on sale. ``left`` is None where any number can be
    bought."""

    title: str
    price: Money
    left: int | None


def things_now(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    variants: Collection[VariantId],
) -> dict[VariantId, ThingNow]:
    """Those of these that are on sale. Raises as ``AdminClient.run``."""
    found: dict[VariantId, ThingNow] = {}
    wanted = sorted(variants)
    for begin in range(0, len(wanted), MOST_AT_ONCE):
        some = wanted[begin : begin + MOST_AT_ONCE]
        ids = [f"gid://shopify/ProductVariant/{each}" for each in some]
        said = client.run(shop, token, "things_now", {"ids": ids})
        found.update(_on_sale(some, said))
    return found


def _on_sale(
    asked: Collection[VariantId], said: Mapping[str, Any]
) -> Iterator[tuple[VariantId, ThingNow]]:
    currency = said["shop"]["currencyCode"]
    for variant, node in zip(asked, said["nodes"], strict=True):
        if not node or node["product"]["status"] != "ACTIVE":
            continue
        product = node["product"]
        is_counted = (
            node["inventoryItem"]["tracked"] and node["inventoryPolicy"] == "DENY"
        )
        left = max(node["sellableOnlineQuantity"], 0) if is_counted else None
        yield (
            variant,
            ThingNow(
                title=product["title"]
                if product["hasOnlyDefaultVariant"]
                else f"{product['title']}, {node['title']}",
                price=Money(Decimal(node["price"]), currency),
                left=left if node["availableForSale"] else 0,
            ),
        )
