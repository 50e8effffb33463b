"""Fills a database with years of history: orders, their buyers, and messages.

PostgreSQL makes the rows itself. Sealed columns hold random bytes of a like length:
nothing here is ever opened again, but for phones where somebody gives sealed ones.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

_CONTACTS = """
INSERT INTO contacts (shop_id, phone_key, phone, created_at)
SELECT shops.ids[1 + n %% cardinality(shops.ids)],
  sha256(('contact ' || n)::bytea),
  coalesce(shops.phones[1 + n %% cardinality(shops.ids)],
    sha256(('phone ' || n)::bytea) || '\\x0000'),
  %(now)s::timestamptz - n * interval '5 seconds'
FROM generate_series(1, %(orders)s::bigint) AS n,
  (SELECT %(shops)s::bigint[] AS ids, %(phones)s::bytea[] AS phones) AS shops
"""

_KEYS = """
INSERT INTO contact_keys (shop_id, kind, key, contact_id, value, since, how)
SELECT shop_id, 'phone', phone_key, id, phone, created_at, 'named' FROM contacts
"""

_ORDERS = """
INSERT INTO orders (shop_id, order_id, name, version, whole_since, placed_at, payment,
  shipping, cash_on_delivery, total, current_total, currency, items, locale, country,
  agreed, contact_id, first_name, email, place, status_url)
SELECT c.shop_id, 1000000 + c.id, '#' || c.id,
  to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00 ')
    || repeat('0', 20) || ' ' || left(md5(c.id::text), 16),
  c.created_at, c.created_at, 'paid', 'unfulfilled', false, 39.90, 39.90, 'EUR',
  '[{"sku": "TEA-1", "price": "39.90", "title": "Tea", "currency": "EUR",
     "quantity": 1, "product_id": 1, "variant_id": 2}]',
  'en-DE', 'DE', true, c.id, sha256(('a ' || c.id)::bytea),
  sha256(('b ' || c.id)::bytea), sha256(('c ' || c.id)::bytea),
  sha256(('d ' || c.id)::bytea) || sha256(('e ' || c.id)::bytea)
FROM contacts c
"""

# The five messages of an order; old ones are read, the waiting ones due next week.
_MESSAGES = """
INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, order_id,
  contact_id, state, attempt, wanted_at, due_at, asked_at, accepted_at, reported_at,
  provider_id, template, language, body, story, created_at)
SELECT 'msg_0' || to_char(n, 'FM00000000000000000000'), o.shop_id,
  'order_confirmation:' || o.order_id || ':' || n, 'order_confirmation',
  'transactional', 0, o.order_id, o.contact_id,
  CASE WHEN n <= %(waiting)s::bigint THEN 'waiting' ELSE 'read' END, 1,
  o.placed_at,
  CASE WHEN n <= %(waiting)s::bigint
    THEN %(now)s::timestamptz + interval '7 days' + n * interval '1 second'
    ELSE o.placed_at END,
  o.placed_at, CASE WHEN n > %(waiting)s::bigint THEN o.placed_at END,
  CASE WHEN n > %(waiting)s::bigint THEN o.placed_at END,
  CASE WHEN n > %(waiting)s::bigint THEN 'wamid.' || md5(n::text) END,
  'sosik_order_confirmation_1', 'en', sha256(('t ' || n)::bytea),
  '[{"at": "2026-01-01T00:00:00+00:00", "what": "proposed"}]', o.placed_at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN contacts c ON c.id = 1 + n %% %(orders)s::bigint
JOIN orders o ON o.shop_id = c.shop_id AND o.order_id = 1000000 + c.id
"""

_WEBHOOKS = """
INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, shop_id, lane, happened_at,
  arrived_at, next_attempt_at, attempts, state, outcome, order_id)
SELECT 'shopify', 'filled ' || o.order_id, 'orders/create', s.domain, o.shop_id, 0,
  o.placed_at, o.placed_at, o.placed_at, 1, 'done', '{"events": ["OrderSeen"]}',
  o.order_id
FROM orders o JOIN shops s ON s.id = o.shop_id
"""

_PARCELS = """
INSERT INTO parcels (shop_id, fulfillment_id, order_id, version, is_cancelled,
  milestone, milestone_at, was_under_way, tracking_key, contact_id, private)
SELECT o.shop_id, 2000000 + o.order_id, o.order_id, o.version, false, 'delivered',
  o.placed_at, true, left(md5(o.order_id::text), 16), o.contact_id,
  sha256(('p ' || o.order_id)::bytea) || sha256(('q ' || o.order_id)::bytea)
FROM orders o
"""

_HISTORY = """
INSERT INTO history (shop_id, order_id, kind, thing, happened_at, arrived_at, read_at,
  key, data)
SELECT o.shop_id, o.order_id, 'OrderSeen', o.order_id, o.placed_at, o.placed_at,
  o.placed_at, sha256(('key ' || o.order_id)::bytea),
  sha256(('f ' || o.order_id)::bytea) || sha256(('g ' || o.order_id)::bytea)
    || sha256(('h ' || o.order_id)::bytea) || sha256(('i ' || o.order_id)::bytea)
FROM orders o
"""

_AT_ONCE = 250_000


def fill(
    connection: "psycopg.Connection[Any]",
    *,
    shop_ids: Sequence[int],
    orders: int,
    messages: int,
    waiting: int,
    now: datetime,
    has_past: bool = False,
    phones: Sequence[bytes] = (),
    written_by: str = _MESSAGES,
) -> None:
    """For an empty database: the years before ``now``. ``messages`` counts the waiting
    ones too; ``has_past`` is whether each order has a webhook, a parcel and its history
    besides. ``phones`` are sealed, one for each of the shops, and everybody's there.
    ``written_by`` is the statement that writes the messages from the ``first`` to the
    ``last``."""
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '256MB'")
    asked = {"orders": orders, "shops": list(shop_ids), "waiting": waiting, "now": now}
    connection.execute(_CONTACTS, asked | {"phones": list(phones) or None})
    connection.execute(_KEYS)
    connection.execute(_ORDERS)
    if has_past:
        connection.execute(_WEBHOOKS)
        connection.execute(_PARCELS)
        connection.execute(_HISTORY)
    connection.execute("ANALYZE contacts")
    connection.execute("ANALYZE orders")
    # Many rows go in faster without the indexes, and the rest is built at once.
    indexes = _indexes(connection) if messages > _AT_ONCE else {}
    for name in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    for first in range(1, messages + 1, _AT_ONCE):
        last = min(messages, first + _AT_ONCE - 1)
        span = {"first": first, "last": last}
        connection.execute(written_by.encode(), asked | span)
    for definition in indexes.values():
        connection.execute(definition.encode())
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


def _indexes(connection: "psycopg.Connection[Any]") -> dict[str, str]:
    return dict(
        connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'messages'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        ).fetchall()
    )
