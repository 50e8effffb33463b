"""Meta is told which sets a catalog has, and in the night asked whether it has them.

A set is told once something of it is live. Making one twice changes nothing, since the
store's own name of it is looked for before.
"""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from core.catalog import Access, Catalog, ItemSet, ShownSet
from core.errors import WillNotWork
from core.values import ShopId
from notifications.ports import Services
from notifications.rules.catalog_sets import collection_of, own_id_of, word_of
from storage import catalog_sets_told
from storage.catalog_sets_told import SetToTell
from storage.catalogs import KnownCatalog
from storage.session import Transaction

log = logging.getLogger(__name__)

_AT_ONCE = 50
_GONE = "set_unknown"
_MOST_PAGES = 100
_OF_ONE = frozenset({"meta_100", "meta_10803", _GONE})
"""What Meta has against one set, and not against the whole catalog."""
PAUSE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class TellingSets:
    """One catalog's."""

    catalog: KnownCatalog
    keeper: Catalog
    access: Access
    services: Services

    @property
    def shop_id(self) -> ShopId:
        return self.catalog.shop_id

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.shop_id)

    def tell(self) -> bool:
        """Tell of some of what is due; whether anything is left."""
        with self._transaction() as tx:
            due = catalog_sets_told.untold(tx, self.shop_id, most=_AT_ONCE)
        for each in due:
            self._tell(each)
        return len(due) == _AT_ONCE

    def _tell(self, due: SetToTell) -> None:
        set_id, because = None, None
        try:
            if due.name is not None:
                set_id = self._put(due, due.name)
            elif due.set_id is not None:
                self.keeper.delete_set(self.access, due.set_id)
        except WillNotWork as refusal:
            if refusal.code not in _OF_ONE:
                raise
            set_id, because = due.set_id, refusal.code
            log.warning(
                "catalog_set_refused shop=%s collection=%s because=%s",
                *(self.shop_id, due.collection_id, because),
            )
        with self._transaction() as tx:
            catalog_sets_told.note_told(
                tx,
                self.shop_id,
                due.collection_id,
                told=due.name,
                set_id=set_id,
                because=because,
            )

    def _put(self, due: SetToTell, name: str) -> str:
        wanted = _set_of(due.collection_id, name)
        if due.set_id is not None:
            try:
                self.keeper.replace_set(self.access, due.set_id, wanted)
            except WillNotWork as refusal:
                if refusal.code != _GONE:
                    raise
            else:
                return due.set_id
        return self.keeper.create_set(self.access, wanted)

    def compare(self) -> int:
        """Have what Meta's list of sets lacks, or has otherwise, told again, and what
        nobody wants any more taken out; how many those are. What others have made is
        theirs."""
        with self._transaction() as tx:
            known = {
                e.collection_id: e for e in catalog_sets_told.all_told(tx, self.shop_id)
            }
        listed = self._listed()
        missing = {
            id_
            for id_, row in known.items()
            if row.told is not None and id_ not in listed
        }
        refused = {id_ for id_, row in known.items() if row.because is not None}
        differs = {
            id_
            for id_, row in known.items()
            if id_ in listed
            and row.told == row.name
            and not _is(listed[id_], id_, row.told)
        }
        unknown = [
            each
            for id_, each in listed.items()
            if id_ not in known or (known[id_].name is None and known[id_].told is None)
        ]
        for each in unknown:
            self.keeper.delete_set(self.access, each.id)
        with self._transaction() as tx:
            catalog_sets_told.doubt(tx, self.shop_id, missing | refused, is_gone=True)
            catalog_sets_told.doubt(tx, self.shop_id, differs - refused, is_gone=False)
        return len(missing | refused | differs) + len(unknown)

    def _listed(self) -> dict[int, ShownSet]:
        """Those of collections, by these."""
        found: dict[int, ShownSet] = {}
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = self.keeper.sets(self.access, after)
            for each in page.sets:
                if (collection := collection_of(each.own_id)) is not None:
                    found[collection] = each
            after = page.after
            if after is None:
                break
        return found


def _set_of(collection_id: int, name: str) -> ItemSet:
    own_id = own_id_of(collection_id)
    return ItemSet(own_id=own_id, name=name, label=word_of(collection_id))


def _is(listed: ShownSet, collection_id: int, name: str | None) -> bool:
    return name is not None and listed.shown == _set_of(collection_id, name)
