"""Numbers that a tracking service follows for a store, and whose parcels they are.

A number is found by its keyed fingerprint. What is still to be asked of the service
about it is its ``task``, due at a moment, so that a lost process or a wiped Redis
forgets nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.sealing import Keyring, fingerprint
from core.values import FulfillmentId, Milestone, OrderId, ScanId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import tracking_numbers, tracking_parcels

FINISHED = (Milestone.PICKED_UP, Milestone.DELIVERED)
"""Where a parcel's journey ends."""

MOST_COUNTED = 10_000


class State(StrEnum):
    """What the service does about a number, as far as we know."""

    WANTED = "wanted"
    FOLLOWED = "followed"
    LEFT = "left"
    REFUSED = "refused"


class Task(StrEnum):
    """What is still to be asked of the service."""

    FOLLOW = "follow"
    FOLLOW_AGAIN = "follow_again"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class NumberBook:
    """Turns tracking numbers into what is stored of them, and back."""

    sealer: Keyring
    pepper: Callable[[], bytes]

    def key(self, shop_id: ShopId, number: str) -> bytes:
        return fingerprint(self.pepper(), f"number of {shop_id} {number}")

    def sealed(self, shop_id: ShopId, number: str) -> bytes:
        return self.sealer.of(shop_id).seal_text(
            number, context=f"number of shop {shop_id}"
        )

    def opened(self, shop_id: ShopId, sealed: bytes) -> str:
        return self.sealer.of(shop_id).open_text(
            sealed, context=f"number of shop {shop_id}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A number that a parcel has; ``tracking_key`` names the set that it is of."""

    shop_id: ShopId
    number: str = field(repr=False)
    company: str | None
    fulfillment_id: FulfillmentId
    order_id: OrderId
    tracking_key: str


# A parcel is under way while it has these numbers, is not cancelled, and has not come.
_IS_UNDER_WAY = f"""
p.is_cancelled IS NOT TRUE
  AND (p.milestone IS NULL OR p.milestone NOT IN
       ({", ".join(f"'{each}'" for each in FINISHED)}))
"""

_WANTED = {
    **columns_of(tracking_numbers, ("shop_id", "number_key", "number", "company")),
    **columns_of(tracking_parcels, ("fulfillment_id", "order_id", "tracking_key")),
}
_WANT = Statement(f"""
WITH told AS (
  SELECT new.* FROM {unfolded(_WANTED)}
  JOIN parcels p ON p.shop_id = new.shop_id AND p.fulfillment_id = new.fulfillment_id
    AND p.tracking_key = new.tracking_key
  WHERE {_IS_UNDER_WAY}),
added AS (
  INSERT INTO tracking_numbers AS old
    (shop_id, number_key, number, company, state, task, due_at, changed_at)
  SELECT DISTINCT ON (shop_id, number_key)
    shop_id, number_key, number, company, 'wanted', 'follow', :now, :now
  FROM told ORDER BY shop_id, number_key
  ON CONFLICT (shop_id, number_key) DO UPDATE SET
    company = excluded.company, due_at = :now, attempts = 0, reason = NULL,
    changed_at = :now, state = 'wanted',
    task = CASE WHEN old.state = 'left' THEN 'follow_again' ELSE 'follow' END
  WHERE old.task IS NULL AND (old.state = 'left' OR old.state = 'refused'
    AND old.company IS DISTINCT FROM excluded.company))
INSERT INTO tracking_parcels
SELECT shop_id, number_key, fulfillment_id, order_id, tracking_key FROM told
ORDER BY shop_id, number_key, fulfillment_id
ON CONFLICT (shop_id, number_key, fulfillment_id) DO UPDATE
SET tracking_key = excluded.tracking_key
WHERE tracking_parcels.tracking_key <> excluded.tracking_key
""")


def want(
    tx: Transaction, wanted: Collection[Wanted], *, book: NumberBook, now: datetime
) -> None:
    """Have these followed, where their parcels are under way and have them still.

    A number that is followed stays as it is. One that was refused is asked for again
    when the store names another carrier, and one that was left when its parcel goes on.
    """
    if not wanted:
        return
    rows = [
        {
            "shop_id": each.shop_id,
            "number_key": book.key(each.shop_id, each.number),
            "number": book.sealed(each.shop_id, each.number),
            "company": each.company,
            "fulfillment_id": each.fulfillment_id,
            "order_id": each.order_id,
            "tracking_key": each.tracking_key,
        }
        for each in wanted
    ]
    tx.run(_WANT, {**folded(rows), "now": now})


# Locked in one order everywhere, so that two who let go cannot block each other.
_LET_GO = Statement(f"""
WITH known AS (
  SELECT DISTINCT t.shop_id, t.number_key
  FROM {unfolded(columns_of(tracking_parcels, ("shop_id", "order_id")))}
  JOIN tracking_parcels t
    ON t.shop_id = new.shop_id AND t.order_id = new.order_id),
done AS (
  SELECT k.shop_id, k.number_key,
    bool_or(p.milestone IS NOT NULL AND p.is_cancelled IS NOT TRUE) AS came
  FROM known k
  JOIN tracking_parcels t ON t.shop_id = k.shop_id AND t.number_key = k.number_key
  LEFT JOIN parcels p
    ON p.shop_id = t.shop_id AND p.fulfillment_id = t.fulfillment_id
  GROUP BY k.shop_id, k.number_key
  HAVING NOT bool_or(coalesce(p.tracking_key = t.tracking_key AND {_IS_UNDER_WAY},
    false))),
locked AS (
  SELECT n.shop_id, n.number_key, done.came
  FROM tracking_numbers n
  JOIN done ON done.shop_id = n.shop_id AND done.number_key = n.number_key
  WHERE n.state = 'followed' AND n.task IS NULL
  ORDER BY n.shop_id, n.number_key FOR UPDATE OF n)
UPDATE tracking_numbers n SET task = 'leave', attempts = 0, changed_at = :now,
  due_at = CASE WHEN locked.came THEN :later ELSE :now END
FROM locked WHERE n.shop_id = locked.shop_id AND n.number_key = locked.number_key
""")


def let_go(
    tx: Transaction,
    orders: Collection[tuple[ShopId, OrderId]],
    *,
    now: datetime,
    later: datetime,
) -> None:
    """Have the numbers of these orders' parcels left that no parcel under way has any
    more: ``later`` those that have come, which a carrier may have scanned too early."""
    if orders:
        rows = [{"shop_id": shop, "order_id": order} for shop, order in sorted(orders)]
        tx.run(_LET_GO, {**folded(rows), "now": now, "later": later})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """A number, the parcels that have it, and the scans of it that have been told."""

    parcels: tuple[tuple[FulfillmentId, OrderId], ...]
    scans: frozenset[ScanId]


Number = tuple[ShopId, str]

_KEYS = columns_of(tracking_numbers, ("shop_id", "number_key"))
_FIND = Statement(f"""
SELECT n.shop_id, n.number_key, n.scans,
  array_agg(t.fulfillment_id ORDER BY t.fulfillment_id) AS parcels,
  array_agg(t.order_id ORDER BY t.fulfillment_id) AS orders
FROM {unfolded(_KEYS)}
JOIN tracking_numbers n ON n.shop_id = new.shop_id AND n.number_key = new.number_key
JOIN tracking_parcels t ON t.shop_id = n.shop_id AND t.number_key = n.number_key
JOIN parcels p ON p.shop_id = t.shop_id AND p.fulfillment_id = t.fulfillment_id
  AND p.tracking_key = t.tracking_key
GROUP BY n.shop_id, n.number_key
""")


def find(
    tx: Transaction, numbers: Collection[Number], *, book: NumberBook
) -> dict[Number, KnownNumber]:
    """Those of these numbers that a parcel of their shop has."""
    if not numbers:
        return {}
    keys = {(shop, book.key(shop, number)): (shop, number) for shop, number in numbers}
    rows = [{"shop_id": shop, "number_key": key} for shop, key in keys]
    return {
        keys[ShopId(row.shop_id), bytes(row.number_key)]: KnownNumber(
            parcels=tuple(
                (FulfillmentId(parcel), OrderId(order))
                for parcel, order in zip(row.parcels, row.orders, strict=True)
            ),
            scans=frozenset(map(ScanId, row.scans)),
        )
        for row in tx.ask(_FIND, folded(rows))
    }


_TOLD = columns_of(tracking_numbers, ("shop_id", "number_key", "scans"))
_NOTE_SCANS = Statement(f"""
WITH locked AS (
  SELECT n.shop_id, n.number_key, new.scans || n.scans AS scans
  FROM {unfolded(_TOLD)}
  JOIN tracking_numbers n ON n.shop_id = new.shop_id AND n.number_key = new.number_key
  ORDER BY n.shop_id, n.number_key FOR UPDATE OF n)
UPDATE tracking_numbers n SET scans = locked.scans[1 : :most]
FROM locked WHERE n.shop_id = locked.shop_id AND n.number_key = locked.number_key
""")
_MOST_SCANS = 1_000


def note_scans(
    tx: Transaction,
    told: Mapping[Number, Collection[ScanId]],
    *,
    book: NumberBook,
) -> None:
    """Remember that these scans have been told."""
    if told:
        rows = [
            {
                "shop_id": shop_id,
                "number_key": book.key(shop_id, number),
                "scans": sorted(scans),
            }
            for (shop_id, number), scans in told.items()
        ]
        tx.run(_NOTE_SCANS, {**folded(rows), "most": _MOST_SCANS})


_NOTE_LEFT = Statement(f"""
WITH locked AS (
  SELECT n.shop_id, n.number_key, EXISTS (
    SELECT 1 FROM tracking_parcels t
    JOIN parcels p ON p.shop_id = t.shop_id AND p.fulfillment_id = t.fulfillment_id
      AND p.tracking_key = t.tracking_key
    WHERE t.shop_id = n.shop_id AND t.number_key = n.number_key
      AND {_IS_UNDER_WAY}) AS is_open
  FROM {unfolded(_KEYS)}
  JOIN tracking_numbers n ON n.shop_id = new.shop_id AND n.number_key = new.number_key
  WHERE n.state IN ('followed', 'wanted')
  ORDER BY n.shop_id, n.number_key FOR UPDATE OF n)
UPDATE tracking_numbers n SET state = 'left', attempts = 0, changed_at = :now,
  task = CASE WHEN is_open THEN 'follow_again' END,
  due_at = CASE WHEN is_open THEN :now END
FROM locked WHERE n.shop_id = locked.shop_id AND n.number_key = locked.number_key
""")


def note_left(
    tx: Transaction, numbers: Collection[Number], *, book: NumberBook, now: datetime
) -> None:
    """The service has left these by itself; what is under way is asked for again."""
    if numbers:
        rows = [
            {"shop_id": shop, "number_key": book.key(shop, number)}
            for shop, number in sorted(numbers)
        ]
        tx.run(_NOTE_LEFT, {**folded(rows), "now": now})


_UNDER_WAY = Statement(f"""
SELECT p.fulfillment_id, p.order_id, p.tracking_key, p.private,
  {_IS_UNDER_WAY} AND p.tracking_key <> '' AS is_under_way,
  o.placed_at
FROM (SELECT * FROM parcels WHERE shop_id = :shop AND fulfillment_id < :before
      ORDER BY fulfillment_id DESC LIMIT :most) AS p
LEFT JOIN orders o ON o.shop_id = p.shop_id AND o.order_id = p.order_id
ORDER BY p.fulfillment_id DESC
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParcel:
    """A parcel of old. ``private`` is sealed; ``placed_at`` is its order's."""

    fulfillment_id: FulfillmentId
    order_id: OrderId
    tracking_key: str
    private: bytes | None = field(repr=False)
    is_under_way: bool
    placed_at: datetime | None


def parcels_before(
    tx: Transaction, shop_id: ShopId, before: int, *, limit: int
) -> list[FoundParcel]:
    """The next parcels of a shop, the newest first."""
    asked = {"shop": shop_id, "before": before, "most": limit}
    return [
        FoundParcel(
            fulfillment_id=FulfillmentId(row.fulfillment_id),
            order_id=OrderId(row.order_id),
            tracking_key=row.tracking_key or "",
            private=row.private,
            is_under_way=bool(row.is_under_way),
            placed_at=row.placed_at,
        )
        for row in tx.ask(_UNDER_WAY, asked)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNumber:
    """A number of which something is to be asked. ``is_under_way`` is whether a parcel
    that has it still is, and ``order_id`` is of one of its parcels."""

    number_key: bytes
    number: bytes = field(repr=False)
    company: str | None
    state: State
    attempts: int
    is_under_way: bool
    order_id: OrderId | None


_DUE = Statement(f"""
SELECT n.number_key, n.number, n.company, n.state, n.attempts,
  coalesce(has.under_way, false) AS under_way, has.order_id
FROM (SELECT * FROM tracking_numbers
      WHERE shop_id = :shop AND task = :task AND due_at <= :now
      ORDER BY due_at LIMIT :most) AS n
LEFT JOIN LATERAL (
  SELECT bool_or(p.tracking_key = t.tracking_key AND {_IS_UNDER_WAY}) AS under_way,
    min(t.order_id) AS order_id
  FROM tracking_parcels t
  JOIN parcels p ON p.shop_id = t.shop_id AND p.fulfillment_id = t.fulfillment_id
  WHERE t.shop_id = n.shop_id AND t.number_key = n.number_key) AS has ON true
ORDER BY n.due_at, n.number_key
""")


def due_numbers(
    tx: Transaction, shop_id: ShopId, task: Task, *, now: datetime, limit: int
) -> list[DueNumber]:
    asked = {"shop": shop_id, "task": task, "now": now, "most": limit}
    return [
        DueNumber(
            number_key=bytes(row.number_key),
            number=bytes(row.number),
            company=row.company,
            state=State(row.state),
            attempts=row.attempts,
            is_under_way=row.under_way,
            order_id=None if row.order_id is None else OrderId(row.order_id),
        )
        for row in tx.ask(_DUE, asked)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a task: the number's state, and what is left to do."""

    number_key: bytes
    state: State
    task: Task | None
    due_at: datetime | None
    attempts: int
    reason: str | None


_OUTCOME = columns_of(
    tracking_numbers,
    ("number_key", "state", "task", "due_at", "attempts", "reason"),
)
_NOTE = Statement(f"""
UPDATE tracking_numbers n SET state = new.state, task = new.task,
  due_at = new.due_at, attempts = new.attempts, reason = new.reason,
  changed_at = :now
FROM {unfolded(_OUTCOME)}
WHERE n.shop_id = :shop AND n.number_key = new.number_key AND n.task = :was
""")


def note(
    tx: Transaction,
    shop_id: ShopId,
    was: Task,
    outcomes: Sequence[Outcome],
    *,
    now: datetime,
) -> None:
    """Write down what became of this task of these numbers."""
    if not outcomes:
        return
    rows = [
        {
            "number_key": each.number_key,
            "state": each.state,
            "task": each.task,
            "due_at": each.due_at,
            "attempts": each.attempts,
            "reason": each.reason,
        }
        for each in outcomes
    ]
    tx.run(_NOTE, {**folded(rows), "shop": shop_id, "was": was, "now": now})


_FORGET = Statement("""
DELETE FROM tracking_numbers WHERE (shop_id, number_key) IN (
  SELECT shop_id, number_key FROM tracking_numbers
  WHERE task IS NULL AND state <> 'followed' AND changed_at < :before
  ORDER BY changed_at LIMIT :most)
""")


_FORGET_LOOSE = Statement("""
DELETE FROM tracking_numbers WHERE (shop_id, number_key) IN (
  SELECT n.shop_id, n.number_key FROM tracking_numbers n
  WHERE n.task IS NULL AND n.state <> 'followed' AND n.changed_at < :before
    AND NOT EXISTS (SELECT 1 FROM tracking_parcels t
      WHERE t.shop_id = n.shop_id AND t.number_key = n.number_key)
  ORDER BY n.changed_at LIMIT :most)
""")


def forget_loose(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete the numbers that are left and no parcel has any more, such as those of a
    person that was erased."""
    return tx.count(_FORGET_LOOSE, {"before": before, "most": limit})


def forget_done(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete the numbers that nobody has followed since before a moment."""
    return tx.count(_FORGET, {"before": before, "most": limit})


_COUNTS = Statement("""
SELECT state, task IS NOT NULL AS is_due, count(*) AS numbers FROM (
  SELECT state, task FROM tracking_numbers WHERE shop_id = :shop LIMIT :most) AS counted
GROUP BY state, is_due
""")


def counts_of(tx: Transaction, shop_id: ShopId) -> dict[State, int]:
    """How many numbers are in each state, counted up to ``MOST_COUNTED`` in all."""
    counts = dict.fromkeys(State, 0)
    for row in tx.ask(_COUNTS, {"shop": shop_id, "most": MOST_COUNTED}):
        counts[State(row.state)] += row.numbers
    return counts
