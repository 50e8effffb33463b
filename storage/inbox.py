"""Webhooks as they came, kept until understood, and a while longer.

A body is squeezed and sealed before it reaches the database. The rest of the row
tells nothing about a person.
"""

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from math import isqrt
from typing import Any

from sqlalchemy import select, text, update

from core.lanes import Lane
from core.sealing import Keyring
from core.values import ShopId
from storage.history import ToldBy
from storage.recordset import columns_of, folded, unfolded
from storage.retention import Keeping, past_its_time
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import webhooks
from storage.turns import every_lane

_CONTEXT = "webhook"
_FAST = 1


class State(StrEnum):
    """A stuck webhook waits for a person: nothing will try it again by itself."""

    PENDING = "pending"
    DONE = "done"
    IGNORED = "ignored"
    STUCK = "stuck"


class Source(StrEnum):
    SHOPIFY = "shopify"
    META = "meta"
    SEVENTEEN_TRACK = "17track"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A webhook before it is a row. ``body`` is as it came."""

    source: Source
    dedupe_id: str
    topic: str
    shop_domain: str
    lane: Lane
    body: bytes
    happened_at: datetime
    arrived_at: datetime
    told_by: ToldBy | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """A webhook to be read."""

    id: int
    lane: Lane
    source: Source
    topic: str
    shop_domain: str
    sealed_body: bytes | None
    happened_at: datetime
    arrived_at: datetime
    attempts: int
    told_by: ToldBy | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What reading a webhook led to; ``outcome`` is for whoever asks why."""

    webhook_id: int
    state: State
    reason: str | None
    attempts: int
    next_attempt_at: datetime
    shop_id: ShopId | None = None
    order_id: int | None = None
    outcome: Mapping[str, Any] | None = None


def pack(body: bytes, domain: str, keys: Keyring) -> bytes:
    """A body as it is kept: sealed with the key of the store, where it is one of ours.
    Meta's are nobody's own, and have no domain."""
    sealer = keys.at(domain) if domain else keys
    return sealer.seal(zlib.compress(body, _FAST), context=_CONTEXT)


def unpack(sealed: bytes, domain: str, keys: Keyring) -> bytes:
    """The body, to the byte as it came.

    Raises:
        CannotOpen: it was sealed with a key that is no longer there.
    """
    sealer = keys.opener_of(sealed, domain)
    return zlib.decompress(sealer.open(sealed, context=_CONTEXT))


_KEPT = columns_of(
    webhooks,
    (
        *("source", "dedupe_id", "topic", "shop_domain", "lane", "body"),
        *("happened_at", "arrived_at", "next_attempt_at", "told_by"),
    ),
)
_KEEP = Statement(f"""
INSERT INTO webhooks ({", ".join(_KEPT)}) SELECT * FROM {unfolded(_KEPT)}
ON CONFLICT (source, shop_domain, dedupe_id) DO NOTHING RETURNING dedupe_id
""")


def keep(
    tx: Transaction, arrivals: Iterable[Arrival], *, sealer: Keyring
) -> list[Arrival]:
    """Write these down among the webhooks; answer those that are new. For what comes
    by the door there is a quicker way: ``storage.intake``."""
    each_once = {each.dedupe_id: each for each in arrivals}
    rows = [
        {
            "source": each.source,
            "dedupe_id": each.dedupe_id,
            "topic": each.topic,
            "shop_domain": each.shop_domain,
            "lane": each.lane,
            "body": pack(each.body, each.shop_domain, sealer),
            "happened_at": each.happened_at,
            "arrived_at": each.arrived_at,
            "next_attempt_at": each.arrived_at,
            "told_by": each.told_by,
        }
        for each in each_once.values()
    ]
    found = tx.ask(_KEEP, folded(rows)) if rows else []
    return [each_once[row.dedupe_id] for row in found]


