"""What is known of what people are yet to pay, where a flow reminds them of it: one
query, one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.lanes import Lane, lanes_from
from core.sealing import Keyring
from core.values import MessageId, Money, ShopId
from storage.left_carts import UNREAD
from storage.merging import opened
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """That of a draft order. It was ``sent_at`` a moment, None where it was not, or the
    draft is known no more. Whoever has the ``url`` can pay it."""

    sent_at: datetime | None
    is_paid: bool
    name: str | None
    total: Money | None
    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBill:
    """What somebody is yet to pay: an order, with Shopify's word for how far it is
    paid, or the ``invoice`` of a draft.

    ``since`` is when the order was placed, or that invoice sent. ``unread_since`` is
    when the first of the store's webhooks came in that nobody has read yet, and which
    may tell of the payment. ``had_bought`` is whether they had before, as far as it was
    asked. ``before`` is the state of the message that the flow sent before this one.
    """

    since: datetime | None
    payment: str | None
    cash_on_delivery: bool
    is_cancelled: bool
    invoice: Invoice | None
    unread_since: datetime | None
    country: str | None
    worth: Money | None
    items: Sequence[Mapping[str, Any]]
    had_bought: bool
    before: str | None
    before_was_clicked: bool = False


_HAD_BOUGHT = """
SELECT true AS before FROM orders e
WHERE (e.contact_id = coalesce(o.contact_id, d.contact_id)
    OR e.shop_id = m.shop_id
    AND (e.customer_id = coalesce(o.customer_id, d.customer_id)
      OR e.email_key = o.email_key))
  AND e.placed_at < coalesce(o.placed_at, d.invoiced_at) AND e.cancelled_at IS NULL
LIMIT 1
"""

_BEFORE = """
SELECT b.state FROM messages b
WHERE b.shop_id = m.shop_id
  AND (b.order_id = m.order_id OR b.draft_order_id = m.draft_order_id)
  AND b.told ->> 'step' = m.told ->> 'before'
LIMIT 1
"""

# What is unread and what was paid are looked at in one snapshot: a webhook that is
# being read at this moment is in the one or in the other.
_KNOWN = Statement(f"""
WITH asked AS MATERIALIZED (
  SELECT id, shop_id, order_id, draft_order_id, told FROM messages
  WHERE id = ANY(CAST(:ids AS text[]))
    AND (order_id IS NOT NULL OR draft_order_id IS NOT NULL)),
{UNREAD}
SELECT m.id, m.shop_id, m.draft_order_id, o.placed_at, o.payment, o.cash_on_delivery,
  o.cancelled_at, d.invoiced_at, d.completed_at, d.status, d.name, d.url, d.total,
  d.total_currency, coalesce(o.country, d.country) AS country,
  coalesce(o.worth, d.worth) AS worth,
  coalesce(o.worth_currency, d.worth_currency) AS worth_currency,
  coalesce(o.items, d.items) AS items,
  unread.since AS unread_since, before.state AS before,
  coalesce(had_bought.before, false) AS had_bought
FROM asked m
JOIN unread ON unread.shop_id = m.shop_id
LEFT JOIN orders o ON o.shop_id = m.shop_id AND o.order_id = m.order_id
LEFT JOIN draft_orders d
  ON d.shop_id = m.shop_id AND d.draft_order_id = m.draft_order_id
LEFT JOIN LATERAL ({_BEFORE}) AS before ON m.told ->> 'before' IS NOT NULL
LEFT JOIN LATERAL ({_HAD_BOUGHT}) AS had_bought ON :asks_before
""")


def known_bills(
    tx: Transaction, ids: Sequence[MessageId], *, asks_before: bool, sealer: Keyring
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
    return {MessageId(row.id): _bill(row, sealer) for row in tx.ask(_KNOWN, asked)}


def _bill(row: Any, sealer: Keyring) -> KnownBill:
    return KnownBill(
        since=_utc(row.placed_at or row.invoiced_at),
        payment=row.payment,
        cash_on_delivery=bool(row.cash_on_delivery),
        is_cancelled=row.cancelled_at is not None,
        invoice=None if row.draft_order_id is None else _invoice(row, sealer),
        unread_since=_utc(row.unread_since),
        country=row.country,
        worth=_money(row.worth, row.worth_currency),
        items=row.items or (),
        had_bought=row.had_bought,
        before=row.before,
    )


def _invoice(row: Any, sealer: Keyring) -> Invoice:
    return Invoice(
        sent_at=_utc(row.invoiced_at),
        is_paid=row.completed_at is not None or row.status == "completed",
        name=row.name,
        total=_money(row.total, row.total_currency),
        url=opened(row.url, "url", ShopId(row.shop_id), sealer),
    )


def _money(amount: Any, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(amount, currency)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
