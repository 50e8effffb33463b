"""``why``: how long the story of an order takes, with millions of rows around it.

One order has some fifty webhooks and twenty messages, all made by the program itself:
read, decided, sent to a simulated Meta and reported on. Told are the story in both
languages and for programs, that of its buyer, of one message, and of a moment of the
past. What Python takes to start is apart.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from bench import report
from bench.filling import fill
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.stage import Plan, Stage, stage
from bench.storm import order, order_hook, phone
from core.lanes import Lane, lane_of, report_lane_of
from core.values import MessageId, Phone, ShopDomain, ShopId
from core.words import Words, words_for
from integrations.shopify.envelope import subject_of
from notifications import reading, sending
from notifications.office import Office
from notifications.ports import Services
from notifications.retelling import Retelling
from notifications.why import Reader
from sandbox.shopify import bodies
from storage.inbox import Arrival, Source
from storage.shops import send_lane_of
from webapp.commands.showing import show_json
from webapp.commands.telling import tell
from webapp.commands.telling_past import tell_past
from wiring.children import ROOT
from wiring.outside import MetasWords
from wiring.services import build, build_keeper

_SHOPS = 50
_NUMBER = 50_000_000
"""No order that fills the tables is called like it."""
_PARCELS = 2
_UPDATES = 14
_ROUNDS = 100
_COMMANDS = 5
_MOST_MS = 200.0
_ZONE = ZoneInfo("Europe/Berlin")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="why", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.quick:
        said.orders, said.messages = 50_000, 250_000
    figures = measure(said.orders, said.messages)
    missed = [
        f"{name} takes {costs['p50']} ms, over {_MOST_MS:.0f}"
        for name, costs in figures["told_ms"].items()
        if costs["p50"] > _MOST_MS
    ]
    return report.keep("why", figures, failures=missed)


def measure(orders: int, messages: int) -> dict[str, Any]:
    with stage(Plan(runs=("meta",))) as made:
        made.meta.post("settings", {"pair_limit": False})
        shops = open_shops(made, _SHOPS, throughput=1000)
        url = made.settings.database_owner_url
        began_at = time.monotonic()
        with psycopg.connect(url, autocommit=True) as connection:
            fill(
                connection,
                shop_ids=[int(shop.id) for shop in shops],
                orders=orders,
                messages=messages,
                waiting=messages // 100,
                now=datetime.now(UTC),
                has_past=True,
            )
        filled_in = time.monotonic() - began_at
        story = _StoryMaker(made, shops[0])
        try:
            story.make()
            told = _Telling(shops[0].id, story.services)
            return {
                "orders": orders,
                "messages": messages,
                "filled_in_seconds": round(filled_in, 1),
                "story": told.size(),
                **_measured(told),
                **_of_command(made, shops[0]),
            }
        finally:
            story.close()


@dataclass
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


class _StoryMaker:
    """Has the program live through an order: what the store tells of it, what Meta is
    sent and reports. Time passes as it is told to."""

    def __init__(self, made: Stage, shop: Shop) -> None:
        self._made, self._shop = made, shop
        self._clock = _Clock(datetime.now(UTC))
        self._told = 0
        self.services = build(made.settings, clock=self._clock)
        self._keep = build_keeper(made.settings, self.services)

    def make(self) -> None:
        domain, placed_at = self._shop.domain, self._clock.now
        placed = order_hook(_NUMBER, domain, placed_at, "orders/create", "placed")
        self._tell("orders/create", json.loads(placed.body))
        for number in range(_PARCELS):
            self._ship(number)

    def _ship(self, number: int) -> None:
        parcel = bodies.with_tracking(
            bodies.parcel(
                order(_NUMBER, self._shop.domain, self._clock.now),
                4_400_000_000_000 + number,
                place=1 + number,
                line_ids=(),
                at=self._clock.now,
            ),
            numbers=[f"JD01460000{number:04d}"],
            company="DHL",
            url=None,
            at=self._clock.now,
        )
        self._tell("fulfillments/create", parcel)
        for _ in range(_UPDATES):
            self._tell("orders/updated", self._order_now())
        for place, (status, city) in enumerate(_WAY):
            scan = bodies.parcel_event(
                parcel,
                100 * number + place + 1,
                shop_id=70_000_001,
                status=status,
                city=city,
                at=self._clock.now,
            )
            self._tell("fulfillment_events/create", scan)

    def _order_now(self) -> bodies.Body:
        placed = order(_NUMBER, self._shop.domain, self._clock.now)
        return {**placed, "updated_at": bodies.written(self._clock.now)}

    def _tell(self, topic: str, body: bodies.Body) -> None:
        """A webhook comes, is read, and what it leads to is sent and reported on."""
        raw, domain = json.dumps(body).encode(), self._shop.domain
        self._read(Source.SHOPIFY, topic, domain, lane_of(domain, subject_of(raw)), raw)
        for _ in range(3):  # one after the other, to one person
            self._clock.now += timedelta(minutes=2)
            lane = send_lane_of(ShopDomain(domain))
            sending.send_messages([lane], services=self.services)
            office = self.services.office
            assert isinstance(office, Office)
            office.flush(10)
        sent = self._made.rows(
            "SELECT id FROM messages WHERE shop_id = %s AND state = 'sent'"
            " AND accepted_at > %s",
            self._shop.id,
            self._clock.now - timedelta(minutes=10),
        )
        if sent:
            reports = _reports([row[0] for row in sent], self._shop, self._clock.now)
            raw = json.dumps(reports).encode()
            self._read(Source.META, "", "", report_lane_of(str(self._told)), raw)

    def _read(
        self, source: Source, topic: str, domain: str, lane: Lane, body: bytes
    ) -> None:
        self._told += 1
        self._keep(
            Arrival(
                source=source,
                dedupe_id=f"told-{self._told}",
                topic=topic,
                shop_domain=domain,
                lane=lane,
                body=body,
                happened_at=self._clock.now,
                arrived_at=self._clock.now,
            )
        )
        reading.read_webhooks(lane, services=self.services)

    def close(self) -> None:
        self._keep.close()
        self.services.close()


_WAY = (
    ("in_transit", "Leipzig"),
    ("in_transit", "Frankfurt"),
    ("in_transit", "Paris"),
    ("in_transit", "Lyon"),
    ("out_for_delivery", "Marseille"),
    ("attempted_delivery", "Marseille"),
    ("delivered", "Marseille"),
)


def _reports(ids: Sequence[str], shop: Shop, now: datetime) -> Mapping[str, Any]:
    statuses = [
        {
            "id": f"wamid.{id_}",
            "status": status,
            "timestamp": str(int(now.timestamp()) + later),
            "recipient_id": phone(_NUMBER)[1:],
            "biz_opaque_callback_data": f"{id_}:1",
            "pricing": {"billable": True, "category": "utility", "type": "regular"},
        }
        for id_ in ids
        for later, status in enumerate(("sent", "delivered", "read"))
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": shop.phone_number_id},
        "statuses": statuses,
    }
    change = {"field": "messages", "value": value}
    entry = {"id": "1", "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


@dataclass(frozen=True)
class _Telling:
    """The ways to ask for the story."""

    shop_id: ShopId
    services: Services
    name: str = f"#{1001 + _NUMBER}"

    def reader(self, words: Words) -> Reader:
        return Reader(
            Retelling(
                shop_id=self.shop_id,
                services=self.services,
                interpreter=MetasWords(),
                words=words,
            )
        )

    def size(self) -> dict[str, int]:
        story = self.reader(words_for("en")).of_order(self.name)
        return {
            "webhooks": len(story.orders[0].webhooks),
            "messages": len(story.messages),
            "lines": sum(len(message.lines) for message in story.messages),
        }

    def ways(self) -> Iterator[tuple[str, Callable[[], object]]]:
        english, korean = (words_for(name).on_clock(_ZONE) for name in ("en", "ko"))
        reader, buyer = self.reader(english), Phone(phone(_NUMBER))
        message = MessageId(reader.of_order(self.name).messages[-1].id)
        then = datetime.now(UTC) + timedelta(hours=2)  # in the middle of the story
        yield "order_in_english", lambda: tell(reader.of_order(self.name), english)
        yield (
            "order_in_korean",
            lambda: tell(self.reader(korean).of_order(self.name), korean),
        )
        yield "order_as_json", lambda: show_json(reader.of_order(self.name))
        yield "person", lambda: tell(reader.of_person(buyer), english)
        yield "message", lambda: tell(reader.of_message(message), english)
        yield (
            "order_at_a_moment",
            lambda: tell_past(reader.of_order_at(self.name, then), english),
        )

    def found(self) -> object:
        """The use case alone, without showing anything."""
        return self.reader(words_for("en")).of_order(self.name)


def _measured(told: _Telling) -> dict[str, Any]:
    costs, processor, first = {}, {}, {}
    for name, tell_it in told.ways():
        with redirect_stdout(io.StringIO()):
            first[name] = round(1000 * _seconds(tell_it), 1)
            busy = time.process_time()
            costs[name] = _spread(tell_it, _ROUNDS)
            each = (time.process_time() - busy) / _ROUNDS
            processor[name] = round(1000 * each, 1)
    return {
        "first_ms": first,
        "told_ms": costs,
        "processor_ms": processor,
        "found_ms": _spread(told.found, _ROUNDS),
    }


def _spread(do: Callable[[], object], rounds: int) -> dict[str, float]:
    return spread([_seconds(do) for _ in range(rounds)])


def _seconds(do: Callable[[], object]) -> float:
    began_at = time.perf_counter()
    do()
    return time.perf_counter() - began_at


def _of_command(made: Stage, shop: Shop) -> dict[str, Any]:
    """The whole command, with Python's start and all that it loads."""
    before = os.times()
    wall = _spread(lambda: _run_command(made, shop), _COMMANDS)
    after = os.times()
    busy = after.children_user - before.children_user
    busy += after.children_system - before.children_system
    return {
        "command_ms": wall,
        "command_processor_ms": round(1000 * busy / _COMMANDS, 1),
    }


def _run_command(made: Stage, shop: Shop) -> None:
    """The whole command in a process of its own, as ``flask --app webapp why ...``."""
    words = ["why", shop.domain, "--order", f"#{1001 + _NUMBER}"]
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "webapp", *words],
        cwd=ROOT,
        env=made.env,
        check=True,
        capture_output=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
