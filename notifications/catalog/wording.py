"""How a catalog and its items stand, in words for people; why a variant is not shown,
and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.catalog import ItemState
from core.words import N_, P_, Words
from notifications.rules.catalog_items import Withheld
from notifications.rules.commerce_policy import Forbidden
from notifications.terms import GOODS, name_of
from storage.catalogs import Run

STATES: Mapping[ItemState, str] = MappingProxyType(
    {
        ItemState.LIVE: P_("items", "shown"),
        ItemState.SENT: P_("items", "sent, and not judged yet"),
        ItemState.WAITING: P_("items", "waiting to be sent"),
        ItemState.REFUSED: P_("items", "refused by Meta"),
        ItemState.WITHHELD: P_("items", "withheld"),
        ItemState.DELETED: P_("items", "to be deleted"),
    }
)
RUNS: Mapping[Run, str] = MappingProxyType(
    {
        Run.WANTED: N_("the store is about to be read"),
        Run.RUNNING: N_("Shopify writes its products down"),
        Run.READING: N_("the store is being read"),
        Run.DONE: N_("the store was read"),
        Run.FAILED: N_("the store could not be read"),
    }
)

OF_WITHHELD: Mapping[Withheld, tuple[str, str]] = MappingProxyType(
    {
        Withheld.DRAFT: (
            N_("The product is a draft."),
            N_("Set it active at Shopify."),
        ),
        Withheld.ARCHIVED: (
            N_("The product is archived."),
            N_("Unarchive it at Shopify."),
        ),
        Withheld.UNLISTED: (
            N_("The product is unlisted: only whoever has its address finds it."),
            N_("Set it active at Shopify."),
        ),
        Withheld.UNPUBLISHED: (
            N_("The product is not in the online store."),
            N_("Publish it to the sales channel Online Store at Shopify."),
        ),
        Withheld.GIFT_CARD: (
            N_("It is a gift card, which Meta does not take."),
            N_("Nothing is to be done."),
        ),
        Withheld.HIDDEN: (
            N_("The product has the tag that hides it."),
            N_("Take the tag off the product at Shopify."),
        ),
        Withheld.FORBIDDEN: (
            N_("Meta's commerce policy forbids it, by its words or its category."),
            N_("Where that is wrong, say so on the product's page in Sosik."),
        ),
        Withheld.BY_OWNER: (
            N_("Somebody has said that it is not to be offered."),
            N_("Take that back on the product's page in Sosik."),
        ),
        Withheld.NO_TITLE: (
            N_("The product has no title."),
            N_("Give it one at Shopify."),
        ),
        Withheld.NO_LINK: (
            N_("The product has no address that can be opened."),
            N_("Look at its page in the online store."),
        ),
        Withheld.NO_IMAGE: (
            N_("The product has no picture."),
            N_("Add one at Shopify."),
        ),
        Withheld.NO_PRICE: (
            N_("It costs nothing, or more than Meta can show."),
            N_("Give it a price at Shopify."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is not shown: ``code`` is a word that stays, ``said`` and
    ``advice`` are sentences, and ``own`` is Meta's, where it has said one."""

    code: str
    said: str
    advice: str
    own: str = ""


def why(
    state: ItemState,
    because: str | None,
    refusal: Mapping[str, Any] | None,
    forbidden: Forbidden | None,
    words: Words,
) -> Why | None:
    """None for what is shown, or on its way to be."""
    if state is ItemState.REFUSED and refusal is not None:
        said, advice = refusal["words"], refusal["advice"]
        return Why(
            refusal["code"],
            words.gettext(said),
            words.gettext(advice),
            refusal.get("said") or "",
        )
    if state is not ItemState.WITHHELD or because not in set(Withheld):
        return None
    said, advice = (words.gettext(each) for each in OF_WITHHELD[Withheld(because)])
    if forbidden is not None and because == Withheld.FORBIDDEN:
        category = name_of(forbidden.category, GOODS, words)
        said = f"{said} {category}: «{forbidden.because}»"
    return Why(because, said, advice)
