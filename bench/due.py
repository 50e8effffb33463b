"""``due``: how long twenty thousand messages about carts take that are due at once.

Two processes decide about them as workers do, in the real database: each is skipped,
put off, or taken to leave with all that is written down for it. Nothing goes over the
network. Some have bought, some have not agreed, and some have had enough.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import report
from bench.carts import REMINDED_AFTER, agree, cart_hook, have_looked
from bench.opening import Shop, open_shops
from bench.scale import Servers
from bench.sending import prepare
from bench.stage import Plan, Stage, stage
from core.lanes import LANES, Lane
from core.settings import Settings
from notifications import sending
from notifications.ports import Envelope, Services
from storage.statements import Statement
from storage.tenancy import Crossing
from wiring.services import build

_SHOPS = 20
_WORKERS = 2
_MOST_SECONDS = 30.0
_MOST_AT_ONCE = 100
_START_SECONDS = 6.0
"""Until then both have loaded all that they need."""
_LANES = [Lane(lane) for lane in range(LANES)]
_IS_DUE = Statement(
    "SELECT 1 AS one FROM messages WHERE queue = 'waiting' AND due_at <= :at LIMIT 1"
)

_STATES = """
SELECT coalesce(reason, state), count(*) FROM messages
WHERE occasion NOT LIKE 'before:%%' GROUP BY 1 ORDER BY 1
"""

# Every fourth has bought by another checkout, and every fourth has had two offers.
_BOUGHT = """
INSERT INTO orders (shop_id, order_id, name, placed_at, whole_since, contact_id,
  country, locale, worth, worth_currency)
SELECT shop_id, id, '#' || id, %(at)s, %(at)s, id, 'BR', 'pt-BR', 39.90, 'EUR'
FROM contacts WHERE id %% 4 = 0
"""
_HAD_ENOUGH = """
INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, contact_id,
  state, attempt, told, wanted_at, due_at, asked_at, accepted_at, story, created_at)
SELECT 'msg_before_' || n || '_' || c.id, c.shop_id, 'before:' || n || ':' || c.id,
  'cart_reminder', 'marketing', 1, c.id, 'sent', 1, '{}', at, at, at, at, '[]', at
FROM contacts c CROSS JOIN generate_series(1, 2) AS n,
  LATERAL (SELECT %(at)s::timestamptz - n * interval '1 day' AS at) AS earlier
WHERE c.id %% 4 = 1
"""


class _Taking:
    """An office that has room for all and sends nothing."""

    def wait_for_room(self, seconds: float) -> int:  # noqa: ARG002
        return _MOST_AT_ONCE

    def hand_in(self, envelopes: Sequence[Envelope]) -> None:
        pass


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="due", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true", help="2,000 messages")
    said = parser.parse_args(words)
    messages = 2_000 if said.quick else said.messages
    with stage(Plan(runs=("meta",))) as made:
        shops = open_shops(made, _SHOPS, throughput=1000)
        # In the afternoon, where those live who have left something.
        at = (datetime.now(UTC) - timedelta(days=1)).replace(hour=16)
        with closing(build(made.settings)) as services:
            _fill(messages, at, shops, made, services)
        figures = _measured(made, at + REMINDED_AFTER)
    seconds, left = figures["seconds"] * 20_000 / messages, figures["still_due"]
    failures = []
    if seconds > _MOST_SECONDS:
        failures.append(f"{seconds:.1f} s for twenty thousand")
    if left or figures["states"].get("sending", 0) < messages * 0.3:
        failures.append(f"{left} not decided about, of which left: {figures['states']}")
    return report.keep("due", {"messages": messages, **figures}, failures=failures)


def _fill(
    count: int, at: datetime, shops: Sequence[Shop], made: Stage, services: Services
) -> None:
    """As many people have each left a cart; three of four want offers."""
    whose = [shops[number % len(shops)] for number in range(count)]
    for place, shop in enumerate(shops):
        people = [n for n in range(place, count, len(shops)) if n // len(shops) % 4]
        agree(shop.id, people, services, at=at)
    hooks = [
        cart_hook(number, shop.domain, number, at) for number, shop in enumerate(whose)
    ]
    prepare(made, hooks)
    have_looked(services, at=at + REMINDED_AFTER)
    with made.database() as connection:
        connection.execute(b"UPDATE numbers SET next_slot_at = %s", [at])
        due = b"UPDATE messages SET due_at = %s"
        connection.execute(due, [at + REMINDED_AFTER])
        connection.execute(_BOUGHT.encode(), {"at": at + timedelta(minutes=5)})
        connection.execute(_HAD_ENOUGH.encode(), {"at": at})
        connection.execute(b"VACUUM ANALYZE")


def _measured(made: Stage, at: datetime) -> dict[str, Any]:
    assert made.postgres is not None
    assert made.postgres.process_id is not None
    servers = Servers(made.postgres.process_id)
    spawn = multiprocessing.get_context("spawn")
    before = servers.busy()
    with ProcessPoolExecutor(_WORKERS, mp_context=spawn) as pool:
        start_at = time.time() + _START_SECONDS
        told = [(made.settings, at, number, start_at) for number in range(_WORKERS)]
        turns = list(pool.map(_decide, told))
    states: dict[str, int] = dict(made.rows(_STATES))
    [(due,)] = made.rows(
        "SELECT count(*) FROM messages WHERE queue = 'waiting' AND due_at <= %s", at
    )
    return {
        "seconds": round(max(turn.ended_at for turn in turns) - start_at, 1),
        "cpu_seconds_workers": round(sum(turn.busy for turn in turns), 1),
        "cpu_seconds_postgres": round(servers.busy() - before, 1),
        "states": states,
        "still_due": due,
    }


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one worker has done; ``busy`` are seconds of its processor."""

    ended_at: float
    busy: float


def _decide(told: tuple[Settings, datetime, int, float]) -> _Turn:
    """Lane by lane, as jobs do, until nothing is due any more."""
    settings, at, number, start_at = told
    lanes = _LANES[number * LANES // _WORKERS :] + _LANES[: number * LANES // _WORKERS]

    def clock() -> datetime:
        return at + timedelta(seconds=max(0.0, time.time() - start_at))

    with closing(build(settings, clock=clock)) as services:
        services = replace(services, office=_Taking())
        time.sleep(max(0.0, start_at - time.time()))
        busy = time.process_time()
        while _is_due(services, at):
            for lane in lanes:
                sending.send_messages([lane], services=services)
        return _Turn(time.time(), time.process_time() - busy)


def _is_due(services: Services, at: datetime) -> bool:
    with services.transactions.across(Crossing.LOOKING) as tx:
        return bool(tx.ask(_IS_DUE, {"at": at}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
