"""What came of a flow about what is yet to be paid: its messages by step, and what was
paid after them.

Added up by PostgreSQL, as in ``storage.flow_results``. Here an order comes back when it
is paid: it was placed before the first message.
"""

from collections.abc import Sequence

from storage.flow_results import (
    COUNTS_AS_BOUGHT,
    REVENUE,
    WINDOWS,
    Asked,
    StepCounts,
    Takings,
    counted,
)
from storage.session import Transaction
from storage.statements import Statement

_STEPS = """
steps AS MATERIALIZED (
  SELECT m.id, m.shop_id, coalesce(m.order_id, d.order_id) AS order_id, d.completed_at,
    m.told ->> 'step' AS step, m.state, m.reason, m.asked_at, m.due_at
  FROM messages m LEFT JOIN draft_orders d
    ON d.shop_id = m.shop_id AND d.draft_order_id = m.draft_order_id
  WHERE m.shop_id = :shop AND m.automation = ANY(CAST(:automations AS text[]))
    AND m.told ->> 'step' <> ''
    AND m.created_at >= :since AND m.created_at < :until)
"""

_COUNTS = Statement(counted(_STEPS))

# A payment counts for the last message before it, and for no other. A draft is paid
# when it is completed, and what it is worth then is its order's.
_TAKINGS = Statement(f"""
WITH {_STEPS},
paid AS MATERIALIZED (
  SELECT DISTINCT ON (o.order_id) o.order_id, s.step,
    coalesce(s.completed_at, o.paid_at) - s.asked_at AS after,
    o.worth_currency AS currency, {REVENUE} AS revenue
  FROM steps s JOIN orders o ON o.shop_id = s.shop_id AND o.order_id = s.order_id
  WHERE s.state IN ('sent', 'delivered', 'read')
    AND coalesce(s.completed_at, o.paid_at) > s.asked_at AND {COUNTS_AS_BOUGHT}
  ORDER BY o.order_id, s.asked_at DESC, s.id)
SELECT step, w.name AS by, currency, count(*) AS orders, sum(revenue) AS revenue
FROM paid
JOIN unnest(CAST(:names AS text[]), CAST(:lengths AS interval[])) AS w (name, length)
  ON paid.after <= w.length
GROUP BY step, w.name, currency
""")


def counts(tx: Transaction, asked: Asked) -> Sequence[StepCounts]:
    return [StepCounts(**row._asdict()) for row in tx.ask(_COUNTS, asked.values())]


def takings(tx: Transaction, asked: Asked) -> Sequence[Takings]:
    spans = {"names": list(WINDOWS), "lengths": list(WINDOWS.values())}
    return [
        Takings(**row._asdict()) for row in tx.ask(_TAKINGS, asked.values() | spans)
    ]
