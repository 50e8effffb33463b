"""Messages in doubt: weighed by the reports on those beside them, or by a person."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.errors import UnreadablePayload
from core.events import DeliveryReported
from core.lanes import Work
from core.sealing import CannotOpen
from core.values import MessageId, ShopId
from notifications.ports import Services
from notifications.replies import REPLY
from notifications.rules import doubt
from notifications.rules.doubt import Group, Reported, Verdict
from notifications.rules.lifecycle import State
from storage import changes, inbox, outbox, progress
from storage.changes import By, Change
from storage.doubt import (
    Doubt,
    doubts,
    has_unread_reports,
    reported_beside,
    unread_reports,
)
from storage.inbox import Source
from storage.progress import Row
from storage.session import Transaction

_MOST_AT_ONCE = 500
_REPORTS_ARE_READ_WITHIN = timedelta(seconds=1)
_MOST_UNREAD = 200


def weigh_doubts(tx: Transaction, now: datetime, services: Services) -> None:
    """Send again what Meta never took, where the control group proves it."""
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
    verdicts = _verdicts(found, tx, now)
    rows = [
        row
        for row in progress.locked(tx, verdicts.keys())
        if row.state == State.UNSURE  # a report may have come since we looked
    ]
    is_told_of = _told_of_just_now(tx, services, rows, verdicts)
    for row in rows:
        one, verdict = verdicts[row.id]
        match verdict:
            case _ if is_told_of(row):
                continue  # whoever reads that report settles it
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
    progress.keep(tx, rows, now=now)


def _told_of_just_now(
    tx: Transaction,
    services: Services,
    rows: Collection[Row],
    verdicts: Mapping[MessageId, tuple[Doubt, Verdict]],
) -> Callable[[Row], bool]:
    """Tells whether a report on a message may have come that nobody has read yet.

    The rows are locked, so what has been read is seen on them, and what has come is
    either that or here. Looked at only when something is about to be sent again.
    """
    if not any(verdicts[row.id][1] is Verdict.SEND_AGAIN for row in rows):
        return lambda _row: False
    unread = unread_reports(tx, limit=_MOST_UNREAD)
    if len(unread) == _MOST_UNREAD:
        return lambda _row: True
    names: set[str] = set()
    for sealed in unread:
        try:
            body = inbox.unpack(sealed, "", services.sealer)
            events = services.read_webhook(Source.META, "", body, services.clock())
        except (UnreadablePayload, CannotOpen):
            continue  # it will be stuck, and tell nobody anything
        for event in events:
            if isinstance(event, DeliveryReported):
                names |= {event.reference or "", event.provider_id}
    return lambda row: row.id in names or row.provider_id in names


def _verdicts(
    found: Sequence[Doubt], tx: Transaction, now: datetime
) -> Mapping[MessageId, tuple[Doubt, Verdict]]:
    """What to do about each; nothing is sent again while reports are still so slow that
    its own may be on its way."""
    verdicts = {one.id: (one, _verdict(one, now)) for one in found}
    again = [id_ for id_, (_, what) in verdicts.items() if what is Verdict.SEND_AGAIN]
    if not again:
        return verdicts
    beside = reported_beside(
        tx, again, width=doubt.WIDE, counted=doubt.SLOWNESS_COUNTED
    )
    for id_, times in beside.items():
        one, _ = verdicts[id_]
        neighbours = [Reported(*each) for each in times]
        if doubt.is_too_early(neighbours, asked_at=one.asked_at, now=now):
            verdicts[id_] = one, Verdict.LOOK_AGAIN
    return verdicts


def _verdict(one: Doubt, now: datetime) -> Verdict:
    near, middle, wide = _groups(one)
    return doubt.judge(
        scope=one.scope,
        is_reply=one.automation == REPLY.name,
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
    shop_id: ShopId,
    message_id: MessageId,
    *,
    decision: State,
    by: By,
    services: Services,
) -> bool:
    """A person decides about an unsure message: it arrived (``sent``), is to go out
    again (``waiting``), or shall not (``cancelled``). False if it is not unsure."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
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
                    "actor": by.actor,
                }
            )
        progress.keep(tx, rows, now=now)
        if rows:
            what = Change(
                what="message_decided",
                subject=f"message {message_id}",
                after={"state": decision.value},
            )
            changes.note(tx, shop_id, by, what, now=now)
        if rows and decision is State.WAITING:
            lane = outbox.lane_of(tx, shop_id)
            tx.after_commit(lambda: services.hints.look(Work.SEND, lane))
    return bool(rows)
