"""Somebody wants a catalog right now, and watches: what the scheduler would do is done
at once, by whoever of the two has the turn."""

from collections.abc import Callable
from datetime import datetime

from core.catalog import Catalog
from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.catalog.reading_stores import StoreWithProducts, read_stores
from notifications.catalog.status import Status, status_of
from notifications.catalog.telling_meta import tell_meta
from notifications.ports import Services
from storage import catalog_runs, catalogs

Watch = Callable[[Status], None]
_PAUSE_SECONDS = 1.0


def begin(shop_id: ShopId, domain: ShopDomain, services: Services) -> None:
    """Have all of the store read anew and Meta told what differs, whatever held that
    back. A reading that is under way goes on.

    Raises:
        NotPossible: the shop has no catalog.
    """
    now = services.clock()
    status_of(shop_id, domain, services)
    with services.transactions.for_shop(shop_id) as tx:
        catalog_runs.want_run(tx, shop_id, since=None, now=now)
        catalog_runs.read_now(tx, shop_id, now=now)
        catalogs.tell_now(tx, shop_id, now=now)


def watch(
    shop_id: ShopId,
    domain: ShopDomain,
    *,
    store: StoreWithProducts,
    keeper: Catalog,
    services: Services,
    wait: Callable[[float], None],
    shown: Watch,
) -> Status:
    """Until all is read and told; how it stands then.

    Raises:
        NotPossible: somebody has to mend something first.
    """
    while True:
        read_stores(store, services=services, shop_id=shop_id)
        tell_meta(keeper, services=services, shop_id=shop_id)
        status = status_of(shop_id, domain, services)
        shown(status)
        for because in (status.store_held_because, status.meta_held_because):
            if because is not None and _is_long(status, services.clock()):
                raise NotPossible(
                    N_("it is held back because of %(because)s"), because=because
                )
        if status.is_done:
            return status
        wait(_PAUSE_SECONDS)


def _is_long(status: Status, now: datetime) -> bool:
    """What is held back for a moment only goes on by itself."""
    return status.held_until is not None and (
        (status.held_until - now).total_seconds() > _LONG_SECONDS
    )


_LONG_SECONDS = 60.0
