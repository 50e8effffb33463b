"""Buyers who were asked whether they want what they have ordered, and what they said.

An order has one row, from the moment in which its buyer is asked. The first answer
counts, and no later one changes it; what is to be done about it: ``open_answers``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.values import Answer, ContactId, MessageId, OrderId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import messages, order_answers

OrderKey = tuple[ShopId, OrderId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An order whose buyer is asked by the message ``question``. What their silence
    means is looked at when it is ``due_at``."""

    shop_id: ShopId
    order_id: OrderId
    question: MessageId
    due_at: datetime


_ASKED = columns_of(order_answers, ("shop_id", "order_id", "question", "due_at"))
_NOTE_ASKED = Statement(f"""
INSERT INTO order_answers ({", ".join(_ASKED)}) SELECT * FROM {unfolded(_ASKED)}
ON CONFLICT (shop_id, order_id) DO NOTHING
""")


def note_asked(tx: Transaction, asked: Collection[Asked]) -> None:
    """What is known of an order already stays as it is."""
    rows = [
        {
            "shop_id": each.shop_id,
            "order_id": each.order_id,
            "question": each.question,
            "due_at": each.due_at,
        }
        for each in sorted(asked, key=lambda each: (each.shop_id, each.order_id))
    ]
    if rows:
        tx.run(_NOTE_ASKED, folded(rows))


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """What somebody has ``said`` about an order, if anything, and whether some of it
    ``is_on_its_way``."""

    said: Answer | None
    is_on_its_way: bool


_STANDINGS = Statement(f"""
SELECT new.shop_id, new.order_id, a.said,
  coalesce(o.shipping, 'unfulfilled') <> 'unfulfilled' OR EXISTS (
    SELECT 1 FROM parcels p WHERE p.shop_id = new.shop_id AND p.order_id = new.order_id
      AND p.is_cancelled IS NOT TRUE) AS is_on_its_way
FROM {unfolded(columns_of(order_answers, ("shop_id", "order_id")))}
LEFT JOIN orders o ON o.shop_id = new.shop_id AND o.order_id = new.order_id
LEFT JOIN order_answers a ON a.shop_id = new.shop_id AND a.order_id = new.order_id
""")


def standings(
    tx: Transaction, keys: Collection[OrderKey]
) -> dict[OrderKey, OrderStanding]:
    """How each of these orders stands."""
    if not keys:
        return {}
    rows = [{"shop_id": shop, "order_id": order} for shop, order in sorted(set(keys))]
    return {
        (ShopId(row.shop_id), OrderId(row.order_id)): OrderStanding(
            None if row.said is None else Answer(row.said), row.is_on_its_way
        )
        for row in tx.ask(_STANDINGS, folded(rows))
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What the buyer ``said`` about an order, and what came of it at the store; None
    where nothing did yet."""

    said: Answer | None
    said_at: datetime | None
    outcome: str | None


_OF_ORDER = Statement("""
SELECT said, said_at, outcome FROM order_answers
WHERE shop_id = :shop AND order_id = :order
""")


def of_order(tx: Transaction, shop_id: ShopId, order_id: OrderId) -> Told | None:
    """None where nobody was asked."""
    for row in tx.ask(_OF_ORDER, {"shop": shop_id, "order": order_id}):
        said = None if row.said is None else Answer(row.said)
        return Told(said, row.said_at, row.outcome)
    return None


@dataclass(frozen=True, slots=True)
class Question:
    """A message that asked somebody about an order. ``order_is_cancelled`` is what is
    known here."""

    id: MessageId
    shop_id: ShopId
    order_id: OrderId
    contact_id: ContactId | None
    language: str | None
    order_is_cancelled: bool


_QUESTIONS = Statement("""
SELECT m.id, m.shop_id, m.order_id, m.contact_id, m.language,
  o.cancelled_at IS NOT NULL AS order_is_cancelled
FROM messages m
JOIN order_answers a ON a.shop_id = m.shop_id AND a.order_id = m.order_id
LEFT JOIN orders o ON o.shop_id = m.shop_id AND o.order_id = m.order_id
WHERE m.id = ANY(CAST(:ids AS text[])) AND m.automation = :automation
""")


def questions(
    tx: Transaction, ids: Collection[str], *, automation: str
) -> dict[str, Question]:
    """Those of these ids that are questions which have left."""
    asked = {"ids": sorted(set(ids)), "automation": automation}
    return {
        row.id: Question(
            MessageId(row.id),
            ShopId(row.shop_id),
            OrderId(row.order_id),
            None if row.contact_id is None else ContactId(row.contact_id),
            row.language,
            bool(row.order_is_cancelled),
        )
        for row in tx.ask(_QUESTIONS, asked)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said by a button under ``question``, through ``number``."""

    shop_id: ShopId
    order_id: OrderId
    question: MessageId
    answer: Answer
    at: datetime
    number: str | None


_SAID = columns_of(
    order_answers, ("shop_id", "order_id", "question", "said", "said_at", "number")
)
_SAY = Statement(f"""
UPDATE order_answers a SET question = new.question, said = new.said,
  said_at = new.said_at, number = new.number, due_at = :now, attempts = 0,
  because = NULL
FROM {unfolded(_SAID)}
WHERE a.shop_id = new.shop_id AND a.order_id = new.order_id AND a.said IS NULL
RETURNING a.shop_id, a.order_id
""")


def say(tx: Transaction, said: Collection[Said], *, now: datetime) -> set[OrderKey]:
    """Note what was said; answer of which orders it was the first answer. At most one
    word of each order."""
    rows = [
        {
            "shop_id": each.shop_id,
            "order_id": each.order_id,
            "question": each.question,
            "said": each.answer.value,
            "said_at": each.at,
            "number": each.number,
        }
        for each in sorted(said, key=lambda each: (each.shop_id, each.order_id))
    ]
    if not rows:
        return set()
    found = tx.ask(_SAY, {**folded(rows), "now": now})
    return {(ShopId(row.shop_id), OrderId(row.order_id)) for row in found}


_ADD_LINES = Statement(f"""
UPDATE messages m SET story = m.story || new.story
FROM {unfolded(columns_of(messages, ("id", "story")))}
WHERE m.id = new.id AND m.order_id IS NOT NULL
""")


def add_lines(
    tx: Transaction, lines: Sequence[tuple[MessageId, Mapping[str, Any]]]
) -> None:
    """Add to the stories of the messages that asked; to no erased one."""
    by_id: dict[MessageId, list[Mapping[str, Any]]] = {}
    for id_, line in lines:
        by_id.setdefault(id_, []).append(line)
    if by_id:
        rows = [{"id": id_, "story": story} for id_, story in sorted(by_id.items())]
        tx.run(_ADD_LINES, folded(rows))
