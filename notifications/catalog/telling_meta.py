"""Meta is told what a store's catalog shows, in portions, and asked what came of each.

A portion is written down before it is sent, and looked at until Meta is done with it.
Whatever happens in between, it is sent again where nobody knows its fate: that changes
nothing where it was taken.
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from core.catalog import (
    Access,
    Catalog,
    Change,
    Handle,
    Problem,
    Refusal,
    Taken,
    Upsert,
    UpsertLocal,
    fingerprint_of,
    place_of,
)
from core.errors import NotPossible, OutsideError, TryLater, WillNotWork
from core.values import ShopId, VariantId
from core.words import N_
from notifications.catalog.changes import Changes, LocalChanges, variant_of
from notifications.catalog.comparing_items import Comparing
from notifications.catalog.telling_sets import PAUSE, TellingSets
from notifications.catalog.turns import take_turns
from notifications.ports import Services
from notifications.rules.catalog_calls import MINUTE, calls_a_minute, free_at
from notifications.rules.catalog_pace import pause_before_look
from storage import (
    catalog_batches,
    catalog_calls,
    catalog_items,
    catalog_local,
    catalog_runs,
    catalogs,
    numbers,
)
from storage.catalog_batches import Batch
from storage.catalogs import KnownCatalog, Side, Turn
from storage.session import Transaction

log = logging.getLogger(__name__)

TOO_OFTEN = "meta_80014"
"""Meta's word that this one catalog is changed too often."""
REFUSED_WHOLE = "meta_100"
"""It refuses a portion for something in it, and does not say what."""
_HANDLE_UNKNOWN = "handle_unknown"
_TURN = timedelta(minutes=1)
_POSTED_WITHIN = timedelta(minutes=5)
"""Longer than any call takes: who has no name of a portion by then has lost it."""
_ENDLESS = timedelta(hours=1)
"""A portion of which Meta tells no end for so long is sent again."""
_AT_ONCE = 3_000
"""Items looked at for a portion, which takes nearly as many."""
_FULL = 1_000
_BETWEEN_POSTS = timedelta(seconds=8)
"""Any catalog may be changed eight times a minute."""
_RESTED = timedelta(minutes=1)
_IDLE = timedelta(hours=1)
_LOOKS_AT_ONCE = 20


def tell_meta(
    keeper: Catalog, *, services: Services, shop_id: ShopId | None = None
) -> int:
    """Tell what is due, a catalog's turn after the other, or that of this shop alone;
    answer how many turns that were. Doing this twice, or in two places at once, changes
    nothing the second time."""

    def take(turn: Turn) -> timedelta:
        return _Telling(turn.catalog, keeper, services).take()

    return take_turns(Side.TELL, take, services=services, shop_id=shop_id)


def access_to(catalog: KnownCatalog, services: Services) -> Access:
    """Raises NotPossible where the shop has no number of the account any more."""
    with services.transactions.for_shop(catalog.shop_id) as tx:
        token = numbers.token_of_account(
            tx, catalog.shop_id, catalog.account_id, sealer=services.sealer
        )
    if token is None:
        raise NotPossible("no number of the catalog's account is connected")
    return Access(catalog.catalog_id, token)


