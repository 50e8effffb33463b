"""``caps``: whether anybody gets more offers than a cap allows, whoever sends them.

Few people leave many carts at several stores, and several workers, each with services
of its own, send what is due in overlapping lanes at the same moment. Caps, carts,
moments and Meta's refusals are drawn; the clock goes on by seconds and by days.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any

from sqlalchemy import text

from bench import broken, report
from bench.carts import REMINDED_AFTER, agree, cart_hook, have_looked
from bench.opening import Place, Shop, open_shops
from bench.sending import tell
from bench.stage import Plan, stage
from core.lanes import LANES, Lane
from notifications import sending
from notifications.offer_settings import HARDEST_CAP
from notifications.office import Office
from notifications.ports import Envelope, Services
from notifications.rules.standing import Cap
from sandbox.control import Control
from storage import shops
from storage.intake import KeepWebhook
from storage.tenancy import Crossing
from wiring.services import build, build_keeper

BEGINNING = datetime(2026, 11, 20, 13, tzinfo=UTC)
"""In the morning in São Paulo."""

_WORKERS = 4
_SHOPS = 3
_CAPS = ("1/7", "2/7", "3/7", "2/2", "3/1", "1/3")
_STEPS = (timedelta(seconds=1), timedelta(seconds=1), timedelta(minutes=3))
_MOST_STEPS = 6
_TOO_LATE = timedelta(days=2)
"""By then nothing that waits is worth sending."""
_FAULTS = (
    {"kind": "refusal", "share": 0.1, "code": 131016},
    {"kind": "refusal", "share": 0.05, "code": 131026},
    {"kind": "error_after", "share": 0.1},
    {"kind": "reset_before", "share": 0.05},
)
"""What waits again, what has failed, and what may have arrived."""


@dataclass(slots=True)
class HandClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Several workers at one database, and what they share."""

    workers: Sequence[Services]
    keep: KeepWebhook
    shops: Sequence[Shop]
    meta: Control
    clock: HandClock
    numbers: Iterator[int] = field(default_factory=count)


@contextmanager
def crew_at(place: Place, *, now: datetime = BEGINNING) -> Iterator[Crew]:
    clock = HandClock(now)
    opened = open_shops(place, _SHOPS, throughput=1000)
    place.meta.post("settings", {"pair_limit": False})
    workers = [build(place.settings, clock=clock) for _ in range(_WORKERS)]
    keep = build_keeper(place.settings, workers[0])
    try:
        yield Crew(
            workers=workers, keep=keep, shops=opened, meta=place.meta, clock=clock
        )
    finally:
        keep.close()
        for services in workers:
            services.close()


