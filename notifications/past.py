"""The past of an order: what was told of it and when, and what was known at any time.

It is rebuilt out of its history by what merges the present, so that a rule which is
tried on the past sees what it would have seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from core.events import Event, OrderGlimpsed, OrderSeen
from core.values import ContactId, OrderId, ShopId
from notifications import facts_told
from notifications.ports import Services
from storage import history, orders, people
from storage.history import OfOrder, Telling, thing_of
from storage.orders import OrderFacts, ParcelFacts
from storage.people import Person
from storage.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an order; its parcels by their ids."""

    order: OrderFacts | None
    parcels: Sequence[ParcelFacts]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was told. It is late where something newer about the same thing
    was known already."""

    told: Telling
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """``tellings`` are all there ever were, in the order in which they happened.

    ``contacts`` are those of today: who has been forgotten since is not in the past.
    """

    tellings: Sequence[Telling]
    contacts: Mapping[Person, ContactId]
    pepper: bytes

    def known_at(self, moment: datetime) -> Known:
        """What was known here at a moment, whenever it had happened."""
        return self._known(lambda told: told.read_at <= moment)

    def true_at(self, moment: datetime) -> Known:
        """What had happened by a moment, whenever it was told."""
        return self._known(lambda told: told.event.happened_at <= moment)

    def timeline(self) -> list[Entry]:
        return timeline(self.tellings)

    def _known(self, counts: Callable[[Telling], bool]) -> Known:
        told = [each for each in self.tellings if counts(each)]
        facts = facts_told.facts_of_all(
            facts_told.mended(told), self.contacts, self.pepper
        )
        return Known(
            order=next(iter(orders.ORDERS.merged(facts[OrderFacts])), None),
            parcels=orders.PARCELS.merged(facts[ParcelFacts]),
        )


def past_of(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, services: Services
) -> Past:
    """The past of an order; an empty one where nothing was told of it."""
    tellings = history.of_order(tx, shop_id, order_id, sealer=services.sealer)
    return Past(
        tellings=tellings,
        contacts=people.contacts_found(
            tx, facts_told.people_in(tellings), book=services.book
        ),
        pepper=services.book.pepper(),
    )


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
