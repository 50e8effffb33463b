"""Messages of which nobody knows whether they arrived, and what speaks for it.

Meta reports on every message that it took. A message without a report was not taken,
*if* the reports of that time have come in at all; whether they have is seen on the
messages beside it: its control group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from core.values import MessageId, Scope
from storage.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An unsure message. ``members`` is how many messages of the same number Meta
    acknowledged around the same time, counted up to five; ``unreported`` whether one
    of them is still without a report. ``wide_*`` is the same for a longer time."""

    id: MessageId
    scope: Scope
    resends: int
    asked_at: datetime
    members: int
    unreported: bool
    wide_members: int
    wide_unreported: bool


def _group(name: str) -> str:
    window = (
        "a.shop_id = u.shop_id AND a.accepted_at "
        f"BETWEEN u.asked_at - CAST(:{name} AS interval) "
        f"AND u.asked_at + CAST(:{name} AS interval)"
    )
    return f"""
  (SELECT count(*) FROM (SELECT 1 FROM messages a WHERE {window} LIMIT 5) AS g)
    AS {name}_members,
  EXISTS (SELECT 1 FROM messages a WHERE {window} AND a.reported_at IS NULL)
    AS {name}_unreported"""


_DOUBTS = text(f"""
SELECT u.id, u.scope, u.resends, u.asked_at, {_group("near")}, {_group("wide")}
FROM messages u
WHERE u.queue = 'unsure' AND u.due_at <= :now
ORDER BY u.due_at LIMIT :most
""")


def doubts(
    tx: Transaction, *, now: datetime, near: timedelta, wide: timedelta, limit: int
) -> Sequence[Doubt]:
    """Unsure messages that it is time to look at again."""
    rows = tx.connection.execute(
        _DOUBTS, {"now": now, "near": near, "wide": wide, "most": limit}
    )
    return [
        Doubt(
            id=MessageId(row.id),
            scope=Scope(row.scope),
            resends=row.resends,
            asked_at=row.asked_at,
            members=row.near_members,
            unreported=row.near_unreported,
            wide_members=row.wide_members,
            wide_unreported=row.wide_unreported,
        )
        for row in rows
    ]
