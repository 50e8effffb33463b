"""What is known of what people are yet to pay, where a flow reminds them of it: one
query, one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.lanes import Lane, lanes_from
from core.values import MessageId, Money
from storage.left_carts import UNREAD
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBill:
    """What somebody is yet to pay, ``placed_at`` a moment; None where it is not known.
    ``payment`` is Shopify's word for how far it is paid.

    ``unread_since`` is when the first of the store's webhooks came in that nobody has
    read yet, and which may tell of the payment. ``had_bought`` is whether they had
    before, as far as it was asked. ``before`` is the state of the message that the flow
    sent before this one.
    """

    placed_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    is_cancelled: bool
    unread_since: datetime | None
    country: str | None
    worth: Money | None
    items: Sequence[Mapping[str, Any]]
    had_bought: bool
    before: str | None
    before_was_clicked: bool = False


_HAD_BOUGHT = """
SELECT true AS before FROM orders e
WHERE (e.contact_id = o.contact_id OR e.shop_id = o.shop_id
    AND (e.customer_id = o.customer_id OR e.email_key = o.email_key))
  AND e.placed_at < o.placed_at AND e.cancelled_at IS NULL
LIMIT 1
"""

_BEFORE = """
SELECT b.state FROM messages b
WHERE b.shop_id = m.shop_id AND b.order_id = m.order_id
  AND b.told ->> 'step' = m.told ->> 'before'
LIMIT 1
"""

# What is unread and what was paid are looked at in one snapshot: a webhook that is
# being read at this moment is in the one or in the other.
_KNOWN = Statement(f"""
WITH asked AS MATERIALIZED (
  SELECT id, shop_id, order_id, told FROM messages
  WHERE id = ANY(CAST(:ids AS text[])) AND order_id IS NOT NULL),
{UNREAD}
SELECT m.id, o.placed_at, o.payment, o.cash_on_delivery, o.cancelled_at, o.country,
  o.worth, o.worth_currency, o.items,
  unread.since AS unread_since, before.state AS before,
  coalesce(had_bought.before, false) AS had_bought
FROM asked m
JOIN unread ON unread.shop_id = m.shop_id
LEFT JOIN orders o ON o.shop_id = m.shop_id AND o.order_id = m.order_id
LEFT JOIN LATERAL ({_BEFORE}) AS before ON m.told ->> 'before' IS NOT NULL
LEFT JOIN LATERAL ({_HAD_BOUGHT}) AS had_bought ON :asks_before
""")


def known_bills(
    tx: Transaction, ids: Sequence[MessageId], *, asks_before: bool
) -> dict[MessageId, KnownBill]:
    """What is known of what these messages ask somebody to pay. ``asks_before`` is
    whether it matters what was bought before."""
    if not ids:
        return {}
    asked = {
        "ids": list(ids),
        "lanes": lanes_from(Lane(0)),
        "asks_before": asks_before,
    }
    return {MessageId(row.id): _bill(row) for row in tx.ask(_KNOWN, asked)}


def _bill(row: Any) -> KnownBill:
    return KnownBill(
        placed_at=_utc(row.placed_at),
        payment=row.payment,
        cash_on_delivery=bool(row.cash_on_delivery),
        is_cancelled=row.cancelled_at is not None,
        unread_since=_utc(row.unread_since),
        country=row.country,
        worth=None
        if row.worth is None or row.worth_currency is None
        else Money(row.worth, row.worth_currency),
        items=row.items or (),
        had_bought=row.had_bought,
        before=row.before,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
