"""The past of a store that has just been connected: known, and told to nobody.

The store writes each part of it into a file, which is read as it comes. Each portion
is remembered in one transaction with the place up to which the file has been read, so
whoever goes on after a crash begins behind the last portion. What is told twice is
known once, so it does no harm that webhooks tell of the same orders meanwhile.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Protocol

from core.errors import NotPossible, TryLater
from core.lanes import Work
from core.values import ProductId, ShopDomain
from notifications import following, holding_back, remembering
from notifications.access import LiveToken, LiveTokens
from notifications.comparing import Retold
from notifications.connecting import Store
from notifications.ports import Services
from notifications.remembering import Heard
from storage import backfills, ledger, shops
from storage.backfills import DuePart, State
from storage.history import ToldBy
from storage.inbox import Source
from storage.session import Transaction
from storage.shops import KnownShop
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_PARTS_AT_ONCE = 20
_TURN = timedelta(minutes=2)
_LEASE = timedelta(minutes=15)
_PORTION = 100
"""Things in one transaction: few enough that nobody waits for their rows."""
_LOOK_AGAIN = timedelta(seconds=30)
"""At an answer that is being written; a webhook says sooner when it is."""
_MOST_BEGINNINGS = 5
_MOST_EARLY_ENDS = 3


class Written(Protocol):
    """What a store has written, or is writing. ``url`` is None where there is nothing
    to be read, ``error`` says why it will never be written."""

    @property
    def is_under_way(self) -> bool: ...
    @property
    def url(self) -> str | None: ...
    @property
    def count(self) -> int: ...
    @property
    def error(self) -> str | None: ...


class Thing(Protocol):
    @property
    def told(self) -> Sequence[Retold]: ...
    @property
    def product_id(self) -> ProductId | None: ...
    @property
    def ends_at(self) -> int: ...


class StoreWithPast(Store, Protocol):
    """A store that can be asked for all it has. Each call may raise an OutsideError."""

    def begin_writing(
        self, shop: ShopDomain, token: LiveToken, *, part: str, now: datetime
    ) -> str:
        """Have it begin; the name of the answer."""

    def look_at_writing(
        self, shop: ShopDomain, token: LiveToken, *, name: str
    ) -> Written: ...

    def read_written(self, part: str, url: str, start: int) -> Iterator[Thing]:
        """What it has written, from a place on."""


def fill_in_the_past(store: StoreWithPast, *, services: Services) -> int:
    """Work off what is due, a part at a time; answer how often one had its turn. Doing
    this twice, or in two places at once, changes nothing the second time."""
    tokens = LiveTokens(store, services)
    for looked in range(_PARTS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = backfills.take_due(tx, now=now, until=now + _LEASE)
        if due is None:
            return looked
        _work_off(due, now, store, tokens, services)
    return _PARTS_AT_ONCE


def _work_off(
    due: DuePart,
    now: datetime,
    store: StoreWithPast,
    tokens: LiveTokens,
    services: Services,
) -> None:
    turn = _Turn(due, now, store, tokens, services)
    held = holding_back.turn(
        turn.take, shop_id=due.shop_id, attempts=due.attempts, doing="backfill"
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        backfills.hand_back(
            tx,
            due,
            due_at=services.clock() + held.pause,
            attempts=held.attempts,
            because=held.because,
        )


@dataclass(frozen=True, slots=True)
class _Turn:
    due: DuePart
    now: datetime
    store: StoreWithPast
    tokens: LiveTokens
    services: Services

    def take(self) -> timedelta:
        """Take the next step; answer how long to wait for the one after it."""
        if self.due.state is State.WANTED or self.due.operation is None:
            return self._begin()
        ask = partial(self.store.look_at_writing, name=self.due.operation)
        written = self.tokens.asking(self.due.shop_id, ask)
        if written.is_under_way:
            return _LOOK_AGAIN
        if written.error is not None:
            self._begin_again()
            raise TryLater("the store could not write it", code=f"bulk_{written.error}")
        self._move(State.READING, count=written.count)
        is_done = written.url is None or self._read(written.url, written.count)
        if is_done:
            self._move(State.DONE)
            log.info("backfill_done shop=%s part=%s", self.due.shop_id, self.due.part)
        return timedelta()

    def _begin(self) -> timedelta:
        ask = partial(self.store.begin_writing, part=self.due.part, now=self.now)
        name = self.tokens.asking(self.due.shop_id, ask)
        self._move(State.RUNNING, operation=name)
        return _LOOK_AGAIN

    def _begin_again(self) -> None:
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            if self.due.failures + 1 >= _MOST_BEGINNINGS:
                backfills.move(tx, self.due, State.FAILED, now=self.now)
            else:
                backfills.begin_again(tx, self.due)

    def _move(
        self, state: State, *, operation: str | None = None, count: int | None = None
    ) -> None:
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            backfills.move(
                tx,
                self.due,
                state,
                now=self.services.clock(),
                operation=operation,
                count=count,
            )

    def _read(self, url: str, count: int) -> bool:
        """Whether it has come to the end of what was written, within its turn.

        Raises:
            TryLater: it ended too early, which looks like any other end. What has
                fewer things than the store says, time and again, has no more.
        """
        with self.services.transactions.across(Crossing.LOOKING) as tx:
            domain, sealer = self.due.domain, self.services.sealer
            shop = shops.known_shops(tx, [domain], sealer=sealer).get(domain)
        if shop is None:
            raise NotPossible("the shop is not connected any more")
        began = self.services.monotonic()
        things = self.store.read_written(self.due.part, url, self.due.read_bytes)
        read = 0
        while portion := list(islice(things, _PORTION)):
            self._remember(shop, portion)
            read += len(portion)
            if self.services.monotonic() - began > _TURN.total_seconds():
                return False
        is_stubborn = read == 0 and self.due.attempts >= _MOST_EARLY_ENDS
        if self.due.read_count + read < count and not is_stubborn:
            raise TryLater("the file ended too early", code="download_ended_early")
        return True

    def _remember(self, shop: KnownShop, portion: Sequence[Thing]) -> None:
        """All of it, with the place behind it, or nothing."""
        now = self.services.clock()
        heard = [
            Heard(event, None, now, ToldBy.BACKFILL)
            for thing in portion
            for told in thing.told
            for event in self.services.read_webhook(
                Source.SHOPIFY, told.topic, told.body, told.happened_at
            )
        ]
        products = [thing.product_id for thing in portion if thing.product_id]
        with self.services.transactions.for_shop(shop.id) as tx:
            remembered = remembering.remember(
                {shop.id: shop},
                {shop.id: heard},
                tx=tx,
                now=now,
                services=self.services,
            )
            followed = following.Told(shop, [each.event for each in heard])
            following.follow([followed], tx=tx, now=now, services=self.services)
            backfills.keep_products(tx, shop.id, products)
            ends_at = portion[-1].ends_at
            backfills.go_on(tx, self.due, read_bytes=ends_at, count=len(portion))
            # As the last lock that is taken: see storage.ledger.
            sealer = self.services.sealer
            ledger.record(tx, remembered.words, now=now, sealer=sealer)
            _hint(tx, self.services, remembered)


def _hint(
    tx: Transaction, services: Services, remembered: remembering.Remembered
) -> None:
    """Messages may have waited for one of these orders."""
    lanes = [(Work.SEND, lane) for lane in remembered.lanes]
    hint: Callable[[], None] = partial(services.hints.look_at_all, lanes)
    if lanes:
        tx.after_commit(hint)
