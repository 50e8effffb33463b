"""Carts that people have filled in a chat, until the store has told about them.

The answer waits among the messages meanwhile. A row here is no more than that its store
is to be asked; it goes once that is done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.sealing import Keyring
from core.values import ContactId, MessageId, ShopId
from storage.merging import opened
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import chat_carts, messages

_PORTION = 20

_WANTED = columns_of(chat_carts, ("shop_id", "message_id", "due_at"))
_WANT = Statement(f"""
INSERT INTO chat_carts ({", ".join(_WANTED)}) SELECT * FROM {unfolded(_WANTED)}
ON CONFLICT (shop_id, message_id) DO NOTHING
""")


def want(
    tx: Transaction, carts: Collection[tuple[ShopId, MessageId]], *, now: datetime
) -> None:
    """Have the stores asked about the carts that these messages answer."""
    rows = [
        {"shop_id": shop_id, "message_id": id_, "due_at": now}
        for shop_id, id_ in sorted(carts)
    ]
    if rows:
        tx.run(_WANT, folded(rows))


@dataclass(frozen=True, slots=True)
class Due:
    """Some carts of one store, which ``until`` nobody else has. ``attempts`` are the
    most that were made in vain for one of them."""

    shop_id: ShopId
    ids: Sequence[MessageId]
    attempts: int
    until: datetime


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT b.shop_id, b.message_id FROM chat_carts b
  WHERE b.due_at <= :now AND (b.claimed_until IS NULL OR b.claimed_until <= :now)
    AND b.shop_id = (
      SELECT f.shop_id FROM chat_carts f JOIN shops s ON s.id = f.shop_id
      WHERE f.due_at <= :now AND s.state = 'active'
        AND (f.claimed_until IS NULL OR f.claimed_until <= :now)
      ORDER BY f.due_at LIMIT 1)
  ORDER BY b.due_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE chat_carts a SET claimed_until = :until
WHERE (a.shop_id, a.message_id) IN (SELECT shop_id, message_id FROM due)
RETURNING a.shop_id, a.message_id, a.attempts
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """Those of the store that has waited longest; nobody else takes them before
    ``until``."""
    rows = tx.ask(_TAKE_DUE, {"now": now, "until": until, "most": _PORTION})
    if not rows:
        return None
    return Due(
        ShopId(rows[0].shop_id),
        sorted(MessageId(row.message_id) for row in rows),
        max(row.attempts for row in rows),
        until,
    )


# By when it ends a turn is known: whoever has had it since has another end.
_OURS = """shop_id = :shop AND message_id = ANY(CAST(:ids AS text[]))
  AND claimed_until = :until"""

_KEEP_TURN = Statement(f"UPDATE chat_carts SET claimed_until = :longer WHERE {_OURS}")


def keep_turn(tx: Transaction, due: Due, *, until: datetime) -> Due | None:
    """Have them for longer; None where another has one of them by now."""
    kept = tx.count(_KEEP_TURN, {**_asked(due), "longer": until})
    return replace(due, until=until) if kept == len(due.ids) else None


def _asked(due: Due) -> dict[str, Any]:
    return {"shop": due.shop_id, "ids": list(due.ids), "until": due.until}


_WAITING = Statement("""
SELECT m.id, m.told, s.lane FROM messages m JOIN shops s ON s.id = m.shop_id
WHERE m.shop_id = :shop AND m.id = ANY(CAST(:ids AS text[]))
  AND m.queue = 'waiting' AND m.told IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that has not left yet."""

    id: MessageId
    told: Mapping[str, str] = field(repr=False)
    lane: int


def waiting(tx: Transaction, due: Due) -> list[Waiting]:
    """Those of these carts that are still to be answered."""
    asked = {"shop": due.shop_id, "ids": list(due.ids)}
    return [
        Waiting(MessageId(row.id), row.told, row.lane)
        for row in tx.ask(_WAITING, asked)
    ]


_ANSWER = Statement(f"""
UPDATE messages m SET told = m.told || new.told, story = m.story || new.story,
  due_at = least(m.due_at, new.due_at)
FROM {unfolded(columns_of(messages, ("id", "told", "story", "due_at")))}
WHERE m.shop_id = :shop AND m.id = new.id AND m.queue = 'waiting'
  AND m.told IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Looked:
    """What the store told about a cart, and the line of the story about it."""

    id: MessageId
    told: Mapping[str, str] = field(repr=False)
    line: Mapping[str, Any] = field(repr=False)


def answer(
    tx: Transaction, shop_id: ShopId, looked: Sequence[Looked], *, now: datetime
) -> None:
    """Note what the store told; the answers may leave now."""
    rows = [
        {"id": each.id, "told": each.told, "story": [each.line], "due_at": now}
        for each in sorted(looked, key=lambda each: each.id)
    ]
    if rows:
        tx.run(_ANSWER, {**folded(rows), "shop": shop_id})


_DONE = Statement(f"DELETE FROM chat_carts WHERE {_OURS}")


def done(tx: Transaction, due: Due) -> None:
    tx.run(_DONE, _asked(due))


_HOLD = Statement(f"""
UPDATE chat_carts SET due_at = :due_at, claimed_until = NULL, attempts = :attempts
WHERE {_OURS}
""")


def hold(tx: Transaction, due: Due, *, due_at: datetime, attempts: int) -> None:
    """Nothing came of it: once more at ``due_at``."""
    tx.run(_HOLD, {**_asked(due), "due_at": due_at, "attempts": attempts})


_BUYERS = Statement("""
SELECT c.contact_id, c.shop_id, k.email, k.first_name, k.place, k.country
FROM unnest(CAST(:contacts AS bigint[]), CAST(:shops AS bigint[]))
  AS c (contact_id, shop_id)
CROSS JOIN LATERAL (
  SELECT email, first_name, place, country FROM checkouts
  WHERE contact_id = c.contact_id AND shop_id = c.shop_id
  ORDER BY updated_at DESC LIMIT 1) AS k
""")


def buyers(
    tx: Transaction, people: Mapping[ContactId, ShopId], *, sealer: Keyring
) -> dict[ContactId, Mapping[str, str]]:
    """What these people have typed at their last checkout: ``email``, ``first_name``,
    ``region``, ``city``, ``postcode`` and ``country``; nobody who was at none."""
    if not people:
        return {}
    asked = {"contacts": list(people), "shops": list(people.values())}
    found: dict[ContactId, Mapping[str, str]] = {}
    for row in tx.ask(_BUYERS, asked):
        shop_id = ShopId(row.shop_id)
        told = {
            "email": opened(row.email, "email", shop_id, sealer),
            "first_name": opened(row.first_name, "first_name", shop_id, sealer),
            **(opened(row.place, "place", shop_id, sealer) or {}),
            "country": row.country,
        }
        said = {name: text for name, text in told.items() if text}
        found[ContactId(row.contact_id)] = said
    return found
