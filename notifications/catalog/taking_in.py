"""What a store has just said of its products becomes what its catalog is to show."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.catalog import Item, Otherwise
from core.catalog import fingerprint_of as fingerprint_of_local
from core.products import Product
from core.values import ProductId, VariantId
from notifications.goods import forbidden_in
from notifications.ports import Services
from notifications.rules.catalog_items import Shown, Terms, items_of
from notifications.rules.catalog_places import otherwise_of
from notifications.rules.catalog_sets import NONE, labels_of
from notifications.rules.commerce_policy import Category, Forbidden, Goods
from storage import (
    catalog_items,
    catalog_local,
    catalog_sets,
    catalogs,
    policy_overrules,
    products,
)
from storage.catalog_items import Wanted
from storage.catalog_local import Local
from storage.catalogs import KnownCatalog
from storage.policy_overrules import Overrules
from storage.session import Transaction

PAUSE = timedelta(seconds=8)
"""For so long after each word of a change a product is left to change further."""


@dataclass(frozen=True, slots=True)
class Showing:
    """How a store shows its things, with what its owner has said of single ones, and in
    which collections some of them are."""

    terms: Terms
    overrules: Overrules
    collections: Mapping[ProductId, Collection[int]]
    places: Sequence[str]

    @classmethod
    def of(
        cls,
        catalog: KnownCatalog,
        services: Services,
        about: Collection[ProductId] = (),
    ) -> "Showing":
        """Of these products items can be made."""
        with services.transactions.for_shop(catalog.shop_id) as tx:
            return cls.within(tx, catalog, about)

    @classmethod
    def within(
        cls, tx: Transaction, catalog: KnownCatalog, about: Collection[ProductId]
    ) -> "Showing":
        shop_id = catalog.shop_id
        overrules = policy_overrules.of_shops(tx, [shop_id]).get(shop_id, {})
        terms = Terms(
            currency=catalog.currency,
            name=catalog.name,
            hidden_tag=catalog.hidden_tag,
        )
        has_sets = catalog.sets != NONE and about
        collections = catalog_sets.of_products(tx, shop_id, about) if has_sets else {}
        return cls(terms, overrules, collections, catalog.places)

    def items(
        self, product: Product, *, only: Collection[VariantId] | None = None
    ) -> dict[VariantId, Shown]:
        return items_of(
            product,
            self.terms,
            forbidden=self.forbidden(product),
            only=only,
            labels=labels_of(self.collections.get(product.product_id, ())),
        )

    def otherwise(
        self, product: Product, shown: Mapping[VariantId, Shown]
    ) -> Iterator[tuple[VariantId, str, Otherwise]]:
        """What is otherwise about its items somewhere: of which, and where."""
        if not (product.translations or any(v.local_prices for v in product.variants)):
            return
        for variant in product.variants:
            item = shown.get(variant.variant_id)
            if isinstance(item, Item):
                for place, found in otherwise_of(product, variant, item, self.places):
                    yield variant.variant_id, place, found

    def forbidden(self, product: Product) -> Forbidden | None:
        """What Meta's commerce policy has against it, where the owner says nothing."""
        overrule = self.overrules.get(product.product_id)
        if overrule is not None:
            if overrule.is_allowed:
                return None
            return Forbidden(Category.WITHHELD, overrule.reason, "owner")
        return forbidden_in(
            Goods(
                title=product.title,
                product_type=product.kind or None,
                tags=product.tags,
                shopify_category=product.category,
            )
        )


def fingerprint_of(shown: Shown) -> tuple[str | None, str | None]:
    """Of the item that is to be shown; or nothing, and why."""
    if isinstance(shown, Item):
        return shown.fingerprint(), None
    return None, shown.value


@dataclass(frozen=True, slots=True)
class Told:
    """Products as the store told of them, and what is to be shown of each: worked out
    beforehand, so that no transaction waits for it."""

    products: Sequence[Product]
    wanted: Sequence[Wanted]
    local: Sequence[Local]

    @classmethod
    def of(cls, told: Iterable[Product], showing: Showing) -> "Told":
        # Whoever turns pages while a store changes may meet one twice.
        once = {each.product_id: each for each in told}
        wanted: dict[VariantId, Wanted] = {}
        local: dict[tuple[VariantId, str], Local] = {}
        for product in once.values():
            shown = showing.items(product)
            for each in _wanted(product, shown):
                wanted[each.variant_id] = each
            for id_, place, found in showing.otherwise(product, shown):
                told_there = fingerprint_of_local(found)
                local[id_, place] = Local(id_, place, product.product_id, told_there)
        return cls([*once.values()], [*wanted.values()], [*local.values()])


def _wanted(product: Product, shown: Mapping[VariantId, Shown]) -> Iterable[Wanted]:
    for variant in product.variants:
        fingerprint, because = fingerprint_of(shown[variant.variant_id])
        yield Wanted(
            variant_id=variant.variant_id,
            product_id=product.product_id,
            inventory_item_id=variant.inventory_item_id,
            fingerprint=fingerprint,
            because=because,
        )


def take_in(
    tx: Transaction,
    catalog: KnownCatalog,
    told: Told,
    *,
    gone: Collection[ProductId] = (),
    as_of: datetime,
    now: datetime,
) -> int:
    """Have the catalog show what the store said ``as_of`` then, and nothing more of
    what is ``gone``; answer of how many variants Meta does not know that yet. What is
    known to be newer stays."""
    shop_id = catalog.shop_id
    catalogs.be_alone(tx, shop_id)
    kept = {
        each.product_id
        for each in products.keep(tx, shop_id, told.products, as_of=as_of, pause=PAUSE)
    }
    kept.update(products.drop(tx, shop_id, gone, as_of=as_of) if gone else ())
    wanted = [each for each in told.wanted if each.product_id in kept]
    changed = catalog_items.want(tx, shop_id, kept, wanted, now=now)
    changed += _want_local(tx, catalog, kept, told.local, now=now)
    if changed:
        catalogs.tell_soon(tx, shop_id, at=now)
    return changed


def _want_local(
    tx: Transaction,
    catalog: KnownCatalog,
    products_: Collection[ProductId],
    local: Sequence[Local],
    *,
    now: datetime,
) -> int:
    """Even where nothing is otherwise any more: something may have been."""
    kept = [each for each in local if each.product_id in products_]
    return catalog_local.want(tx, catalog.shop_id, products_, kept, now=now)


def make_anew(
    tx: Transaction,
    catalog: KnownCatalog,
    product_ids: Collection[ProductId],
    *,
    now: datetime,
) -> None:
    """The store has said nothing new of a few products themselves, and yet their items
    are others. To be called by who is alone with the shop's items."""
    if not product_ids:
        return
    told = products.told_of(tx, catalog.shop_id, product_ids)
    made = Told.of(told, Showing.within(tx, catalog, product_ids))
    about = {each.product_id for each in told}
    changed = catalog_items.want(tx, catalog.shop_id, about, made.wanted, now=now)
    if changed + _want_local(tx, catalog, about, made.local, now=now):
        catalogs.tell_soon(tx, catalog.shop_id, at=now)
