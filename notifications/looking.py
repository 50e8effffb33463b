"""The scheduler's look around: what is due, what was left behind, what is in doubt.

Every hint may get lost: Redis restarts, a worker is killed. Rows are not, so all that
is left to do can be found by looking. Runs each second; any number may run.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from core.lanes import Work
from core.values import MessageId
from notifications import weighing
from notifications.ports import Services
from notifications.rules import doubt
from notifications.rules.lifecycle import State
from storage import inbox, outbox, progress
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 500


def look_around(*, services: Services) -> None:
    """Settle what can be settled, and hint at every lane with something due."""
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        _find_vanished(tx, now, services)
    with services.transactions.across(Crossing.LOOKING) as tx:
        weighing.weigh_doubts(tx, now, services)
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
    progress.keep(tx, vanished, now=now)
    if vanished:
        log.warning("senders_vanished messages=%s", len(vanished))
        services.counters.add("messages_vanished", {}, len(vanished))
