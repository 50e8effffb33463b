"""What is known of a store by now: all that it was told, looked through anew each time.

The newest word counts, by the time at which it was true and not by that of its coming.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.values import Milestone
from tests.flows.month.told import (
    OrderPartTold,
    OrderTold,
    ParcelTold,
    ScanTakenBack,
    ScanTold,
    Told,
    WordTold,
    carried,
)

RANK = {milestone: rank for rank, milestone in enumerate(Milestone)}


@dataclass(slots=True)
class Known:
    _orders: defaultdict[int, list[OrderTold]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _parts: defaultdict[int, list[OrderPartTold]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _parcels: defaultdict[int, list[ParcelTold]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _parcels_of: defaultdict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )
    _scans: defaultdict[int, dict[int, ScanTold]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _taken_back: defaultdict[int, dict[int, ScanTakenBack]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _words: defaultdict[str, dict[datetime, bool]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def remember(self, told: Told) -> None:
        match told:
            case OrderTold():
                self._orders[told.order].append(told)
            case OrderPartTold():
                self._parts[told.order].append(told)
            case ParcelTold():
                self._parcels[told.parcel].append(told)
                self._parcels_of[told.order].add(told.parcel)
            case ScanTold():
                self._scans[told.parcel][told.scan] = told
            case ScanTakenBack():
                self._taken_back[told.parcel][told.scan] = told
            case WordTold():
                self._words[told.phone][told.at] = told.is_yes

    # Orders and people

    def order(self, order: int | None) -> OrderTold | None:
        """As it stands; one of which only parts were told is not known."""
        if order is None:
            return None
        whole = max(self._orders[order], key=lambda told: told.at, default=None)
        if whole is None:
            return None
        for part in sorted(self._parts[order], key=lambda told: told.at):
            if part.at >= whole.at:
                whole = replace(
                    whole,
                    at=part.at,
                    payment=part.payment,
                    cancelled_at=part.cancelled_at,
                    current_total=part.current_total,
                )
        return whole

    def last_order_of(self, phone: str | None) -> OrderTold | None:
        known = (self.order(order) for order in tuple(self._orders))
        own = [each for each in known if each is not None and each.phone == phone]
        return max(own, key=lambda told: told.placed_at, default=None)

    def said(self, phone: str | None) -> tuple[datetime, bool] | None:
        """A person's last word, apart from what they ticked on an order."""
        words = self._words[phone] if phone else {}
        return max(words.items(), default=None)

    def has_agreed(self, phone: str | None) -> bool:
        said = self.said(phone)
        return said is not None and said[1]

    # Parcels

    def parcel(self, parcel: int) -> ParcelTold | None:
        return max(self._parcels[parcel], key=lambda told: told.at, default=None)

    def scans(self, parcel: int) -> list[ScanTold]:
        """The oldest first, without those that were taken back."""
        scans = [
            each
            for each in self._scans[parcel].values()
            if each.scan not in self._taken_back[parcel]
        ]
        return sorted(scans, key=lambda each: (each.at, each.scan))

    def where(self, parcel: int) -> tuple[datetime, Milestone] | None:
        """By the newest word, be it a scan or of the parcel itself."""
        seen = [(scan.at, scan.where) for scan in self.scans(parcel)]
        seen += [
            (told.at, told.where)
            for told in self._parcels[parcel]
            if told.where is not None and not self._is_void(told)
        ]
        return max(seen, key=lambda one: (one[0], RANK[one[1]]), default=None)

    def _is_void(self, told: ParcelTold) -> bool:
        """A parcel repeats what a scan says. If that scan was a mistake, and no other
        says so, then what the parcel said until then goes with it."""
        if any(scan.where is told.where for scan in self.scans(told.parcel)):
            return False
        return any(
            mistake.where is told.where and told.at <= mistake.at
            for mistake in self._taken_back[told.parcel].values()
        )

    def part(self, parcel: int, order: int | None) -> tuple[int, int, bool] | None:
        """How many things are in a parcel, of how many, and whether more will follow;
        None for a parcel that holds all, or of which nobody knows."""
        told, whole = self.parcel(parcel), self.order(order)
        if order is None or told is None or whole is None or told.lines is None:
            return None
        here, ordered = carried(told.lines), carried(whole.lines)
        every = [self.parcel(each) for each in self._parcels_of[order]]
        sent = sum(
            carried(each.lines or {})
            for each in every
            if each is not None and not each.is_cancelled
        )
        most = max(ordered, sent)
        return (here, most, sent < ordered) if here < most else None

    def is_on_its_way(self, order: int) -> bool:
        parcels = [self.parcel(each) for each in self._parcels_of[order]]
        return any(each is not None and not each.is_cancelled for each in parcels)

    def last_word(self, parcel: int) -> tuple[datetime, Milestone] | None:
        """Of the carrier, whose word has the time at which it was so."""
        scans = self.scans(parcel)
        if scans:
            return scans[-1].at, scans[-1].where
        return self.where(parcel)

    def was_under_way(self, parcel: int) -> bool:
        """Whether anything was told of it but that it was delivered."""
        told = [*self._parcels[parcel], *self.scans(parcel)]
        return any(each.where is not Milestone.DELIVERED for each in told)
