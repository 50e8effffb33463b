"""The scheduler's look around: what is due, what was left behind, what is in doubt.

Every hint may get lost: Redis restarts, a worker is killed. Rows are not, so all that
is left to do can be found by looking. Runs each second; any number may run.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from core.lanes import Work
from core.values import MessageId
from notifications.ports import Services
from notifications.rules import doubt
from notifications.rules.doubt import Group, Verdict
from notifications.rules.lifecycle import State
from storage import inbox, outbox, progress
from storage.doubt import Doubt, doubts, has_unread_reports
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 500
_REPORTS_ARE_READ_WITHIN = timedelta(seconds=1)


def look_around(*, services: Services) -> None:
    """Settle what can be settled, and hint at every lane with something due."""
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        _find_vanished(tx, now, services)
    with services.transactions.across(Crossing.LOOKING) as tx:
        _weigh_doubts(tx, now, services)
    with services.transactions.across(Crossing.LOOKING) as tx:
        due = {
            Work.READ: inbox.lanes_due(tx, now=now),
            Work.SEND: outbox.lanes_due(tx, now=now),
        }
    for work, lanes in due.items():
        for lane in lanes:
            services.hints.look(work, lane)


def _find_vanished(tx: Transaction, now: datetime, services: Services) -> None:
    """A lease has run out: its sender was killed, or is too slow to be trusted.

    The message may have reached the person. Nobody can tell, so nobody guesses.
    """
    ids = progress.in_flight_since_before(tx, now, limit=_MOST_AT_ONCE)
    _doubt(ids, tx, now, services)


def take_over(processes: Collection[str], *, services: Services) -> None:
    """These have died. What they held is in doubt now, not when its lease runs out."""
    with services.transactions.across(Crossing.LOOKING) as tx:
        _doubt(progress.held_by(tx, processes), tx, services.clock(), services)


def _doubt(
    ids: Collection[MessageId], tx: Transaction, now: datetime, services: Services
) -> None:
    vanished = [row for row in progress.locked(tx, ids) if row.state == State.SENDING]
    for row in vanished:
        row.state, row.reason = State.UNSURE, "sender_vanished"
        row.due_at = max((row.asked_at or now) + doubt.SETTLED_AFTER, now)
        row.entries.append({"at": now.isoformat(), "what": "sender_vanished"})
    progress.keep(tx, vanished)
    if vanished:
        log.warning("senders_vanished messages=%s", len(vanished))
        services.counters.add("messages_vanished", {}, len(vanished))


def _weigh_doubts(tx: Transaction, now: datetime, services: Services) -> None:
    # The report that settles it may lie unread in a lane whose worker was killed,
    # while those of its neighbours came by other lanes.
    if has_unread_reports(tx, before=now - _REPORTS_ARE_READ_WITHIN):
        return
    found = doubts(
        tx,
        now=now,
        widths=(doubt.NEAR, doubt.MIDDLE, doubt.WIDE),
        counted=doubt.MOST_COUNTED,
        limit=_MOST_AT_ONCE,
    )
    verdicts = {one.id: (one, _verdict(one, now)) for one in found}
    rows = [
        row
        for row in progress.locked(tx, verdicts.keys())
        if row.state == State.UNSURE  # a report may have come since we looked
    ]
    for row in rows:
        one, verdict = verdicts[row.id]
        match verdict:
            case Verdict.SEND_AGAIN:
                row.state, row.reason = State.WAITING, "never_taken"
                row.resends += 1
                row.due_at = now
                row.entries.append(
                    {"at": now.isoformat(), "what": "never_taken", **_proof(one, now)}
                )
                services.counters.add("messages_sent_again", {})
            case Verdict.LOOK_AGAIN:
                row.due_at = now + doubt.pause_before_next_look(
                    asked_at=one.asked_at, now=now
                )
            case Verdict.FOR_A_PERSON:
                row.reason = "never_confirmed"
                row.due_at = _never(now)
                row.entries.append({"at": now.isoformat(), "what": "never_confirmed"})
    progress.keep(tx, rows)


def _verdict(one: Doubt, now: datetime) -> Verdict:
    near, middle, wide = _groups(one)
    return doubt.judge(
        scope=one.scope,
        resends=one.resends,
        asked_at=one.asked_at,
        near=near,
        middle=middle,
        wide=wide,
        now=now,
    )


def _proof(one: Doubt, now: datetime) -> dict[str, int]:
    """How many of the messages beside it Meta has reported on, and on how many not."""
    near, middle, wide = _groups(one)
    age = now - one.asked_at
    group = doubt.proof_in(near=near, middle=middle, wide=wide, age=age) or wide
    silent = {"silent_beside_it": group.silent} if group.silent else {}
    return {"reported_beside_it": group.reported, **silent}


def _groups(one: Doubt) -> Iterable[Group]:
    return (
        Group(before=beside.before, after=beside.after, silent=beside.silent)
        for beside in one.beside
    )


def _never(now: datetime) -> datetime:
    return now.replace(year=now.year + 1000, day=1)


def settle_by_person(
    message_id: MessageId, *, decision: State, actor: str, services: Services
) -> bool:
    """A person decides about an unsure message: it arrived (``sent``), is to go out
    again (``waiting``), or shall not (``cancelled``). False if it is not unsure."""
    now = services.clock()
    with services.transactions.across(Crossing.OPERATING) as tx:
        rows = [
            row
            for row in progress.locked(tx, [message_id])
            if row.state == State.UNSURE
        ]
        for row in rows:
            row.state, row.reason, row.due_at = decision, "decided_by_person", now
            row.entries.append(
                {
                    "at": now.isoformat(),
                    "what": "decided_by_person",
                    "decision": decision,
                    "actor": actor,
                }
            )
        progress.keep(tx, rows)
    return bool(rows)
