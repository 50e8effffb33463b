"""Messages of which nobody knows whether they arrived, and what speaks for it.

Meta reports on every message that it took. A message without a report was not taken,
*if* the reports of that time have come in at all; whether they have is seen on the
messages beside it: its control group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import text

from core.lanes import LANES
from core.values import MessageId, Scope
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Messages of the same number that Meta acknowledged within some time ``before``
    the moment of asking or ``after`` it. ``silent`` of them have no report yet."""

    before: int
    after: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An unsure message, and what is beside it within each width, in their order."""

    id: MessageId
    automation: str
    scope: Scope
    resends: int
    asked_at: datetime
    beside: Sequence[Beside]


_SILENT_COUNTED = 2


def _count(what: str, most: object) -> str:
    """However many there are, no more rows are read than are counted."""
    rows = f"""SELECT FROM messages a WHERE a.shop_id = u.shop_id
    AND a.phone_number_id = u.phone_number_id AND {what}"""
    return f"(SELECT count(*) FROM ({rows} LIMIT {most}) AS counted)"


_EARLIEST = "a.accepted_at >= u.asked_at - w.width"
_LATEST = "a.accepted_at <= u.asked_at + w.width"
_SILENT = f"{_EARLIEST} AND {_LATEST} AND a.reported_at IS NULL"
_DOUBTS = text(f"""
SELECT u.id, u.automation, u.scope, u.resends, u.asked_at,
  {_count(f"{_EARLIEST} AND a.accepted_at < u.asked_at", ":counted")} AS before,
  {_count(f"a.accepted_at >= u.asked_at AND {_LATEST}", ":counted")} AS after,
  {_count(_SILENT, _SILENT_COUNTED)} AS silent
FROM (
  SELECT id, shop_id, phone_number_id, automation, scope, resends, asked_at, due_at
  FROM messages
  WHERE queue = 'unsure' AND due_at <= :now ORDER BY due_at LIMIT :most) AS u
CROSS JOIN
  unnest(CAST(:widths AS interval[])) WITH ORDINALITY AS w (width, place)
ORDER BY u.due_at, u.id, w.place
""")


def doubts(
    tx: Transaction,
    *,
    now: datetime,
    widths: Sequence[timedelta],
    counted: int,
    limit: int,
) -> Sequence[Doubt]:
    """Unsure messages that it is time to look at again, at most ``limit`` of them.

    On each side up to ``counted`` messages are counted, and two silent ones in all.
    """
    asked = {"now": now, "widths": list(widths), "counted": counted, "most": limit}
    rows = tx.connection.execute(_DOUBTS, asked)
    return [_doubt(list(of_one)) for _, of_one in groupby(rows, key=attrgetter("id"))]


def _doubt(rows: Sequence[Any]) -> Doubt:
    return Doubt(
        id=MessageId(rows[0].id),
        automation=rows[0].automation,
        scope=Scope(rows[0].scope),
        resends=rows[0].resends,
        asked_at=rows[0].asked_at,
        beside=[
            Beside(before=row.before, after=row.after, silent=row.silent)
            for row in rows
        ],
    )


_SIDE = """(SELECT m.accepted_at, m.reported_at FROM messages m
  WHERE m.shop_id = u.shop_id AND m.phone_number_id = u.phone_number_id AND {what}
  ORDER BY m.accepted_at {order} LIMIT :counted)"""
_BEFORE = "m.accepted_at < u.asked_at AND m.accepted_at >= u.asked_at - :width"
_AFTER = "m.accepted_at >= u.asked_at AND m.accepted_at <= u.asked_at + :width"
_REPORTED_BESIDE = Statement(f"""
SELECT u.id, beside.accepted_at, beside.reported_at
FROM messages u
CROSS JOIN LATERAL (
  {_SIDE.format(what=_BEFORE, order="DESC")}
  UNION ALL
  {_SIDE.format(what=_AFTER, order="ASC")}) AS beside
WHERE u.id = ANY(:ids) AND beside.reported_at IS NOT NULL
""")


Times = tuple[datetime, datetime]
"""When Meta said yes to a message, and when its first report came."""


def reported_beside(
    tx: Transaction, ids: Collection[MessageId], *, width: timedelta, counted: int
) -> Mapping[MessageId, Sequence[Times]]:
    """The times of the ``counted`` nearest neighbours on either side that have been
    reported on."""
    found: dict[MessageId, list[Times]] = {id_: [] for id_ in ids}
    asked = {"ids": list(ids), "width": width, "counted": counted}
    for row in tx.ask(_REPORTED_BESIDE, asked):
        found[MessageId(row.id)].append((row.accepted_at, row.reported_at))
    return found


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


_UNREAD = Statement("""
SELECT w.body FROM generate_series(0, :last_lane) AS lanes (lane) CROSS JOIN LATERAL (
  SELECT body FROM webhooks
  WHERE state = 'pending' AND lane = lanes.lane AND shop_domain = ''
  ORDER BY happened_at, id LIMIT :most) AS w
LIMIT :most
""")


def unread_reports(tx: Transaction, *, limit: int) -> list[bytes]:
    """The sealed bodies, at most ``limit``, of what Meta told and nobody has read."""
    asked = {"last_lane": LANES - 1, "most": limit}
    return [row.body for row in tx.ask(_UNREAD, asked) if row.body is not None]
