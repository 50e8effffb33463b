"""What a store is asked of its past, part by part, and how far each has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from core.values import ProductId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import backfills, products


class Part(StrEnum):
    """In the order in which they are asked for. What somebody left in a checkout is
    found by comparing: see ``storage.comparisons``."""

    ORDERS = "orders"
    CUSTOMERS = "customers"
    PRODUCTS = "products"


class State(StrEnum):
    """``wanted`` until the store has begun to write the answer, ``running`` until it is
    written, ``reading`` until it is read."""

    WANTED = "wanted"
    RUNNING = "running"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePart:
    """``operation`` is the store's name for what it writes, which came to nothing
    ``failures`` times. ``read_bytes`` of it have been read, or ``read_count`` things.
    ``until`` nobody else takes it."""

    shop_id: ShopId
    domain: str
    part: Part
    state: State
    operation: str | None
    read_bytes: int
    read_count: int
    attempts: int
    failures: int
    until: datetime


_BEGIN = Statement("""
INSERT INTO backfills (shop_id, part, state, due_at, began_at)
SELECT :shop, part, 'wanted', :now, :now FROM unnest(CAST(:parts AS text[])) AS part
ON CONFLICT (shop_id, part) DO UPDATE SET state = 'wanted', due_at = :now,
  attempts = 0, failures = 0, held_because = NULL, operation = NULL, read_bytes = 0,
  read_count = 0
WHERE backfills.state = 'failed'
""")


def begin(tx: Transaction, shop_id: ShopId, *, now: datetime) -> None:
    """Have the store's past asked for. A second time begins again what has failed."""
    tx.run(_BEGIN, {"shop": shop_id, "parts": [*Part], "now": now})


# One part of a store at a time, so that its orders are known before all else is.
_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT f.shop_id, f.part FROM backfills f JOIN shops t ON t.id = f.shop_id
  WHERE f.due_at <= :now AND f.state IN ('wanted', 'running', 'reading')
    AND t.state = 'active'
  ORDER BY f.due_at, array_position(CAST(:parts AS text[]), f.part) LIMIT 1
  FOR UPDATE OF f SKIP LOCKED)
UPDATE backfills b SET due_at = :until FROM shops s
WHERE s.id = b.shop_id AND (b.shop_id, b.part) IN (SELECT shop_id, part FROM due)
RETURNING b.shop_id, s.domain, b.part, b.state, b.operation, b.read_bytes,
  b.read_count, b.attempts, b.failures
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> DuePart | None:
    """The part that has waited longest; nobody else takes it before ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until, "parts": [*Part]}):
        return DuePart(
            shop_id=ShopId(row.shop_id),
            domain=row.domain,
            part=Part(row.part),
            state=State(row.state),
            operation=row.operation,
            read_bytes=row.read_bytes,
            read_count=row.read_count,
            attempts=row.attempts,
            failures=row.failures,
            until=until,
        )
    return None


_MOVE = Statement("""
UPDATE backfills SET state = :state, operation = coalesce(:operation, operation),
  told_count = coalesce(:count, told_count),
  ended_at = CASE WHEN :state IN ('done', 'failed') THEN CAST(:now AS timestamptz) END
WHERE shop_id = :shop AND part = :part
""")


def move(
    tx: Transaction,
    due: DuePart,
    state: State,
    *,
    now: datetime,
    operation: str | None = None,
    count: int | None = None,
) -> None:
    """It has come so far; ``count`` is how many things the store says there are."""
    asked = {
        "shop": due.shop_id,
        "part": due.part,
        "state": state,
        "operation": operation,
        "count": count,
        "now": now,
    }
    tx.run(_MOVE, asked)


_BEGIN_AGAIN = Statement("""
UPDATE backfills SET state = 'wanted', operation = NULL, read_bytes = 0, read_count = 0,
  failures = failures + 1
WHERE shop_id = :shop AND part = :part
""")


def begin_again(tx: Transaction, due: DuePart) -> None:
    """What the store has written is of no use."""
    tx.run(_BEGIN_AGAIN, {"shop": due.shop_id, "part": due.part})


_GO_ON = Statement("""
UPDATE backfills SET read_bytes = :read_bytes, read_count = read_count + :count
WHERE shop_id = :shop AND part = :part
""")


def go_on(tx: Transaction, due: DuePart, *, read_bytes: int, count: int) -> None:
    """So much has been read: to be noted with what it told, or not at all."""
    asked = {
        "shop": due.shop_id,
        "part": due.part,
        "read_bytes": read_bytes,
        "count": count,
    }
    tx.run(_GO_ON, asked)


_HAND_BACK = Statement("""
UPDATE backfills SET due_at = :due_at, attempts = :attempts, held_because = :because
WHERE shop_id = :shop AND part = :part AND due_at = :until
""")


def hand_back(
    tx: Transaction,
    due: DuePart,
    *,
    due_at: datetime,
    attempts: int = 0,
    because: str | None = None,
) -> None:
    """Look at it again at ``due_at``; ``because`` says what holds it back. Nothing is
    written where its answer came meanwhile."""
    asked = {
        "shop": due.shop_id,
        "part": due.part,
        "until": due.until,
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HAND_BACK, asked)


_WAKE = Statement("""
UPDATE backfills SET due_at = :now
WHERE shop_id = ANY(CAST(:shops AS bigint[])) AND state = 'running'
""")


def wake(tx: Transaction, shop_ids: Collection[ShopId], *, now: datetime) -> None:
    """Stores say that they have written an answer: look at once."""
    if shop_ids:
        tx.run(_WAKE, {"shops": sorted(shop_ids), "now": now})


_NAMED = columns_of(products, ("shop_id", "product_id"))
_KEEP_PRODUCTS = Statement(f"""
INSERT INTO products (shop_id, product_id) SELECT * FROM {unfolded(_NAMED)}
ON CONFLICT DO NOTHING
""")


def keep_products(
    tx: Transaction, shop_id: ShopId, product_ids: Collection[ProductId]
) -> None:
    """That the store has these. A second time changes nothing."""
    rows = [{"shop_id": shop_id, "product_id": each} for each in sorted(product_ids)]
    if rows:
        tx.run(_KEEP_PRODUCTS, folded(rows))


def of_shop(tx: Transaction, shop_id: ShopId) -> list[Mapping[str, Any]]:
    """How far each part has come."""
    return tx.rows(
        select(backfills)
        .where(backfills.c.shop_id == shop_id)
        .order_by(backfills.c.began_at, backfills.c.part)
    )
