"""Parcels that a tracking service follows: what its webhooks mean, and what it is to
follow.

A service knows numbers. Whose parcels they are is known here, and which of its scans
have been told before: it tells the whole journey each time. Only shops that have a
service cost anything of this.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from core.events import (
    Event,
    NumberLeft,
    NumberMoved,
    OrderDeleted,
    ParcelMoved,
    ParcelSeen,
)
from core.tracking import written_plainly
from core.values import FulfillmentId, OrderId, ScanId, ShopId, tracking_key_of
from notifications import parcel_news
from notifications.ports import Services
from storage import followed, orders
from storage.followed import KnownNumber, Number, NumberBook, Wanted
from storage.orders import NewestScan
from storage.session import Transaction
from storage.shops import KnownShop

log = logging.getLogger(__name__)

SHORTEST_NUMBER = 5
"""What is shorter is a warehouse's own note, and no carrier's number."""

_ONE_SCAN_WITHIN = timedelta(hours=6)
_LEAVE_AFTER = timedelta(days=1)

Parcel = tuple[ShopId, FulfillmentId]


@dataclass(frozen=True, slots=True)
class Told:
    """What a webhook told of a shop. ``is_known`` is whether it is about something that
    we know: a service may follow numbers for others, too."""

    shop: KnownShop | None
    events: Sequence[Event]
    is_known: bool = True


def book_of(services: Services) -> NumberBook:
    return NumberBook(services.sealer, services.book.pepper)


def resolved(
    told: Sequence[Told], *, tx: Transaction, now: datetime, services: Services
) -> list[Told]:
    """The same, with the scans of numbers turned into those of their parcels.

    A scan that was told before is left out, and one that says what a parcel's newest
    scan says already: the store and the service both tell of most.
    """
    numbers = {
        (one.shop.id, event.number)
        for one in told
        if one.shop is not None
        for event in one.events
        if isinstance(event, NumberMoved | NumberLeft)
    }
    if not numbers and not any(_is_scanned(one) for one in told):
        return list(told)
    book = book_of(services)
    known = followed.find(tx, numbers, book=book)
    left: set[Number] = set()
    new: defaultdict[Number, set[ScanId]] = defaultdict(set)
    turned = [_turned(one, known, new, left) for one in told]
    followed.note_scans(tx, new, book=book)
    followed.note_left(tx, left, book=book, now=now)
    return _without_repeats(turned, tx, services)


def _is_scanned(one: Told) -> bool:
    """Whether the store tells of a scan that a service may have told of."""
    return (
        one.shop is not None
        and one.shop.follows
        and any(isinstance(event, ParcelMoved) for event in one.events)
    )


def _turned(
    one: Told,
    known: Mapping[Number, KnownNumber],
    new: dict[Number, set[ScanId]],
    left: set[Number],
) -> Told:
    """With events of parcels for those of numbers."""
    events: list[Event] = []
    is_known = True
    for event in one.events:
        if not isinstance(event, NumberMoved | NumberLeft):
            events.append(event)
            continue
        number = None if one.shop is None else (one.shop.id, event.number)
        found = known.get(number) if number is not None else None
        if number is None or found is None:
            is_known = False
        elif isinstance(event, NumberLeft):
            left.add(number)
        elif event.scan_id not in found.scans | new[number]:
            new[number].add(event.scan_id)
            events += _scans_of_parcels(event, found)
    return Told(one.shop, events, is_known)


def _scans_of_parcels(scan: NumberMoved, found: KnownNumber) -> Iterable[ParcelMoved]:
    """One box may hold several parcels of a store, for one buyer or for many."""
    for fulfillment_id, order_id in found.parcels:
        yield ParcelMoved(
            happened_at=scan.happened_at,
            fulfillment_id=fulfillment_id,
            order_id=order_id,
            milestone=scan.milestone,
            city=scan.city,
            country=scan.country,
            scan_id=scan.scan_id,
            expected_at=scan.expected_at,
            region=scan.region,
            note=scan.note,
        )


def _without_repeats(
    told: Sequence[Told], tx: Transaction, services: Services
) -> list[Told]:
    parcels = {
        (one.shop.id, event.fulfillment_id)
        for one in told
        if one.shop is not None and one.shop.follows
        for event in one.events
        if isinstance(event, ParcelMoved)
    }
    newest = orders.newest_scans(tx, parcels, sealer=services.sealer)
    kept = []
    for one in told:
        shop = one.shop
        if shop is None or not shop.follows:
            kept.append(one)
            continue
        events = [e for e in one.events if not _is_repeated(shop.id, e, newest)]
        kept.append(Told(shop, events, one.is_known))
    return kept


def _is_repeated(
    shop_id: ShopId, event: Event, newest: dict[Parcel, NewestScan]
) -> bool:
    """Whether it tells no more than the newest scan of its parcel; if it does, it is
    the newest for those that come after it."""
    if not isinstance(event, ParcelMoved):
        return False
    parcel = shop_id, event.fulfillment_id
    before = newest.get(parcel)
    if before is not None and is_same_scan(event, before):
        return True
    if before is None or before.at <= event.happened_at:
        newest[parcel] = _as_newest(event)
    return False


def _as_newest(event: ParcelMoved) -> NewestScan:
    expected_at = event.expected_at
    said = {
        "milestone": event.milestone.value,
        "city": event.city,
        "country": event.country,
        "expected": expected_at.isoformat() if expected_at else None,
    }
    return NewestScan(
        at=event.happened_at,
        id=event.scan_id or ScanId(0),
        said={name: value for name, value in said.items() if value},
    )


def is_same_scan(event: ParcelMoved, before: NewestScan) -> bool:
    """Whether somebody else tells of a scan what was told of it before.

    The same milestone, in the same town or in none that is told, within hours: their
    clocks differ, and some round. One with a day of arrival that was not known says
    more. The very scan, told anew, is for whoever keeps it to know.
    """
    if event.scan_id is not None and event.scan_id == before.id:
        return False
    if event.milestone.value != before.said.get("milestone"):
        return False
    if abs(event.happened_at - before.at) > _ONE_SCAN_WITHIN:
        return False
    if event.expected_at is not None and "expected" not in before.said:
        return False
    place = parcel_news.place_key(event.city, event.country)
    return place is None or place == parcel_news.place_of(before.said)


def follow(
    told: Sequence[Told], *, tx: Transaction, now: datetime, services: Services
) -> None:
    """Have the numbers followed that parcels have come to have, and those left whose
    parcels have come, were cancelled or were forgotten. The parcels themselves are kept
    before."""
    wanted: list[Wanted] = []
    touched: set[tuple[ShopId, OrderId]] = set()
    for one in told:
        shop = one.shop
        if shop is None or not shop.follows:
            continue
        for event in one.events:
            if isinstance(event, ParcelSeen):
                wanted += wanted_of(shop.id, event)
            if _may_end(event):
                touched.add((shop.id, event.order_id))
    followed.want(tx, wanted, book=book_of(services), now=now)
    followed.let_go(tx, touched, now=now, later=now + _LEAVE_AFTER)


def _may_end(event: Event) -> TypeGuard[ParcelSeen | ParcelMoved | OrderDeleted]:
    """Whether a number may have to be left that was followed until now."""
    if isinstance(event, ParcelMoved):
        return event.milestone in followed.FINISHED
    return isinstance(event, ParcelSeen | OrderDeleted)


def wanted_of(shop_id: ShopId, parcel: ParcelSeen) -> list[Wanted]:
    """What is to be followed of a parcel, where it still is as this says."""
    return numbers_to_follow(
        shop_id,
        parcel.tracking_numbers,
        company=parcel.carrier,
        fulfillment_id=parcel.fulfillment_id,
        order_id=parcel.order_id,
    )


def numbers_to_follow(
    shop_id: ShopId,
    numbers: Sequence[str],
    *,
    company: str | None,
    fulfillment_id: FulfillmentId,
    order_id: int,
) -> list[Wanted]:
    tracking_key = tracking_key_of(numbers)
    plain = dict.fromkeys(written_plainly(number) for number in numbers)
    return [
        Wanted(
            shop_id=shop_id,
            number=number,
            company=company,
            fulfillment_id=fulfillment_id,
            order_id=OrderId(order_id),
            tracking_key=tracking_key,
        )
        for number in plain
        if len(number) >= SHORTEST_NUMBER
    ]
