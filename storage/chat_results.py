"""What came of the carts that people have sent to a shop in a chat.

Added up by PostgreSQL, as ``flow_results``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import Money, ShopId
from storage.flow_results import COUNTS_AS_BOUGHT, REVENUE
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatResults:
    """``sent`` are the carts that came, ``answered`` those whose answer Meta took,
    ``orders`` those that have brought back the reference of one. ``revenue`` is what
    these are worth less what was given back, by currency."""

    sent: int
    answered: int
    orders: int
    revenue: Sequence[Money]


_CARTS = """
carts AS MATERIALIZED (
  SELECT id, shop_id, state FROM messages
  WHERE shop_id = :shop AND automation = 'reply' AND occasion LIKE 'reply_cart_%'
    AND created_at >= :since)
"""
_COUNTS = Statement(f"""
WITH {_CARTS}
SELECT count(*) AS sent,
  count(*) FILTER (WHERE state IN ('sent', 'delivered', 'read')) AS answered
FROM carts
""")
_BOUGHT = Statement(f"""
WITH {_CARTS}
SELECT o.worth_currency AS currency, count(*) AS orders, sum({REVENUE}) AS revenue
FROM carts c JOIN orders o ON o.shop_id = c.shop_id AND o.reference_message = c.id
WHERE {COUNTS_AS_BOUGHT}
GROUP BY o.worth_currency ORDER BY orders DESC, currency
""")


def of_shop(tx: Transaction, shop_id: ShopId, *, since: datetime) -> ChatResults:
    """Of the carts that have come since then, whenever they were bought."""
    asked = {"shop": shop_id, "since": since}
    [counts] = tx.ask(_COUNTS, asked)
    bought = tx.ask(_BOUGHT, asked)
    return ChatResults(
        sent=counts.sent,
        answered=counts.answered,
        orders=sum(row.orders for row in bought),
        revenue=[Money(row.revenue, row.currency) for row in bought],
    )
