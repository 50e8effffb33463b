"""What a batch reads of the database does not grow with all that has been."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bench.carts import cart_hook, phone
from core.values import Scope
from storage.session import open_engine
from storage.statements import Statement
from storage.tables import metadata
from storage.tenancy import Crossing
from tests import samples
from tests.world import PHONE, SHOP

_PAST = """
INSERT INTO shops (domain, state, lane, token_kind, name, timezone, currency,
  transactional_consent, purchase_wording, throughput, languages, connected_at)
SELECT n || '.myshopify.com', 'active', n % 16, 'permanent', '', 'UTC', 'EUR',
  'explicit', '', 80, '[]', :now
FROM generate_series(CAST(:first AS int) / 100 + 1, :last / 100) AS n;

CREATE TEMPORARY TABLE past ON COMMIT DROP AS
SELECT n, s.id AS shop_id, s.domain
FROM generate_series(CAST(:first AS int), :last) AS n
JOIN shops s ON s.domain = (n - 1) / 100 + 1 || '.myshopify.com';

INSERT INTO contacts (shop_id, phone_key, created_at)
SELECT shop_id, convert_to('past' || n, 'UTF8'), :now FROM past;

INSERT INTO contact_keys (shop_id, kind, key, contact_id, value, since, how)
SELECT shop_id, 'phone', phone_key, id, phone_key, :now, 'named' FROM contacts c
WHERE NOT EXISTS (SELECT 1 FROM contact_keys k WHERE k.contact_id = c.id);

INSERT INTO consents (shop_id, contact_id, number, scope, act, source, commitment,
  digest, happened_at, recorded_at)
SELECT shop_id, id, id, 'transactional', 'granted', 'past', '', '', :now, :now
FROM contacts c
WHERE NOT EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id);

INSERT INTO orders (shop_id, order_id, name, placed_at, whole_since)
SELECT shop_id, 1000000000 + n, 'past' || n, :now, :now FROM past;

INSERT INTO parcels (shop_id, fulfillment_id, order_id)
SELECT shop_id, 1000000000 + n, 1000000000 + n FROM past;

INSERT INTO customers (shop_id, customer_id)
SELECT shop_id, 1000000000 + n FROM past;

INSERT INTO checkouts (shop_id, token_key, token, updated_at)
SELECT shop_id, convert_to('past' || n, 'UTF8'), '', :now FROM past;

INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, order_id,
  state, provider_id, accepted_at, reported_at, wanted_at, due_at, story, created_at)
SELECT 'past' || n, shop_id, 'past' || n, 'a', 'transactional', 0, 1000000000 + n,
  'sent', 'past' || n, :now, :now, :now, :now, '[]', :now FROM past;

INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, shop_id, lane, body,
  happened_at, arrived_at, next_attempt_at, state, order_id)
SELECT 'shopify', 'past' || n, 'orders/create', domain, shop_id, n % 16, 'b', :now,
  :now, :now, 'done', 1000000000 + n FROM past;

INSERT INTO history (shop_id, order_id, kind, thing, happened_at, arrived_at, read_at,
  key, data)
SELECT shop_id, 1000000000 + n, 'order', n, :now, :now, :now,
  convert_to('past' || n, 'UTF8'), '' FROM past;

