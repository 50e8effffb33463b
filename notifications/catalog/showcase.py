"""What buyers see of a store on WhatsApp, product by product; why not of the rest."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.catalog import Item, ItemState
from core.errors import NotPossible
from core.products import Product, Variant, name_key
from core.values import ProductId, ShopId
from core.words import N_
from notifications.catalog.taking_in import Showing
from notifications.ports import Services
from notifications.rules.catalog_items import Withheld
from notifications.rules.commerce_policy import Forbidden
from storage import catalog_pages, catalogs, policy_overrules, products
from storage.catalog_pages import KeptItem, Line, Place, Told
from storage.catalogs import KnownCatalog
from storage.policy_overrules import Spoken
from storage.session import Transaction


class Among(StrEnum):
    """What a list may be of."""

    LIVE = "live"
    WAITING = "waiting"
    REFUSED = "refused"
    WITHHELD = "withheld"


STATES: Mapping[Among, tuple[ItemState, ...]] = {
    Among.LIVE: (ItemState.LIVE,),
    Among.WAITING: (ItemState.WAITING, ItemState.SENT),
    Among.REFUSED: (ItemState.REFUSED,),
    Among.WITHHELD: (ItemState.WITHHELD,),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which products are listed: with something ``among`` these, and with these letters
    in the title."""

    among: Among | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """``forbidden`` is what Meta's commerce policy has against the product, if that is
    why it is not shown."""

    line: Line
    forbidden: Forbidden | None = None


def listed(
    shop_id: ShopId, wanted: Wanted, place: Place, services: Services, *, most: int
) -> list[Listed]:
    """The newest products first; from below where a page is gone back to."""
    with services.transactions.for_shop(shop_id) as tx:
        catalog = catalogs.of_shop(tx, shop_id)
        ids = _ids(tx, shop_id, wanted, place, most)
        lines = catalog_pages.lines(tx, shop_id, ids)
        about = {
            each.product_id
            for each in lines
            if any(part.because == Withheld.FORBIDDEN for part in each.parts)
        }
        told = products.told_of(tx, shop_id, about) if about else []
    showing = None if catalog is None else Showing.of(catalog, services)
    found = {
        each.product_id: showing.forbidden(each) for each in told if showing is not None
    }
    return [Listed(each, found.get(each.product_id)) for each in lines]


def _ids(
    tx: Transaction, shop_id: ShopId, wanted: Wanted, place: Place, most: int
) -> list[ProductId]:
    states = None if wanted.among is None else STATES[wanted.among]
    return catalog_pages.product_ids(
        tx,
        shop_id,
        states=states,
        name_key=name_key(wanted.title),
        place=place,
        most=most,
    )


@dataclass(frozen=True, slots=True)
class VariantSeen:
    """A variant as the store has it, what is to be shown of it, or why nothing is; and
    what is known of it at Meta. A ``variant`` or an ``item`` may be there alone: gone
    at the store, or not yet looked at."""

    product: Product
    variant: Variant | None
    shown: Item | Withheld | None
    item: KeptItem | None
    forbidden: Forbidden | None


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """``overrule`` is the owner's word about it."""

    product: Product
    as_of: datetime
    is_changing: bool
    variants: Sequence[VariantSeen]
    forbidden: Forbidden | None
    overrule: Spoken | None


def product(
    shop_id: ShopId, product_id: ProductId, services: Services
) -> ProductSeen | None:
    """None where the store has told of no such product."""
    with services.transactions.for_shop(shop_id) as tx:
        catalog = catalogs.of_shop(tx, shop_id)
        told = catalog_pages.told(tx, shop_id, product_id)
        items = catalog_pages.items(tx, shop_id, [product_id])
        overrule = policy_overrules.of_product(tx, shop_id, product_id)
    if catalog is None or told is None:
        return None
    return _seen(told, items, overrule, Showing.of(catalog, services))


def _seen(
    told: Told, items: Sequence[KeptItem], overrule: Spoken | None, showing: Showing
) -> ProductSeen:
    return ProductSeen(
        product=told.product,
        as_of=told.at,
        is_changing=told.is_changing,
        variants=list(_variants(told.product, items, showing, is_brief=False)),
        forbidden=showing.forbidden(told.product),
        overrule=overrule,
    )


def _variants(
    product: Product, items: Sequence[KeptItem], showing: Showing, *, is_brief: bool
) -> Iterator[VariantSeen]:
    """In the store's order; what the store has no more comes last. A brief one does
    without what is to be shown of each."""
    forbidden = showing.forbidden(product)
    shown = {} if is_brief else showing.items(product)
    kept = {each.variant_id: each for each in items}
    for each in product.variants:
        item = kept.pop(each.variant_id, None)
        yield VariantSeen(product, each, shown.get(each.variant_id), item, forbidden)
    for item in kept.values():
        yield VariantSeen(product, None, None, item, None)


def all_variants(
    shop_id: ShopId, wanted: Wanted, services: Services, *, size: int = 50
) -> Iterator[VariantSeen]:
    """Every variant of the products that are listed, read page by page; without what
    is to be shown of it, which takes most of the time."""
    with services.transactions.for_shop(shop_id) as tx:
        catalog = catalogs.of_shop(tx, shop_id)
    if catalog is None:
        return
    showing, place = Showing.of(catalog, services), Place()
    while found := _some(shop_id, wanted, place, services, size):
        place = Place(key=ProductId(found[-1][0].product_id))
        for told, items in found:
            yield from _variants(told, items, showing, is_brief=True)


def _some(
    shop_id: ShopId, wanted: Wanted, place: Place, services: Services, size: int
) -> list[tuple[Product, list[KeptItem]]]:
    with services.transactions.for_shop(shop_id) as tx:
        ids = _ids(tx, shop_id, wanted, place, size)
        told = products.told_of(tx, shop_id, ids) if ids else []
        items = catalog_pages.items(tx, shop_id, ids) if ids else []
    of_product: defaultdict[ProductId, list[KeptItem]] = defaultdict(list)
    for each in items:
        of_product[each.product_id].append(each)
    found = {each.product_id: each for each in told}
    return [(found[id_], of_product[id_]) for id_ in ids if id_ in found]


def must_be_there(
    tx: Transaction, shop_id: ShopId, product_id: ProductId
) -> KnownCatalog:
    """The shop's catalog.

    Raises:
        NotPossible: the shop has none, or no such product.
    """
    catalog = catalogs.of_shop(tx, shop_id)
    if catalog is None or catalog_pages.told(tx, shop_id, product_id) is None:
        raise NotPossible(N_("There is no such product in the catalog, or no more."))
    return catalog
