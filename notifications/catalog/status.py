"""How a store's catalog stands: what is shown, and what is not and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.catalog import ItemState
from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.catalog.taking_in import Showing
from notifications.ports import Services
from notifications.rules.catalog_items import Withheld
from notifications.rules.commerce_policy import Forbidden
from storage import (
    catalog_batches,
    catalog_items,
    catalog_local,
    catalog_sets_told,
    catalogs,
    chat_results,
    products,
)
from storage.catalog_items import GONE, Count
from storage.catalog_sets_told import SetCounts
from storage.catalogs import Run, Side
from storage.chat_results import ChatResults


@dataclass(frozen=True, slots=True)
class LocalCount:
    """How many items are otherwise for those of a language or a country."""

    place: str
    shown: int
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``left`` is how many items Meta is still to be told of, ``open`` how many
    portions it has not finished. ``read`` and ``told`` count products of the file that
    is being read, or was read last; ``found`` counts what a comparison has mended."""

    catalog_id: str
    connected_at: datetime
    run: Run
    read: int
    told: int | None
    ended_at: datetime | None
    next_run_at: datetime
    compared_at: datetime | None
    found: Mapping[str, int]
    store_held_because: str | None
    meta_held_because: str | None
    items: Mapping[ItemState, int]
    reasons: Sequence[Count]
    left: int
    open: int
    held_until: datetime | None
    sets_wanted: str
    sets: SetCounts
    local: Sequence[LocalCount]

    @property
    def is_done(self) -> bool:
        is_read = self.run in (Run.DONE, Run.FAILED)
        return is_read and not self.left and not self.open


def status_of(shop_id: ShopId, domain: ShopDomain, services: Services) -> Status:
    """Raises NotPossible where the shop has no catalog."""
    with services.transactions.for_shop(shop_id) as tx:
        row = catalogs.row_of(tx, shop_id)
        if row is None:
            raise NotPossible(
                N_("%(shop)s has no catalog: see ./sosik catalog connect --help"),
                shop=domain,
            )
        counts = catalog_items.counts(tx, shop_id)
        left = catalog_items.count_due(tx, shop_id)
        left += catalog_local.count_due(tx, shop_id)
        local = catalog_local.counts(tx, shop_id)
        open_ = catalog_batches.count_open(tx, shop_id)
        sets = catalog_sets_told.counts(tx, shop_id)
    items: Counter[ItemState] = Counter()
    for each in counts:
        items[each.state] += each.count
    return Status(
        catalog_id=row["catalog_id"],
        connected_at=row["connected_at"],
        run=Run(row["run"]),
        read=row["read_count"],
        told=row["told_count"],
        ended_at=row["ended_at"],
        next_run_at=row["next_run_at"],
        compared_at=row["compared_at"],
        found=row["found"],
        store_held_because=row["read_held_because"],
        meta_held_because=row["tell_held_because"],
        items=items,
        reasons=[each for each in counts if each.because not in (None, GONE)],
        left=left,
        open=open_,
        held_until=_held_until(row),
        sets_wanted=row["sets"],
        sets=sets,
        local=[LocalCount(r.place, r.live, r.waiting, r.refused) for r in local],
    )


COUNTED_FOR = timedelta(days=30)


def sold_in_chat(shop_id: ShopId, services: Services) -> ChatResults:
    """What came of the carts of the time that is ``COUNTED_FOR``."""
    since = services.clock() - COUNTED_FOR
    with services.transactions.for_shop(shop_id) as tx:
        return chat_results.of_shop(tx, shop_id, since=since)


def _held_until(row: Mapping[str, Any]) -> datetime | None:
    """None where nothing holds it back."""
    held = [
        row[f"{side}_due_at"]
        for side in Side
        if row[f"{side}_held_because"] is not None
    ]
    return max(held, default=None)


@dataclass(frozen=True, slots=True)
class NotShown:
    """An item that buyers do not see: as it is kept, and what Meta's policy has against
    its product, where it is that."""

    row: Mapping[str, Any]
    forbidden: Forbidden | None


def not_shown(
    shop_id: ShopId, states: Sequence[ItemState], services: Services, *, most: int
) -> list[NotShown]:
    """Items in these states."""
    with services.transactions.for_shop(shop_id) as tx:
        catalog = catalogs.of_shop(tx, shop_id)
        rows = catalog_items.listed(tx, shop_id, states, most=most)
        about = {
            row["product_id"] for row in rows if row["because"] == Withheld.FORBIDDEN
        }
        told = products.told_of(tx, shop_id, about)
    if catalog is None or not told:
        return [NotShown(row, None) for row in rows]
    showing = Showing.of(catalog, services)
    found = {each.product_id: showing.forbidden(each) for each in told}
    return [NotShown(row, found.get(row["product_id"])) for row in rows]
