"""Messages of which nobody knows whether they arrived, and what speaks for it.

Meta reports on every message that it took. A message without a report was not taken,
*if* the reports of that time have come in at all; whether they have is seen on the
messages beside it: its control group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from core.lanes import LANES
from core.values import MessageId, Scope
from storage.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An unsure message. ``members`` is how many messages of the same number Meta
    acknowledged around the same time, counted up to five; ``unreported`` whether one
    of them is still without a report. ``middle_*`` and ``wide_*`` are the same for
    longer times."""

    id: MessageId
    scope: Scope
    resends: int
    asked_at: datetime
    members: int
    unreported: bool
    middle_members: int
    middle_unreported: bool
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
SELECT u.id, u.scope, u.resends, u.asked_at, {_group("near")},
  {_group("middle")}, {_group("wide")}
FROM messages u
WHERE u.queue = 'unsure' AND u.due_at <= :now
ORDER BY u.due_at LIMIT :most
""")


def doubts(
    tx: Transaction,
    *,
    now: datetime,
    near: timedelta,
    middle: timedelta,
    wide: timedelta,
    limit: int,
) -> Sequence[Doubt]:
    """Unsure messages that it is time to look at again."""
    rows = tx.connection.execute(
        _DOUBTS,
        {"now": now, "near": near, "middle": middle, "wide": wide, "most": limit},
    )
    return [
        Doubt(
            id=MessageId(row.id),
            scope=Scope(row.scope),
            resends=row.resends,
            asked_at=row.asked_at,
            members=row.near_members,
            unreported=row.near_unreported,
            middle_members=row.middle_members,
            middle_unreported=row.middle_unreported,
            wide_members=row.wide_members,
            wide_unreported=row.wide_unreported,
        )
        for row in rows
    ]


# Reports have no shop, and '' comes first in the index: one look at each lane.
_UNREAD_REPORTS = text("""
SELECT EXISTS (
  SELECT 1 FROM generate_series(0, :last_lane) AS lanes (lane) CROSS JOIN LATERAL (
    SELECT w.arrived_at FROM webhooks w
    WHERE w.state = 'pending' AND w.lane = lanes.lane AND w.shop_domain = ''
    ORDER BY w.happened_at, w.id LIMIT 1) AS oldest
  WHERE oldest.arrived_at < :before)
""")


def has_unread_reports(tx: Transaction, *, before: datetime) -> bool:
    """Whether something that Meta told us before a moment still waits to be read."""
    return bool(
        tx.connection.scalar(
            _UNREAD_REPORTS, {"last_lane": LANES - 1, "before": before}
        )
    )
