"""Stores are read for their catalogs: once all of it, and then what has changed.

All of a store is one long answer that it writes into a file, which is read as it comes.
Each portion is taken in together with the place up to which the file has been read, so
whoever goes on after a crash begins behind the last portion. What has changed since is
asked for by its ids, or as a file again where that is a lot.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from core.errors import NotPossible, TryLater
from core.products import Places, Product
from core.values import ProductId, ShopDomain, ShopId
from notifications.access import LiveToken, LiveTokens
from notifications.backfilling import Written
from notifications.catalog.reading_collections import (
    Collections,
    StoreWithCollections,
)
from notifications.catalog.taking_in import Showing, Told, take_in
from notifications.catalog.turns import take_turns
from notifications.ports import Services
from notifications.rules.catalog_pace import next_night
from storage import catalog_batches, catalog_runs, catalog_sets, catalogs, products
from storage.catalogs import KnownCatalog, Run, Side, Turn
from storage.products import Changed, Patience
from storage.session import Transaction

log = logging.getLogger(__name__)

PRODUCTS_AT_ONCE = 8
"""A store tells of so many by their ids."""
MANY = 200
"""Of which the store is asked for a file: that costs none of its points."""
_TURN = timedelta(minutes=1)
_PORTION_PRODUCTS = 50
_PORTION_VARIANTS = 250
"""Taken in at once. A webhook about one of them waits for that, and with it a worker:
mostly 30 ms."""
_LOOK_AGAIN = timedelta(seconds=5)
"""At a file that is being written; a webhook says sooner when it is."""
_OVERLAP = timedelta(minutes=2)
"""A store's search knows of a change a bit later than the change."""
_MOST_BEGINNINGS = 5
_MOST_EARLY_ENDS = 3
_AT_ONCE = Patience(timedelta(), timedelta())
_KEPT_BATCHES = timedelta(days=7)
_A_NIGHT = timedelta(hours=12)
_NIGHTS = 7
_TRIED_AGAIN = 2_500
"""Refused items that are tried again in one night: no more than a portion."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class ProductThing(Protocol):
    @property
    def product(self) -> Product | None: ...
    @property
    def ends_at(self) -> int: ...


class StoreWithProducts(StoreWithCollections, Protocol):
    """A store that can be asked for products. Each call may raise an OutsideError."""

    def begin_writing_products(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        since: datetime | None,
        now: datetime,
        places: Places,
    ) -> str:
        """Have it write down all of them, or those changed since; the name of that."""

    def look_at_writing(
        self, shop: ShopDomain, token: LiveToken, *, name: str
    ) -> Written: ...

    def products_written(self, url: str, start: int) -> Iterator[ProductThing]:
        """What it has written, from a place on."""

    def products(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        ids: Sequence[ProductId],
        places: Places,
    ) -> Sequence[Product]:
        """Those of at most ``PRODUCTS_AT_ONCE`` that are still there."""


def read_stores(
    store: StoreWithProducts, *, services: Services, shop_id: ShopId | None = None
) -> int:
    """Read what is due, a store's turn after the other, or that of this shop alone;
    answer how many turns that were. Doing this twice, or in two places at once, changes
    nothing the second time."""
    tokens = LiveTokens(store, services)

    def take(turn: Turn) -> timedelta:
        return _Reading(turn.catalog, turn.attempts, store, tokens, services).take()

    return take_turns(Side.READ, take, services=services, shop_id=shop_id)


@dataclass(slots=True)
class _Reading:
    """One store's turn."""

    catalog: KnownCatalog
    attempts: int
    store: StoreWithProducts
    tokens: LiveTokens
    services: Services

    @property
    def shop_id(self) -> ShopId:
        return self.catalog.shop_id

    @property
    def _places(self) -> Places:
        return Places(self.catalog.languages, self.catalog.countries)

    def _told(self, said: Sequence[Product]) -> Told:
        about = [each.product_id for each in said]
        return Told.of(said, Showing.of(self.catalog, self.services, about))

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.shop_id)

    def take(self) -> timedelta:
        """Do what is due; answer how long to wait for the turn after this."""
        self._begin_if_due()
        self._ask_for_changed()
        self._collections(self.services.monotonic()).read()
        pause = self._read_on()
        if pause is not None:
            return pause
        now = self.services.clock()
        with self._transaction() as tx:
            due = products.next_due(tx, self.shop_id)
            set_due = catalog_sets.next_due(tx, self.shop_id)
        known = (self.catalog.collections_due_at, self.catalog.next_run_at)
        next_at = min(filter(None, (due, set_due, *known)))
        return max(next_at - now, timedelta())

    def _collections(self, began: float) -> Collections:
        return Collections(
            self.catalog,
            self.store,
            self.tokens,
            self.services,
            is_over=partial(self._is_over, began),
        )

    def _begin_if_due(self) -> None:
        """All of it where its night has come, and a lot where a lot has changed."""
        if self.catalog.run not in (Run.DONE, Run.FAILED):
            return
        now, shop_id = self.services.clock(), self.shop_id
        with self._transaction() as tx:
            if self.catalog.next_run_at <= now:
                catalog_runs.want_run(tx, shop_id, since=None, now=now)
            elif self.catalog.run is Run.DONE:
                after = self.catalog.as_of or _EVER
                count, since = products.count_due(
                    tx, shop_id, now=now, after=after, most=MANY
                )
                if count == MANY and since is not None:
                    since -= _OVERLAP
                    catalog_runs.want_run(tx, shop_id, since=since, now=now)
                    catalogs.want_collections(tx, shop_id, now=now)
        self._refresh()

    def _ask_for_changed(self) -> None:
        """What a file is being written for anyway is not asked for besides."""
        is_in_file = self.catalog.changed_since is not None
        if is_in_file and self.catalog.run not in (Run.DONE, Run.FAILED):
            return
        shop_id, began = self.shop_id, self.services.monotonic()
        before: list[ProductId] = []
        while not self._is_over(began):
            asked_at = self.services.clock()
            with self._transaction() as tx:
                due = products.due(tx, shop_id, now=asked_at, most=PRODUCTS_AT_ONCE)
            if not due or due == before:
                return
            before = due
            ask = partial(self.store.products, ids=due, places=self._places)
            found = self.tokens.asking(shop_id, ask)
            self._collections(began).follow([each.product_id for each in found])
            told = self._told(found)
            gone = set(due) - {each.product_id for each in found}
            with self._transaction() as tx:
                take_in(
                    tx,
                    self.catalog,
                    told,
                    gone=gone,
                    as_of=asked_at,
                    now=self.services.clock(),
                )

    def _read_on(self) -> timedelta | None:
        """How long to wait for what is being written; None where nothing is."""
        if self.catalog.run is Run.WANTED or self._lacks_operation():
            return self._begin()
        if self.catalog.run not in (Run.RUNNING, Run.READING):
            return None
        ask = partial(self.store.look_at_writing, name=self.catalog.operation or "")
        written = self.tokens.asking(self.shop_id, ask)
        if written.is_under_way:
            return _LOOK_AGAIN
        if written.error is not None:
            self._begin_again()
            raise TryLater("the store could not write it", code=f"bulk_{written.error}")
        with self._transaction() as tx:
            catalog_runs.note_reading(tx, self.shop_id, count=written.count)
        self._refresh()
        if written.url is not None and not self._read(written.url, written.count):
            return timedelta()
        self._end(written.count)
        return None

    def _lacks_operation(self) -> bool:
        is_under_way = self.catalog.run in (Run.RUNNING, Run.READING)
        return is_under_way and self.catalog.operation is None

    def _begin(self) -> timedelta:
        now, shop_id = self.services.clock(), self.shop_id
        since = self.catalog.changed_since
        ask = partial(
            self.store.begin_writing_products,
            since=since,
            now=now,
            places=self._places,
        )
        name = self.tokens.asking(shop_id, ask)
        with self._transaction() as tx:
            catalog_runs.note_running(tx, shop_id, name, as_of=now)
        return timedelta(seconds=1)

    def _begin_again(self) -> None:
        with self._transaction() as tx:
            if self.catalog.failures + 1 >= _MOST_BEGINNINGS:
                catalog_runs.give_up(tx, self.shop_id, next_at=self._next_night())
            else:
                catalog_runs.begin_again(tx, self.shop_id)

    def _read(self, url: str, count: int) -> bool:
        """Whether it has come to the end of what was written, within its turn.

        Raises:
            TryLater: it ended too early, which looks like any other end. The last thing
                before that may lack some of its parts, so it is read again. What has
                fewer things than the store says, time and again, has no more.
        """
        began, read = self.services.monotonic(), 0
        things = self.store.products_written(url, self.catalog.read_bytes)
        for portion, is_end in _portions(things):
            read += len(portion)
            is_stubborn = read <= 1 and self.attempts >= _MOST_EARLY_ENDS
            is_whole = not is_end or self.catalog.read_count + read >= count
            if not (is_whole or is_stubborn):
                self._take_in(portion[:-1])
                code = "download_ended_early"
                raise TryLater("the file ended too early", code=code)
            self._take_in(portion, is_end=is_end)
            if not is_end and self._is_over(began):
                return False
        return True

    def _take_in(
        self, portion: Sequence[ProductThing], *, is_end: bool = False
    ) -> None:
        if not portion:
            return
        said = [each.product for each in portion if each.product is not None]
        told = self._told(said)
        now, as_of, shop_id = self.services.clock(), self.catalog.as_of, self.shop_id
        assert as_of is not None  # noted as it was begun
        with self._transaction() as tx:
            take_in(tx, self.catalog, told, as_of=as_of, now=now)
            ends_at = portion[-1].ends_at
            catalog_runs.go_on(tx, shop_id, read_bytes=ends_at, count=len(portion))
            if is_end and said:
                # A file that breaks off between two lines has lost parts of this one.
                last = Changed(shop_id, product_id=said[-1].product_id)
                products.note_changes(tx, [last], _AT_ONCE, now=now)

    def _end(self, count: int) -> None:
        """What is not in a file of all products is mostly gone. It is asked for: a file
        that lacks some must not empty a catalog."""
        now, as_of = self.services.clock(), self.catalog.as_of
        with self._transaction() as tx:
            if self.catalog.changed_since is None and as_of is not None:
                products.doubt_untold(tx, self.shop_id, as_of=as_of, now=now)
                self._try_again(tx, now)
                catalogs.want_collections(tx, self.shop_id, now=now)
            catalog_runs.end_run(tx, self.shop_id, now=now, next_at=self._next_night())
            catalog_batches.forget(tx, self.shop_id, before=now - _KEPT_BATCHES)
        log.info("catalog_read shop=%s products=%s", self.shop_id, count)
        self._refresh()

    def _try_again(self, tx: Transaction, now: datetime) -> None:
        """What Meta has refused for something that passes: each night a portion."""
        catalogs.be_alone(tx, self.shop_id)
        catalog_batches.try_again(
            tx, self.shop_id, before=now - _A_NIGHT, nights=_NIGHTS, most=_TRIED_AGAIN
        )

    def _next_night(self) -> datetime:
        zone = ZoneInfo(self.catalog.timezone)
        return next_night(self.services.clock(), zone, self.shop_id)

    def _is_over(self, began: float) -> bool:
        return self.services.monotonic() - began > _TURN.total_seconds()

    def _refresh(self) -> None:
        with self._transaction() as tx:
            found = catalogs.of_shop(tx, self.shop_id)
        if found is None:
            raise NotPossible("the store has no catalog any more")
        self.catalog = found


def _portions(
    things: Iterator[ProductThing],
) -> Iterator[tuple[list[ProductThing], bool]]:
    """As they come, few enough together that nobody waits for their rows; and whether
    these are the last, of which there may be none."""
    portion: list[ProductThing] = []
    variants = 0
    for thing in things:
        if len(portion) == _PORTION_PRODUCTS or variants >= _PORTION_VARIANTS:
            yield portion, False
            portion, variants = [], 0
        portion.append(thing)
        variants += 0 if thing.product is None else len(thing.product.variants)
    yield portion, True
