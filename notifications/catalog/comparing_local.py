"""What Meta shows otherwise in languages and countries is compared, and mended."""

from collections.abc import Mapping
from datetime import datetime

from core.catalog import ShownItem, ShownLocal
from core.values import ProductId, VariantId
from notifications.catalog.changes import LocalChanges
from notifications.ports import Services
from storage import catalog_local, catalogs
from storage.catalog_local import Key, Local
from storage.catalogs import KnownCatalog


def mend_local(
    listed: Mapping[VariantId, ShownItem],
    catalog: KnownCatalog,
    services: Services,
    *,
    since: datetime,
) -> int:
    """Have what differs of some items told again, and what nobody wants taken out; how
    much that is. What was told after ``since`` is on its way."""
    shop_id = catalog.shop_id
    with services.transactions.for_shop(shop_id) as tx:
        known = catalog_local.known(tx, shop_id, listed)
    shown: dict[Key, ShownLocal] = {
        (id_, each.place): each for id_, item in listed.items() for each in item.local
    }
    settled = [
        Local(VariantId(r.variant_id), r.place, ProductId(r.product_id), r.wanted)
        for r in known
        if r.is_done
        and not r.is_refused
        and r.place in catalog.places
        and (r.judged_at is None or r.judged_at < since)
    ]
    found = LocalChanges(catalog, settled, services).found(settled)
    differs = []
    for each in settled:
        key = (each.variant_id, each.place)
        there, otherwise = shown.get(key), found.get(key)
        is_same = there is None and otherwise is None
        if there is not None and otherwise is not None:
            is_same = there.shows(otherwise)
        if not is_same:
            differs.append(key)
    unknown = shown.keys() - {(r.variant_id, r.place) for r in known}
    if not differs and not unknown:
        return 0
    with services.transactions.for_shop(shop_id) as tx:
        catalogs.be_alone(tx, shop_id)
        again = catalog_local.send_again(tx, shop_id, differs)
        catalog_local.take_out(tx, shop_id, unknown, now=services.clock())
    return again + len(unknown)
