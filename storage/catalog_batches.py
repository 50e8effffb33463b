"""Portions of items that Meta was asked to take, and what came of each.

A portion is written down before it is sent. Of one that nobody knows the fate of all is
sent again, which changes nothing where it was taken.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.values import ShopId, VariantId
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement

ITEMS = "catalog_items"
LOCAL = "catalog_local_items"
_BOTH = (ITEMS, LOCAL)
"""A portion is of one of them: what is asked by its number is asked of each."""

_BEGIN = Statement("""
INSERT INTO catalog_batches (shop_id, place, count, asked_at, due_at)
VALUES (:shop, :place, :count, :now, :until) RETURNING id
""")
_PUT_IN = {
    table: Statement(f"""
UPDATE {table} i SET batch_id = :batch, sent = i.wanted, sent_at = :now,
  state = CASE WHEN i.wanted IS NULL THEN i.state ELSE 'sent' END
FROM {unfolded({"variant_id": "bigint", "wanted": "text"})}
WHERE i.shop_id = :shop AND i.variant_id = new.variant_id AND i.batch_id IS NULL
  AND i.wanted IS NOT DISTINCT FROM new.wanted
  {"AND i.place = :place" if table == LOCAL else ""}
RETURNING i.variant_id
""")
    for table in _BOTH
}


def begin(
    tx: Transaction,
    shop_id: ShopId,
    items: Mapping[VariantId, str | None],
    *,
    place: str = "",
    now: datetime,
    until: datetime,
) -> tuple[int, set[VariantId]]:
    """Put those into one portion that are still to be shown so, by their fingerprints
    or not at all; its id, and which they are. It has a name of Meta's before ``until``,
    or is lost. All are of one ``place``, or of none."""
    asked = {"shop": shop_id, "place": place, "now": now}
    count = {"count": len(items), "until": until}
    [row] = tx.ask(_BEGIN, {**asked, **count})
    rows = [{"variant_id": id_, "wanted": wanted} for id_, wanted in items.items()]
    table = LOCAL if place else ITEMS
    put = tx.ask(_PUT_IN[table], {**folded(rows), **asked, "batch": row.id})
    return int(row.id), {VariantId(each.variant_id) for each in put}


_TAKEN = Statement("""
UPDATE catalog_batches SET handle = :handle, due_at = :due_at WHERE id = :batch
""")


def note_taken(tx: Transaction, batch: int, handle: str, *, due_at: datetime) -> None:
    """Meta has taken it; what came of it is looked at then."""
    tx.run(_TAKEN, {"batch": batch, "handle": handle, "due_at": due_at})


@dataclass(frozen=True, slots=True)
class Batch:
    """A portion that is to be looked at. Without a ``handle`` it is not known whether
    Meta has taken it."""

    id: int
    handle: str | None
    looks: int
    count: int
    asked_at: datetime


_DUE = Statement("""
SELECT id, handle, looks, count, asked_at FROM catalog_batches
WHERE shop_id = :shop AND ended_at IS NULL AND due_at <= :now
ORDER BY due_at, id LIMIT :most
""")
_LATER = Statement("""
UPDATE catalog_batches SET looks = looks + 1, due_at = :due_at WHERE id = :batch
""")
_NEXT = Statement("""
SELECT min(due_at) AS due_at FROM catalog_batches
WHERE shop_id = :shop AND ended_at IS NULL
""")


def due(tx: Transaction, shop_id: ShopId, *, now: datetime, most: int) -> list[Batch]:
    rows = tx.ask(_DUE, {"shop": shop_id, "now": now, "most": most})
    return [
        Batch(row.id, row.handle, row.looks, row.count, row.asked_at.astimezone(UTC))
        for row in rows
    ]


def look_later(tx: Transaction, batch: int, *, due_at: datetime) -> None:
    tx.run(_LATER, {"batch": batch, "due_at": due_at})


_OPEN = Statement("""
SELECT count(*) AS count FROM catalog_batches
WHERE shop_id = :shop AND ended_at IS NULL
""")


def count_open(tx: Transaction, shop_id: ShopId) -> int:
    """Portions that Meta is not done with."""
    [row] = tx.ask(_OPEN, {"shop": shop_id})
    return int(row.count)


def next_due(tx: Transaction, shop_id: ShopId) -> datetime | None:
    """When one is to be looked at."""
    [row] = tx.ask(_NEXT, {"shop": shop_id})
    return None if row.due_at is None else row.due_at.astimezone(UTC)


_END = Statement("""
UPDATE catalog_batches SET ended_at = :now, outcome = :outcome WHERE id = :batch
""")
_REFUSED = {
    table: Statement(f"""
