"""What a Shopify webhook tells before its body is parsed."""

import re
from datetime import UTC, datetime, timedelta

from core.moments import is_believable

_ENOUGH = 65_536
_ORDER_KEY = b'"order_id":'
_NUMBER = re.compile(rb"\s*(\d{1,20})\b")
_OWN_ID = re.compile(
    rb"""\s*\{\s*"(?:id|token|customer_id)":\s*(?:(\d{1,20})\b|"([\w/=?.-]{1,100})")""",
    re.ASCII,
)
_MOST_AHEAD = timedelta(days=1)


def subject_of(body: bytes) -> str:
    """The id of the order a body is about, else of the thing itself, else ''.

    For a checkout or a cart that is its token. Looking for the words costs a
    hundredth of parsing. Inside a JSON text the quotes of a key are escaped, so a
    buyer's note cannot pass for one; an order's own parcels name the order again. A
    wrong guess costs order within the shop, nothing more.
    """
    at = body.find(_ORDER_KEY, 0, _ENOUGH)
    if at >= 0 and (order := _NUMBER.match(body, at + len(_ORDER_KEY))):
        return order[1].decode()
    own = _OWN_ID.match(body)
    return (own[1] or own[2]).decode() if own else ""


_OF_GOODS = ("products/", "variants/", "inventory_levels/", "collections/", "markets/")


def is_of_goods(topic: str) -> bool:
    """Whether it is about what the store has for sale, and about nobody's order."""
    return topic.startswith(_OF_GOODS)


def happened_at(claimed: str | None, *, otherwise: datetime) -> datetime:
    """Read ``X-Shopify-Triggered-At`` into UTC.

    The header may be missing or odd, and nobody signs it: a time that is more than a
    day ahead of ``otherwise`` would win over all that really happens later.
    """
    try:
        moment = datetime.fromisoformat(claimed or "")
        if moment.tzinfo is None or not is_believable(moment):
            return otherwise
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return otherwise
    return otherwise if moment - otherwise > _MOST_AHEAD else moment
