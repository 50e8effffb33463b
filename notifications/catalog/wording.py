"""Why a variant is not shown, in words for people, with what to do about it."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_
from notifications.rules.catalog_items import Withheld

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
            N_("Where that is wrong, say so: ./sosik catalog allow --help."),
        ),
        Withheld.BY_OWNER: (
            N_("Somebody has said that it is not to be offered."),
            N_("Take that back by ./sosik catalog reset."),
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
