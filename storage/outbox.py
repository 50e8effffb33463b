"""Messages we mean to send, are sending, or have sent, and why not.

A message is one row from the moment it is proposed. Its ``occasion`` names the reason
for it, and the database lets each occasion into a shop once. Rows are taken, and what
came of them is written down, in batches: one statement for many.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.lanes import Lane
from core.values import (
    ContactId,
    Debt,
    DraftOrderId,
    FulfillmentId,
    MessageId,
    OrderId,
    Scope,
    ShopId,
)
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contacts, messages

Entry = Mapping[str, Any]
"""One line of a message's story: ``at`` in ISO 8601, ``what``, and details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A message that somebody proposes."""

    id: MessageId
    shop_id: ShopId
    occasion: str
    automation: str
    scope: Scope
    priority: int
    order_id: OrderId | None
    fulfillment_id: FulfillmentId | None
    tracking_key: str | None
    checkout_key: bytes | None = None
    draft_order_id: DraftOrderId | None = None
    told: Mapping[str, str] | None
    contact_id: ContactId | None
    wanted_at: datetime
    due_at: datetime
    story: Sequence[Entry]


_INTENT = columns_of(
    messages,
    (
        *("id", "shop_id", "occasion", "automation", "scope", "priority", "order_id"),
        *("fulfillment_id", "tracking_key", "checkout_key", "told", "contact_id"),
        *("draft_order_id", "wanted_at", "due_at", "story", "created_at"),
    ),
)
_ADD = Statement(f"""
INSERT INTO messages (state, {", ".join(_INTENT)})
SELECT 'waiting', new.* FROM {unfolded(_INTENT)}
ON CONFLICT (shop_id, occasion) DO NOTHING RETURNING id
""")


def add(tx: Transaction, intents: Sequence[Intent], *, now: datetime) -> set[MessageId]:
    """Store the intents that are new; answer which these are.

    The database decides what is new, so two processes cannot both be right.
    """
    if not intents:
        return set()
    rows = [
        {
            "id": intent.id,
            "shop_id": intent.shop_id,
            "occasion": intent.occasion,
            "automation": intent.automation,
            "scope": intent.scope,
            "priority": intent.priority,
            "order_id": intent.order_id,
            "fulfillment_id": intent.fulfillment_id,
            "tracking_key": intent.tracking_key,
            "checkout_key": intent.checkout_key,
            "draft_order_id": intent.draft_order_id,
            "told": intent.told,
            "contact_id": intent.contact_id,
            "wanted_at": intent.wanted_at,
            "due_at": intent.due_at,
            "story": intent.story,
            "created_at": now,
        }
        # In one order everywhere: who waits for a row must not hold a later one.
        for intent in sorted(intents, key=lambda i: (i.shop_id, i.occasion))
    ]
    return {MessageId(row.id) for row in tx.ask(_ADD, folded(rows))}


_OF_OCCASION = Statement(
    "SELECT id FROM messages WHERE shop_id = :shop AND occasion = :occasion"
)


def message_of(tx: Transaction, shop_id: ShopId, occasion: str) -> MessageId | None:
    """The message that there is for an occasion."""
    found = tx.ask(_OF_OCCASION, {"shop": shop_id, "occasion": occasion})
    return MessageId(found[0].id) if found else None


_LANE_OF = Statement("SELECT lane FROM shops WHERE id = :shop")


def lane_of(tx: Transaction, shop_id: ShopId) -> Lane:
    """The lane in which the shop's messages leave."""
    return Lane(tx.ask(_LANE_OF, {"shop": shop_id})[0].lane)


_LANES_DUE = Statement("""
SELECT DISTINCT s.lane FROM shops s CROSS JOIN (VALUES (0), (1)) AS p (priority)
WHERE EXISTS (
  SELECT 1 FROM messages m
  WHERE m.shop_id = s.id AND m.queue = 'waiting' AND m.priority = p.priority
    AND m.due_at <= :now)
""")


