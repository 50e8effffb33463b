"""What an operator watches: how much work waits, and for how long.

It is asked every few seconds for ever, so its price depends on what waits now, never
on what has been. Each count stops at ``MOST``.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from core.lanes import LANES
from storage.migrations import NEWEST
from storage.session import Transaction

MOST = 10_000
_MOST_OF_LANE = MOST // LANES
_TIMEOUT_MILLISECONDS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits. A count of ``MOST`` means that many or more.

    ``oldest_webhook_at`` is when the longest waiting webhook came. Of a lane in which
    very many wait only some are looked at, so then it may be a little too young.
    ``oldest_due_at`` is when the longest waiting message should have gone.
    """

    webhooks_pending: int
    webhooks_stuck: int
    oldest_webhook_at: datetime | None
    messages_due: int
    messages_sending: int
    messages_unsure: int
    oldest_due_at: datetime | None
    shops_parked: int


# The shops with something waiting are found by hopping through the index: a campaign
# of a million messages for tonight costs one hop for each shop and priority.
BACKLOG = text("""
WITH RECURSIVE pairs (shop_id, priority) AS (
  (SELECT shop_id, priority FROM messages WHERE queue = 'waiting'
   ORDER BY shop_id, priority LIMIT 1)
  UNION ALL
  SELECT next.shop_id, next.priority FROM pairs p CROSS JOIN LATERAL (
    SELECT m.shop_id, m.priority FROM messages m
    WHERE m.queue = 'waiting' AND (m.shop_id, m.priority) > (p.shop_id, p.priority)
    ORDER BY m.shop_id, m.priority LIMIT 1) AS next)
SELECT
  (SELECT count(*) FROM (
     SELECT 1 FROM webhooks WHERE state = 'pending' LIMIT :most) AS few)
    AS webhooks_pending,
  (SELECT count(*) FROM (
     SELECT 1 FROM webhooks WHERE state = 'stuck' LIMIT :most) AS few)
    AS webhooks_stuck,
  (SELECT min(w.arrived_at) FROM generate_series(0, :last_lane) AS lanes (lane)
   CROSS JOIN LATERAL (
     SELECT arrived_at FROM webhooks
     WHERE state = 'pending' AND lane = lanes.lane
     ORDER BY shop_domain, happened_at, id LIMIT :most_of_lane) AS w)
    AS oldest_webhook_at,
  (SELECT count(*) FROM (
     SELECT 1 FROM pairs p CROSS JOIN LATERAL (
       SELECT 1 FROM messages
       WHERE queue = 'waiting' AND shop_id = p.shop_id AND priority = p.priority
         AND due_at <= :now LIMIT :most) AS m LIMIT :most) AS few)
    AS messages_due,
  (SELECT count(*) FROM (
     SELECT 1 FROM messages WHERE queue = 'sending' LIMIT :most) AS few)
    AS messages_sending,
  (SELECT count(*) FROM (
     SELECT 1 FROM messages WHERE queue = 'unsure' LIMIT :most) AS few)
    AS messages_unsure,
  (SELECT min(m.due_at) FROM pairs p CROSS JOIN LATERAL (
     SELECT due_at FROM messages
     WHERE queue = 'waiting' AND shop_id = p.shop_id AND priority = p.priority
       AND due_at <= :now
     ORDER BY due_at LIMIT 1) AS m)
    AS oldest_due_at,
  (SELECT count(*) FROM (
     SELECT DISTINCT shop_id FROM numbers WHERE parked_until > :now LIMIT :most) AS few)
    AS shops_parked
""")

# Right after a storm the planner's figures are those of before, and it may find it
# cheap to read all of history for the few rows that wait.
BY_INDEX = text(f"""
SELECT set_config('enable_seqscan', 'off', true),
       set_config('enable_bitmapscan', 'off', true),
       set_config('statement_timeout', '{_TIMEOUT_MILLISECONDS}', true)
""")


def backlog(tx: Transaction, *, now: datetime) -> Backlog:
    """What waits at ``now``; gives up after a second and a half as DatabaseAway."""
    tx.connection.execute(BY_INDEX)
    row = tx.connection.execute(BACKLOG, arguments(now)).mappings().one()
    return Backlog(**row)


def arguments(now: datetime) -> dict[str, object]:
    """What ``BACKLOG`` is asked with."""
    return {
        "now": now,
        "most": MOST,
        "last_lane": LANES - 1,
        "most_of_lane": _MOST_OF_LANE,
    }


def is_migrated(tx: Transaction) -> bool:
    """Whether the database has just the tables that this program knows."""
    is_there = tx.connection.scalar(text("SELECT to_regclass('alembic_version')"))
    if is_there is None:
        return False
    found = tx.connection.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(found == NEWEST)


def must_answer(tx: Transaction) -> None:
    """Ask for nothing: a database that is away raises DatabaseAway."""
    tx.connection.execute(text("SELECT 1"))
