"""What the store said of a cart, as rules look at it and as a message may tell it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.values import VariantId
from notifications.rules.looks import FRESH, PATIENCE, is_fresh
from notifications.rules.objections import Look
from storage.cart_looks import KnownLook, SeenThere
from storage.left_carts import LeftCart


def look_of(cart: LeftCart | None, known: KnownLook | None) -> Look | None:
    """None for a message that is about no checkout. What was seen before it was changed
    last was seen of another cart."""
    if cart is None:
        return None
    asked_at = None if known is None else known.asked_at
    is_in_vain = known is not None and known.is_in_vain
    seen = None if known is None else known.seen
    if seen is None or (cart.changed_at is not None and seen.at < cart.changed_at):
        return Look(
            seen_at=None,
            things=None,
            gone=None,
            ordered=None,
            drafted=None,
            asked_at=asked_at,
            is_in_vain=is_in_vain,
        )
    gone = seen.gone
    return Look(
        seen_at=seen.at,
        things=None if gone is None else len(cart.items),
        gone=None if gone is None else len(cart.items) - len(_left(cart, gone)),
        ordered=seen.ordered,
        drafted=seen.drafted,
        asked_at=asked_at,
        is_in_vain=is_in_vain,
    )


def look_back(looks: Sequence[SeenThere], at: datetime) -> KnownLook:
    """What was seen for a message of then; where nobody has looked, all was there."""
    before = [each for each in looks if at - FRESH < each.at <= at]
    after = [each for each in looks if at < each.at <= at + PATIENCE]
    found = [*before[-1:], *after[:1]]
    nothing = SeenThere(at=at, gone=frozenset(), ordered=None, drafted=None)
    seen = replace(found[0], at=at) if found else nothing
    return KnownLook(seen, asked_at=None, is_in_vain=False)


def without_gone(
    cart: LeftCart | None, known: KnownLook | None, look: Look | None, *, now: datetime
) -> LeftCart | None:
    """The cart with what is to be named of it. What cannot be bought any more is not
    named, and no address puts it into a cart again."""
    if cart is None or known is None or known.seen is None or look is None:
        return cart
    gone = known.seen.gone
    if not gone or not is_fresh(look, now) or look.gone == look.things:
        return cart
    return replace(cart, items=_left(cart, gone))


def _left(cart: LeftCart, gone: Collection[VariantId]) -> Sequence[Mapping[str, Any]]:
    return [each for each in cart.items if each.get("variant_id") not in gone]
