"""Buyers' answers about their orders that are still to be acted on at the store.

Rows are taken for a while, and settled, postponed or held back after it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.values import Answer, ContactId, MessageId, OrderId, ShopId
from storage.session import Transaction
from storage.statements import Statement

_PORTION = 5

_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT b.shop_id, b.order_id FROM order_answers b
  WHERE b.due_at <= :now AND (b.claimed_until IS NULL OR b.claimed_until <= :now)
    AND b.shop_id = (
      SELECT f.shop_id FROM order_answers f JOIN shops s ON s.id = f.shop_id
      WHERE f.due_at <= :now AND s.state = 'active'
        AND (f.claimed_until IS NULL OR f.claimed_until <= :now)
      ORDER BY f.due_at LIMIT 1)
  ORDER BY b.due_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE order_answers a SET claimed_until = :until
WHERE (a.shop_id, a.order_id) IN (SELECT shop_id, order_id FROM due)
RETURNING a.shop_id, a.order_id, a.due_at, a.attempts
""")


@dataclass(frozen=True, slots=True)
class Due:
    """Some orders of one store about which there is something to do. ``attempts`` are
    the most that were made in vain for one of them."""

    shop_id: ShopId
    orders: Sequence[OrderId]
    attempts: int


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """Those of the store that has waited longest; nobody else takes them before
    ``until``."""
    rows = tx.ask(_TAKE_DUE, {"now": now, "until": until, "most": _PORTION})
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: row.due_at)
    return Due(
        ShopId(rows[0].shop_id),
        [OrderId(row.order_id) for row in rows],
        max(row.attempts for row in rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An order with something to do. ``cancels`` is how often Shopify may have been
    asked to cancel it, the last time at ``cancelling_since``; ``is_on`` is whether the
    automation is, and ``config`` what its owner has set. Of the questions, ``asked_at``
    is when the last one left, ``is_being_asked`` whether one is about to leave, and
    ``was_reached`` whether one has come to the phone."""

    order_id: OrderId
    question: MessageId
    said: Answer | None
    number: str | None
    contact_id: ContactId | None
    language: str | None
    cancelling_since: datetime | None
    cancels: int
    is_on: bool
    config: Mapping[str, Any]
    lane: int
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    asked_at: datetime | None
    is_being_asked: bool
    was_reached: bool


_OPEN = Statement("""
SELECT a.order_id, a.question, a.said, a.number, a.cancelling_since, a.cancels, s.lane,
  m.contact_id, m.language, o.cancelled_at, o.payment, o.cash_on_delivery,
  coalesce(t.enabled, false) AS is_on, t.config,
  q.asked_at, q.is_being_asked, q.was_reached
FROM order_answers a JOIN shops s ON s.id = a.shop_id
LEFT JOIN messages m ON m.id = a.question AND m.shop_id = a.shop_id
LEFT JOIN orders o ON o.shop_id = a.shop_id AND o.order_id = a.order_id
LEFT JOIN automations t ON t.shop_id = a.shop_id AND t.name = :automation
LEFT JOIN LATERAL (
  SELECT max(x.asked_at) FILTER (WHERE x.accepted_at IS NOT NULL) AS asked_at,
    coalesce(bool_or(x.state IN ('waiting', 'sending', 'unsure')), false)
      AS is_being_asked,
    coalesce(bool_or(x.state IN ('delivered', 'read')), false) AS was_reached
  FROM messages x WHERE x.shop_id = a.shop_id AND x.order_id = a.order_id
    AND x.automation = :automation) q ON true
WHERE a.shop_id = :shop AND a.order_id = :order AND a.due_at IS NOT NULL
""")


def open_answer(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, automation: str
) -> Open | None:
    """None where there is nothing to do any more, as after an erasure."""
    asked = {"shop": shop_id, "order": order_id, "automation": automation}
    for row in tx.ask(_OPEN, asked):
        return Open(
            order_id=order_id,
            question=MessageId(row.question),
            said=None if row.said is None else Answer(row.said),
            number=row.number,
            contact_id=None if row.contact_id is None else ContactId(row.contact_id),
            language=row.language,
            cancelling_since=_utc(row.cancelling_since),
            cancels=row.cancels,
            is_on=row.is_on,
            config=row.config or {},
            lane=row.lane,
            cancelled_at=_utc(row.cancelled_at),
            payment=row.payment,
            cash_on_delivery=bool(row.cash_on_delivery),
            asked_at=_utc(row.asked_at),
            is_being_asked=row.is_being_asked,
            was_reached=row.was_reached,
        )
    return None


_BEGIN_CANCELLING = Statement("""
UPDATE order_answers SET cancelling_since = :now, cancels = cancels + 1
WHERE shop_id = :shop AND order_id = :order AND due_at IS NOT NULL
""")


def begin_cancelling(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, now: datetime
) -> bool:
    """Note that Shopify is asked to cancel it; whether that is still to be done."""
    asked = {"shop": shop_id, "order": order_id, "now": now}
    return bool(tx.count(_BEGIN_CANCELLING, asked))


_SETTLE = Statement("""
UPDATE order_answers SET due_at = NULL, claimed_until = NULL, attempts = 0,
  outcome = :outcome, because = :because
WHERE shop_id = :shop AND order_id = :order AND due_at IS NOT NULL
  AND said IS NOT DISTINCT FROM CAST(:said AS text)
""")


def settle(
    tx: Transaction,
    shop_id: ShopId,
    order_id: OrderId,
    *,
    said: Answer | None,
    outcome: str,
    because: str | None,
) -> bool:
    """It is done with; false where somebody has said something since."""
    asked = {
        "shop": shop_id,
        "order": order_id,
        "said": None if said is None else said.value,
        "outcome": outcome,
        "because": because,
    }
    return bool(tx.count(_SETTLE, asked))


_HOLD = Statement("""
UPDATE order_answers SET claimed_until = NULL, attempts = :attempts,
  because = :because, due_at = CASE WHEN due_at IS NULL THEN NULL ELSE :due_at END
WHERE shop_id = :shop AND order_id = ANY(CAST(:orders AS bigint[]))
""")
_POSTPONE = Statement("""
UPDATE order_answers SET claimed_until = NULL, due_at = :due_at
WHERE shop_id = :shop AND order_id = :order AND due_at IS NOT NULL
  AND said IS NOT DISTINCT FROM CAST(:said AS text)
""")
_LET_GO = Statement("""
UPDATE order_answers SET claimed_until = NULL
WHERE shop_id = :shop AND order_id = ANY(CAST(:orders AS bigint[]))
""")


def hold(
    tx: Transaction,
    due: Due,
    orders: Collection[OrderId],
    *,
    due_at: datetime,
    attempts: int,
    because: str,
) -> None:
    """Try these again at ``due_at``."""
    asked = {
        "shop": due.shop_id,
        "orders": sorted(orders),
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HOLD, asked)


def postpone(
    tx: Transaction,
    shop_id: ShopId,
    order_id: OrderId,
    *,
    said: Answer | None,
    due_at: datetime,
) -> None:
    """Look again then; where somebody has said something since, at once."""
    asked = {
        "shop": shop_id,
        "order": order_id,
        "said": None if said is None else said.value,
        "due_at": due_at,
    }
    tx.run(_POSTPONE, asked)


def let_go(tx: Transaction, due: Due) -> None:
    """Others may take them."""
    tx.run(_LET_GO, {"shop": due.shop_id, "orders": sorted(due.orders)})


_DROP = Statement("""
UPDATE order_answers SET due_at = NULL, claimed_until = NULL WHERE shop_id = :shop
""")


def drop(tx: Transaction, shop_id: ShopId) -> None:
    """The store is gone, and nothing is done there any more."""
    tx.run(_DROP, {"shop": shop_id})


_COUNTS = Statement("""
SELECT count(*) FILTER (WHERE a.due_at IS NOT NULL) AS waiting,
  min(a.because) FILTER (WHERE a.due_at IS NOT NULL
    AND (a.attempts = 0 OR a.attempts > 3)) AS held_because,
  count(*) FILTER (WHERE a.because = 'no_scope' AND a.said_at > :since) AS withheld
FROM order_answers a JOIN shops s ON s.id = a.shop_id
WHERE s.state = 'active' AND a.said IS NOT NULL
""")


def counts(tx: Transaction, *, since: datetime) -> Mapping[str, Any]:
    """How many answers are ``waiting`` to be acted on, what holds one back
    (``held_because``), and how many ``since`` then could not be, for want of a
    scope (``withheld``)."""
    [row] = tx.ask(_COUNTS, {"since": since})
    return {
        "waiting": row.waiting,
        "held_because": row.held_because,
        "withheld": row.withheld,
    }


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
