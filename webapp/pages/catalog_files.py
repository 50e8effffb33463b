"""Variants of the catalog as rows of a file: of all products, or of one."""

from collections.abc import Iterable, Iterator, Sequence

from core.words import N_
from notifications.catalog import wording
from notifications.catalog.showcase import VariantSeen
from webapp.pages.catalog_words import state_names, variant_id, why_of
from webapp.pages.shell import Visit

HEAD = (
    *(N_("Product"), N_("Variant"), N_("Product's number"), N_("Variant's number")),
    *(N_("State"), N_("Price"), N_("Reason"), N_("Why"), N_("What to do")),
    N_("Meta's own words"),
)


def lines(variants: Iterable[VariantSeen], visit: Visit) -> Iterator[Sequence[object]]:
    names = state_names(visit.words)
    for each in variants:
        item = each.item
        found = why_of(each, visit.words)
        yield (
            each.product.title,
            "" if each.variant is None else each.variant.title,
            each.product.product_id,
            variant_id(each),
            "" if item is None else names[item.state],
            "" if each.variant is None else f"{each.variant.price} {visit.currency}",
            *(("", "", "", "") if found is None else _told(found)),
        )


def _told(why: wording.Why) -> tuple[str, str, str, str]:
    return why.code, why.said, why.advice, why.own
