"""What pages say of a catalog's items: their states, prices, and why they are not
there."""

from collections.abc import Mapping

from core.catalog import Item, ItemState
from core.values import Money, VariantId
from core.words import Words
from notifications.catalog import wording
from notifications.catalog.showcase import Listed, VariantSeen
from notifications.catalog.wording import Why
from storage.catalog_pages import Part
from webapp.pages.shell import Visit

TONES: Mapping[ItemState, str] = {
    ItemState.LIVE: "success",
    ItemState.SENT: "info",
    ItemState.WAITING: "info",
    ItemState.REFUSED: "critical",
    ItemState.WITHHELD: "warning",
    ItemState.DELETED: "auto",
}


def state_names(words: Words) -> Mapping[ItemState, str]:
    return {state: words.gettext(name) for state, name in wording.STATES.items()}


def why_part(listed: Listed, part: Part, words: Words) -> wording.Why | None:
    return wording.why(part.state, part.because, part.refusal, listed.forbidden, words)


def variant_id(seen: VariantSeen) -> VariantId:
    found = seen.variant or seen.item
    assert found is not None  # one of them is there
    return found.variant_id


def why_of(seen: VariantSeen, words: Words) -> Why | None:
    """None for what is shown, or on its way to be."""
    item = seen.item
    if item is None:
        return None
    return wording.why(item.state, item.because, item.refusal, seen.forbidden, words)


def price_of(seen: VariantSeen, visit: Visit) -> str:
    if isinstance(seen.shown, Item):
        return visit.words.money(seen.shown.sale_price or seen.shown.price)
    if seen.variant is None:
        return ""
    return visit.words.money(Money(seen.variant.price, visit.currency))
