"""What a store's owner is to look after, and what has begun: asked at each visit, so
its price depends on what waits now, never on what has been. Counts stop at ``MOST``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import begins_at
from core.lanes import LANES
from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement
from storage.trials import TEST

MOST = 1_000

_UNCONFIRMED = "never_confirmed"
_DAY = timedelta(days=1)
_LATE = timedelta(minutes=5)
"""An answer that the store has not been told of by then waits for something."""
_OVERDUE = timedelta(hours=1)
"""What is owed by law is done within minutes where nothing is in its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """``unsure`` are messages that a person has to decide about, ``failed`` those of
    the last day. ``answers`` are buyers' answers about orders that the store has not
    been told of, ``requests`` what is owed by law and not done, the oldest since
    ``requested_at``. ``refused_templates`` are those that Meta does not let out."""

    unsure: int
    failed: int
    answers: int
    requests: int
    requested_at: datetime | None
    refused_templates: int


# Each of them by an index of what is open.
_WAITING = Statement("""
SELECT
  (SELECT count(*) FROM (
     SELECT 1 FROM messages WHERE shop_id = :shop AND listed_as = 'unsure'
       AND reason = :unconfirmed LIMIT :most) AS few) AS unsure,
  (SELECT count(*) FROM (
     SELECT 1 FROM messages WHERE shop_id = :shop AND listed_as = 'failed'
       AND id >= :day_begins LIMIT :most) AS few) AS failed,
  (SELECT count(*) FROM (
     SELECT 1 FROM order_answers WHERE shop_id = :shop AND due_at <= :late
     LIMIT :most) AS few) AS answers,
  r.requests, r.requested_at,
  (SELECT count(*) FROM templates t WHERE t.shop_id = :shop
     AND t.state IN ('REJECTED', 'PAUSED', 'DISABLED')
     AND EXISTS (SELECT 1 FROM numbers n
       WHERE n.shop_id = t.shop_id AND n.account_id = t.account_id))
    AS refused_templates
FROM (SELECT count(*) AS requests, min(asked_at) AS requested_at
  FROM privacy_requests WHERE shop_domain = :domain AND state = 'waiting'
    AND asked_at <= :overdue) AS r
""")


def waiting(tx: Transaction, shop_id: ShopId, domain: str, *, now: datetime) -> Waiting:
    """What waits for somebody at a shop."""
    asked = {
        "shop": shop_id,
        "domain": domain,
        "unconfirmed": _UNCONFIRMED,
        "day_begins": begins_at("msg", now - _DAY),
        "late": now - _LATE,
        "overdue": now - _OVERDUE,
        "most": MOST,
    }
    [row] = tx.ask(_WAITING, asked)
    return Waiting(**row._asdict())


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether a test has been sent, and a message to a buyer; and how many orders of
    today are known, ``MOST_ORDERS`` or more being that many."""

    has_tested: bool
    has_sent: bool
    orders_today: int


MOST_ORDERS = 100_000

_BEGUN = Statement("""
SELECT
  EXISTS (SELECT 1 FROM messages WHERE shop_id = :shop AND automation = :test
    AND accepted_at IS NOT NULL) AS has_tested,
  EXISTS (SELECT 1 FROM messages WHERE shop_id = :shop AND automation <> :test
    AND accepted_at IS NOT NULL) AS has_sent,
  (SELECT count(*) FROM (
     SELECT 1 FROM orders WHERE shop_id = :shop AND whole_since IS NOT NULL
       AND placed_at >= :today LIMIT :most) AS few) AS orders_today
""")


def begun(tx: Transaction, shop_id: ShopId, *, today: datetime) -> Begun:
    """``today`` is when the shop's day has begun."""
    asked = {"shop": shop_id, "test": TEST, "today": today, "most": MOST_ORDERS}
    [row] = tx.ask(_BEGUN, asked)
    return Begun(**row._asdict())


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """What a store has told that is not read yet, in how many ``lanes``."""

    stuck: int
    pending: int
    oldest_at: datetime | None
    lanes: int


_WEBHOOKS = Statement("""
WITH lanes AS MATERIALIZED (
  SELECT w.count, w.oldest FROM generate_series(0, :last_lane) AS each (lane)
  CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(arrived_at) AS oldest FROM (
      SELECT arrived_at FROM webhooks
      WHERE state = 'pending' AND lane = each.lane AND shop_domain = :domain
      ORDER BY happened_at, id LIMIT :most) AS few) AS w
  WHERE w.count > 0)
SELECT
  (SELECT count(*) FROM (
     SELECT 1 FROM webhooks WHERE state = 'stuck' AND shop_domain = :domain
     LIMIT :most) AS few) AS stuck,
  coalesce((SELECT sum(count) FROM lanes), 0)::bigint AS pending,
  (SELECT min(oldest) FROM lanes) AS oldest_at,
  (SELECT count(*) FROM lanes) AS lanes
""")


def webhooks(tx: Transaction, domain: str) -> Webhooks:
    """What came by the door for a store: nobody has read yet whose it is, so this is
    asked across shops, and by the name that the door checked."""
    asked = {"domain": domain, "last_lane": LANES - 1, "most": MOST}
    [row] = tx.ask(_WEBHOOKS, asked)
    return Webhooks(**row._asdict())
