"""What Meta's own list has is compared with what it was told, and mended.

Only what Meta was done with before the comparison began is compared: the rest is on its
way. In a catalog that was made here nothing is left that nobody put in; in one that was
there before, what others have put in is theirs.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.catalog import Access, Catalog, Item, ItemsPage, ItemState, ShownItem
from core.values import ProductId, VariantId
from notifications.catalog.changes import Changes
from notifications.catalog.comparing_local import mend_local
from notifications.ports import Services
from storage import (
    catalog_batches,
    catalog_items,
    catalog_local,
    catalog_runs,
    catalogs,
)
from storage.catalog_items import DueItem
from storage.catalogs import KnownCatalog

_PAGES_AT_ONCE = 20
_TO_BE_TOLD = ("missing", "differs", "unknown", "local")
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is not as it was told, and what is shown after it was refused."""

    differs: Sequence[VariantId]
    over: Sequence[VariantId]


@dataclass(slots=True)
class Comparing:
    """A look at what Meta has, some pages of it."""

    catalog: KnownCatalog
    keeper: Catalog
    access: Access
    services: Services

    def compare(self) -> bool:
        """Look at some more pages; whether anything is left to be done."""
        after = self.catalog.compared_after
        found: Counter[str] = Counter()
        for _ in range(_PAGES_AT_ONCE):
            page = self.keeper.items(self.access, after, self.catalog.places)
            found += self._mended(page)
            after = page.after
            if after is None:
                found["missing"] += self._mend_unseen()
                self._note(None, found)
                return any(found[name] for name in _TO_BE_TOLD)
        self._note(after, found)
        return True

    def _mended(self, page: ItemsPage) -> Counter[str]:
        """How many were found to differ."""
        since = self.catalog.comparing_since
        assert since is not None  # nobody compares otherwise
        shop_id = self.catalog.shop_id
        listed = {
            VariantId(int(each.retailer_id)): each
            for each in page.items
            if _is_number(each.retailer_id)
        }
        with self.services.transactions.for_shop(shop_id) as tx:
            known = catalog_batches.known(tx, shop_id, listed)
        seen = self._seen(listed, known, since)
        refused = {
            id_: asdict(each.refusals[0])
            for id_, each in listed.items()
            if each.state is ItemState.REFUSED and each.refusals
        }
        unknown = listed.keys() - {row.variant_id for row in known}
        with self.services.transactions.for_shop(shop_id) as tx:
            catalogs.be_alone(tx, shop_id)
            now = self.services.clock()
            catalog_batches.note_seen(tx, shop_id, listed, at=now)
            again = catalog_batches.send_again(tx, shop_id, seen.differs)
            catalog_batches.note_reviewed(tx, shop_id, refused, now=now)
            catalog_batches.note_shown(tx, shop_id, seen.over, now=now)
            if self.catalog.is_own and unknown:
                catalog_items.take_out(tx, shop_id, unknown, now=now)
        local = mend_local(listed, self.catalog, self.services, since=since)
        others = len(page.items) - len(listed) + len(unknown)
        is_own = self.catalog.is_own
        return Counter(
            {
                "differs": again,
                "local": local,
                "refused": len(refused),
                "shown": len(seen.over),
                "unknown": len(unknown) if is_own else 0,
                "others": len(page.items) - len(listed) if is_own else others,
            }
        )

    def _seen(
        self,
        listed: Mapping[VariantId, ShownItem],
        known: Sequence[Any],
        since: datetime,
    ) -> _Seen:
        settled = [
            DueItem(VariantId(row.variant_id), ProductId(row.product_id), row.wanted)
            for row in known
            if row.is_done and (row.judged_at is None or row.judged_at < since)
        ]
        was_refused = {VariantId(row.variant_id) for row in known if row.is_refused}
        shown = Changes(self.catalog, settled, self.services).shown(settled)
        as_told = {
            each.variant_id
            for each in settled
            if _is_as_told(listed[each.variant_id], shown.get(each.variant_id))
        }
        return _Seen(
            differs=[
                each.variant_id
                for each in settled
                if each.variant_id not in as_told | was_refused
            ],
            over=[
                id_
                for id_ in as_told & was_refused
                if listed[id_].state is ItemState.LIVE
            ],
        )

    def _mend_unseen(self) -> int:
        since, shop_id = self.catalog.comparing_since, self.catalog.shop_id
        assert since is not None
        with self.services.transactions.for_shop(shop_id) as tx:
            catalogs.be_alone(tx, shop_id)
            missing = catalog_batches.send_unseen(tx, shop_id, since=since)
            catalog_local.note_lost(tx, shop_id, missing)
            return len(missing)

    def _note(self, after: str | None, found: Counter[str]) -> None:
        shop_id = self.catalog.shop_id
        with self.services.transactions.for_shop(shop_id) as tx:
            row = catalogs.row_of(tx, shop_id)
            is_first = self.catalog.compared_after is None
            before = {} if is_first or row is None else row["found"]
            total = Counter(before) + found
            catalog_runs.note_compared(
                tx,
                shop_id,
                after=after,
                found=json.dumps(total),
                now=self.services.clock(),
            )


def _is_number(retailer_id: str) -> bool:
    is_digits = retailer_id.isascii() and retailer_id.isdigit()
    return is_digits and len(retailer_id) < 20 and 0 < int(retailer_id) <= _LARGEST_ID


def _is_as_told(listed: ShownItem, shown: object) -> bool:
    """What is to be shown no more should not be listed at all."""
    return isinstance(shown, Item) and listed.shows(shown)
