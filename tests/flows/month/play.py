"""The month, through the real app: webhooks come in, time jumps from one moment at
which something is due to the next, and Meta reports on all that it took."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from core.lanes import LANES, Lane, Work
from core.values import Act
from notifications.looking import look_around
from notifications.ports import Services
from storage.statements import Statement
from storage.tenancy import Crossing
from tests.flows.month.post import Delivery
from tests.flows.month.store import Entry
from tests.flows.month.told import Arrival
from tests.flows.month.trouble import Killed, Trouble
from tests.world import World
from workers import jobs
from workers.runtime import bound_to

# What is in doubt for long is looked at each minute; here, half as long again later.
_DUE = Statement("""
SELECT min(moment) AS moment FROM (
  SELECT min(due_at) AS moment FROM messages WHERE queue = 'waiting'
  UNION ALL
  SELECT min(lease_until) + interval '1 second'
    FROM messages WHERE queue = 'sending'
  UNION ALL
  SELECT min(greatest(due_at, asked_at + 1.5 * (:now - asked_at)))
    FROM messages WHERE queue = 'unsure' AND reason <> 'never_confirmed'
  UNION ALL
  SELECT min(next_attempt_at) FROM webhooks WHERE state = 'pending'
) AS moments
""")
_FOR_A_PERSON = Statement("""
SELECT id FROM messages WHERE queue = 'unsure' AND reason = 'never_confirmed'
""")
_BY_RQ = 10
_JOBS = {Work.READ: jobs.read_webhooks, Work.SEND: jobs.send_messages}
_REPORTS = ("sent", "delivered", "read")


@dataclass(slots=True)
class Play:
    """``taken`` is what Meta has taken, by our own id of each message, and when."""

    world: World
    coming: Sequence[Delivery | Entry]
    trouble: Trouble
    steps: int = 0
    settled_by_a_person: int = 0
    taken: defaultdict[str, list[tuple[datetime, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _ledger: int = 0
    _silent_until: datetime | None = None
    _unreported: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        groups = [
            (at, list(group))
            for at, group in groupby(self.coming, key=lambda each: each.at)
        ]
        place = 0
        while True:
            due = self._next_due()
            next_at = groups[place][0] if place < len(groups) else None
            reports_at = self._silent_until if self._unreported else None
            moments = (due, next_at, reports_at)
            known = [moment for moment in moments if moment is not None]
            if not known:
                break
            self.world.now = max(min(known), self.world.now)
            batch: Sequence[Delivery | Entry] = ()
            if next_at is not None and next_at <= self.world.now:
                batch = groups[place][1]
                place += 1
            is_due = due is not None and due <= self.world.now
            self._step(batch, is_due=is_due)
        self._report()
        self.world.work()

    def _step(self, batch: Sequence[Delivery | Entry], *, is_due: bool) -> None:
        self.steps += 1
        self._report()
        for each in batch:
            self._let_in(each)
        trouble = self.trouble.comes()
        if trouble == "redis emptied":
            self.world.redis.flushall()
        if trouble == "meta fails":
            self.trouble.meta_is_about_to_fail()
        if trouble == "meta is silent":
            self._silent_until = self.world.now + self.trouble.silence()
        if is_due or trouble is not None:
            look_around(services=self.world.services)
        try:
            with self.trouble.services(trouble) as services:
                self._work(services, by_rq=trouble is None and not self.steps % _BY_RQ)
        except Killed:
            look_around(services=self.world.services)
            self._work(self.world.services, by_rq=True)
        self._read_ledger()
        self._ask_a_person()

    def _let_in(self, each: Delivery | Entry) -> None:
        if isinstance(each, Entry):
            act = Act.GRANTED if each.word.is_yes else Act.REVOKED
            self.world.agree(each.word.phone, act=act)
            return
        webhook = each.webhook
        answer = self.world.shopify_says(
            webhook.topic, webhook.body, webhook_id=each.name, triggered_at=webhook.at
        )
        assert answer == 200

    def _work(self, services: Services, *, by_rq: bool) -> None:
        """Do the jobs that are hinted at, and those they lead to. Mostly without RQ's
        worker, whose bookkeeping costs as much as the jobs."""
        if by_rq:
            self.world.work()
            return
        with bound_to(services):
            while hints := self._hints(services):
                for job, lane in hints:
                    job(lane)
                self.world.wait_for_the_office()

    def _hints(self, services: Services) -> list[tuple[Callable[[int], bool], Lane]]:
        lanes = [Lane(lane) for lane in range(LANES)]
        return [
            (job, lane)
            for work, job in _JOBS.items()
            for lane in services.hints.pending(work, lanes)
        ]

    def _next_due(self) -> datetime | None:
        with self.world.services.transactions.across(Crossing.LOOKING) as tx:
            [row] = tx.ask(_DUE, {"now": self.world.now})
        found: datetime | None = row.moment
        return found

    # Meta

    def _read_ledger(self) -> None:
        ledger = self.world.meta.get(f"ledger?since={self._ledger}")
        entries = ledger["entries"]
        if not entries:
            return
        self._ledger = ledger["total"]
        said = self.world.meta.get(f"messages?limit={len(entries)}")["data"]
        for each in said:
            self.taken[each["tag"].partition(":")[0]].append((self.world.now, each))
        self._unreported += said

    def _report(self) -> None:
        """On all that it took, or on nothing while it is silent. Nobody could tell a
        report that is kept back alone from a message that was never taken."""
        if self._silent_until is not None and self._silent_until > self.world.now:
            return
        self._silent_until = None
        if self._unreported:
            reports = [
                {
                    "id": each["id"],
                    "status": word,
                    "biz_opaque_callback_data": each["tag"],
                }
                for each in self._unreported
                for word in _REPORTS
            ]
            self._unreported = []
            assert self.world.meta_reports(*reports) == 200

    def _ask_a_person(self) -> None:
        """Who looks at Meta's own account of what it took, and says so."""
        with self.world.services.transactions.across(Crossing.LOOKING) as tx:
            unsure = [row.id for row in tx.ask(_FOR_A_PERSON, {})]
        for id_ in unsure:
            word = "--arrived" if self.taken.get(id_) else "--send-again"
            asked = ["messages", "settle", id_, word]
            done = self.world.app.test_cli_runner().invoke(args=asked)
            assert done.exit_code == 0, done.output
            self.settled_by_a_person += 1
        if unsure:
            self._work(self.world.services, by_rq=True)


def arrivals(coming: Sequence[Delivery | Entry]) -> list[Arrival]:
    """The same, for the model."""
    return [
        Arrival(
            each.at, (each.word,) if isinstance(each, Entry) else each.webhook.tells
        )
        for each in coming
    ]
