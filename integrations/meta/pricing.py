"""What Meta says of the price of a message, with a report on it.

It names a category and whether the message is charged, and no amount: that follows from
Meta's price list, for the country of the number and the day. Whether it is charged is
read from ``type``, since ``billable`` is to go (Meta's pricing page, September 2026).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.words import N_, P_, Words

_FREE: Mapping[str, str] = MappingProxyType(
    {
        "free_customer_service": N_(
            "free, as an answer within a day of what the customer wrote"
        ),
        "free_entry_point": N_(
            "free, since the customer came by an ad or a button of a page"
        ),
    }
)

_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "utility": P_("price", "utility"),
        "marketing": P_("price", "marketing"),
        "marketing_lite": P_("price", "marketing"),
        "authentication": P_("price", "authentication"),
        "authentication-international": P_("price", "authentication abroad"),
        "authentication_international": P_("price", "authentication abroad"),
        "service": P_("price", "service"),
        "referral_conversion": P_("price", "after an ad"),
    }
)


_SAME_PRICE: Mapping[str, str] = MappingProxyType(
    {
        "marketing_lite": "marketing",
        "authentication_international": "authentication-international",
    }
)


def charged_as(pricing: Mapping[str, Any]) -> str | None:
    """As which kind of message Meta charges it; None where it does not."""
    kind, category = str(pricing.get("type", "")), str(pricing.get("category", ""))
    is_free = kind in _FREE or (not kind and pricing.get("billable") is False)
    return None if is_free or not category else _SAME_PRICE.get(category, category)


def price_in(pricing: Mapping[str, Any], words: Words) -> str:
    """Whether Meta charges the message, and as what."""
    kind, category = str(pricing.get("type", "")), str(pricing.get("category", ""))
    if kind in _FREE:
        return words.gettext(_FREE[kind])
    if not kind and pricing.get("billable") is False:
        return words.gettext(N_("free"))
    named = kind_named(category, words)
    return words.gettext(N_("charged by Meta as %(category)s"), category=named)


def kind_named(category: str, words: Words) -> str:
    """What people call a kind of message that has a price of its own."""
    known = _CATEGORIES.get(category)
    return category if known is None else words.gettext(known)
