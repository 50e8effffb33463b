"""What came of a flow: its messages by step, and what their readers bought since.

Added up by PostgreSQL, so that it costs a few rows whatever a store has sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.currencies import DECIMALS
from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement

WINDOWS: Mapping[str, timedelta] = {
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "5d": timedelta(days=5),
}
"""How long after a message an order counts as one that it may have brought."""
CLICK, CODE = "click", "code"
"""Two more ways to see what brought an order: its link was followed, its code given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCounts:
    """``sent`` are those that Meta took, whatever became of them later, ``delivered``
    those of them that were delivered, read ones included, and ``clicked`` those whose
    link was followed."""

    step: str
    proposed: int
    waiting: int
    skipped: int
    sent: int
    delivered: int
    read: int
    clicked: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Orders, and their worth less what was given back, in one currency. ``by`` is one
    of the windows, or ``click`` or ``code``."""

    step: str
    by: str
    currency: str
    orders: int
    revenue: Decimal


_STEPS = """
steps AS MATERIALIZED (
  SELECT m.id, m.shop_id, m.contact_id, m.checkout_key, m.told ->> 'step' AS step,
    m.state, m.reason, m.asked_at, m.due_at
  FROM messages m
  WHERE m.shop_id = :shop AND m.automation = ANY(CAST(:automations AS text[]))
    AND m.checkout_key IS NOT NULL AND m.told ->> 'step' <> ''
    AND m.created_at >= :since AND m.created_at < :until)
"""


def counted(steps: str) -> str:
    """SQL that counts ``steps`` by what has become of them."""
    return f"""
WITH {steps}
SELECT step, count(*) AS proposed,
  count(*) FILTER (WHERE state IN ('waiting', 'sending')) AS waiting,
  count(*) FILTER (WHERE state IN ('skipped', 'cancelled')) AS skipped,
  count(*) FILTER (WHERE state IN ('sent', 'delivered', 'read')) AS sent,
  count(*) FILTER (WHERE state IN ('delivered', 'read')) AS delivered,
  count(*) FILTER (WHERE state = 'read') AS read,
  count(c.message_id) AS clicked,
  count(*) FILTER (WHERE state IN ('failed', 'unsure')) AS failed
FROM steps LEFT JOIN clicks c ON c.shop_id = steps.shop_id AND c.message_id = steps.id
GROUP BY step ORDER BY min(due_at)
"""


_COUNTS = Statement(counted(_STEPS))

_ODD = " ".join(
    f"WHEN '{currency}' THEN {decimals}" for currency, decimals in DECIMALS.items()
)
REVENUE = f"""o.worth - coalesce((
      SELECT sum(CASE WHEN r.amount_currency = o.worth_currency THEN r.amount
        ELSE round(r.amount * o.worth / nullif(o.total, 0),
          CASE o.worth_currency {_ODD} ELSE 2 END) END)
      FROM refunds r WHERE r.shop_id = o.shop_id AND r.order_id = o.order_id), 0)"""
COUNTS_AS_BOUGHT = """o.cancelled_at IS NULL AND o.worth IS NOT NULL
    AND o.is_test IS NOT TRUE"""


def _theirs(after: str, until: str) -> str:
    """SQL for the orders of whoever a step was told, or of its checkout, in a span."""
    within = f"each.placed_at > {after} AND each.placed_at <= {until}"
    return f"""
    SELECT * FROM orders each WHERE each.contact_id = s.contact_id AND {within}
    UNION
    SELECT * FROM orders each
    WHERE each.shop_id = s.shop_id AND each.checkout_key = s.checkout_key AND {within}
"""


# An order counts for the last message before it, and for no other.
_BOUGHT = f"""
bought AS MATERIALIZED (
  SELECT DISTINCT ON (o.order_id) o.order_id, s.step, o.placed_at - s.asked_at AS after,
    o.worth_currency AS currency, {REVENUE} AS revenue
  FROM steps s
  CROSS JOIN LATERAL ({_theirs("s.asked_at", "s.asked_at + :longest")}) AS o
  WHERE s.state IN ('sent', 'delivered', 'read') AND {COUNTS_AS_BOUGHT}
  ORDER BY o.order_id, s.asked_at DESC, s.id)
"""

# The order itself has brought back which message it came from, or else it is theirs who
# have followed its link lately.
_CLICKED = f"""
clicked AS MATERIALIZED (
  SELECT DISTINCT ON (o.order_id) o.order_id, s.step, o.worth_currency AS currency,
    {REVENUE} AS revenue
  FROM steps s LEFT JOIN clicks c ON c.shop_id = s.shop_id AND c.message_id = s.id
  CROSS JOIN LATERAL (
    {_theirs("c.first_at", "c.last_at + :longest")}
    UNION
    SELECT * FROM orders each
    WHERE each.shop_id = s.shop_id AND each.reference_message = s.id) AS o
  WHERE {COUNTS_AS_BOUGHT}
  ORDER BY o.order_id, o.reference_message IS NOT DISTINCT FROM s.id DESC,
    c.last_at DESC NULLS LAST, s.id)
"""

_CODED = f"""
coded AS MATERIALIZED (
  SELECT DISTINCT ON (o.order_id) o.order_id, s.step, o.worth_currency AS currency,
    {REVENUE} AS revenue
  FROM orders o
  CROSS JOIN LATERAL jsonb_array_elements_text(o.discount_codes) AS given (code)
  JOIN offer_codes k ON k.shop_id = o.shop_id AND k.code = upper(given.code)
  JOIN steps s ON s.id = k.message_id
  WHERE o.shop_id = :shop AND o.placed_at >= :since AND o.discount_codes <> '[]'
    AND {COUNTS_AS_BOUGHT}
  ORDER BY o.order_id, s.id)
"""

_TAKINGS = Statement(f"""
WITH {_STEPS}, {_BOUGHT}, {_CLICKED}, {_CODED}
SELECT step, w.name AS by, currency, count(*) AS orders, sum(revenue) AS revenue
FROM bought
JOIN unnest(CAST(:names AS text[]), CAST(:lengths AS interval[])) AS w (name, length)
  ON bought.after <= w.length
GROUP BY step, w.name, currency
UNION ALL
SELECT step, '{CLICK}', currency, count(*), sum(revenue) FROM clicked
GROUP BY step, currency
UNION ALL
SELECT step, '{CODE}', currency, count(*), sum(revenue) FROM coded
GROUP BY step, currency
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which messages of a store, by when they were proposed."""

    shop_id: ShopId
    automations: Collection[str]
    since: datetime
    until: datetime

    def values(self) -> dict[str, Any]:
        return {
            "shop": self.shop_id,
            "automations": list(self.automations),
            "since": self.since,
            "until": self.until,
        }


def counts(tx: Transaction, asked: Asked) -> Sequence[StepCounts]:
    return [StepCounts(**row._asdict()) for row in tx.ask(_COUNTS, asked.values())]


def takings(tx: Transaction, asked: Asked) -> Sequence[Takings]:
    spans = {
        "names": list(WINDOWS),
        "lengths": list(WINDOWS.values()),
        "longest": max(WINDOWS.values()),
    }
    return [
        Takings(**row._asdict()) for row in tx.ask(_TAKINGS, asked.values() | spans)
    ]
