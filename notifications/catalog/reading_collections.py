"""A store's collections become sets of its catalog, where its owner wants that.

What is in one is read page by page: who is in it now, and who not any more. An item
tells by a word in its labels in which sets it is, so a collection that changes is as
many changed items, and Meta's rule for the set stays what it was.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from core.catalog import MOST_SET_NAME
from core.products import Collection as Together
from core.products import CollectionsPage, MembersPage
from core.values import ProductId, ShopDomain, ShopId
from notifications.access import LiveToken, LiveTokens
from notifications.catalog.taking_in import make_anew
from notifications.connecting import Store
from notifications.ports import Services
from notifications.rules.catalog_sets import MOST_SETS, NONE, handles_in
from notifications.rules.catalog_texts import cut, one_line
from storage import catalog_sets, catalog_sets_told, catalogs
from storage.catalog_sets import DueCollection
from storage.catalogs import KnownCatalog
from storage.session import Transaction

_AT_ONCE = 100
"""Products whose items are made anew in one transaction."""
_MOST_PAGES = 100
"""Of all collections: so far a store lets somebody turn its pages."""
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


class StoreWithCollections(Store, Protocol):
    """A store that shows products together. Each call may raise an OutsideError."""

    def collections(
        self, shop: ShopDomain, token: LiveToken, *, after: str | None
    ) -> CollectionsPage:
        """All that it has, a page after the other."""

    def members(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        collection_id: int,
        after: str | None,
    ) -> MembersPage | None:
        """What is in one, a page after the other; None where it has it no more."""

    def collections_of(
        self, shop: ShopDomain, token: LiveToken, *, ids: Sequence[ProductId]
    ) -> dict[ProductId, list[int]]:
        """In which each of a few products is, of those that it still has."""


@dataclass(frozen=True, slots=True)
class Collections:
    """What is due of one store's; ``is_over`` tells when its turn is."""

    catalog: KnownCatalog
    store: StoreWithCollections
    tokens: LiveTokens
    services: Services
    is_over: Callable[[], bool]

    @property
    def shop_id(self) -> ShopId:
        return self.catalog.shop_id

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.shop_id)

    def read(self) -> None:
        """Ask which there are, and what is in those that have changed."""
        self._read_list()
        while not self.is_over():
            with self._transaction() as tx:
                due = catalog_sets.due(tx, self.shop_id, now=self.services.clock())
            if due is None:
                return
            self._read_one(due)

    def follow(self, products: Sequence[ProductId]) -> None:
        """Products have changed, and with them what the rules of some collections say
        of them."""
        if self.catalog.sets == NONE or not products:
            return
        asked_at = self.services.clock()
        ask = partial(self.store.collections_of, ids=products)
        found = self.tokens.asking(self.shop_id, ask)
        with self._transaction() as tx:
            catalogs.be_alone(tx, self.shop_id)
            others = catalog_sets.replace_of(tx, self.shop_id, found, now=asked_at)
            self._make_anew(tx, others)

    def _read_list(self) -> None:
        due_at, now = self.catalog.collections_due_at, self.services.clock()
        if due_at is None or due_at > now:
            return
        found: dict[int, Together] = {}
        if self.catalog.sets != NONE:
            found = {each.collection_id: each for each in self._all()}
        with self._transaction() as tx:
            if self.catalog.sets != NONE:
                catalog_sets.keep_list(tx, self.shop_id, [*found.values()])
            catalog_sets.choose(
                tx,
                self.shop_id,
                handles_in(self.catalog.sets),
                most=MOST_SETS,
                anew=True,
                now=now,
            )
            catalog_sets_told.forget(tx, self.shop_id)
            catalogs.note_collections_listed(tx, self.shop_id, due_at=due_at)
            catalogs.tell_soon(tx, self.shop_id, at=now)

    def _all(self) -> list[Together]:
        found: list[Together] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            ask = partial(self.store.collections, after=after)
            page = self.tokens.asking(self.shop_id, ask)
            found += map(_named, page.collections)
            after = page.after
            if after is None:
                break
        return found

    def _read_one(self, due: DueCollection) -> None:
        """Some pages of it, or all."""
        began, after, now = due.began_at, due.after, self.services.clock()
        if began is None:
            began, after = now, None
            with self._transaction() as tx:
                catalog_sets.begin(tx, self.shop_id, due.collection_id, now=now)
        is_chosen = due.is_there and self.catalog.sets != NONE
        while is_chosen:
            page, asked_at = self._page(due.collection_id, after), self.services.clock()
            is_chosen = self._take_in(due.collection_id, page, asked_at)
            after = None if page is None else page.after
            if after is None:
                break
            if self.is_over():
                return
        self._drop(due.collection_id, before=began if is_chosen else _ALWAYS)
        with self._transaction() as tx:
            catalog_sets.end(tx, self.shop_id, due.collection_id, began=began)
            catalogs.tell_soon(tx, self.shop_id, at=self.services.clock())

    def _page(self, collection: int, after: str | None) -> MembersPage | None:
        ask = partial(self.store.members, collection_id=collection, after=after)
        return self.tokens.asking(self.shop_id, ask)

    def _take_in(
        self, collection: int, page: MembersPage | None, asked_at: datetime
    ) -> bool:
        """Whether there is to be a set of it."""
        with self._transaction() as tx:
            if page is None:
                catalog_sets.note_gone(tx, self.shop_id, collection)
                return False
            handles = handles_in(self.catalog.sets)
            if not catalog_sets.name(
                tx, self.shop_id, _named(page.collection), handles, most=MOST_SETS
            ):
                return False
        ids = page.product_ids
        for place in range(0, len(ids), _AT_ONCE):
            few = ids[place : place + _AT_ONCE]
            with self._transaction() as tx:
                catalogs.be_alone(tx, self.shop_id)
                new = catalog_sets.keep_members(
                    tx, self.shop_id, collection, few, now=asked_at
                )
                self._make_anew(tx, new)
        with self._transaction() as tx:
            catalog_sets.read_on(tx, self.shop_id, collection, after=page.after)
        return True

    def _drop(self, collection: int, *, before: datetime) -> None:
        """Those that are in it no more, some in each transaction."""
        while True:
            with self._transaction() as tx:
                catalogs.be_alone(tx, self.shop_id)
                gone = catalog_sets.drop_members(
                    tx, self.shop_id, collection, before=before, most=_AT_ONCE
                )
                self._make_anew(tx, gone)
            if len(gone) < _AT_ONCE:
                return

    def _make_anew(self, tx: Transaction, products: Collection[ProductId]) -> None:
        make_anew(tx, self.catalog, products, now=self.services.clock())


def _named(said: Together) -> Together:
    return replace(said, title=cut(one_line(said.title), MOST_SET_NAME))
