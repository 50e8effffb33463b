"""``replay``: how long a flow takes to be played on a million facts of a store's past.

A hundred thousand people have left checkouts and changed them, bought, and agreed to
offers or not, in thirty days. The flow has three steps with conditions and hours.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg

from bench import report
from bench.opening import open_shops
from bench.stage import Plan, Stage, stage
from core.values import Phone, ShopDomain, ShopId
from notifications import replays
from notifications.operating import Operator
from notifications.ports import Services
from wiring.services import build

_MOST_SECONDS_A_MILLION = 60.0
_DAYS = 30
_FLOW = {
    "steps": [
        {"key": "1", "message": "cart_reminder", "after_minutes": 60},
        {
            "key": "2",
            "message": "cart_reminder",
            "after_minutes": 1440,
            "window": "09:00-20:00",
            "when": {"value_at_least": {"EUR": "30.00"}, "unread": True},
        },
        {"key": "3", "message": "cart_reminder", "after_minutes": 4320},
    ],
}

# Seven checkouts for five people, five changes of each, two orders and a word or so.
_CHECKOUTS = """
INSERT INTO checkouts (shop_id, token_key, token, contact_id, started_at, updated_at,
  country, locale, items, worth, worth_currency, url)
SELECT c.shop_id, sha256(('k' || n)::bytea), '', c.id, at, at + interval '80 minutes',
  'DE', 'de-DE', '[{"quantity": 1, "product_id": 1, "variant_id": 2, "title": "Tea"}]',
  10 + n %% 60, 'EUR', ''
FROM (
  SELECT n, %(first)s::bigint + n %% %(people)s::bigint AS contact,
    %(now)s::timestamptz - (n * 7919 %% 43200) * interval '1 minute'
      - interval '2 hours' AS at
  FROM generate_series(1, %(checkouts)s::bigint) AS n) AS drawn
JOIN contacts c ON c.id = drawn.contact
"""
_CHANGES = """
INSERT INTO checkout_changes (shop_id, token_key, at, is_tellable)
SELECT k.shop_id, k.token_key, k.started_at + n * interval '20 minutes', true
FROM checkouts k CROSS JOIN generate_series(0, 4) AS n
"""
_ORDERS = """
INSERT INTO orders (shop_id, order_id, name, placed_at, whole_since, contact_id,
  country, locale, worth, worth_currency)
SELECT c.shop_id, n, '#' || n,
  %(now)s::timestamptz - (n * 6007 %% 43200) * interval '1 minute', %(now)s, c.id,
  'DE', 'de-DE', 39.90, 'EUR'
FROM generate_series(1, %(orders)s::bigint) AS n
JOIN contacts c ON c.id = %(first)s::bigint + (n * 13) %% %(people)s::bigint
"""
_WORDS = """
INSERT INTO consents (shop_id, contact_id, number, scope, act, source, commitment,
  digest, happened_at, recorded_at)
SELECT c.shop_id, c.id, c.id, 'marketing',
  CASE c.id %% 10 WHEN 0 THEN 'revoked' WHEN 1 THEN 'granted' ELSE 'confirmed' END,
  'bench', '', '', %(now)s::timestamptz - interval '40 days', %(now)s
FROM contacts c
"""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="replay", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="5,000 people")
    said = parser.parse_args(words)
    people = 5_000 if said.quick else said.people
    with stage(Plan(runs=("meta",))) as made:
        [shop] = open_shops(made, 1)
        with closing(build(made.settings)) as services:
            facts = _fill(made, shop.id, people, services)
            figures = _played(ShopDomain(shop.domain), services)
    a_million = figures["seconds"] * 1e6 / facts
    figures |= {"facts": facts, "seconds_a_million": round(a_million, 1)}
    failures = []
    if a_million > _MOST_SECONDS_A_MILLION:
        failures.append(f"{a_million:.1f} s for a million facts")
    return report.keep("replay", figures, failures=failures)


def _fill(made: Stage, shop_id: ShopId, people: int, services: Services) -> int:
    """Answer how many facts are there to be played on."""
    now = services.clock()
    with made.database() as connection:
        first = _people(connection, shop_id, people, now, services)
        asked = {
            "now": now,
            "people": people,
            "first": first,
            "checkouts": people * 7 // 5,
            "orders": people * 2,
        }
        for statement in (_CHECKOUTS, _CHANGES, _ORDERS, _WORDS):
            connection.execute(statement.encode(), asked)
        for table in (
            "contacts",
            "checkouts",
            "checkout_changes",
            "orders",
            "consents",
        ):
            connection.execute(f"ANALYZE {table}".encode())
        counted = connection.execute(
            b"SELECT (SELECT count(*) FROM checkout_changes)"
            b" + (SELECT count(*) FROM orders) + (SELECT count(*) FROM consents)"
        ).fetchone()
    assert counted is not None
    return int(counted[0])


def _people(
    connection: psycopg.Connection[Any],
    shop_id: ShopId,
    people: int,
    now: datetime,
    services: Services,
) -> int:
    """Answer the id of the first."""
    copied = "COPY contacts (shop_id, phone_key, phone, created_at) FROM STDIN"
    with connection.cursor() as cursor:
        with cursor.copy(copied.encode()) as copy:
            for row in _rows(shop_id, people, now, services):
                copy.write_row(row)
        found = cursor.execute(b"SELECT min(id) FROM contacts").fetchone()
    assert found is not None
    return int(found[0])


def _rows(
    shop_id: ShopId, people: int, now: datetime, services: Services
) -> Iterator[tuple[Any, ...]]:
    book = services.book
    for number in range(people):
        phone = Phone(f"+49151{10_000_000 + number}")
        sealed = book.sealed(shop_id, phone)
        yield shop_id, book.key(shop_id, phone), sealed, now - timedelta(days=60)


def _played(domain: ShopDomain, services: Services) -> dict[str, Any]:
    started, busy = time.perf_counter(), time.process_time()
    summary = replays.replay(
        domain,
        "cart_reminder",
        days=_DAYS + 1,
        flow=_FLOW,
        operator=Operator("bench"),
        services=services,
    )
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 1),
        "own_cpu_seconds": round(time.process_time() - busy, 1),
        "people": summary.people,
        "messages": sum(summary.outcomes.values()),
        "sent": summary.sent,
        "most_to_one": summary.most_to_one,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
