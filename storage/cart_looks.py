"""What the store said of carts when they were looked at, and which are to be.

A look is asked for, and becomes what was seen. It stays, since the past is played again
by it, and goes with its checkout. See ``notifications.looking_at_carts``.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.values import CheckoutNumber, MessageId, ShopId, VariantId
from storage.session import Transaction
from storage.statements import Statement

_MOST_AT_ONCE = 500
_MOST_AHEAD = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenThere:
    """``gone`` are the things that could not be bought, None where the store does not
    say; ``ordered`` and ``drafted`` the same of an order since and a draft order."""

    at: datetime
    gone: frozenset[VariantId] | None
    ordered: bool | None
    drafted: bool | None


@dataclass(frozen=True, slots=True)
class KnownLook:
    """What was seen last of a message's cart, and when a look was asked for last;
    ``is_in_vain`` is whether nobody will have that look."""

    seen: SeenThere | None
    asked_at: datetime | None
    is_in_vain: bool


_OF_MESSAGES = Statement("""
SELECT m.id, l.looked_at, l.gone, l.ordered, l.drafted, a.asked_at,
  a.looked_at IS NULL AND a.due_at IS NULL AS is_in_vain
FROM messages m
LEFT JOIN LATERAL (
  SELECT looked_at, gone, ordered, drafted FROM cart_looks
  WHERE shop_id = m.shop_id AND token_key = m.checkout_key AND looked_at IS NOT NULL
  ORDER BY asked_at DESC LIMIT 1) AS l ON true
JOIN LATERAL (
  SELECT asked_at, looked_at, due_at FROM cart_looks
  WHERE shop_id = m.shop_id AND token_key = m.checkout_key
  ORDER BY asked_at DESC LIMIT 1) AS a ON true
WHERE m.id = ANY(CAST(:messages AS text[]))
""")


def of_messages(
    tx: Transaction, messages: Collection[MessageId]
) -> dict[MessageId, KnownLook]:
    """Of those of these messages at whose carts anybody was asked to look."""
    if not messages:
        return {}
    return {
        MessageId(row.id): KnownLook(
            seen=_seen(row), asked_at=_utc(row.asked_at), is_in_vain=row.is_in_vain
        )
        for row in tx.ask(_OF_MESSAGES, {"messages": sorted(messages)})
    }


def _seen(row: Any) -> SeenThere | None:
    if row.looked_at is None:
        return None
    return seen_there([row.looked_at.isoformat(), row.gone, row.ordered, row.drafted])


def seen_there(row: Sequence[Any]) -> SeenThere:
    """As PostgreSQL writes it in JSON."""
    at, gone, ordered, drafted = row
    return SeenThere(
        at=datetime.fromisoformat(at).astimezone(UTC),
        gone=None if gone is None else frozenset(map(VariantId, gone)),
        ordered=ordered,
        drafted=drafted,
    )


# One that somebody has waited for in vain gives way to the new one.
_ASK = Statement("""
WITH wanted AS (
  SELECT DISTINCT m.shop_id, m.checkout_key FROM messages m
  JOIN checkouts k ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
  WHERE m.id = ANY(CAST(:messages AS text[])))
INSERT INTO cart_looks (shop_id, token_key, asked_at, due_at)
SELECT shop_id, checkout_key, :now, :now FROM wanted ORDER BY shop_id, checkout_key
ON CONFLICT (shop_id, token_key) WHERE due_at IS NOT NULL DO NOTHING
""")


def ask_for(tx: Transaction, messages: Collection[MessageId], *, now: datetime) -> None:
    """Have somebody look at the carts of these messages; a second time, before anybody
    has, changes nothing."""
    if messages:
        tx.run(_ASK, {"messages": sorted(messages), "now": now})


# What is still being changed then has its time later. The newest look is asked for by
# the cart: not knowing how many there are, PostgreSQL would hold each against all.
_AHEAD = Statement("""
INSERT INTO cart_looks (shop_id, token_key, asked_at, due_at)
SELECT DISTINCT soon.shop_id, soon.checkout_key, CAST(:now AS timestamptz),
  CAST(:now AS timestamptz)
FROM shops s
CROSS JOIN LATERAL (
  SELECT m.shop_id, m.checkout_key, m.told FROM messages m
  WHERE m.shop_id = s.id AND m.queue = 'waiting' AND m.priority = 1
    AND m.due_at > :now AND m.due_at <= :until
    AND coalesce((
      SELECT l.asked_at FROM cart_looks l
      WHERE l.shop_id = m.shop_id AND l.token_key = m.checkout_key
      ORDER BY l.asked_at DESC LIMIT 1) <= :since, true)
  ORDER BY m.due_at LIMIT :most) AS soon
JOIN checkouts k ON k.shop_id = soon.shop_id AND k.token_key = soon.checkout_key
WHERE s.state = 'active' AND k.completed_at IS NULL AND k.closed_at IS NULL
  AND k.updated_at + make_interval(
    mins => coalesce((soon.told ->> 'after_minutes')::int, 0)) <= :until
