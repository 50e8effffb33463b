"""What somebody has left at the checkout: its facts for the rules, and what to tell."""

from datetime import timedelta

from notifications.automations import Told
from notifications.rules.carts import AFTER_MINUTES
from notifications.rules.objections import Cart
from storage.left_carts import LeftCart


def cart_of(known: LeftCart | None, told: Told) -> Cart | None:
    """None for a message that is about no checkout."""
    if known is None:
        return None
    return Cart(
        is_there=known.is_there and bool(known.items),
        changed_at=known.changed_at,
        bought_at=known.bought_at,
        unread_since=known.unread_since,
        after=timedelta(minutes=int(told.get(AFTER_MINUTES, 0))),
    )


def first_item(known: LeftCart | None) -> str | None:
    titles = [item.get("title") for item in known.items] if known else []
    return next(filter(None, titles), None)


def more_items(known: LeftCart | None) -> int:
    """How many things are in there besides the first one; of one thing each is one."""
    return max(len(known.items) - 1, 0) if known else 0
