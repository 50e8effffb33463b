"""``timers``: what the scheduler's look costs with a million carts waiting or a few.

Two databases on one server take turns, so whatever else the machine does is done to
both. In each turn one of the carts comes due and is decided about, too; that is told,
and held against nothing, since what the servers tidy up meanwhile is counted with it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

import psycopg

from bench import report
from bench.report import spread
from bench.scale import Servers, Side, new_database, side_of
from bench.stage import Plan, stage
from core.settings import Settings
from core.values import ShopDomain
from notifications import sending
from notifications.looking import look_around
from notifications.looking_at_carts import ask_ahead
from notifications.ports import Services
from storage.shops import send_lane_of

_MOST_TIMES = 1.3
_FEW = 1_000
_WARM = 20

_CONTACTS = """
INSERT INTO contacts (shop_id, phone_key, created_at)
SELECT shops.ids[1 + n %% cardinality(shops.ids)], sha256(('contact ' || n)::bytea),
  %(now)s::timestamptz - interval '40 days'
FROM generate_series(1, %(timers)s::bigint) AS n,
  (SELECT %(shops)s::bigint[] AS ids) AS shops
"""
_CHECKOUTS = """
INSERT INTO checkouts (shop_id, token_key, token, contact_id, started_at, updated_at,
  country, locale, items, worth, worth_currency, url)
SELECT shop_id, sha256(('k' || id)::bytea), '', id, %(now)s::timestamptz,
  %(now)s::timestamptz, 'BR', 'pt-BR',
  '[{"quantity": 1, "product_id": 1, "variant_id": 2, "title": "Tea"}]', 39, 'EUR', NULL
FROM contacts
"""
# Over two weeks, as the steps of a flow are, and none within the next hours.
_TIMERS = """
INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, contact_id,
  checkout_key, state, reason, attempt, told, wanted_at, due_at, story, created_at)
SELECT 'msg_0' || to_char(id, 'FM00000000000000000000'), shop_id,
  'cart_reminder:1:' || id, 'cart_reminder', 'marketing', 1, id,
  sha256(('k' || id)::bytea), 'waiting',
  CASE id %% 2 WHEN 0 THEN 'cart_still_changing' END, 0,
  '{"step": "1", "first": "1", "after_minutes": 60}', %(now)s::timestamptz,
  %(now)s::timestamptz + interval '6 hours' + id %% 1209600 * interval '1 second',
  '[{"at": "2026-01-01T00:00:00+00:00", "what": "proposed"}]', %(now)s::timestamptz
FROM contacts
"""
_COMES_DUE = """
UPDATE messages SET due_at = %(now)s::timestamptz - interval '1 second' WHERE id = (
  SELECT id FROM messages
  WHERE shop_id = %(shop)s AND queue = 'waiting' AND due_at > %(now)s::timestamptz
  ORDER BY due_at LIMIT 1)
"""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="timers", description=__doc__)
    parser.add_argument("--timers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="100,000 timers")
    said = parser.parse_args(words)
    if said.quick:
        said.timers, said.rounds = 100_000, 100
    figures = measure(said.timers, said.rounds)
    missed = [
        f"{name} costs {times} times as much"
        for name, times in figures["times_as_much"].items()
        if name.startswith("tick") and times > _MOST_TIMES
    ]
    return report.keep("timers", figures, failures=missed)


def measure(timers: int, rounds: int) -> dict[str, Any]:
    with stage(Plan(runs=("meta",))) as made:
        few = side_of(made, None)
        _fill(made.settings, few, _FEW)
        settings = new_database(made)
        many = side_of(made, settings)
        _fill(settings, many, timers)
        assert made.postgres is not None
        assert made.postgres.process_id is not None
        servers = Servers(made.postgres.process_id)
        try:
            _take_turns({few: made.settings, many: settings}, rounds, servers)
        finally:
            few.close()
            many.close()
    return {
        "timers": timers,
        "few_ms": _costs(few),
        "many_ms": _costs(many),
        "times_as_much": {
            **_times("tick", few, many),
            **_times("due", few, many),
        },
    }


def _fill(settings: Settings, side: Side, timers: int) -> None:
    asked = {
        "timers": timers,
        "shops": [int(shop.id) for shop in side.shops],
        "now": datetime.now(UTC),
    }
    with psycopg.connect(settings.database_owner_url, autocommit=True) as connection:
        connection.execute(b"SET synchronous_commit = off")
        for statement in (_CONTACTS, _CHECKOUTS, _TIMERS):
            connection.execute(statement.encode(), asked)
        connection.execute(b"VACUUM ANALYZE")
        connection.execute(b"CHECKPOINT")


def _take_turns(sides: Mapping[Side, Settings], rounds: int, servers: Servers) -> None:
    for number in range(-_WARM, rounds):
        turns = list(sides) if number % 2 else list(reversed(list(sides)))
        for side in turns:
            side.timed("tick", partial(_look, side.services), servers)
            _one_comes_due(side, sides[side], number, servers)
        if number == -1:
            for side in sides:
                side.costs.clear()


def _look(services: Services) -> None:
    """For what is due, and for carts that somebody has to look at in their stores."""
    look_around(services=services)
    ask_ahead(services=services)


def _one_comes_due(
    side: Side, settings: Settings, number: int, servers: Servers
) -> None:
    shop = side.shops[number % len(side.shops)]
    with psycopg.connect(settings.database_owner_url, autocommit=True) as connection:
        asked = {"shop": int(shop.id), "now": datetime.now(UTC)}
        connection.execute(_COMES_DUE.encode(), asked)
    lanes = [send_lane_of(ShopDomain(shop.domain))]
    decide = partial(sending.send_messages, lanes, services=side.services)
    side.timed("due", decide, servers)


def _costs(side: Side) -> dict[str, Any]:
    return {
        name: spread(values)
        for name, values in side.costs.items()
        if name.endswith("_wall")
    }


def _times(step: str, few: Side, many: Side) -> dict[str, float]:
    """The medians, and processor time as totals, since the kernel counts it in
    hundredths of a second."""

    def wall(side: Side) -> float:
        return float(median(side.costs[f"{step}_wall"]))

    def processor(side: Side) -> float:
        return sum(sum(side.costs[f"{step}_{kind}"]) for kind in ("cpu", "server_cpu"))

    return {
        f"{step}_wall": round(wall(many) / wall(few), 3),
        f"{step}_cpu": round(processor(many) / processor(few), 3),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
