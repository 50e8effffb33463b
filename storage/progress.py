"""Messages that were taken: what became of each is noted on its row.

Rows are locked first, in the order of their ids, and written back all at once.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select, text

from core.values import ContactId, MessageId, Scope, ShopId
from storage import tallies
from storage.outbox import Entry
from storage.recordset import columns_of, folded, unfolded
from storage.retention import Keeping, past_its_time
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import messages
from storage.tallies import Step, What

ERASED = "erased:"
"""What the occasion of a message begins with whose person was erased."""

_IS_ERASED = f"starts_with(m.occasion, '{ERASED}')"


@dataclass(slots=True, kw_only=True)
class Row:
    """A message that is locked while something is noted about it.

    ``entries`` are new lines of its story; ``keep`` writes all of it back. ``was`` is
    the state in which it was found, and ``was_taken`` whether Meta had taken it then;
    ``charge`` is as what, and for which country, Meta charges it, once it says so.
    """

    id: MessageId
    shop_id: ShopId
    timezone: str
    automation: str
    scope: Scope
    contact_id: ContactId | None
    was: str
    was_taken: bool
    state: str
    reason: str | None
    attempt: int
    resends: int
    due_at: datetime
    asked_at: datetime | None
    accepted_at: datetime | None
    reported_at: datetime | None
    provider_id: str | None
    phone_number_id: str | None
    errors: Any
    pricing: Any
    charge: tuple[str, str] | None = None
    entries: list[Entry]


_LOCKED = Statement("""
SELECT id, shop_id, automation, scope, contact_id, state, reason, attempt, resends,
  due_at, asked_at, accepted_at, reported_at, provider_id, phone_number_id, errors,
  pricing, (SELECT timezone FROM shops s WHERE s.id = shop_id) AS timezone
FROM messages WHERE id = ANY(CAST(:ids AS text[])) ORDER BY id FOR UPDATE
""")

_IDS_OF = Statement(
    "SELECT id FROM messages WHERE provider_id = ANY(CAST(:provider_ids AS text[]))"
)


def locked(
    tx: Transaction,
    ids: Collection[MessageId],
    *,
    provider_ids: Collection[str] = (),
) -> list[Row]:
    """Lock and return messages, waiting for whoever is at them.

    Always in the order of their ids, so that two who lock many cannot each hold what
    the other one waits for.
    """
    wanted = set(ids)
    if provider_ids:
        asked = {"provider_ids": list(provider_ids)}
        wanted |= {MessageId(row.id) for row in tx.ask(_IDS_OF, asked)}
    if not wanted:
        return []
    return [
        Row(
            id=MessageId(row.id),
            shop_id=ShopId(row.shop_id),
            timezone=row.timezone,
            automation=row.automation,
            scope=Scope(row.scope),
            contact_id=None if row.contact_id is None else ContactId(row.contact_id),
            was=row.state,
            was_taken=row.accepted_at is not None or row.reported_at is not None,
            state=row.state,
            reason=row.reason,
            attempt=row.attempt,
            resends=row.resends,
            due_at=row.due_at,
            asked_at=row.asked_at,
            accepted_at=row.accepted_at,
            reported_at=row.reported_at,
            provider_id=row.provider_id,
            phone_number_id=row.phone_number_id,
            errors=row.errors,
            pricing=row.pricing,
            entries=[],
        )
        for row in tx.ask(_LOCKED, {"ids": sorted(wanted)})
    ]


_KEPT = columns_of(
    messages,
    (
        *("id", "state", "reason", "resends", "due_at", "accepted_at", "reported_at"),
        *("provider_id", "errors", "pricing"),
    ),
) | {"entries": "jsonb"}
_kept_of = attrgetter(*_KEPT)
# Meta's id of a message has the number in it, and its errors may quote it: neither
# comes back where the person was erased meanwhile.
_KEEP = Statement(f"""
UPDATE messages m SET state = new.state, reason = new.reason, resends = new.resends,
  due_at = new.due_at, accepted_at = new.accepted_at, reported_at = new.reported_at,
  provider_id = CASE WHEN {_IS_ERASED} THEN NULL ELSE new.provider_id END,
  errors = CASE WHEN {_IS_ERASED} THEN NULL ELSE new.errors END,
  pricing = new.pricing, story = m.story || new.entries
FROM {unfolded(_KEPT)} WHERE m.id = new.id
""")


def keep(tx: Transaction, rows: Sequence[Row], *, now: datetime) -> None:
    """Write back what was noted on locked messages, and count how far each has come; of
    one whose person was erased only how it went and what it cost."""
    if rows:
        changed = [dict(zip(_KEPT, _kept_of(row), strict=True)) for row in rows]
        tx.run(_KEEP, folded(changed))
        tallies.count(tx, _steps_of(rows), now=now)


def _steps_of(rows: Sequence[Row]) -> Iterator[Step]:
    for row in rows:
        who = (row.shop_id, row.timezone, row.automation)
        for what in tallies.steps_between(row.was, row.state, was_taken=row.was_taken):
            yield Step(*who, what)
        if row.charge is not None:
            yield Step(*who, What.CHARGED, *row.charge)


def in_flight_since_before(
    tx: Transaction, moment: datetime, *, limit: int
) -> list[MessageId]:
    """Messages whose lease ended before ``moment``: their sender never came back."""
    query = (
        select(messages.c.id)
        .where(messages.c.queue == text("'sending'"))
        .where(messages.c.lease_until < bindparam("moment"))
        .order_by(messages.c.lease_until)
        .limit(limit)
    )
    return [MessageId(id_) for id_ in tx.connection.scalars(query, {"moment": moment})]


_HELD_BY = Statement("""
SELECT id FROM messages
WHERE queue = 'sending' AND sender = ANY(CAST(:senders AS text[]))
""")


def held_by(tx: Transaction, senders: Collection[str]) -> list[MessageId]:
    """What these processes have taken and not written down yet."""
    return [MessageId(row.id) for row in tx.ask(_HELD_BY, {"senders": list(senders)})]


_OLD = past_its_time(
    "messages",
    keys=("id",),
    moment="created_at",
    days="message_days",
    also="t.body IS NOT NULL AND t.queue IS NULL",
)
_FORGET = Statement(f"UPDATE messages SET body = NULL WHERE id IN ({_OLD})")


def forget_bodies(
    tx: Transaction, keeping: Keeping, *, now: datetime, limit: int
) -> int:
    """Delete the texts of messages that are past their time; facts and reasons stay."""
    return tx.count(_FORGET, keeping.asked(now=now, limit=limit))
