"""Somebody does not want to wait: a product is asked for anew, and what Meta refuses of
it is sent again; or all of the store is read."""

from core.catalog import ItemState
from core.values import ProductId, ShopDomain, ShopId
from notifications.catalog import noticing, showcase, syncing
from notifications.ports import Services
from storage import catalog_batches, catalog_pages, catalogs, changes
from storage.changes import By, Change


def check_again(
    shop_id: ShopId, product_id: ProductId, *, by: By, services: Services
) -> None:
    """Have the store asked how the product is now, and Meta whether it takes what it
    has refused of it. Twice at once changes nothing more.

    Raises:
        NotPossible: there is no such product.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        showcase.must_be_there(tx, shop_id, product_id)
        catalogs.be_alone(tx, shop_id)
        refused = [
            each.variant_id
            for each in catalog_pages.items(tx, shop_id, [product_id])
            if each.state is ItemState.REFUSED
        ]
        if catalog_batches.send_again(tx, shop_id, refused):
            catalogs.tell_soon(tx, shop_id, at=now)
        noticing.look_again(tx, shop_id, product_id, now=now)
        change = Change(what="product_checked", subject=f"product {product_id}")
        changes.note(tx, shop_id, by, change, now=now)


def read_all(
    shop_id: ShopId, domain: ShopDomain, *, by: By, services: Services
) -> None:
    """As ``syncing.begin``, by one of the store's people.

    Raises:
        NotPossible: the shop has no catalog.
    """
    syncing.begin(shop_id, domain, services)
    with services.transactions.for_shop(shop_id) as tx:
        change = Change(what="catalog_read")
        changes.note(tx, shop_id, by, change, now=services.clock())
