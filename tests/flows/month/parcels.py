"""A parcel, its numbers, and all that its carrier tells."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from core.values import Milestone
from tests.flows.month import bodies, kinds
from tests.flows.month.kinds import D, H, M, S
from tests.flows.month.people import Shopper
from tests.flows.month.told import OrderTold, ParcelTold, ScanTakenBack, ScanTold

if TYPE_CHECKING:
    from tests.flows.month.store import Author

_Change = Callable[[datetime], None]


def write_parcel(
    author: "Author",
    order: OrderTold,
    shopper: Shopper,
    *,
    numbers: str,
    journey: str,
    place: int,
    lines: Mapping[int, int] | None,
    made_at: datetime,
) -> tuple[ParcelTold, datetime]:
    """Answers the parcel as it was made, and when it was last heard of."""
    parcel = _Parcel(author, order, shopper, place=place, lines=lines, made_at=made_at)
    parcel.write(numbers, journey)
    return parcel.made, parcel.now.at


class _Parcel:
    def __init__(
        self,
        author: "Author",
        order: OrderTold,
        shopper: Shopper,
        *,
        place: int,
        lines: Mapping[int, int] | None,
        made_at: datetime,
    ) -> None:
        self._author = author
        self._chance = author.chance
        self._shopper = shopper
        self._carrier, self._form = self._chance.choice(kinds.CARRIERS)
        self._scans: list[ScanTold] = []
        self._scan_count = 0
        self._number_count = 0
        self._town = self._chance.randrange(len(kinds.TOWNS))
        self.now = ParcelTold(
            at=made_at,
            parcel=order.order + 100 * place,
            order=order.order,
            name=f"{order.name}.{place}",
            made_at=made_at,
            is_cancelled=False,
            where=None,
            numbers=(),
            carrier=None,
            page=None,
            phone=order.phone,
            lines=lines,
        )
        self.made = self.now

    def write(self, numbers: str, journey: str) -> None:
        if numbers not in ("late", "very late", "never"):
            self._number(2 if numbers == "two" else 1)
        if journey == "labelled first" and self._chance.random() < 0.5:
            self.now = replace(self.now, where=Milestone.LABELLED)
        if journey == "first seen delivered":
            self._change(self.now.at + D, where=Milestone.DELIVERED)
            return
        self.made = self.now
        self._tell("fulfillments/create")
        plan = [*self._plan_of_numbers(numbers), *self._plan_of_journey(journey)]
        for at, change in sorted(plan, key=lambda each: each[0]):
            change(at)

    # Numbers

    def _number(self, count: int = 1, *, keep: bool = False) -> None:
        before = self.now.numbers if keep else ()
        new = []
        for _ in range(count):
            self._number_count += 1
            new.append(self._form.format(self.now.parcel * 10 + self._number_count))
        page = None
        if self._chance.random() < 0.2:
            page = f"https://track.example/{(*before, *new)[0]}"
        self.now = replace(
            self.now, numbers=(*before, *new), carrier=self._carrier, page=page
        )

    def _plan_of_numbers(self, kind: str) -> list[tuple[datetime, _Change]]:
        if kind not in kinds.NUMBERED_AFTER:
            return []

        def change(at: datetime) -> None:
            self._number(keep=kind == "one more")
            self._change(at)

        after = self._author.after(*kinds.NUMBERED_AFTER[kind])
        return [(self.now.made_at + after, change)]

    # The journey

    def _plan_of_journey(self, kind: str) -> list[tuple[datetime, _Change]]:
        found = []
        at = self.now.made_at
        for word, least, most in kinds.JOURNEY_STEPS.get(kind, ()):
            at += self._author.after(least, most)
            found.append((at, self._step(word)))
        return found

    def _step(self, word: str) -> _Change:
        match word:
            case "town":
                return self._comes_to_a_town
            case "taken back":
                return self._take_back
            case "cancelled":
                return lambda at: self._change(at, is_cancelled=True)
            case "arrives":
                return lambda at: self._change(at, where=Milestone.DELIVERED)
        return lambda at: self._scan(at, Milestone(word))

    def _comes_to_a_town(self, at: datetime) -> None:
        self._town = (self._town + 1) % len(kinds.TOWNS)
        name, country, written = kinds.TOWNS[self._town]
        self._scan(
            at,
            Milestone.IN_TRANSIT,
            town=name,
            country=country,
            written=self._chance.choice(written),
        )

    def _scan(
        self,
        at: datetime,
        milestone: Milestone,
        *,
        town: str | None = None,
        country: str | None = None,
        written: str | None = None,
    ) -> None:
        """It often happened some time before the carrier told it."""
        self._scan_count += 1
        lag = timedelta()
        if self._chance.random() < 0.5:
            lag = self._author.after(timedelta(), 20 * M)
        expected_at = None
        if milestone is Milestone.DELAYED and self._chance.random() < 0.7:
            expected_at = at + self._author.after(-12 * H, 5 * D)
        told = ScanTold(
            at=max(at - lag, self.now.made_at),
            scan=self.now.parcel * 100 + self._scan_count,
            parcel=self.now.parcel,
            order=self.now.order,
            where=milestone,
            town=town,
            country=country,
            expected_at=expected_at,
        )
        self._scans.append(told)
        word = self._chance.choice(bodies.WORDS[milestone])
        body = bodies.scan(told, at, town=written, word=word)
        self._author.send("fulfillment_events/create", body, told, at=at)
        self._change(at, where=milestone)

    def _take_back(self, at: datetime) -> None:
        scan = self._scans.pop()
        told = ScanTakenBack(
            at=at,
            scan=scan.scan,
            parcel=scan.parcel,
            order=scan.order,
            where=scan.where,
        )
        body = bodies.scan(scan, scan.at, town=None, word=bodies.WORDS[scan.where][0])
        self._author.send("fulfillment_events/delete", body, told, at=at)
        self._change(at, where=self._scans[-1].where if self._scans else None)

    def _change(self, at: datetime, **changes: Any) -> None:
        """A later change has a later time, to the second."""
        at = max(at, self.now.at + S)
        self.now = replace(self.now, at=at, **changes)
        self._tell("fulfillments/update")

    def _tell(self, topic: str) -> None:
        body = bodies.parcel(self.now, self._shopper)
        self._author.send(topic, body, self.now, at=self.now.at)
