"""The past of an order: what was told of it and when, and what was known at any time.

It is rebuilt out of its history by what merges the present, so that a rule which is
tried on the past sees what it would have seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from core.events import Event, OrderGlimpsed, OrderSeen
from core.values import OrderId, ShopId
from notifications import facts_told
from notifications.facts_told.parcels import mended
from notifications.facts_told.parts import Names
from notifications.happenings import ParcelNames, named_in
from notifications.ports import Services
from storage import history, people
from storage.after_sale import (
    FULFILLMENT_ORDERS,
    PAYMENTS,
    REFUNDS,
    RETURNS,
    FulfillmentOrderFacts,
    PaymentFacts,
    RefundFacts,
    ReturnFacts,
)
from storage.history import OfOrder, Telling, thing_of
from storage.merging import F, Facts, Kept
from storage.orders import ORDERS, PARCELS, OrderFacts, ParcelFacts
from storage.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an order, and of all that belongs to it, by their ids.

    ``waiting`` are the parts of it that wait to be sent or to be fetched.
    """

    order: OrderFacts | None
    parcels: Sequence[ParcelFacts] = ()
    payments: Sequence[PaymentFacts] = ()
    refunds: Sequence[RefundFacts] = ()
    returns: Sequence[ReturnFacts] = ()
    waiting: Sequence[FulfillmentOrderFacts] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was told. It is late where something newer about the same thing
    was known already."""

    told: Telling
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """``tellings`` are all there ever were, in the order in which they happened.

    ``names`` are those of today: who has been forgotten since is not in the past.
    """

    order_id: OrderId
    tellings: Sequence[Telling]
    names: Names

    def known_at(self, moment: datetime) -> Known:
        """What was known here at a moment, whenever it had happened."""
        return self._known(lambda told: told.read_at <= moment)

    def true_at(self, moment: datetime) -> Known:
        """What had happened by a moment, whenever it was told."""
        return self._known(lambda told: told.event.happened_at <= moment)

    def timeline(self) -> list[Entry]:
        return timeline(self.tellings)

    def parcel_names(self) -> ParcelNames:
        """Those of all parcels that were ever told of."""
        return named_in(told.event for told in self.tellings)

    def _known(self, counts: Callable[[Telling], bool]) -> Known:
        told = [each for each in self.tellings if counts(each)]
        facts = facts_told.facts_of_all(mended(told), self.names)

        def merged(kept: Kept[F]) -> list[F]:
            """Of the one order: not all that is told of a thing says whose it is."""
            every = kept.merged(facts[kept.facts])
            return [each for each in every if _order_of(each) == self.order_id]

        return _known(merged)


def _order_of(facts: Facts) -> OrderId | None:
    found: OrderId | None = getattr(facts, "order_id", None)
    return found


class _Find(Protocol):
    def __call__(self, kept: Kept[F], /) -> list[F]: ...


def _known(find: _Find) -> Known:
    return Known(
        order=next(iter(find(ORDERS)), None),
        parcels=find(PARCELS),
        payments=find(PAYMENTS),
        refunds=find(REFUNDS),
        returns=find(RETURNS),
        waiting=find(FULFILLMENT_ORDERS),
    )


def past_of(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, services: Services
) -> Past:
    """The past of an order; an empty one where nothing was told of it."""
    book = services.book
    tellings = history.of_order(tx, shop_id, order_id, sealer=services.sealer)
    everybody = facts_told.people_in(tellings)
    contacts = people.contacts_found(tx, everybody, book=book)
    names = Names(contacts, book.pepper())
    return Past(order_id=order_id, tellings=tellings, names=names)


def known_now(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, services: Services
) -> Known:
    """What is known of an order now, from where it is kept."""

    def kept_of_order(kept: Kept[F]) -> list[F]:
        return kept.of_order(tx, shop_id, order_id, sealer=services.sealer)

    return _known(kept_of_order)


def timeline(tellings: Iterable[Telling]) -> list[Entry]:
    """In the order in which it happened, whatever was told first."""
    entries: list[Entry] = []
    newer_since: dict[tuple[str, int], datetime] = {}
    backwards = sorted(tellings, key=_happened_at, reverse=True)
    for _, of_one_moment in groupby(backwards, key=_happened_at):
        together = [(told, _thing_of(told.event)) for told in of_one_moment]
        for told, thing in together:
            since = newer_since.get(thing)
            entries.append(Entry(told, since is not None and since < told.read_at))
        for told, thing in together:
            since = newer_since.get(thing, told.read_at)
            newer_since[thing] = min(since, told.read_at)
    return entries[::-1]


def _happened_at(told: Telling) -> datetime:
    return told.event.happened_at


def _thing_of(event: Event) -> tuple[str, int]:
    """Two kinds tell of one thing only where they are the same, whole or in part: a
    fulfillment is always changed after the scan that it repeats."""
    assert isinstance(event, OfOrder)
    is_of_order = isinstance(event, OrderSeen | OrderGlimpsed)
    return "order" if is_of_order else type(event).__name__, thing_of(event)