@dataclass(slots=True)
class BusyOffice:
    """The office of a worker that has much under way: there is little ``room`` in it,
    so that no worker can take all that is due at once."""

    usual: Office
    room: int

    def wait_for_room(self, seconds: float) -> int:
        return min(self.room, self.usual.wait_for_room(seconds))

    def hand_in(self, envelopes: Sequence[Envelope]) -> None:
        self.usual.hand_in(envelopes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``exceeded`` names each offer that was one too many; ``held`` is how often an
    offer did not leave for a cap."""

    accepted: int
    held: int
    exceeded: Sequence[str]


def run(seed: int, crew: Crew) -> Outcome:
    """One schedule: some days on which carts are left, and all that comes of them."""
    chance = random.Random(seed)
    caps = {shop: chance.choice(_CAPS) for shop in crew.shops}
    people = [next(crew.numbers) for _ in range(chance.randint(1, 3))]
    for shop, cap in caps.items():
        _set_cap(shop, cap, crew)
        agree(shop.id, people, crew.workers[0], at=crew.clock.now)
    faults = [fault for fault in _FAULTS if chance.random() < 0.3]
    crew.meta.post("settings", {"seed": seed, "faults": faults})
    crew.meta.delete("ledger")
    since = crew.clock.now
    for _ in range(chance.randint(2, 4)):
        _a_day(people, chance, crew)
        later = crew.clock.now + timedelta(days=chance.choice((1, 1, 2, 3, 7)))
        crew.clock.now = later.replace(hour=chance.randint(13, 20))
    crew.clock.now += _TOO_LATE
    _all_at_once(chance, crew)
    return _outcome(caps, since, crew)


def _set_cap(shop: Shop, cap: str, crew: Crew) -> None:
    with crew.workers[0].transactions.for_shop(shop.id) as tx:
        shops.change(tx, shop.id, {"offers": {"default": cap}})


def _a_day(people: Sequence[int], chance: random.Random, crew: Crew) -> None:
    """Each leaves up to four carts, and an hour later all workers are at it."""
    at = crew.clock.now
    hooks = [
        cart_hook(next(crew.numbers), chance.choice(crew.shops).domain, person, at)
        for person in people
        for _ in range(chance.randint(1, 4))
    ]
    tell(hooks, crew.keep, crew.workers[0])
    crew.clock.now += REMINDED_AFTER
    for _ in range(_MOST_STEPS):
        have_looked(crew.workers[0], at=crew.clock.now)
        _all_at_once(chance, crew)
        crew.clock.now += chance.choice(_STEPS)
        if not _something_is_due(crew):
            return


def _all_at_once(chance: random.Random, crew: Crew) -> None:
    every = [Lane(lane) for lane in range(LANES)]
    lanes = [chance.choice((every, every[:9], every[6:])) for _ in crew.workers]
    rooms = [chance.randint(1, 5) for _ in crew.workers]
    start = Barrier(len(crew.workers))

    def work(services: Services, own: Sequence[Lane], room: int) -> None:
        usual = services.office
        assert isinstance(usual, Office)
        busy = replace(services, office=BusyOffice(usual, room))
        start.wait()
        sending.send_messages(own, services=busy)
        usual.flush(20)

    with ThreadPoolExecutor(len(crew.workers)) as threads:
        list(threads.map(work, crew.workers, lanes, rooms))


def _something_is_due(crew: Crew) -> bool:
    query = "SELECT 1 FROM messages WHERE queue = 'waiting' AND due_at <= :now LIMIT 1"
    return bool(_rows(crew, query, now=crew.clock.now))


def _rows(crew: Crew, query: str, **values: Any) -> Sequence[Any]:
    with crew.workers[0].transactions.across(Crossing.OPERATING) as tx:
        return tx.connection.execute(text(query), values).fetchall()


def _outcome(caps: Mapping[Shop, str], since: datetime, crew: Crew) -> Outcome:
    """Held against Meta's own ledger. An offer counts from its slot on."""
    messages = {
        row.id: row
        for row in _rows(
            crew,
            "SELECT id, shop_id, contact_id, asked_at, reason FROM messages"
            " WHERE created_at >= :since",
            since=since,
        )
    }
    lines = crew.meta.get("ledger")["entries"]
    times = Counter(
        line["biz_opaque_callback_data"].partition(":")[0] for line in lines
    )
    exceeded = [f"{id_} went out {n} times" for id_, n in times.items() if n > 1]
    went = defaultdict(list)
    for id_ in times:
        went[messages[id_].shop_id, messages[id_].contact_id].append(messages[id_])
    own = {shop.id: _cap(said) for shop, said in caps.items()}
    for (shop_id, _), offers in went.items():
        moments = sorted(offer.asked_at for offer in offers)
        for cap in (own[shop_id], HARDEST_CAP):
            exceeded += _over(cap, moments)
    held = sum(row.reason == "cap_reached" for row in messages.values())
    return Outcome(len(lines), held, exceeded)


def _cap(said: str) -> Cap:
    most, _slash, days = said.partition("/")
    return Cap(int(most), int(days))


def _over(cap: Cap, moments: Sequence[datetime]) -> list[str]:
    """Every moment at which one more went out than the cap allows."""
    later = zip(moments, moments[cap.most :], strict=False)
    return [
        f"over {cap.most} in {cap.days} days, at {last.isoformat()}"
        for first, last in later
        if last - first < cap.span
    ]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="caps", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1_000)
    parser.add_argument("--break", dest="broken", choices=("turn", "count"))
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.broken:
        broken.BREAKS[said.broken]()
    schedules = 50 if said.quick else said.schedules
    with stage(Plan(runs=("meta",))) as made, crew_at(made) as crew:
        outcomes = [run(seed, crew) for seed in range(schedules)]
    exceeded = [each for outcome in outcomes for each in outcome.exceeded]
    figures = {
        "broken": said.broken,
        "schedules": schedules,
        "workers": _WORKERS,
        "offers_accepted": sum(outcome.accepted for outcome in outcomes),
        "held_by_a_cap": sum(outcome.held for outcome in outcomes),
        "over_a_cap": len(exceeded),
        "schedules_over_a_cap": sum(bool(each.exceeded) for each in outcomes),
    }
    name = f"caps-broken-{said.broken}" if said.broken else "caps"
    return report.keep(name, figures, failures=exceeded[:10])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
