"""Flows that are to be played on the past, how far that has come, and what it said.

Of each flow of a shop there is one play, the newest: who asks again begins anew, and
what was under way until then writes nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import select

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import flow_replays


class State(StrEnum):
    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePlay:
    """``run`` names this play, and no other of the flow before or after."""

    shop_id: ShopId
    flow: str
    run: str
    written: Mapping[str, Any]
    days: int
    asked_at: datetime
    attempts: int


_ASK = Statement("""
INSERT INTO flow_replays (shop_id, flow, run, written, days, state, asked_at)
VALUES (:shop, :flow, :run, CAST(:written AS jsonb), :days, 'wanted', :now)
ON CONFLICT (shop_id, flow) DO UPDATE SET run = :run,
  written = CAST(:written AS jsonb), days = :days, state = 'wanted', asked_at = :now,
  claimed_until = NULL, attempts = 0, people = NULL, played = 0, summary = NULL,
  because = NULL, ended_at = NULL
""")


def ask(
    tx: Transaction,
    shop_id: ShopId,
    flow: str,
    written: Mapping[str, Any],
    *,
    days: int,
    run: str,
    now: datetime,
) -> None:
    """Have a flow played as it is written, in place of what was asked for before."""
    asked = {
        "shop": shop_id,
        "flow": flow,
        "run": run,
        "written": orjson.dumps(dict(written)).decode(),
        "days": days,
        "now": now,
    }
    tx.run(_ASK, asked)


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT f.shop_id, f.flow FROM flow_replays f
  WHERE f.state IN ('wanted', 'running')
    AND (f.claimed_until IS NULL OR f.claimed_until <= :now)
  ORDER BY f.asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE flow_replays r SET state = 'running', claimed_until = :until,
  attempts = r.attempts + 1, played = 0, people = NULL
WHERE (r.shop_id, r.flow) IN (SELECT shop_id, flow FROM due)
RETURNING r.shop_id, r.flow, r.run, r.written, r.days, r.asked_at, r.attempts
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> DuePlay | None:
    """What has waited longest; nobody else takes it before ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until}):
        return DuePlay(**row._asdict())
    return None


_GO_ON = Statement("""
UPDATE flow_replays SET people = :people, played = :played, claimed_until = :until
WHERE shop_id = :shop AND flow = :flow AND run = :run AND state = 'running'
""")


def go_on(
    tx: Transaction, due: DuePlay, *, people: int, played: int, until: datetime
) -> bool:
    """Note how far it is; False where it was asked for anew meanwhile."""
    asked = _named(due) | {"people": people, "played": played, "until": until}
    return bool(tx.count(_GO_ON, asked))


_END = Statement("""
UPDATE flow_replays SET state = :state, summary = CAST(:summary AS jsonb),
  because = :because, ended_at = :now, claimed_until = NULL,
  played = coalesce(people, played)
WHERE shop_id = :shop AND flow = :flow AND run = :run
  AND state IN ('wanted', 'running')
""")


def end(
    tx: Transaction,
    due: DuePlay,
    *,
    summary: Mapping[str, Any] | None,
    because: str | None = None,
    now: datetime,
) -> None:
    """Keep what it said, or why it came to nothing."""
    told = (
        None if summary is None else orjson.dumps(dict(summary), default=str).decode()
    )
    state = State.FAILED if summary is None else State.DONE
    asked = {"state": state, "summary": told, "because": because, "now": now}
    tx.run(_END, _named(due) | asked)


def _named(due: DuePlay) -> dict[str, Any]:
    return {"shop": due.shop_id, "flow": due.flow, "run": due.run}


def of_flow(tx: Transaction, shop_id: ShopId, flow: str) -> Mapping[str, Any] | None:
    """The newest play of a flow, whatever has become of it."""
    own = flow_replays.c
    return tx.row(select(flow_replays).where(own.shop_id == shop_id, own.flow == flow))
