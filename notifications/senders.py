"""A shop's numbers while a batch is decided about: which of them a message leaves
through, and which of its slots it gets.

Messages of one shop are due together, whichever number each of them is for. So one may
come up while its number has no slot left. It stands in line then, and is due again when
it is its turn there: it keeps no place before those of the shop's other numbers, and is
not looked at in vain either (docs/adr/0022).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.dialling import country_of
from core.values import Phone, ShopId
from notifications.rules import pacing
from storage.slots import GivenOut, ReadyNumber, ReadyShop

HORIZON = timedelta(milliseconds=1500)
"""How far ahead a number's slots are given out: longer than the scheduler's step."""


@dataclass(slots=True)
class Sender:
    """One number. ``moments`` are its free slots, ``between`` apart.

    ``lines`` are, by the priority of those who stand in them, when the last of them are
    to look again.
    """

    number: ReadyNumber
    moments: list[datetime]
    between: timedelta
    last: datetime | None = None
    lines: dict[int, datetime] = field(default_factory=dict)

    def next_slot(self, now: datetime) -> datetime:
        """The first that is not given yet; later if it is over, and so those after it.

        Deciding takes time. Slots that were over by then would all leave at once.
        """
        slot = max(self.moments.pop(0), now)
        if self.last is not None:
            slot = max(slot, self.last + self.between)
        self.last = slot
        return slot

    def free_at(self, priority: int, *, now: datetime) -> datetime | None:
        """When somebody at the end of the line may look again; None while there is a
        slot for them."""
        if self.moments:
            return None
        return max(self.lines.get(priority, now), now) + self.between

    def is_parked(self, now: datetime) -> bool:
        """Whether nothing leaves through it for now; afterwards one tries whether it
        goes again."""
        until = self.number.parked_until
        return until is not None and now < until

    def stand_in_line(self, priority: int, *, until: datetime) -> None:
        self.lines[priority] = until

    def given_out(self, shop_id: ShopId) -> GivenOut | None:
        """What is to be written down of it, if anything was given out."""
        if self.last is None and self.lines == _lines_of(self.number):
            return None
        next_slot_at = self.number.next_slot_at
        if self.last is not None:
            next_slot_at = self.last + self.between
        return GivenOut(
            shop_id=shop_id,
            phone_number_id=self.number.phone_number_id,
            next_slot_at=next_slot_at,
            news_until=self.lines.get(0),
            offers_until=self.lines.get(1),
        )


def _lines_of(number: ReadyNumber) -> dict[int, datetime]:
    known = {0: number.news_until, 1: number.offers_until}
    return {priority: until for priority, until in known.items() if until is not None}


Senders = Mapping[ShopId, Sequence[Sender]]
"""The numbers of each shop, the default one first; none where none is connected."""


def free_senders(ready: Sequence[ReadyShop], room: int, now: datetime) -> Senders:
    """When each number may send. Shops share the room evenly; a number that was
    stopped tries with a single message first."""
    share = _share(ready, room)
    return {
        shop.shop_id: [
            _free(number, shop.throughput, share, now) for number in shop.numbers
        ]
        for shop in ready
    }


def _share(ready: Sequence[ReadyShop], room: int) -> int:
    return max(1, room // len(ready)) if ready else 0


def _free(number: ReadyNumber, throughput: int, share: int, now: datetime) -> Sender:
    if number.is_on_phone:
        throughput = min(throughput, pacing.MOST_BESIDE_THE_APP)
    moments = pacing.slots(
        throughput=throughput,
        next_slot_at=number.next_slot_at,
        now=now,
        horizon=HORIZON,
        most=share if number.parked_until is None else 1,
    )
    between = pacing.between_slots(throughput)
    return Sender(number, moments, between, lines=_lines_of(number))


def shares(
    senders: Senders, ready: Sequence[ReadyShop], room: int
) -> dict[ShopId, int]:
    """How much of what is due of each shop there are slots for, at some number or
    other; a shop without a number is looked at all the same."""
    share = _share(ready, room)
    free = {
        shop_id: min(share, sum(len(one.moments) for one in own)) if own else share
        for shop_id, own in senders.items()
    }
    return {shop_id: count for shop_id, count in free.items() if count}


def sender_for(phone: Phone | None, own: Sequence[Sender]) -> Sender | None:
    """The number that is for the country of this phone, else the default one; None
    where the shop has none."""
    if phone is not None and len(own) > 1:
        country = country_of(phone)
        for one in own:
            if country in one.number.countries:
                return one
    return next(iter(own), None)


def number_of(phone_number_id: str | None, own: Sequence[Sender]) -> Sender | None:
    """The one that Meta calls so; None where it is not the shop's, or not any more."""
    if phone_number_id is None:
        return None
    return next((s for s in own if s.number.phone_number_id == phone_number_id), None)


def given_out(senders: Senders) -> Iterable[GivenOut]:
    for shop_id, own in senders.items():
        for one in own:
            if (given := one.given_out(shop_id)) is not None:
                yield given
