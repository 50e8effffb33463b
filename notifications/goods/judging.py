"""Whether something may be sold on WhatsApp: the policy's word, or the owner's."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from notifications.goods.tables import letters_of, policy
from notifications.rules.commerce_policy import (
    Category,
    Forbidden,
    Goods,
    Text,
    forbidden,
    text_of,
)
from storage.policy_overrules import Overrules

_LONGEST = 500
"""Letters of a title that are looked at."""


# A store's titles come back with each cart.
@lru_cache(maxsize=16_384)
def forbidden_in(goods: Goods) -> Forbidden | None:
    """What Meta's commerce policy has against it, None for nothing."""
    return forbidden(
        policy(),
        title=_text(goods.title),
        product_type=_text(goods.product_type),
        tags=[text for tag in goods.tags if (text := _text(tag)) is not None],
        shopify_category=goods.shopify_category,
    )


def first_forbidden(
    items: Iterable[Mapping[str, Any]], overrules: Overrules
) -> Forbidden | None:
    """The first of a cart's items that may not be sold, as a checkout keeps them."""
    for item in items:
        overrule = overrules.get(item.get("product_id") or 0)
        if overrule is not None and not overrule.is_allowed:
            return Forbidden(Category.WITHHELD, overrule.reason, "owner")
        if overrule is None:
            found = forbidden_in(Goods(title=item.get("title")))
            if found is not None:
                return found
    return None


def _text(said: str | None) -> Text | None:
    if not said:
        return None
    letters = letters_of(said[:_LONGEST])
    return text_of(letters) if letters else None