UPDATE {table} i SET refusal = new.refusal, judged_at = :now, batch_id = NULL,
  state = CASE WHEN i.wanted IS NULL OR i.wanted IS DISTINCT FROM i.sent THEN i.state
    ELSE 'refused' END
FROM {unfolded({"variant_id": "bigint", "refusal": "jsonb"})}
WHERE i.shop_id = :shop AND i.batch_id = :batch AND i.variant_id = new.variant_id
""")
    for table in _BOTH
}
# What changed meanwhile waits already, and what is shown no more keeps its reason.
_TOOK = {
    table: Statement(f"""
UPDATE {table} SET refusal = NULL, judged_at = :now, batch_id = NULL,
  state = CASE WHEN wanted IS NULL OR wanted IS DISTINCT FROM sent THEN state
    ELSE 'live' END
WHERE shop_id = :shop AND batch_id = :batch
""")
    for table in _BOTH
}
# With an item Meta deletes all that is otherwise about it somewhere.
_LOCAL_OVER = Statement("""
UPDATE catalog_local_items l SET sent = NULL, refusal = NULL,
  state = CASE WHEN l.wanted IS NULL THEN l.state ELSE 'waiting' END
FROM catalog_items i
WHERE i.shop_id = :shop AND i.batch_id = :batch AND i.sent IS NULL
  AND l.shop_id = :shop AND l.variant_id = i.variant_id AND l.batch_id IS NULL
""")
_LOCAL_GONE = Statement("""
DELETE FROM catalog_local_items l
WHERE l.shop_id = :shop AND l.wanted IS NULL AND l.sent IS NULL AND (
  l.batch_id = :batch OR l.batch_id IS NULL AND l.variant_id IN (
    SELECT variant_id FROM catalog_items
    WHERE shop_id = :shop AND batch_id = :batch AND sent IS NULL))
""")
_OVER = Statement("""
DELETE FROM catalog_items
WHERE shop_id = :shop AND because = 'gone' AND wanted IS NULL AND sent IS NULL
  AND batch_id IS NULL AND variant_id = ANY(CAST(:variants AS bigint[]))
""")
_GONE_IN = Statement("""
SELECT variant_id FROM catalog_items
WHERE shop_id = :shop AND batch_id = :batch AND because = 'gone' AND sent IS NULL
""")


def end(
    tx: Transaction,
    shop_id: ShopId,
    batch: int,
    refusals: Mapping[VariantId, Mapping[str, str]],
    *,
    now: datetime,
) -> None:
    """Meta is done with it: all but what it refused is as it was asked for."""
    asked = {"shop": shop_id, "batch": batch, "now": now}
    gone = [row.variant_id for row in tx.ask(_GONE_IN, asked)]
    refuse(tx, shop_id, batch, refusals, now=now)
    tx.run(_LOCAL_OVER, asked)
    tx.run(_LOCAL_GONE, asked)
    for table in _BOTH:
        tx.run(_TOOK[table], asked)
    tx.run(_OVER, {**asked, "variants": sorted(gone)})
    outcome = f"refused {len(refusals)}" if refusals else "done"
    tx.run(_END, {**asked, "outcome": outcome})


def refuse(
    tx: Transaction,
    shop_id: ShopId,
    batch: int,
    refusals: Mapping[VariantId, Mapping[str, str]],
    *,
    now: datetime,
) -> None:
    """Meta does not show these, and is done with them."""
    rows = [
        {"variant_id": variant, "refusal": dict(said)}
        for variant, said in refusals.items()
    ]
    if rows:
        asked = {"shop": shop_id, "batch": batch, "now": now}
        for table in _BOTH:
            tx.run(_REFUSED[table], {**folded(rows), **asked})


_LOSE = {
    table: Statement(f"""
UPDATE {table} SET batch_id = NULL, sent = '',
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop AND batch_id = :batch
""")
    for table in _BOTH
}


def lose(
    tx: Transaction, shop_id: ShopId, batch: int, *, because: str, now: datetime
) -> None:
    """Nobody knows what came of it, or nothing did: all of it is to be sent again."""
    asked = {"shop": shop_id, "batch": batch, "now": now, "outcome": because}
    for table in _BOTH:
        tx.run(_LOSE[table], asked)
    tx.run(_END, asked)


_FORGET = Statement("""
DELETE FROM catalog_batches WHERE shop_id = :shop AND ended_at < :before
""")


def forget(tx: Transaction, shop_id: ShopId, *, before: datetime) -> None:
    tx.run(_FORGET, {"shop": shop_id, "before": before})


_LATEST = Statement("""
SELECT id, count, asked_at, ended_at, outcome FROM catalog_batches
WHERE shop_id = :shop ORDER BY id DESC LIMIT :most
""")


def latest(
    tx: Transaction, shop_id: ShopId, *, most: int
) -> Sequence[Mapping[str, Any]]:
    """The portions that were sent last, the newest first."""
    rows = tx.ask(_LATEST, {"shop": shop_id, "most": most})
    return [row._asdict() for row in rows]


_SEEN = Statement("""
UPDATE catalog_items SET seen_at = :at
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
""")
_LISTED = Statement("""
SELECT variant_id, product_id, wanted, judged_at, batch_id IS NULL
  AND wanted IS NOT DISTINCT FROM sent AS is_done, state = 'refused' AS is_refused
