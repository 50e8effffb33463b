"""What owners have said of single products: that they may be sold, or may not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.values import ProductId, ShopId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Overrule:
    """The owner's word for one product, with their reason."""

    is_allowed: bool
    reason: str


Overrules = Mapping[int, Overrule]
"""By the product's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A word as it is kept: whose it is, and when it was said."""

    product_id: ProductId
    is_allowed: bool
    reason: str
    actor: str
    at: datetime


_SAY = Statement("""
INSERT INTO policy_overrules (shop_id, product_id, is_allowed, reason, actor, at)
VALUES (:shop, :product, :is_allowed, :reason, :actor, :now)
ON CONFLICT (shop_id, product_id) DO UPDATE SET
  is_allowed = excluded.is_allowed, reason = excluded.reason,
  actor = excluded.actor, at = excluded.at
""")


def say(tx: Transaction, shop_id: ShopId, spoken: Spoken) -> None:
    """The last word about a product counts, and takes the place of the one before."""
    tx.run(
        _SAY,
        {
            "shop": shop_id,
            "product": spoken.product_id,
            "is_allowed": spoken.is_allowed,
            "reason": spoken.reason,
            "actor": spoken.actor,
            "now": spoken.at,
        },
    )


_TAKE_BACK = Statement("""
DELETE FROM policy_overrules WHERE shop_id = :shop AND product_id = :product
RETURNING product_id
""")


def take_back(tx: Transaction, shop_id: ShopId, product_id: ProductId) -> bool:
    """Whether there was a word to be taken back."""
    asked = {"shop": shop_id, "product": product_id}
    return bool(tx.ask(_TAKE_BACK, asked))


_OF_SHOPS = Statement("""
SELECT shop_id, product_id, is_allowed, reason FROM policy_overrules
WHERE shop_id = ANY(CAST(:shops AS bigint[]))
""")


def of_shops(
    tx: Transaction, shop_ids: Collection[ShopId]
) -> Mapping[ShopId, Overrules]:
    """Nothing for a shop whose owner has said nothing."""
    if not shop_ids:
        return {}
    found: dict[ShopId, dict[int, Overrule]] = {}
    for row in tx.ask(_OF_SHOPS, {"shops": sorted(shop_ids)}):
        of_shop = found.setdefault(ShopId(row.shop_id), {})
        of_shop[row.product_id] = Overrule(row.is_allowed, row.reason)
    return found


_OF_PRODUCT = Statement("""
SELECT product_id, is_allowed, reason, actor, at FROM policy_overrules
WHERE shop_id = :shop AND product_id = :product
""")


def of_product(
    tx: Transaction, shop_id: ShopId, product_id: ProductId
) -> Spoken | None:
    asked = {"shop": shop_id, "product": product_id}
    return next((_spoken(row) for row in tx.ask(_OF_PRODUCT, asked)), None)


_LISTED = Statement("""
SELECT product_id, is_allowed, reason, actor, at FROM policy_overrules
WHERE shop_id = :shop ORDER BY at DESC, product_id LIMIT :limit
""")


def listed(tx: Transaction, shop_id: ShopId, *, limit: int) -> list[Spoken]:
    """The newest first."""
    return [_spoken(row) for row in tx.ask(_LISTED, {"shop": shop_id, "limit": limit})]


def _spoken(row: Any) -> Spoken:
    return Spoken(
        product_id=ProductId(row.product_id),
        is_allowed=row.is_allowed,
        reason=row.reason,
        actor=row.actor,
        at=row.at,
    )
