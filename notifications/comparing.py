"""Compares what a store says with what is known here, and has read what is missing.

Shopify promises no webhook: one that got lost, or a subscription that is gone, would be
a message that nobody gets. So each store is asked every few minutes what has changed.
What its webhooks did not tell is written down among them, read by what reads them, and
leads to its message where it is still news. Nobody hears of anything twice, since an
occasion is met once, whoever tells of it.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.errors import DatabaseAway, NotPossible, OutsideError
from core.events import Event, OrderSeen
from core.lanes import Work, lane_of
from core.values import FulfillmentId, OrderId, ShopDomain
from notifications import holding_back
from notifications.access import LiveToken, LiveTokens
from notifications.connecting import Store, Subscriptions
from notifications.facts_told.parts import Names
from notifications.ports import Services
from notifications.rules import missed
from notifications.unheard import unheard
from storage import comparisons, forgetting, history, inbox
from storage.access import TokenKind
from storage.comparisons import BEYOND_ALL, DueStore, KnownParcel
from storage.history import ToldBy
from storage.inbox import Arrival, Source
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

RHYTHM = timedelta(minutes=5)
"""Three times within the quarter of an hour in which all is to be found."""
_GRACE = timedelta(minutes=1)
"""Its webhook may still be on its way."""
_OVERLAP = timedelta(minutes=2)
"""A store's search knows of a change a bit later than the change."""
_SUBSCRIPTIONS_EVERY = timedelta(hours=1)
_SHOPS_AT_ONCE = 20
_TURN = timedelta(minutes=2)
"""After so long another store has its turn."""
_LEASE = timedelta(minutes=5)
"""Longer than a turn and its last question mostly are. A process that dies holds a
store up for so long, and two that look at once find nothing twice."""
_PARCELS_ON_A_PAGE = 100
_OLDEST_PARCEL = timedelta(days=30)
SUBSCRIPTIONS = "subscriptions"


