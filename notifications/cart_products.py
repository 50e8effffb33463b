"""A reminder that shows what was left, out of the catalog, where it can."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.catalog import Availability
from core.showcases import MOST_PRODUCTS, Section, SeveralProducts
from core.values import MessageId, ShopId, VariantId
from notifications.cart_product_texts import TITLES
from notifications.flows import Flows, Stepping
from notifications.rules.catalog_items import availability_of
from notifications.wording import Template
from storage.cart_products import Shelf
from storage.facts import KnownMessage
from storage.left_carts import LeftCart
from storage.numbers import TemplateRow

FEWEST = 2
"""Of one thing alone the words tell as much."""


NOT_SHOWN = "meta_131009"
"""Meta's word that what a message shows is not in the catalog, or not to be had."""

SHOWN = "products"
"""In a message's story: what it was to show is shown."""


class Plain(StrEnum):
    """Why a reminder does not show what it was to; kept, so never rename a value."""

    NO_CATALOG = "no_catalog"
    FEW_THINGS = "few_things"
    TEMPLATE_NOT_READY = "template_not_ready"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Showing:
    """By which ``template`` a reminder shows ``products``."""

    template: Template
    products: SeveralProducts

    @property
    def count(self) -> int:
        return sum(len(each.retailer_ids) for each in self.products.sections)


def to_be_shown(
    messages: Iterable[KnownMessage], carts: Mapping[MessageId, LeftCart], flows: Flows
) -> Mapping[ShopId, set[VariantId]]:
    """What is in those carts that are to be shown."""
    found: defaultdict[ShopId, set[VariantId]] = defaultdict(set)
    for each in messages:
        cart, stepping = carts.get(each.id), flows.stepping_of(each)
        step = None if stepping is None else stepping.step
        if cart is not None and step is not None and step.show is not None:
            ids = (item.get("variant_id") for item in cart.items)
            found[each.shop_id] |= {VariantId(id_) for id_ in ids if id_ is not None}
    return found


def showing_of(
    stepping: Stepping | None,
    template: Template | None,
    row: TemplateRow | None,
    cart: LeftCart | None,
    shelf: Shelf | None,
    *,
    account_id: str | None,
    language: str,
    last: str | None,
) -> Showing | Plain | None:
    """What a reminder shows, or why it does not; None where its step shows nothing.

    ``row`` is what Meta says of the ``template`` in the language, and ``account_id``
    the one that it leaves by: it shows what is in its own catalog alone. ``cart`` is
    what can still be bought, and ``last`` what has kept it from leaving.
    """
    step = None if stepping is None else stepping.step
    if step is None or step.show is None or template is None or cart is None:
        return None
    if shelf is None or account_id is None or shelf.account_id != account_id:
        return Plain.NO_CATALOG
    if last == NOT_SHOWN:
        return Plain.REFUSED
    ids = _for_sale(cart, shelf)
    if len(ids) < FEWEST:
        return Plain.FEW_THINGS
    if row is None or (row.state, row.category) != ("APPROVED", template.category):
        return Plain.TEMPLATE_NOT_READY
    section = Section(title=TITLES[language], retailer_ids=tuple(map(str, ids)))
    shown = SeveralProducts(catalog_id=shelf.catalog_id, header="", sections=(section,))
    return Showing(template, shown)


def _for_sale(cart: LeftCart, shelf: Shelf) -> list[VariantId]:
    """What Meta shows of it and can be bought, each once."""
    there = {
        variant.variant_id
        for product, live in shelf.products
        for variant in product.variants
        if variant.variant_id in live
        and availability_of(variant) is Availability.IN_STOCK
    }
    left = dict.fromkeys(item.get("variant_id") for item in cart.items)
    return [VariantId(id_) for id_ in left if id_ in there][:MOST_PRODUCTS]
