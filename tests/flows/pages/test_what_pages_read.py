"""What the first page, the one of operations and those of flows read does not grow with
what the store has sent, been told and sold."""

from sqlalchemy import text

from storage.session import open_engine
from storage.tenancy import Crossing
from tests.flows.test_costs import _dearer, _weighed
from tests.world import SHOP

_PAST = """
INSERT INTO orders (shop_id, order_id, name, placed_at, whole_since)
SELECT :shop, n, 'past' || n, :then, :then
FROM generate_series(CAST(:first AS int), :last) AS n;

INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, order_id,
  checkout_key, told, state, provider_id, accepted_at, reported_at, wanted_at, due_at,
  story, created_at)
SELECT 'msg_00' || n, :shop, 'past' || n,
  CASE WHEN n % 2 = 0 THEN 'cart_reminder' ELSE 'payment_pending' END,
  'marketing', 0, n, CASE WHEN n % 2 = 0 THEN int4send(n) END,
  '{"step": "1", "after_minutes": 60}',
  CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'read' END, 'past' || n, :then, :then, :then,
  :then, '[]', :then
FROM generate_series(CAST(:first AS int), :last) AS n;

INSERT INTO privacy_requests (shop_id, shop_domain, kind, source, key, asked_at, state)
SELECT :shop, :domain, 'erase_person', 'past', int4send(n), :then, 'done'
FROM generate_series(CAST(:first AS int), :last) AS n;

INSERT INTO order_answers (shop_id, order_id, question)
SELECT :shop, n, 'past' FROM generate_series(CAST(:first AS int), :last) AS n;

INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, shop_id, lane, body,
  happened_at, arrived_at, next_attempt_at, state)
SELECT 'shopify', 'past' || n, 'orders/create', :domain, :shop, n % 16, 'b', :then,
  :then, :then, 'done' FROM generate_series(CAST(:first AS int), :last) AS n;

INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, lane, body, happened_at,
  arrived_at, next_attempt_at, state)
SELECT 'shopify', 'past' || n, 'orders/create', 'other' || n % 9 || '.myshopify.com',
  n % 16, 'b', :then, :then, :then, 'stuck'
FROM generate_series(CAST(:first AS int), :last) AS n;
"""


def _let_have_been(world, *, first, last):
    """So much is over at this store, and waits at others; the planner knows it."""
    values = {
        "shop": world.shop_ids[SHOP],
        "domain": SHOP,
        "then": world.now.replace(month=1),
        "first": first,
        "last": last,
    }
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        for statement in _PAST.split(";")[:-1]:
            used = {name for name in values if f":{name}" in statement}
            given = {name: values[name] for name in used}
            tx.connection.execute(text(statement), given)
    owner = open_engine(world.settings.database_owner_url, connections=1)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    owner.dispose()


def test_what_they_read_is_the_same_with_ten_times_the_past(desk, monkeypatch):
    results = [
        f"/flows/{name}/results" for name in ("cart_reminder", "payment_pending")
    ]
    paths = ("/", "/operations", "/flows", *results)

    def weighed():
        with _weighed(monkeypatch) as blocks:
            for path in paths:
                assert desk.gets(path).status_code == 200
        return blocks

    _let_have_been(desk.world, first=1, last=1_000)
    weighed()  # what is asked once is out of the way
    few = weighed()
    _let_have_been(desk.world, first=1_001, last=10_000)
    many = weighed()

    assert len(few) > 8
    assert _dearer(few, many) == {}