FROM catalog_items
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
""")
_REVIEWED = Statement(f"""
UPDATE catalog_items i SET refusal = new.refusal, judged_at = :now, state = 'refused'
FROM {unfolded({"variant_id": "bigint", "refusal": "jsonb"})}
WHERE i.shop_id = :shop AND i.variant_id = new.variant_id AND i.batch_id IS NULL
  AND i.wanted = i.sent AND i.state = 'live'
""")
_SHOWN = Statement("""
UPDATE catalog_items SET refusal = NULL, judged_at = :now, state = 'live'
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
  AND batch_id IS NULL AND wanted = sent AND state = 'refused'
""")
_AGAIN = {
    table: Statement(f"""
UPDATE {table} SET sent = '', state = 'waiting', retries = retries + 1
WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table}
  WHERE shop_id = :shop AND state = 'refused' AND batch_id IS NULL AND wanted = sent
    AND refusal ->> 'may_pass' = 'true' AND retries < :nights AND judged_at < :before
  ORDER BY judged_at, variant_id LIMIT :most))
""")
    for table in _BOTH
}
_RESEND = Statement("""
UPDATE catalog_items SET sent = '',
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop AND variant_id = ANY(CAST(:variants AS bigint[]))
  AND batch_id IS NULL
RETURNING variant_id
""")
_UNSEEN = Statement("""
UPDATE catalog_items SET sent = CASE WHEN wanted IS NULL THEN NULL ELSE '' END,
  state = CASE WHEN wanted IS NULL THEN state ELSE 'waiting' END
WHERE shop_id = :shop AND batch_id IS NULL AND sent IS NOT NULL
  AND state NOT IN ('refused', 'waiting') AND judged_at < :since
  AND (seen_at IS NULL OR seen_at < :since)
RETURNING variant_id
""")


def known(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId]
) -> list[Any]:
    """Those of them that are ours, and whether Meta has been told all of each."""
    return tx.ask(_LISTED, {"shop": shop_id, "variants": sorted(variants)})


def note_reviewed(
    tx: Transaction,
    shop_id: ShopId,
    refusals: Mapping[VariantId, Mapping[str, str]],
    *,
    now: datetime,
) -> None:
    """Meta shows these no more, of which it had said that it does."""
    rows = [
        {"variant_id": id_, "refusal": dict(said)} for id_, said in refusals.items()
    ]
    if rows:
        tx.run(_REVIEWED, {**folded(rows), "shop": shop_id, "now": now})


def note_shown(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId], *, now: datetime
) -> None:
    """Meta shows these as it was asked to, of which it had said that it does not."""
    if variants:
        asked = {"shop": shop_id, "variants": sorted(variants), "now": now}
        tx.run(_SHOWN, asked)


def try_again(
    tx: Transaction, shop_id: ShopId, *, before: datetime, nights: int, most: int
) -> None:
    """Have refused items sent again of which Meta's reason may have passed since
    ``before``: those that waited longest, and each for so many nights."""
    asked = {"shop": shop_id, "before": before, "nights": nights, "most": most}
    for table in _BOTH:
        tx.run(_AGAIN[table], asked)


def note_seen(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId], *, at: datetime
) -> None:
    tx.run(_SEEN, {"shop": shop_id, "variants": sorted(variants), "at": at})


def send_again(
    tx: Transaction, shop_id: ShopId, variants: Collection[VariantId]
) -> int:
    """Meta does not show them as it was asked to; how many those are."""
    asked = {"shop": shop_id, "variants": sorted(variants)}
    return len(tx.ask(_RESEND, asked))


def send_unseen(
    tx: Transaction, shop_id: ShopId, *, since: datetime
) -> list[VariantId]:
    """Meta's list did not have them, of which it has said before ``since`` that it
    shows them; which those are."""
    rows = tx.ask(_UNSEEN, {"shop": shop_id, "since": since})
    return [VariantId(row.variant_id) for row in rows]