@dataclass(slots=True)
class _Telling:
    """One catalog's turn."""

    catalog: KnownCatalog
    keeper: Catalog
    services: Services
    access: Access = field(init=False)

    @property
    def shop_id(self) -> ShopId:
        return self.catalog.shop_id

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.shop_id)

    def take(self) -> timedelta:
        """Do what is due; answer how long to wait for the turn after this."""
        self.access = access_to(self.catalog, self.services)
        self._look_at_portions()
        sets = TellingSets(self.catalog, self.keeper, self.access, self.services)
        if sets.tell():
            return PAUSE
        try:
            pause = self._send_all()
        except TryLater as error:
            if error.code != TOO_OFTEN:
                raise
            # Held back, so that no change of the store wakes it before.
            pause = max(error.pause or _RESTED, _RESTED)
            raise TryLater(str(error), code=error.code, pause=pause) from None
        if pause is not None:
            return pause
        now = self.services.clock()
        with self._transaction() as tx:
            next_at = catalog_batches.next_due(tx, self.shop_id)
        if next_at is not None:
            return max(next_at - now, timedelta(seconds=1))
        if self.catalog.comparing_since is not None:
            comparing = Comparing(self.catalog, self.keeper, self.access, self.services)
            is_done = not comparing.compare()
            return _IDLE if is_done and not sets.compare() else _BETWEEN_POSTS
        return _IDLE

    # What came of the portions that are out

    def _look_at_portions(self) -> None:
        now = self.services.clock()
        with self._transaction() as tx:
            due = catalog_batches.due(tx, self.shop_id, now=now, most=_LOOKS_AT_ONCE)
        for batch in due:
            self._look_at(batch)

    def _look_at(self, batch: Batch) -> None:
        now = self.services.clock()
        if batch.handle is None:
            self._lose(batch.id, "no_answer")
            return
        try:
            status = self.keeper.progress(self.access, Handle(batch.handle))
        except WillNotWork as refusal:
            if refusal.code != _HANDLE_UNKNOWN:
                raise
            self._lose(batch.id, refusal.code)
            return
        if status.is_finished:
            self._end(batch.id, batch.count, status.problems)
            if status.unnamed:
                self._look_through_all(batch, status.unnamed)
        elif now - batch.asked_at > _ENDLESS:
            self._lose(batch.id, "endless")
        else:
            with self._transaction() as tx:
                due_at = now + pause_before_look(batch.looks + 1)
                catalog_batches.look_later(tx, batch.id, due_at=due_at)

    def _end(self, batch: int, count: int, problems: Sequence[Problem]) -> None:
        refusals = _refusals(problems)
        with self._transaction() as tx:
            catalogs.be_alone(tx, self.shop_id)
            now = self.services.clock()
            catalog_batches.end(tx, self.shop_id, batch, refusals, now=now)
        self._count("refused", len(refusals))
        self._count("taken", count - len(refusals))

    def _look_through_all(self, batch: Batch, unnamed: Sequence[Refusal]) -> None:
        """Something of it was refused, and Meta's own list alone tells what."""
        codes = sorted({each.code for each in unnamed})
        log.warning(
            "catalog_errors_unnamed shop=%s batch=%s codes=%s",
            self.shop_id,
            batch.id,
            ",".join(codes),
        )
        with self._transaction() as tx:
            since = self.services.clock()
            catalog_runs.compare_from(tx, self.shop_id, since=since)

    def _lose(self, batch: int, because: str) -> None:
        log.warning(
            "catalog_portion_lost shop=%s batch=%s because=%s",
            self.shop_id,
            batch,
            because,
        )
        with self._transaction() as tx:
            catalogs.be_alone(tx, self.shop_id)
            now = self.services.clock()
            catalog_batches.lose(tx, self.shop_id, batch, because=because, now=now)

    # What is to be told

    def _send_all(self) -> timedelta | None:
        """How long to wait until more may be sent; None where nothing is left. A
        portion that is not full is left to fill for some seconds after the last."""
        began = self.services.monotonic()
        while True:
            now = self.services.clock()
            with self._transaction() as tx:
                due = catalog_items.due(tx, self.shop_id, most=_AT_ONCE)
                local = (
                    [] if due else catalog_local.due(tx, self.shop_id, most=_AT_ONCE)
                )
                calls = catalog_calls.since(tx, self.shop_id, now - 2 * MINUTE)
                last = catalog_batches.latest(tx, self.shop_id, most=1)
            if not due and not local:
                return None
            free = free_at(calls, now, most=calls_a_minute())
            if free > now:
                return free - now
            is_doubted = bool(last) and last[0]["outcome"] == REFUSED_WHOLE
            most = max(1, last[0]["count"] // 2) if is_doubted else _AT_ONCE
            changes = (
                Changes(self.catalog, due, self.services)
                if due
                else LocalChanges(self.catalog, local, self.services)
            )
            portion = next(self.keeper.portions(changes), [])[:most]
            if portion:
                self._send(portion)
            if len(portion) < _FULL:
                return _BETWEEN_POSTS
            if self.services.monotonic() - began > _TURN.total_seconds():
                return timedelta()

    def _send(self, changes: Sequence[Change]) -> None:
        now = self.services.clock()
        with self._transaction() as tx:
            catalogs.be_alone(tx, self.shop_id)
            batch, put = catalog_batches.begin(
                tx,
                self.shop_id,
                {variant_of(each): _fingerprint(each) for each in changes},
                place=place_of(changes[0]),
                now=now,
                until=now + _POSTED_WITHIN,
            )
        still = [each for each in changes if variant_of(each) in put]
        try:
            taken = self.keeper.send(self.access, still)
        except WillNotWork as refusal:
            if refusal.code != REFUSED_WHOLE:
                self._lose(batch, refusal.code)
                raise
            self._refuse_whole(batch, still, refusal)
        except OutsideError as error:
            self._lose(batch, error.code)
            raise
        else:
            self._note(batch, taken)

    def _refuse_whole(
        self, batch: int, changes: Sequence[Change], refusal: WillNotWork
    ) -> None:
        """The next portion has half as many, until it is one that is alone to blame.
        Each counts at Meta, so they are turns of their own."""
        if len(changes) > 1:
            self._lose(batch, refusal.code)
            return
        said = Refusal(
            code=refusal.code,
            words=_REFUSED,
            advice=_LOOK,
            said=str(refusal),
            may_pass=True,
        )
        retailer_id = changes[0].retailer_id
        self._end(batch, 1, [Problem(retailer_id=retailer_id, errors=(said,))])

    def _note(self, batch: int, taken: Taken) -> None:
        refusals = _refusals(taken.problems)
        with self._transaction() as tx:
            catalogs.be_alone(tx, self.shop_id)
            now = self.services.clock()
            catalog_batches.refuse(tx, self.shop_id, batch, refusals, now=now)
            if taken.handle is None:
                because = "not_taken"
                catalog_batches.lose(tx, self.shop_id, batch, because=because, now=now)
            else:
                due_at = now + pause_before_look(0)
                catalog_batches.note_taken(tx, batch, taken.handle, due_at=due_at)
        self._count("refused", len(refusals))

    def _count(self, became: str, count: int) -> None:
        if count:
            self.services.counters.add("catalog_items", {"became": became}, count)


def _fingerprint(change: Change) -> str | None:
    match change:
        case Upsert(item):
            return item.fingerprint()
        case UpsertLocal():
            return fingerprint_of(change.otherwise)
        case _:
            return None


def _refusals(problems: Sequence[Problem]) -> dict[VariantId, dict[str, str]]:
    """The first error of each: what can be mended first."""
    return {
        VariantId(int(each.retailer_id)): asdict(each.errors[0])
        for each in problems
        if each.errors and each.retailer_id.isdigit()
    }


_REFUSED = N_("Meta refuses the item and does not say why.")
_LOOK = N_(
    "Look through its texts, price and images at Shopify, and change what is odd."
)
