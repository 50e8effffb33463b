"""What waits, fails and comes next at one shop: asked by whoever minds it, so its price
depends on what waits now, never on what has been. Counts stop at ``MOST``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import begins_at
from core.lanes import Lane
from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement

MOST = 10_000
MOST_SHOWN = 50

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """``due`` should have gone by now, the oldest of them at ``oldest_due_at``;
    ``later`` wait for their time."""

    due: int
    later: int
    sending: int
    unsure: int
    oldest_due_at: datetime | None


# Priorities are found by hopping through the index: there are a handful.
_MESSAGES = Statement("""
WITH RECURSIVE each (priority) AS (
  (SELECT priority FROM messages WHERE queue = 'waiting' AND shop_id = :shop
   ORDER BY priority LIMIT 1)
  UNION ALL
  SELECT next.priority FROM each CROSS JOIN LATERAL (
    SELECT priority FROM messages WHERE queue = 'waiting' AND shop_id = :shop
      AND priority > each.priority ORDER BY priority LIMIT 1) AS next)
SELECT
  (SELECT count(*) FROM (SELECT FROM each CROSS JOIN LATERAL (
     SELECT FROM messages WHERE queue = 'waiting' AND shop_id = :shop
       AND priority = each.priority AND due_at <= :now LIMIT :most) AS m
     LIMIT :most) AS few) AS due,
  (SELECT count(*) FROM (SELECT FROM each CROSS JOIN LATERAL (
     SELECT FROM messages WHERE queue = 'waiting' AND shop_id = :shop
       AND priority = each.priority AND due_at > :now LIMIT :most) AS m
     LIMIT :most) AS few) AS later,
  (SELECT count(*) FROM (SELECT FROM messages
     WHERE shop_id = :shop AND listed_as = 'sending' LIMIT :most) AS few) AS sending,
  (SELECT count(*) FROM (SELECT FROM messages
     WHERE shop_id = :shop AND listed_as = 'unsure' LIMIT :most) AS few) AS unsure,
  (SELECT min(m.due_at) FROM each CROSS JOIN LATERAL (
     SELECT due_at FROM messages WHERE queue = 'waiting' AND shop_id = :shop
       AND priority = each.priority AND due_at <= :now
     ORDER BY due_at LIMIT 1) AS m) AS oldest_due_at
""")


def messages(tx: Transaction, shop_id: ShopId, *, now: datetime) -> Messages:
    [row] = tx.ask(_MESSAGES, {"shop": shop_id, "now": now, "most": MOST})
    return Messages(**row._asdict())


@dataclass(frozen=True, slots=True)
class Failure:
    """So many messages have failed for one reason."""

    reason: str | None
    count: int


_FAILURES = Statement("""
SELECT reason, count(*) AS count FROM (
  SELECT reason FROM messages WHERE shop_id = :shop AND listed_as = 'failed'
    AND id >= :begins ORDER BY id DESC LIMIT :most) AS lately
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT :shown
""")


def failures(
    tx: Transaction, shop_id: ShopId, *, now: datetime, limit: int = MOST_SHOWN
) -> Sequence[Failure]:
    """Of the last day's messages, the most frequent first; of very many failures the
    newest count."""
    asked = {
        "shop": shop_id,
        "begins": begins_at("msg", now - _DAY),
        "most": MOST,
        "shown": limit,
    }
    return [Failure(*row) for row in tx.ask(_FAILURES, asked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckWebhook:
    """News of a store that could not be read. ``is_kept`` is whether its body still
    is: without that it cannot be read again."""

    id: int
    topic: str
    reason: str | None
    attempts: int
    arrived_at: datetime
    is_kept: bool


# By "+ 0" the planner is kept from walking back through all there ever was by id, of
# all stores, which it takes to be short where much is stuck elsewhere.
_STUCK = Statement("""
SELECT id, topic, reason, attempts, arrived_at, body IS NOT NULL AS is_kept
FROM webhooks WHERE state = 'stuck' AND shop_domain = :domain
  AND (CAST(:before AS bigint) IS NULL OR id < :before)
ORDER BY id + 0 DESC LIMIT :shown
""")


def stuck(
    tx: Transaction, domain: str, *, before: int | None = None, limit: int = MOST_SHOWN
) -> Sequence[StuckWebhook]:
    """The newest that came for a store, asked by the name that the door checked; those
    ``before`` one of them."""
    asked = {"domain": domain, "before": before, "shown": limit}
    return [StuckWebhook(**row._asdict()) for row in tx.ask(_STUCK, asked)]


_TRY_AGAIN = Statement("""
UPDATE webhooks SET state = 'pending', reason = NULL, attempts = 0,
  next_attempt_at = :now
WHERE id IN (
  SELECT id FROM webhooks WHERE state = 'stuck' AND shop_domain = :domain
    AND body IS NOT NULL AND (CAST(:id AS bigint) IS NULL OR id = :id)
  ORDER BY id + 0 LIMIT :most FOR UPDATE)
RETURNING lane
""")


def try_again(
    tx: Transaction, domain: str, webhook_id: int | None, *, now: datetime
) -> Sequence[Lane]:
    """Have one stuck webhook of a store read once more, or with None all of them; the
    lane of each. One that is not there, or not the store's, is none."""
    asked = {"domain": domain, "id": webhook_id, "now": now, "most": MOST}
    return [Lane(row.lane) for row in tx.ask(_TRY_AGAIN, asked)]


@dataclass(frozen=True, slots=True)
class Runs:
    """When it is looked again at the templates at Meta, and when all products of the
    catalog are read; None where there is nothing to look at."""

    templates_at: datetime | None
    catalog_at: datetime | None


_RUNS = Statement("""
SELECT (SELECT min(templates_due_at) FROM numbers WHERE shop_id = :shop)
    AS templates_at,
  (SELECT next_run_at FROM catalogs WHERE shop_id = :shop) AS catalog_at
""")


def runs(tx: Transaction, shop_id: ShopId) -> Runs:
    [row] = tx.ask(_RUNS, {"shop": shop_id})
    return Runs(*row)
