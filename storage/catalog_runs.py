"""How far a store has been read for its catalog, and what Meta has been compared."""

from datetime import datetime

from core.values import ShopId
from storage.catalogs import Run
from storage.session import Transaction
from storage.statements import Statement

# A run that is under way goes on: it is as good as a new one.
_WANT_RUN = Statement("""
UPDATE catalogs SET run = 'wanted', runs = runs + 1, operation = NULL, read_bytes = 0,
  read_count = 0, told_count = NULL, failures = 0, changed_since = :since,
  began_at = :now, ended_at = NULL
WHERE shop_id = :shop AND run IN ('done', 'failed')
""")
_READ_NOW = Statement("""
UPDATE catalogs SET read_due_at = least(read_due_at, :now), read_held_because = NULL
WHERE shop_id = :shop
""")


def want_run(
    tx: Transaction, shop_id: ShopId, *, since: datetime | None, now: datetime
) -> None:
    """Have all products read, or those that have changed ``since``."""
    tx.run(_WANT_RUN, {"shop": shop_id, "since": since, "now": now})


def read_now(tx: Transaction, shop_id: ShopId, *, now: datetime) -> None:
    """Have the store asked at once, whatever held that back."""
    tx.run(_READ_NOW, {"shop": shop_id, "now": now})


_RUNNING = Statement("""
UPDATE catalogs SET run = 'running', operation = :operation, as_of = :as_of,
  read_bytes = 0, read_count = 0, told_count = NULL,
  began_at = coalesce(began_at, :as_of)
WHERE shop_id = :shop
""")
_READING = Statement("""
UPDATE catalogs SET run = 'reading', told_count = :count WHERE shop_id = :shop
""")
_GO_ON = Statement("""
UPDATE catalogs SET read_bytes = :read_bytes, read_count = read_count + :count
WHERE shop_id = :shop
""")
_AGAIN = Statement("""
UPDATE catalogs SET run = :run, operation = NULL, read_bytes = 0, read_count = 0,
  failures = failures + 1,
  next_run_at = coalesce(CAST(:next_at AS timestamptz), next_run_at)
WHERE shop_id = :shop
""")
_END = Statement("""
UPDATE catalogs SET run = 'done', ended_at = :now, operation = NULL, failures = 0,
  next_run_at = CASE WHEN changed_since IS NOT NULL THEN next_run_at
    WHEN next_run_at > as_of THEN least(next_run_at, :next_at) ELSE :next_at END,
  comparing_since = CASE WHEN changed_since IS NULL THEN :now ELSE comparing_since END,
  compared_after = CASE WHEN changed_since IS NULL THEN NULL ELSE compared_after END,
  tell_due_at = CASE WHEN tell_held_because IS NULL
    THEN least(tell_due_at, :now) ELSE tell_due_at END
WHERE shop_id = :shop
""")


def note_running(
    tx: Transaction, shop_id: ShopId, operation: str, *, as_of: datetime
) -> None:
    tx.run(_RUNNING, {"shop": shop_id, "operation": operation, "as_of": as_of})


def note_reading(tx: Transaction, shop_id: ShopId, *, count: int) -> None:
    """The store says that it has written so many products down."""
    tx.run(_READING, {"shop": shop_id, "count": count})


def go_on(tx: Transaction, shop_id: ShopId, *, read_bytes: int, count: int) -> None:
    """So much has been read: to be noted with what it told, or not at all."""
    tx.run(_GO_ON, {"shop": shop_id, "read_bytes": read_bytes, "count": count})


def begin_again(tx: Transaction, shop_id: ShopId) -> None:
    """What the store has written is of no use."""
    tx.run(_AGAIN, {"shop": shop_id, "run": Run.WANTED, "next_at": None})


def give_up(tx: Transaction, shop_id: ShopId, *, next_at: datetime) -> None:
    """The same, once too often: until then nothing more is asked for."""
    tx.run(_AGAIN, {"shop": shop_id, "run": Run.FAILED, "next_at": next_at})


def end_run(
    tx: Transaction, shop_id: ShopId, *, now: datetime, next_at: datetime
) -> None:
    """All has been read. After a whole run what Meta has is looked at, too."""
    tx.run(_END, {"shop": shop_id, "now": now, "next_at": next_at})


_COMPARE = Statement("""
UPDATE catalogs SET comparing_since = :since, compared_after = :after
WHERE shop_id = :shop
""")
_COMPARED = Statement("""
UPDATE catalogs SET comparing_since = NULL, compared_after = NULL, compared_at = :now,
  found = CAST(:found AS jsonb)
WHERE shop_id = :shop
""")
_FOUND = Statement("""
UPDATE catalogs SET compared_after = :after, found = CAST(:found AS jsonb)
WHERE shop_id = :shop
""")


def compare_from(tx: Transaction, shop_id: ShopId, *, since: datetime) -> None:
    """Begin to look at what Meta has."""
    tx.run(_COMPARE, {"shop": shop_id, "since": since, "after": None})


def note_compared(
    tx: Transaction, shop_id: ShopId, *, after: str | None, found: str, now: datetime
) -> None:
    """A page more has been looked at; the last where there is nothing ``after`` it.
    ``found`` is JSON that counts."""
    asked = {"shop": shop_id, "after": after, "found": found, "now": now}
    tx.run(_COMPARED if after is None else _FOUND, asked)
