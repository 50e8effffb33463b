"""What a store has just said of its products becomes what its catalog is to show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.catalog import Item
from core.products import Product
from core.values import ProductId, VariantId
from notifications.rules.catalog_items import Shown, Terms, items_of
from storage import catalog_items, catalogs, products
from storage.catalog_items import Wanted
from storage.catalogs import KnownCatalog
from storage.session import Transaction


def terms_of(catalog: KnownCatalog) -> Terms:
    return Terms(
        currency=catalog.currency, name=catalog.name, hidden_tag=catalog.hidden_tag
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

    @classmethod
    def of(cls, told: Iterable[Product], catalog: KnownCatalog) -> "Told":
        terms = terms_of(catalog)
        # Whoever turns pages while a store changes may meet one twice.
        once = {each.product_id: each for each in told}
        wanted: dict[VariantId, Wanted] = {}
        for product in once.values():
            for each in _wanted(product, terms):
                wanted[each.variant_id] = each
        return cls([*once.values()], [*wanted.values()])


def _wanted(product: Product, terms: Terms) -> Iterable[Wanted]:
    shown = items_of(product, terms)
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
        for each in products.keep(tx, shop_id, told.products, as_of=as_of)
    }
    kept.update(products.drop(tx, shop_id, gone, as_of=as_of) if gone else ())
    wanted = [each for each in told.wanted if each.product_id in kept]
    changed = catalog_items.want(tx, shop_id, kept, wanted, now=now)
    if changed:
        catalogs.tell_soon(tx, shop_id, at=now)
    return changed