class Retold(Protocol):
    """What a store says of a thing, as a webhook of that topic would."""

    @property
    def topic(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def body(self) -> bytes: ...


class ChangedOrder(Protocol):
    @property
    def order_id(self) -> OrderId: ...
    @property
    def updated_at(self) -> datetime: ...


class ParcelGlance(Protocol):
    @property
    def fulfillment_id(self) -> FulfillmentId: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def scanned_at(self) -> datetime | None: ...


class ChangedCustomer(Protocol):
    @property
    def updated_at(self) -> datetime: ...
    @property
    def consent(self) -> Retold | None: ...


class TalkativeStore(Store, Protocol):
    """A store that can be asked what has changed. Every call may raise an OutsideError;
    of what comes in pages the next one begins at what stands beside the page."""

    def orders_changed(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        since: datetime,
        after: str | None,
    ) -> tuple[Sequence[ChangedOrder], str | None]: ...

    def order_told(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> Sequence[Retold]: ...

    def parcels_at_a_glance(
        self, shop: ShopDomain, token: LiveToken, *, parcels: Sequence[FulfillmentId]
    ) -> Sequence[ParcelGlance]: ...

    def checkouts_changed(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        since: datetime,
        after: str | None,
    ) -> tuple[Sequence[Retold], str | None]: ...

    def consents_changed(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        since: datetime,
        after: str | None,
    ) -> tuple[Sequence[ChangedCustomer], str | None]: ...


def compare_stores(store: TalkativeStore, *, services: Services) -> int:
    """Compare the stores that are due, one after the other; answer how often one had
    its turn. Doing this twice, or in two places at once, finds nothing twice."""
    tokens = LiveTokens(store, services)
    for looked in range(_SHOPS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = comparisons.take_due(tx, now=now, until=now + _LEASE)
        if due is None:
            return looked
        _compare(due, now, store, tokens, services)
    return _SHOPS_AT_ONCE


def _compare(
    due: DueStore,
    now: datetime,
    store: TalkativeStore,
    tokens: LiveTokens,
    services: Services,
) -> None:
    turn = _Turn(due, now, store, tokens, services)
    held = holding_back.turn(
        turn.take, shop_id=due.shop_id, attempts=due.attempts, doing="comparison"
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        comparisons.hand_back(
            tx,
            due,
            due_at=now + held.pause,
            now=now,
            is_done=turn.is_done,
            attempts=held.attempts,
            because=held.because,
        )


@dataclass(slots=True)
class _Turn:
    """One store's turn, which ends early where there is too much to be asked for."""

    due: DueStore
    now: datetime
    store: TalkativeStore
    tokens: LiveTokens
    services: Services
    asked: set[OrderId] = field(default_factory=set)
    began: float = 0.0
    is_done: bool = False

    def take(self) -> timedelta:
        """Look at all of it, or as much as there is time for; answer when to go on."""
        self.began = self.services.monotonic()
        self.is_done = (
            self._look_after_subscriptions()
            and self._compare_orders()
            and self._compare_parcels()
            and self._compare_checkouts()
            and self._compare_consents()
        )
        return RHYTHM if self.is_done else timedelta()

    def _is_over(self) -> bool:
        return self.services.monotonic() - self.began > _TURN.total_seconds()

    @property
    def _settled(self) -> datetime:
        """What changed before that should have been told of by now."""
        return self.now - _GRACE

    def _look_after_subscriptions(self) -> bool:
        """Mend them. An app that Shopify itself has installed has its own, beside which
        those of an earlier connection would deliver everything twice."""
        if self.due.subscriptions_due_at > self.now:
            return True
        shop_id, mended = self.due.shop_id, 0
        if self.due.token_kind is TokenKind.EXPIRING:
            mended = self.tokens.asking(shop_id, self.store.unsubscribe)
        else:
            report: Subscriptions | None
            report = self.tokens.asking(shop_id, self.store.subscribe)
            mended = 0 if report is None else len(report.created) + report.ended
        with self.services.transactions.for_shop(shop_id) as tx:
            next_at = self.now + _SUBSCRIPTIONS_EVERY
            comparisons.go_on(tx, shop_id, subscriptions_due_at=next_at)
        self._count({SUBSCRIPTIONS: mended} if mended else {})
        return True

    def _compare_orders(self) -> bool:
        since, after = self.due.orders_until - _OVERLAP, None
        while True:
            ask = partial(self.store.orders_changed, since=since, after=after)
            page, after = self.tokens.asking(self.due.shop_id, ask)
            settled = [each for each in page if each.updated_at <= self._settled]
            for each in settled:
                self._compare_order(each.order_id)
            is_last = after is None or len(settled) < len(page)
            until = self._settled if is_last else page[-1].updated_at
            self._go_on(orders_until=until)
            if is_last:
                return True
            if self._is_over():
                return False

    def _compare_parcels(self) -> bool:
        """A carrier's scan changes the parcel and not its order, so the parcels that
        are still on their way are looked at, too."""
        before = self.due.parcels_before
        while True:
            with self.services.transactions.for_shop(self.due.shop_id) as tx:
                known = comparisons.parcels_before(
                    tx, self.due.shop_id, before, limit=_PARCELS_ON_A_PAGE
                )
            young = [each for each in known if self._is_young(each)]
            for order_id in self._orders_with_news(young):
                self._compare_order(order_id)
            # Later parcels have higher ids, so behind a page of old ones all are old.
            is_last = len(known) < _PARCELS_ON_A_PAGE or not young
            before = BEYOND_ALL if is_last else known[-1].fulfillment_id
            self._go_on(parcels_before=before)
            if is_last:
                return True
            if self._is_over():
                return False

    def _is_young(self, parcel: KnownParcel) -> bool:
        known_at = parcel.placed_at or parcel.told_at
        return known_at is None or known_at > self.now - _OLDEST_PARCEL

    def _orders_with_news(self, parcels: Sequence[KnownParcel]) -> list[OrderId]:
        known = {each.fulfillment_id: each for each in parcels if each.is_open}
        if not known:
            return []
        ask = partial(self.store.parcels_at_a_glance, parcels=list(known))
        glances = self.tokens.asking(self.due.shop_id, ask)
        changed = [
            known[each.fulfillment_id].order_id
            for each in glances
            if each.fulfillment_id in known
            and self._may_have_news(each, known[each.fulfillment_id])
        ]
        return list(dict.fromkeys(changed))

    def _may_have_news(self, glance: ParcelGlance, known: KnownParcel) -> bool:
        if glance.updated_at > self._settled:
            return False
        if known.told_at is None or glance.updated_at > known.told_at:
            return True
        return glance.scanned_at is not None and (
            known.scanned_at is None or glance.scanned_at > known.scanned_at
        )

    def _compare_checkouts(self) -> bool:
        since, after = self.due.checkouts_until - _OVERLAP, None
        while True:
            ask = partial(self.store.checkouts_changed, since=since, after=after)
            page, after = self.tokens.asking(self.due.shop_id, ask)
            self._compare_page_of_checkouts(page)
            if after is None:
                self._go_on(checkouts_until=self._settled)
                return True
            if self._is_over():
                return False

    def _compare_page_of_checkouts(self, page: Sequence[Retold]) -> None:
        """What a webhook told of one is more than can be asked for, so it is told anew
        only where nothing as new is known."""
        shop_id = self.due.shop_id
        names = Names({}, self.services.book.pepper())
        keys = {names.checkout(shop_id, each.subject) or b"": each for each in page}
        with self.services.transactions.for_shop(shop_id) as tx:
            known = comparisons.checkouts_known(tx, shop_id, keys)
        self._keep(
            _News(each, each.topic, self._told_by(each))
            for key, each in keys.items()
            if each.happened_at <= self._settled
            and (key not in known or known[key] < each.happened_at)
        )

    def _compare_consents(self) -> bool:
        since, after = self.due.consents_until - _OVERLAP, None
        while True:
            ask = partial(self.store.consents_changed, since=since, after=after)
            page, after = self.tokens.asking(self.due.shop_id, ask)
            settled = [each for each in page if each.updated_at <= self._settled]
            said = [each.consent for each in settled if each.consent is not None]
            self._keep(
                _News(each, each.topic, self._told_by(each))
                for each in unheard(
                    said, shop_id=self.due.shop_id, services=self.services
                )
            )
            is_last = after is None or len(settled) < len(page)
            until = self._settled if is_last else page[-1].updated_at
            self._go_on(consents_until=until)
            if is_last:
                return True
            if self._is_over():
                return False

    def _told_by(self, said: Retold) -> ToldBy:
        is_past = said.happened_at < self.due.began_at
        return ToldBy.BACKFILL if is_past else ToldBy.COMPARISON

    def _compare_order(self, order_id: OrderId) -> None:
        if order_id in self.asked:
            return
        self.asked.add(order_id)
        try:
            self._ask_of_order(order_id)
        except (OutsideError, NotPossible, DatabaseAway):
            raise  # so would it be with every other
        except Exception:
            # Each turn would end at this order, and all others wait for it.
            log.exception(
                "order_not_compared shop=%s order=%s", self.due.shop_id, order_id
            )
            self.services.counters.add("orders_not_compared", {})

    def _ask_of_order(self, order_id: OrderId) -> None:
        ask = partial(self.store.order_told, order_id=order_id)
        said = self.tokens.asking(self.due.shop_id, ask)
        shop_id, sealer = self.due.shop_id, self.services.sealer
        with self.services.transactions.for_shop(shop_id) as tx:
            gone = f"order {order_id}"
            forgotten_at = forgetting.forgotten_among(tx, shop_id, [gone]).get(gone)
            tellings = history.of_order(tx, shop_id, order_id, sealer=sealer)
        if forgotten_at is not None:
            said = [each for each in said if each.happened_at > forgotten_at]
        told = [telling.event for telling in tellings]
        self._keep(self._news(said, told))

    def _news(self, said: Iterable[Retold], told: Sequence[Event]) -> Iterable["_News"]:
        for each in said:
            for event in self.services.read_webhook(
                Source.SHOPIFY, each.topic, each.body, each.happened_at
            ):
                if missed.is_news(event, told):
                    yield _News.of(each, event, told, self.due.began_at)
                    break

    def _keep(self, news: Iterable["_News"]) -> None:
        """Write them down among the webhooks, and count what is not of the past."""
        domain, now = self.due.domain, self.services.clock()
        arrivals = [each.arrival(domain, now) for each in news]
        if not arrivals:
            return
        with self.services.transactions.across(Crossing.READING) as tx:
            kept = inbox.keep(tx, arrivals, sealer=self.services.sealer)
            lanes = {(Work.READ, each.lane) for each in kept}
            tx.after_commit(partial(self.services.hints.look_at_all, lanes))
        self._count(
            Counter(each.topic for each in kept if each.told_by is ToldBy.COMPARISON)
        )

    def _count(self, found: Counter[str] | dict[str, int]) -> None:
        if not found:
            return
        log.warning("comparison_found shop=%s what=%s", self.due.shop_id, dict(found))
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            comparisons.count_found(tx, self.due.shop_id, found, now=self.now)
        for what, count in found.items():
            self.services.counters.add("comparison_found", {"what": what}, count)

    def _go_on(
        self,
        *,
        orders_until: datetime | None = None,
        parcels_before: int | None = None,
        checkouts_until: datetime | None = None,
        consents_until: datetime | None = None,
    ) -> None:
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            comparisons.go_on(
                tx,
                self.due.shop_id,
                orders_until=orders_until,
                parcels_before=parcels_before,
                checkouts_until=checkouts_until,
                consents_until=consents_until,
            )


@dataclass(frozen=True, slots=True)
class _News:
    """What is not known yet, under the topic that would have told it."""

    said: Retold
    topic: str
    told_by: ToldBy

    @classmethod
    def of(
        cls, said: Retold, event: Event, told: Sequence[Event], began_at: datetime
    ) -> "_News":
        """What was before the store was connected is its past, and nobody's loss."""
        happened_at = event.happened_at
        if isinstance(event, OrderSeen):
            is_known = any(isinstance(each, OrderSeen) for each in told)
            happened_at = event.happened_at if is_known else event.placed_at
        is_past = happened_at < began_at
        told_by = ToldBy.BACKFILL if is_past else ToldBy.COMPARISON
        return cls(said, _topic_of(event, told, said.topic), told_by)

    def arrival(self, domain: str, now: datetime) -> Arrival:
        return Arrival(
            source=Source.SHOPIFY,
            dedupe_id=self._name,
            topic=self.topic,
            shop_domain=domain,
            lane=lane_of(domain, self.said.subject),
            body=self.said.body,
            happened_at=self.said.happened_at,
            arrived_at=now,
            told_by=self.told_by,
        )

    @property
    def _name(self) -> str:
        """What says the same has the same name, and is there once."""
        said = f"{self.topic}\n{self.said.happened_at.isoformat()}\n".encode()
        return f"compared-{hashlib.sha256(said + self.said.body).hexdigest()[:40]}"


def _topic_of(event: Event, told: Sequence[Event], otherwise: str) -> str:
    if not isinstance(event, OrderSeen):
        return otherwise
    if missed.was_cancelled_meanwhile(event, told):
        return "orders/cancelled"
    if missed.was_paid_meanwhile(event, told):
        return "orders/paid"
    is_known = any(isinstance(each, OrderSeen) for each in told)
    return "orders/updated" if is_known else "orders/create"
