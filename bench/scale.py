"""``scale``: what one event and the tick cost with millions of rows, and with few.

Two databases on one server, one small and one big, take turns; so whatever else the
machine does is done to both.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from bench import report
from bench.filling import fill
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.stage import Plan, Stage, stage
from bench.storm import order_hook
from core.lanes import Work, lane_of
from core.settings import Settings
from core.values import ShopDomain
from integrations.shopify.envelope import subject_of
from notifications import reading, sending
from notifications.looking import look_around
from notifications.office import Office
from notifications.ports import Services
from storage.inbox import Arrival, Source
from storage.intake import Keeper
from storage.shops import send_lane_of
from wiring.release import release
from wiring.services import build, build_keeper

_SHOPS = 50
_MOST_TIMES = 1.3


@dataclass(slots=True, eq=False)
class Side:
    """One database, and what things cost on it in seconds, step by step."""

    services: Services
    keep: Keeper
    shops: Sequence[Shop]
    costs: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, step: str, do: Callable[[], Any], servers: "Servers") -> None:
        wall, busy, server = time.perf_counter(), time.process_time(), servers.busy()
        do()
        self._note(f"{step}_wall", time.perf_counter() - wall)
        self._note(f"{step}_cpu", time.process_time() - busy)
        self._note(f"{step}_server_cpu", servers.busy() - server)

    def _note(self, name: str, seconds: float) -> None:
        self.costs.setdefault(name, []).append(seconds)

    def close(self) -> None:
        self.keep.close()
        self.services.close()


class Servers:
    """The processor time of PostgreSQL's processes, those that have ended included."""

    def __init__(self, process_id: int) -> None:
        self._leader = psutil.Process(process_id)

    def busy(self) -> float:
        ended = self._leader.cpu_times()
        total = ended.children_user + ended.children_system
        for process in self._leader.children():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--waiting", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.quick:
        said.orders, said.messages, said.waiting = 100_000, 500_000, 100_000
    figures = measure(said.orders, said.messages, said.waiting, said.events)
    missed = [
        f"{name} costs {times} times as much"
        for name, times in figures["times_as_much"].items()
        if times > _MOST_TIMES
    ]
    return report.keep("scale", figures, failures=missed)


def measure(orders: int, messages: int, waiting: int, events: int) -> dict[str, Any]:
    with stage(Plan(runs=("meta",))) as made:
        made.meta.post("settings", {"pair_limit": False})
        # The database of the stage is the small one.
        small = side_of(made, None)
        _fill(made.settings, small, 1_000, 1_000, 1_000)
        big_settings = new_database(made)
        big = side_of(made, big_settings)
        began_at = time.monotonic()
        _fill(big_settings, big, orders, messages, waiting)
        filled_in = time.monotonic() - began_at
        assert made.postgres is not None
        assert made.postgres.process_id is not None
        servers = Servers(made.postgres.process_id)
        try:
            _take_turns(small, big, events, servers)
        finally:
            small.close()
            big.close()
    return {
        "orders": orders,
        "messages": messages,
        "waiting": waiting,
        "filled_in_seconds": round(filled_in, 1),
        "small_ms": _costs(small),
        "big_ms": _costs(big),
        "times_as_much": _times(small.costs, big.costs),
    }


def new_database(made: Stage) -> Settings:
    with made.database() as connection:
        connection.execute("CREATE DATABASE sosik_big OWNER sosik_owner")
    settings = made.settings
    big = replace(
        settings,
        database_url=_renamed(settings.database_url),
        database_owner_url=_renamed(settings.database_owner_url),
    )
    release(big)
    return big


def _renamed(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="/sosik_big"))


def side_of(made: Stage, settings: Settings | None) -> Side:
    shops = open_shops(made, _SHOPS, throughput=1000, settings=settings)
    settings = settings or made.settings
    services = build(settings)
    return Side(services, build_keeper(settings, services), shops)


def _fill(
    settings: Settings,
    side: Side,
    orders: int,
    messages: int,
    waiting: int,
) -> None:
    with psycopg.connect(settings.database_owner_url, autocommit=True) as connection:
        fill(
            connection,
            shop_ids=[int(shop.id) for shop in side.shops],
            orders=orders,
            messages=messages,
            waiting=waiting,
            now=datetime.now(UTC),
        )


def _take_turns(small: Side, big: Side, events: int, servers: Servers) -> None:
    """A few rounds to warm up first, which count for nothing."""
    for number in range(-20, events):
        for side in (small, big) if number % 2 else (big, small):
            _one_event(side, number, servers)
            side.timed("tick", lambda: look_around(services=side.services), servers)  # noqa: B023
        if number == -1:
            small.costs.clear()
            big.costs.clear()


def _one_event(side: Side, number: int, servers: Servers) -> None:
    shop = side.shops[number % len(side.shops)]
    now = datetime.now(UTC)
    hook = order_hook(
        7_000_000 + number, shop.domain, now, "orders/create", f"e{number}"
    )
    lane = lane_of(hook.domain, subject_of(hook.body))
    arrival = Arrival(
        source=Source.SHOPIFY,
        dedupe_id=hook.id,
        topic=hook.topic,
        shop_domain=hook.domain,
        lane=lane,
        body=hook.body,
        happened_at=now,
        arrived_at=now,
    )
    services = side.services
    send_lane = send_lane_of(ShopDomain(shop.domain))
    office = services.office
    assert isinstance(office, Office)

    def send() -> None:
        sending.send_messages([send_lane], services=services)
        office.flush(10)

    side.timed("intake", lambda: side.keep(arrival), servers)
    side.timed(
        "reading", lambda: reading.read_webhooks(lane, services=services), servers
    )
    services.hints.clear_all(Work.SEND, [send_lane])
    side.timed("sending", send, servers)


def _costs(side: Side) -> dict[str, Any]:
    return {
        name: spread(values)
        for name, values in side.costs.items()
        if name.endswith("_wall")
    }


def _times(
    small: Mapping[str, list[float]], big: Mapping[str, list[float]]
) -> dict[str, float]:
    """The medians of the big side as a multiple of the small one's; processor time
    as totals, since the kernel counts it in hundredths of a second."""
    event = ("intake", "reading", "sending")

    def wall(costs: Mapping[str, list[float]]) -> float:
        steps = zip(*(costs[f"{step}_wall"] for step in event), strict=True)
        return float(median(sum(step) for step in steps))

    def processor(costs: Mapping[str, list[float]], steps: Sequence[str]) -> float:
        kinds = [f"{step}_{kind}" for step in steps for kind in ("cpu", "server_cpu")]
        return sum(sum(costs[kind]) for kind in kinds)

    return {
        "event_wall": round(wall(big) / wall(small), 3),
        "event_cpu": round(processor(big, event) / processor(small, event), 3),
        "tick_wall": round(median(big["tick_wall"]) / median(small["tick_wall"]), 3),
        "tick_cpu": round(processor(big, ["tick"]) / processor(small, ["tick"]), 3),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
