"""What somebody has left at the checkout: its facts for the rules, and what to tell."""

from collections.abc import Collection
from datetime import timedelta

from notifications.automations import AFTER_MINUTES, Told
from notifications.flows import Stepping
from notifications.rules.flows import Seen, unmet
from notifications.rules.objections import Cart
from storage.left_carts import LeftCart


def cart_of(
    known: LeftCart | None,
    told: Told,
    stepping: Stepping | None,
    *,
    language: str,
    country: str | None,
    tags: Collection[str],
) -> Cart | None:
    """None for a message that is about no checkout. ``country`` is whoever left it's,
    and ``tags`` are theirs."""
    if known is None:
        return None
    step = None if stepping is None else stepping.step
    after = timedelta(minutes=int(told.get(AFTER_MINUTES, 0)))
    unmet_first = None
    if step is not None:
        seen = Seen(
            worth=known.worth,
            country=known.country or country,
            language=language,
            tags=frozenset(tags),
            is_first_time=not known.had_bought,
            items=sum(item.get("quantity") or 0 for item in known.items),
            products=frozenset(
                item["product_id"] for item in known.items if item.get("product_id")
            ),
            was_read=known.before == "read",
        )
        unmet_first = unmet(step.when, seen)
    return Cart(
        is_there=known.is_there and bool(known.items),
        changed_at=known.changed_at,
        bought_at=known.bought_at,
        unread_since=known.unread_since,
        after=after if stepping is None else stepping.after(told),
        step_is_gone=stepping is not None and step is None,
        unmet=unmet_first,
    )


def first_item(known: LeftCart | None) -> str | None:
    titles = [item.get("title") for item in known.items] if known else []
    return next(filter(None, titles), None)


def more_items(known: LeftCart | None) -> int:
    """How many things are in there besides the first one; of one thing each is one."""
    return max(len(known.items) - 1, 0) if known else 0
