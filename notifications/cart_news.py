"""What somebody has left at the checkout: its facts for the rules, and what to tell."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from core.shopping import Basket, lines_of
from notifications import flows, wording
from notifications.automations import AFTER_MINUTES, Told
from notifications.flows import Stepping
from notifications.goods import first_forbidden
from notifications.rules.objections import Cart
from storage.left_carts import LeftCart
from storage.policy_overrules import Overrules


def cart_of(
    known: LeftCart | None,
    told: Told,
    stepping: Stepping | None,
    overrules: Overrules,
    *,
    language: str,
    country: str | None,
    tags: Collection[str],
) -> Cart | None:
    """None for a message that is about no checkout. ``country`` is whoever left it's,
    and ``tags`` are theirs. ``overrules`` are the store's."""
    if known is None:
        return None
    step = None if stepping is None else stepping.step
    after = timedelta(minutes=int(told.get(AFTER_MINUTES, 0)))
    return Cart(
        is_there=known.is_there and bool(known.items),
        changed_at=known.changed_at,
        bought_at=known.bought_at,
        unread_since=known.unread_since,
        after=after if stepping is None else stepping.after(told),
        step_is_gone=stepping is not None and step is None,
        unmet=flows.unmet_first(
            stepping, known, language=language, country=country, tags=tags
        ),
        has_own_hours=step is not None and step.window is not None,
        forbidden=first_forbidden(known.items, overrules),
    )


def first_item(known: LeftCart | None) -> str | None:
    titles = [item.get("title") for item in known.items] if known else []
    return next(filter(None, titles), None)


def more_items(known: LeftCart | None) -> int:
    """How many things are in there besides the first one; of one thing each is one."""
    return max(len(known.items) - 1, 0) if known else 0


def basket_of(known: LeftCart, languages: Sequence[str]) -> Basket:
    """What they are to find again. ``languages`` are the store's, the first one first:
    its pages begin with any other that the buyer has read them in."""
    buyer = known.buyer
    return Basket(
        host=known.shop_domain,
        url=known.url,
        lines=lines_of(
            [
                (item.get("variant_id"), int(item.get("quantity", 1)))
                for item in known.items
            ]
        ),
        prefix=wording.prefix_of(known.locale, languages),
        discount_codes=known.discount_codes,
        email=buyer.get("email"),
        first_name=buyer.get("first_name"),
        country=known.country,
        region=buyer.get("region"),
        city=buyer.get("city"),
        postcode=buyer.get("postcode"),
    )