def lanes_due(tx: Transaction, *, now: datetime) -> list[Lane]:
    """Lanes in which something is due; costs two looks at each shop."""
    return [Lane(row.lane) for row in tx.ask(_LANES_DUE, {"now": now})]


_DUE = Statement("""
SELECT m.id, m.shop_id, m.priority
FROM unnest(CAST(:shops AS bigint[]), CAST(:shares AS int[])) AS ready (shop, share)
CROSS JOIN (VALUES (0), (1)) AS p (priority)
CROSS JOIN LATERAL (
  SELECT id, shop_id, priority, due_at FROM messages
  WHERE shop_id = ready.shop AND queue = 'waiting' AND priority = p.priority
    AND due_at <= :now
  ORDER BY due_at, id LIMIT ready.share
  FOR UPDATE SKIP LOCKED) AS m
ORDER BY m.priority, m.due_at, m.id
""")


def due(
    tx: Transaction, shares: Mapping[ShopId, int], *, now: datetime
) -> list[MessageId]:
    """Lock and return what is due of each shop, at most its share, news before
    offers, oldest first."""
    left = dict(shares)
    found: list[MessageId] = []
    rows = tx.ask(
        _DUE, {"shops": list(shares), "shares": list(shares.values()), "now": now}
    )
    for row in rows:
        if left[ShopId(row.shop_id)] > 0:
            left[ShopId(row.shop_id)] -= 1
            found.append(MessageId(row.id))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A message that is about to leave. ``body`` is sealed; ``sender`` is a process,
    ``phone_number_id`` the number that it leaves through, as Meta calls it, and
    ``template`` None for words of its own."""

    id: MessageId
    sender: str
    attempt: int
    contact_id: ContactId
    asked_at: datetime
    lease_until: datetime
    debt: Debt
    phone_number_id: str
    template: str | None
    language: str
    body: bytes
    entry: Entry


_TAKING = columns_of(
    messages,
    (
        *("id", "sender", "attempt", "contact_id", "asked_at", "lease_until"),
        *("phone_number_id", "template", "language", "body"),
    ),
) | {"entry": "jsonb"}
_TAKE = Statement(f"""
UPDATE messages m SET state = 'sending', reason = NULL, attempt = new.attempt,
  sender = new.sender, contact_id = new.contact_id, asked_at = new.asked_at,
  lease_until = new.lease_until, phone_number_id = new.phone_number_id,
  template = new.template, language = new.language, body = new.body,
  story = m.story || new.entry
FROM {unfolded(_TAKING)} WHERE m.id = new.id
""")

_DEBT = columns_of(contacts, ("id", "pair_burst_at", "pair_paid_at"))
_OWE = Statement(f"""
UPDATE contacts c
SET pair_burst_at = new.pair_burst_at, pair_paid_at = new.pair_paid_at
FROM {unfolded(_DEBT)} WHERE c.id = new.id
""")


def take(tx: Transaction, takings: Sequence[Taking]) -> None:
    """Mark messages as *sending*. Once this is committed they may leave, not before."""
    if not takings:
        return
    rows = [
        {
            "id": taking.id,
            "sender": taking.sender,
            "attempt": taking.attempt,
            "contact_id": taking.contact_id,
            "asked_at": taking.asked_at,
            "lease_until": taking.lease_until,
            "phone_number_id": taking.phone_number_id,
            "template": taking.template,
            "language": taking.language,
            "body": taking.body,
            "entry": taking.entry,
        }
        for taking in takings
    ]
    tx.run(_TAKE, folded(rows))
    debts = [
        {
            "id": taking.contact_id,
            "pair_burst_at": taking.debt.burst_at,
            "pair_paid_at": taking.debt.paid_at,
        }
        # In one order everywhere: who waits for a row must not hold a later one.
        for taking in sorted(takings, key=lambda taking: taking.contact_id)
    ]
    tx.run(_OWE, folded(debts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A message that does not leave now: it waits until ``due_at``, or is skipped."""

    id: MessageId
    state: str
    reason: str
    due_at: datetime
    entry: Entry | None