# The shops with something due, by hopping from one to the next in the index; of these
# the ones that have waited longest, whatever their names, and a fair share of each: one
# shop's storm holds nobody up, and nobody is passed over for long. More shops than one
# would hop over are only there when workers have been away; they come in turn.
_DUE = Statement("""
SELECT w.id, w.lane, w.source, w.topic, w.shop_domain, w.body, w.happened_at,
  w.arrived_at, w.attempts, w.told_by
FROM unnest(CAST(:lanes AS smallint[])) AS asked (lane) CROSS JOIN LATERAL (
  WITH RECURSIVE heads (shop, id) AS (
    (SELECT shop_domain, id FROM webhooks
     WHERE state = 'pending' AND lane = asked.lane AND next_attempt_at <= :now
     ORDER BY shop_domain, happened_at, id LIMIT 1)
    UNION ALL
    SELECT next.shop_domain, next.id FROM heads CROSS JOIN LATERAL (
      SELECT shop_domain, id FROM webhooks
      WHERE state = 'pending' AND lane = asked.lane AND shop_domain > heads.shop
        AND next_attempt_at <= :now
      ORDER BY shop_domain, happened_at, id LIMIT 1) AS next),
  shops_due AS (
    SELECT shop FROM (SELECT * FROM heads LIMIT 1000) AS found ORDER BY id LIMIT :most)
  SELECT d.* FROM shops_due CROSS JOIN LATERAL (
    SELECT * FROM webhooks
    WHERE state = 'pending' AND lane = asked.lane AND shop_domain = shops_due.shop
      AND next_attempt_at <= :now
    ORDER BY happened_at, id
    LIMIT greatest(1, :most / (SELECT count(*) FROM shops_due))) AS d
  ORDER BY d.happened_at, d.id LIMIT :most) AS w
ORDER BY w.happened_at, w.id
""")


def due(
    tx: Transaction, lanes: Sequence[Lane], *, now: datetime, limit: int
) -> list[Webhook]:
    """What comes next in these lanes, in the order in which things happened.

    When more than ``limit`` are due in a lane, each shop with something due there has
    its share: ``may_have_more`` tells of which lanes something may be left.
    """
    asked = {"lanes": list(lanes), "now": now, "most": limit}
    return [
        Webhook(
            id=row.id,
            lane=Lane(row.lane),
            source=Source(row.source),
            topic=row.topic,
            shop_domain=row.shop_domain,
            sealed_body=row.body,
            happened_at=row.happened_at.astimezone(UTC),
            arrived_at=row.arrived_at.astimezone(UTC),
            attempts=row.attempts,
            told_by=None if row.told_by is None else ToldBy(row.told_by),
        )
        for row in tx.ask(_DUE, asked)
    ]


def may_have_more(found: Iterable[Webhook], *, limit: int) -> set[Lane]:
    """The lanes of which so many were found that something may still be due there.

    Of n shops one that had more gave its share, limit / n, and each other at least
    one: that is 2 * sqrt(limit) - 1 or more, whatever n is.
    """
    counts = Counter(webhook.lane for webhook in found)
    return {lane for lane, count in counts.items() if count >= 2 * isqrt(limit) - 1}


_SETTLED = columns_of(
    webhooks,
    (
        *("id", "state", "reason", "attempts", "next_attempt_at", "shop_id"),
        *("order_id", "outcome"),
    ),
)
_SETTLE = Statement(f"""
UPDATE webhooks w SET state = new.state, reason = new.reason,
  attempts = new.attempts, next_attempt_at = new.next_attempt_at,
  shop_id = new.shop_id, order_id = new.order_id, outcome = new.outcome
FROM {unfolded(_SETTLED)} WHERE w.id = new.id
""")


def settle(tx: Transaction, readings: Collection[Reading]) -> None:
    """Write down what reading them led to."""
    if readings:
        rows = [
            {
                "id": reading.webhook_id,
                "state": reading.state,
                "reason": reading.reason,
                "attempts": reading.attempts,
                "next_attempt_at": reading.next_attempt_at,
                "shop_id": reading.shop_id,
                "order_id": reading.order_id,
                "outcome": reading.outcome,
            }
            for reading in readings
        ]
        tx.run(_SETTLE, folded(rows))


def lanes_due(tx: Transaction, *, now: datetime) -> list[Lane]:
    """Lanes in which something can be read; costs one look at each lane."""
    lane = every_lane().c.lane
    has_work = (
        select(webhooks.c.id)
        .where(
            webhooks.c.lane == lane,
            webhooks.c.state == text("'pending'"),
            webhooks.c.next_attempt_at <= now,
        )
        .exists()
    )
    return [
        Lane(number) for number in tx.connection.scalars(select(lane).where(has_work))
    ]