INSERT INTO forgotten (shop_id, thing, forgotten_at, noted_at)
SELECT shop_id, 'order ' || (2000000000 + n), :now, :now FROM past;
"""

_WEIGHABLE = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


def _let_have_been(world: Any, *, first: int, last: int) -> None:
    """So much is done and over, a hundred of each a shop, and the planner knows it."""
    values = {"now": world.now, "first": first, "last": last}
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        for statement in _PAST.split(";")[:-1]:
            tx.connection.execute(text(statement), values)
    owner = open_engine(world.settings.database_owner_url, connections=1)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    owner.dispose()


@contextmanager
def _weighed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """The most blocks that each statement looks at whenever it is sent meanwhile.

    Where there is an index it is used: what is measured is whether there is one, and
    not what the planner thinks of so few rows.
    """
    blocks: dict[str, int] = {}
    honest = Statement.sent

    def weighing(statement: Statement, connection: Any, asked: Any) -> Any:
        if statement.text.strip().startswith(_WEIGHABLE):
            explained = Statement(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.text}"
            )
            connection.execute("SAVEPOINT weighed")
            for way in ("seqscan", "hashjoin", "mergejoin"):
                connection.execute(f"SET LOCAL enable_{way} = off")
            [told] = honest(explained, connection, asked).fetchone()
            connection.execute("ROLLBACK TO SAVEPOINT weighed")
            connection.execute("RELEASE SAVEPOINT weighed")
            [plan] = json.loads(told) if isinstance(told, str) else told
            seen = (
                plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
            )
            blocks[statement.text] = max(blocks.get(statement.text, 0), seen)
        return honest(statement, connection, asked)

    with monkeypatch.context() as patched:
        patched.setattr(Statement, "sent", weighing)
        yield blocks


def _a_sale(world: Any, number: int) -> None:
    """An order is told, paid, sent out, scanned; its messages go out and are read."""
    ids = {"fulfillment_id": 16 * number, "order_id": 16 * number}
    phone = f"+4915112{number:06d}"
    world.shopify_says(
        "orders/create", samples.order(order_id=16 * number, phone=phone)
    )
    world.shopify_says("fulfillments/create", samples.fulfillment(**ids))
    world.work()
    world.meta_reports(
        *(
            {"id": each.provider_id, "status": "delivered"}
            for each in world.messages
            if each.state == "sent" and each.provider_id.startswith("wamid")
        )
    )
    world.pass_time(timedelta(minutes=2))  # a parcel's news waits for more


def test_what_a_sale_reads_is_the_same_with_ten_times_the_past(world, monkeypatch):
    world.open_shop()
    world.agree(PHONE)
    _a_sale(world, 1)  # what is asked once is out of the way

    _let_have_been(world, first=1, last=1_000)
    with _weighed(monkeypatch) as few:
        _a_sale(world, 2)
    _let_have_been(world, first=1_001, last=10_000)
    with _weighed(monkeypatch) as many:
        _a_sale(world, 3)

    assert len(world.accepted) == 6
    assert len(few) > 20
    assert _dearer(few, many) == {}


def _dearer(few: dict[str, int], many: dict[str, int]) -> dict[str, tuple[int, int]]:
    """The statements that look at more than so much more of the past explains."""
    # An index over ten times as much may be a level deeper. Where the shop is not
    # named, an index that begins with it is walked once for each, so there are ten
    # times as many of them, too.
    return {
        statement: (few.get(statement, 0), blocks)
        for statement, blocks in many.items()
        if blocks > 2 * few.get(statement, blocks) + 10
    }


def _an_offer(world: Any, number: int) -> None:
    """Somebody who wants offers leaves a cart, and is reminded of it."""
    world.agree(phone(number), scope=Scope.MARKETING)
    cart = cart_hook(number, SHOP, number, world.now)
    world.shopify_says("checkouts/create", cart.body)
    world.work()
    world.pass_time(timedelta(hours=1))


def test_what_an_offer_reads_is_the_same_with_ten_times_the_past(world, monkeypatch):
    world.open_shop(automations=["cart_reminder"])
    _an_offer(world, 1)  # what is asked once is out of the way

    _let_have_been(world, first=1, last=1_000)
    with _weighed(monkeypatch) as few:
        _an_offer(world, 2)
    _let_have_been(world, first=1_001, last=10_000)
    with _weighed(monkeypatch) as many:
        _an_offer(world, 3)

    assert len(world.accepted) == 3
    assert len(few) > 20
    assert _dearer(few, many) == {}


def test_no_row_that_goes_has_all_others_searched_for_what_points_to_it():
    """PostgreSQL looks for those by itself, for each row, and a person's go one by one.
    A store goes as a whole, and its webhooks before it."""
    for table in metadata.tables.values():
        beginnings = [tuple(table.primary_key.columns.keys())]
        beginnings += [
            tuple(index.columns.keys())
            for index in table.indexes
            # What is searched for by its value is there.
            if index.dialect_options["postgresql"]["where"] is None
            or index.name == f"{table.name}_of_contact"
        ]
        for key in table.foreign_key_constraints:
            names = tuple(column.name for column in key.columns)
            if names != ("shop_id",):
                found = any(names == each[: len(names)] for each in beginnings)
                assert found, f"{table.name} {names}"