_HOLDING = columns_of(messages, ("id", "state", "reason", "due_at")) | {
    "entry": "jsonb"
}
_HOLD = Statement(f"""
UPDATE messages m SET state = new.state, reason = new.reason, due_at = new.due_at,
  story = m.story || coalesce(new.entry, '[]')
FROM {unfolded(_HOLDING)} WHERE m.id = new.id
""")


def hold(tx: Transaction, holdings: Sequence[Holding]) -> None:
    if holdings:
        rows = [
            {
                "id": holding.id,
                "state": holding.state,
                "reason": holding.reason,
                "due_at": holding.due_at,
                "entry": holding.entry,
            }
            for holding in holdings
        ]
        tx.run(_HOLD, folded(rows))


_REWORDED = columns_of(messages, ("id", "automation"))
_REWORD = Statement(f"""
UPDATE messages m SET automation = new.automation
FROM {unfolded(_REWORDED)} WHERE m.id = new.id
""")


def reword(tx: Transaction, automations: Mapping[MessageId, str]) -> None:
    """Have messages that wait be worded by these automations from now on."""
    rows = [{"id": id_, "automation": name} for id_, name in automations.items()]
    if rows:
        tx.run(_REWORD, folded(rows))


_SET_ASIDE = Statement("""
UPDATE messages SET reason = :because,
  state = CASE WHEN :now - created_at > interval '30 days'
    THEN 'skipped' ELSE 'waiting' END,
  due_at = :now + least(
    greatest((:now - created_at) / 4, interval '1 minute'), interval '1 hour'),
  story = story || CASE WHEN reason IS DISTINCT FROM :because
    THEN CAST(:entry AS jsonb) ELSE '[]' END
WHERE id = :id AND state = 'waiting'
""")


def set_aside(tx: Transaction, id_: MessageId, *, because: str, now: datetime) -> None:
    """It cannot be decided about. Look again after a while, the older it is the later,
    and no more after thirty days."""
    entry = {"at": now.isoformat(), "what": "waiting", "because": because}
    asked = {"id": id_, "because": because, "now": now, "entry": json.dumps([entry])}
    tx.run(_SET_ASIDE, asked)


_WAKE = Statement("""
UPDATE messages SET due_at = :now
WHERE shop_id = :shop AND queue = 'waiting' AND reason = ANY(CAST(:reasons AS text[]))
""")


def wake(
    tx: Transaction, shop_id: ShopId, reasons: Collection[str], *, now: datetime
) -> int:
    """Look again now at what waits for one of these reasons; answer how many."""
    asked = {"shop": shop_id, "reasons": list(reasons), "now": now}
    return tx.count(_WAKE, asked)


# All that waits is written to, whatever for: one that somebody is deciding about at
# this moment, without having seen the order, may wait for it once they are done.
# The row is locked until then, and looked at anew after that. It asks for the state,
# not the queue, or PostgreSQL might go through all that waits in a shop to find it.
_WAKE_FOR_ORDERS = Statement(f"""
UPDATE messages m
SET due_at = CASE WHEN m.reason = :reason THEN :now ELSE m.due_at END
FROM {unfolded(columns_of(messages, ("shop_id", "order_id")))}
WHERE m.shop_id = new.shop_id AND m.order_id = new.order_id AND m.state = 'waiting'
RETURNING m.shop_id, m.reason = :reason AS is_woken
""")


def wake_for_orders(
    tx: Transaction,
    orders: Collection[tuple[ShopId, OrderId]],
    reason: str,
    *,
    now: datetime,
) -> set[ShopId]:
    """Look again now at what waits for these orders, which have just come in; answer
    the shops whose messages these are."""
    if not orders:
        return set()
    rows = [{"shop_id": shop, "order_id": order} for shop, order in sorted(orders)]
    asked = {**folded(rows), "reason": reason, "now": now}
    return {
        ShopId(row.shop_id) for row in tx.ask(_WAKE_FOR_ORDERS, asked) if row.is_woken
    }
