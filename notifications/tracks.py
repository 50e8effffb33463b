"""The way of a parcel as a line of stops: those that it has passed, by the time at
which it did, and those that are still to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.events import ParcelMoved, ParcelSeen
from core.values import FulfillmentId, Milestone
from core.words import N_, Words
from notifications import places, terms
from notifications.facts_told.parcels import mended
from storage.history import Telling

_MADE = N_("parcel made")
_ENDS = frozenset({Milestone.DELIVERED, Milestone.PICKED_UP})
_WAY = (Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """``at`` is when the parcel was first there, None where it is still to come.
    ``milestone`` is None for the moment at which the store made it."""

    milestone: Milestone | None
    called: str
    place: str | None = field(default=None, repr=False)
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """``name`` is the store's own for the parcel. What is cancelled comes nowhere."""

    fulfillment_id: FulfillmentId
    name: str
    carrier: str | None
    numbers: Sequence[str] = field(repr=False)
    is_cancelled: bool
    stops: Sequence[Stop]

    @property
    def to_come(self) -> Sequence[Milestone]:
        return [stop.milestone for stop in self.stops if not stop.at and stop.milestone]


def tracks_of(tellings: Sequence[Telling], words: Words) -> list[Track]:
    """One for each parcel that an order's tellings know, the first one first."""
    events = [told.event for told in mended(tellings)]
    seen = [event for event in events if isinstance(event, ParcelSeen)]
    scans = [event for event in events if isinstance(event, ParcelMoved)]
    return [
        _track(
            id_,
            [event for event in seen if event.fulfillment_id == id_],
            [event for event in scans if event.fulfillment_id == id_],
            words,
        )
        for id_ in dict.fromkeys(
            [*(each.fulfillment_id for each in seen)]
            + [each.fulfillment_id for each in scans]
        )
    ]


def _track(
    id_: FulfillmentId,
    seen: Sequence[ParcelSeen],
    scans: Sequence[ParcelMoved],
    words: Words,
) -> Track:
    newest = max(seen, key=lambda event: event.happened_at, default=None)
    is_cancelled = newest is not None and newest.is_cancelled
    passed = _passed(seen, scans, words)
    return Track(
        fulfillment_id=id_,
        name=newest.name if newest else str(id_),
        carrier=newest.carrier if newest else None,
        numbers=newest.tracking_numbers if newest else (),
        is_cancelled=is_cancelled,
        stops=[*passed, *(() if is_cancelled else _to_come(passed, words))],
    )


def _passed(
    seen: Sequence[ParcelSeen], scans: Sequence[ParcelMoved], words: Words
) -> list[Stop]:
    stops = [_stop(scan, words) for scan in scans]
    scanned = {scan.milestone for scan in scans}
    # A fulfillment says again what its scans say; of some carriers it says it alone.
    for event in seen:
        if event.milestone is not None and event.milestone not in scanned:
            scanned.add(event.milestone)
            called = terms.name_of(event.milestone, terms.MILESTONES, words)
            at = event.happened_at
            stops.append(Stop(milestone=event.milestone, called=called, at=at))
    if seen and Milestone.LABELLED not in scanned:
        at = min(event.created_at for event in seen)
        stops.append(Stop(milestone=None, called=words.gettext(_MADE), at=at))
    return _each_once(sorted(stops, key=_at))


def _at(stop: Stop) -> datetime:
    assert stop.at is not None  # it was passed
    return stop.at


def _stop(scan: ParcelMoved, words: Words) -> Stop:
    return Stop(
        milestone=scan.milestone,
        called=terms.name_of(scan.milestone, terms.MILESTONES, words),
        place=places.said(scan.city, scan.country, words.language),
        at=scan.happened_at,
    )


def _each_once(stops: Iterable[Stop]) -> list[Stop]:
    """Several scans at one place, one after the other, are one stop."""
    found: list[Stop] = []
    for stop in stops:
        last = found[-1] if found else None
        if last and (last.milestone, last.place) == (stop.milestone, stop.place):
            continue
        found.append(stop)
    return found


def _to_come(passed: Sequence[Stop], words: Words) -> list[Stop]:
    been = {stop.milestone for stop in passed}
    if been & _ENDS or Milestone.READY_FOR_PICKUP in been:
        return []
    furthest = max((_WAY.index(each) for each in been if each in _WAY), default=-1)
    return [
        Stop(milestone=each, called=terms.name_of(each, terms.MILESTONES, words))
        for each in _WAY[furthest + 1 :]
    ]