ON CONFLICT (shop_id, token_key) WHERE due_at IS NOT NULL DO NOTHING
""")


def ask_ahead(
    tx: Transaction, *, now: datetime, until: datetime, since: datetime
) -> int:
    """The same for what has its time before ``until``, unless somebody was asked after
    ``since``; answer how many. Costs a look at each shop."""
    asked = {"now": now, "until": until, "since": since, "most": _MOST_AHEAD}
    return tx.count(_AHEAD, asked)


_GIVE_UP = Statement("""
UPDATE cart_looks SET due_at = NULL, claimed_until = NULL,
  held_because = coalesce(held_because, 'too_late')
WHERE due_at IS NOT NULL AND asked_at <= :before
""")
_TAKE_DUE = Statement("""
WITH mine AS MATERIALIZED (
  SELECT q.id FROM cart_looks q
  WHERE q.due_at <= :now AND (q.claimed_until IS NULL OR q.claimed_until <= :now)
    AND q.shop_id = (
      SELECT f.shop_id FROM cart_looks f JOIN shops s ON s.id = f.shop_id
      WHERE f.due_at <= :now AND s.state = 'active' AND NOT EXISTS (
        SELECT 1 FROM cart_looks w
        WHERE w.shop_id = f.shop_id AND w.claimed_until > :now)
      ORDER BY f.due_at LIMIT 1)
  ORDER BY q.due_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE cart_looks l SET claimed_until = :until
FROM mine, checkouts k
WHERE l.id = mine.id AND k.shop_id = l.shop_id AND k.token_key = l.token_key
RETURNING l.id, l.shop_id, l.attempts, k.number, k.items, k.customer_id
""")


@dataclass(frozen=True, slots=True)
class LeftThere:
    """A cart to be looked at: its ``things``, and its number at the store where that
    knows whose it is."""

    id: int
    number: CheckoutNumber | None
    things: frozenset[VariantId]


@dataclass(frozen=True, slots=True)
class Due:
    """Looks at carts of one store. ``attempts`` are the most made in vain for one of
    them."""

    shop_id: ShopId
    carts: Sequence[LeftThere]
    attempts: int


def give_up(tx: Transaction, *, before: datetime) -> None:
    """Nobody waits any more for looks that were asked for before then."""
    tx.run(_GIVE_UP, {"before": before})


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """Those of the store that has waited longest; nobody else takes any of that store's
    before ``until``."""
    rows = tx.ask(_TAKE_DUE, {"now": now, "until": until, "most": _MOST_AT_ONCE})
    if not rows:
        return None
    return Due(
        ShopId(rows[0].shop_id),
        [_cart(row) for row in sorted(rows, key=lambda row: row.id)],
        max(row.attempts for row in rows),
    )


def _cart(row: Any) -> LeftThere:
    things = {item.get("variant_id") for item in row.items or ()} - {None}
    is_named = row.number is not None and row.customer_id is not None
    return LeftThere(
        id=row.id,
        number=CheckoutNumber(row.number) if is_named else None,
        things=frozenset(map(VariantId, things)),
    )


_NOTE = Statement("""
UPDATE cart_looks l SET looked_at = :now, gone = new.gone, ordered = new.ordered,
  drafted = new.drafted, due_at = NULL, claimed_until = NULL, held_because = NULL
FROM json_to_recordset(CAST(:rows AS json))
  AS new (id bigint, gone jsonb, ordered boolean, drafted boolean)
WHERE l.id = new.id
""")


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of one cart, as ``SeenThere`` has it."""

    id: int
    gone: Collection[VariantId] | None
    ordered: bool | None
    drafted: bool | None


def note(tx: Transaction, looked: Collection[Looked], *, now: datetime) -> None:
    rows = [
        {
            "id": each.id,
            "gone": None if each.gone is None else sorted(each.gone),
            "ordered": each.ordered,
            "drafted": each.drafted,
        }
        for each in looked
    ]
    if rows:
        tx.run(_NOTE, {"rows": json.dumps(rows), "now": now})


_HOLD = Statement("""
UPDATE cart_looks SET attempts = :attempts, held_because = :because, due_at = :due_at,
  claimed_until = NULL
WHERE id = ANY(CAST(:ids AS bigint[])) AND due_at IS NOT NULL
""")
_LET_GO = Statement("""
UPDATE cart_looks SET claimed_until = NULL WHERE id = ANY(CAST(:ids AS bigint[]))
""")


def hold(
    tx: Transaction,
    looks: Collection[int],
    *,
    due_at: datetime | None,
    attempts: int,
    because: str,
) -> None:
    """Try these again at ``due_at``, or never."""
    asked = {"ids": sorted(looks), "due_at": due_at, "attempts": attempts}
    tx.run(_HOLD, {**asked, "because": because})


def let_go(tx: Transaction, due: Due) -> None:
    """Others may take them."""
    tx.run(_LET_GO, {"ids": sorted(each.id for each in due.carts)})


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