def try_again(tx: Transaction, webhook_id: int, *, now: datetime) -> Lane | None:
    """Put a webhook back, whatever became of it; answer its lane, None if there is
    no such webhook or its body is no longer kept. Reading it twice changes nothing."""
    lane = tx.connection.scalar(
        update(webhooks)
        .where(webhooks.c.id == webhook_id, webhooks.c.body.is_not(None))
        .values(state=State.PENDING, reason=None, attempts=0, next_attempt_at=now)
        .returning(webhooks.c.lane)
    )
    return None if lane is None else Lane(lane)


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook whose body is still there. ``place`` is where to go on behind it."""

    id: int
    domain: str
    place: str
    sealed_body: bytes = field(repr=False)


_WITH_BODY = Statement("""
SELECT id, dedupe_id, body FROM webhooks
WHERE source = :source AND shop_domain = :domain AND dedupe_id > :after
  AND body IS NOT NULL AND arrived_at >= coalesce(:since, '-infinity'::timestamptz)
ORDER BY dedupe_id LIMIT :most
""")


def kept(
    tx: Transaction,
    source: Source,
    domain: str,
    *,
    after: str,
    since: datetime | None,
    limit: int,
) -> list[Kept]:
    """The next webhooks of a source and a domain, in no order that matters. All of
    Meta's have the domain ''."""
    asked = {
        "source": source,
        "domain": domain,
        "after": after,
        "since": since,
        "most": limit,
    }
    return [
        Kept(row.id, domain, row.dedupe_id, bytes(row.body))
        for row in tx.ask(_WITH_BODY, asked)
    ]


_HEADLINES = Statement("""
SELECT topic, happened_at, arrived_at FROM webhooks
WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY happened_at, id
""")


def headlines(tx: Transaction, ids: Collection[int]) -> list[dict[str, Any]]:
    """What these webhooks are about, and when."""
    return [row._asdict() for row in tx.ask(_HEADLINES, {"ids": sorted(ids)})]


_BODIES = Statement("""
SELECT id, topic, shop_domain, body FROM webhooks
WHERE shop_id = :shop AND id = ANY(CAST(:ids AS bigint[])) ORDER BY happened_at, id
""")


def bodies(
    tx: Transaction, shop_id: ShopId, ids: Collection[int]
) -> list[dict[str, Any]]:
    """The sealed bodies of these webhooks of a shop, where they are kept."""
    asked = {"shop": shop_id, "ids": sorted(ids)}
    return [row._asdict() for row in tx.ask(_BODIES, asked)] if ids else []


_EMPTY = Statement("""
UPDATE webhooks SET body = NULL, order_id = NULL, outcome = NULL,
  reason = CASE WHEN state IN ('pending', 'stuck') THEN 'person_erased' ELSE reason END,
  state = CASE WHEN state IN ('pending', 'stuck') THEN 'ignored' ELSE state END
WHERE id = ANY(CAST(:ids AS bigint[]))
  AND (state <> 'pending' OR arrived_at <= :unread_until)
""")


def empty(tx: Transaction, ids: Collection[int], *, unread_until: datetime) -> int:
    """Leave of these that they came; answer of how many. What came by ``unread_until``
    and was not read is not going to be; what came later is left alone until it is."""
    asked = {"ids": sorted(ids), "unread_until": unread_until}
    return tx.count(_EMPTY, asked) if ids else 0


_DROP_ALL = Statement("""
DELETE FROM webhooks WHERE id IN (
  SELECT id FROM webhooks
  WHERE source IN ('shopify', '17track') AND shop_domain = :domain
    AND arrived_at <= :until LIMIT :most)
""")


def drop_of_domain(tx: Transaction, domain: str, *, until: datetime, limit: int) -> int:
    """Delete what a store has told by a moment; answer how many there were."""
    return tx.count(_DROP_ALL, {"domain": domain, "until": until, "most": limit})


_OLD = past_its_time(
    "webhooks",
    keys=("id",),
    moment="arrived_at",
    days="webhook_days",
    also="t.body IS NOT NULL",
)
_FORGET = Statement(f"""
UPDATE webhooks SET body = NULL WHERE id IN (
  (SELECT id FROM webhooks WHERE shop_id IS NULL AND body IS NOT NULL
     AND arrived_at < CAST(:now AS timestamptz) - CAST(:kept AS interval)
   ORDER BY arrived_at LIMIT :most)
  UNION ALL ({_OLD}))
""")


def forget_bodies(
    tx: Transaction, keeping: Keeping, *, now: datetime, limit: int
) -> int:
    """Delete the bodies that are past their time; the facts of the rows stay."""
    return tx.count(_FORGET, keeping.asked(now=now, limit=limit))
