"""RQ: hints for the workers as jobs, and the queue that takes nothing else.

Whoever can write to Redis can queue a job, and RQ calls whatever function a job names.
So the functions are looked up in ``JOBS`` and nowhere else: a job that names another,
or asks for a callback, fails and runs nothing.
"""

import logging
import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from importlib import import_module
from secrets import token_hex
from threading import Condition, Event, Thread
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job
from rq.serializers import JSONSerializer

from core.lanes import LANES, Lane, Work, is_for_reports

log = logging.getLogger(__name__)

QUEUE = "lanes"
"""All workers listen to this one: RQ moves a job safely only from a single queue."""

JOBS: Mapping[Work, str] = {
    Work.READ: "workers.jobs.read_webhooks",
    Work.SEND: "workers.jobs.send_messages",
}
"""Every function that a job may name."""

_FORGET_AFTER = timedelta(seconds=5)
_JOB_TIMEOUT_SECONDS = 60
_KEEP_FAILURE_SECONDS = 7 * 86_400
_MOST_WAITING = 4 * LANES * len(Work)
"""More jobs than this can only be leftovers of a time without workers."""


_LONGEST_CALL_BYTES = 1_024
_NAME = re.compile(rb"[A-Za-z0-9_-]{1,100}")
_FIELDS = frozenset(
    {
        *(b"data", b"description", b"status", b"created_at", b"enqueued_at"),
        *(b"started_at", b"ended_at", b"last_heartbeat", b"worker_name", b"exc_info"),
        *(b"result_ttl", b"failure_ttl"),
    }
)
"""What a job of ours has in Redis."""


class NotOurJob(Exception):
    """A job names something that is not in the registry. Nothing of it was run."""


class LaneJob(Job):
    """A job that can call the functions of ``JOBS`` on one lane, and nothing else."""

    def restore(self, raw_data: Any) -> None:
        """Take up what our own jobs have; callbacks, retries, jobs that wait for this
        one and addresses to report to are not among it.

        Raises:
            NoSuchJobError: it is garbage. RQ drops such a job and goes on.
        """
        known = {name: raw_data[name] for name in _FIELDS if name in raw_data}
        if len(known.get(b"data", b"")) > _LONGEST_CALL_BYTES:
            raise NoSuchJobError
        try:
            super().restore({**known, b"origin": QUEUE.encode()})
        except Exception:
            log.error("garbled_job_dropped")  # noqa: TRY400 -- its words are a stranger's
            raise NoSuchJobError from None
        self.timeout = _JOB_TIMEOUT_SECONDS

    @property
    def func(self) -> Callable[..., Any]:
        name = self.func_name or ""
        if name not in JOBS.values() or self.instance is not None:
            log.error("foreign_job_refused job=%s", self.id)
            raise NotOurJob
        arguments = list(self.args)
        is_lane = len(arguments) == 1 and type(arguments[0]) is int
        if not is_lane or not 0 <= arguments[0] < LANES or self.kwargs:
            log.error("foreign_job_refused job=%s", self.id)
            raise NotOurJob
        module, _, attribute = name.rpartition(".")
        function: Callable[..., Any] = getattr(import_module(module), attribute)
        return function

    @property
    def success_callback(self) -> None:
        return None

    @property
    def failure_callback(self) -> None:
        return None

    @property
    def stopped_callback(self) -> None:
        return None

    def get_call_string(self) -> str:
        """Shown by the dashboard: no argument, whatever somebody has put there."""
        return self.description or "job"


def forget_what_is_no_name(redis: Redis, queue_key: str) -> None:
    """Of what was taken from the queue and is under way, drop what names no job."""
    taken = IntermediateQueue.get_intermediate_queue_key(queue_key)
    names: list[Any] = redis.lrange(taken, 0, -1)
    for said in names:
        if not _NAME.fullmatch(said):
            redis.lrem(taken, 0, said)


class LaneQueue(Queue):
    """A queue in which what is no name of a job is lost, and nothing else."""

    @classmethod
    def lmove(cls, connection: Redis, queue_key: str, timeout: int | None) -> Any:
        """The next name, or None. Anything else goes: a worker of RQ's would end."""
        while (found := super().lmove(connection, queue_key, timeout)) is not None:
            if _NAME.fullmatch(found[1]):
                return found
            forget_what_is_no_name(connection, queue_key)
        return None


def queue_on(redis: Redis) -> Queue:
    return LaneQueue(
        QUEUE, connection=redis, serializer=JSONSerializer, job_class=LaneJob
    )


class GivesHints(Protocol):
    """What ``notifications.ports.Hints`` asks for; the two packages never meet."""

    def look(self, work: Work, lane: Lane) -> None: ...

    def look_at_all(self, lanes: Collection[tuple[Work, Lane]]) -> None: ...

    def clear_all(self, work: Work, lanes: Collection[Lane]) -> None: ...

    def pending(self, work: Work, lanes: Collection[Lane]) -> list[Lane]: ...

    def is_pending(self, work: Work, lane: Lane) -> bool: ...


# A flag holds the name of its job, which has nothing left to do if it still waits.
_CLEAR = """
for place = 2, #KEYS do
  local name = redis.call('GET', KEYS[place])
  if name then
    redis.call('DEL', KEYS[place])
    if redis.call('LREM', KEYS[1], 1, name) > 0 then
      redis.call('DEL', ARGV[1] .. name)
    end
  end
end
"""


class LaneHints:
    """Hints as RQ jobs, at most one waiting for each lane.

    Why no row is overlooked: ``docs/concepts/hints.md``.

    A hint that Redis would not take is logged and lost, and one that nobody takes up
    is forgotten after a while; the scheduler finds the rows.
    """

    def __init__(
        self, redis: Redis, *, forget_after: timedelta = _FORGET_AFTER
    ) -> None:
        self._redis = redis
        self._forget_after = forget_after
        self._queue = queue_on(redis)
        self._clear = redis.register_script(_CLEAR)

    def look(self, work: Work, lane: Lane) -> None:
        self.look_at_all([(work, lane)])

    def look_at_all(self, lanes: Collection[tuple[Work, Lane]]) -> None:
        """Give several hints in three round trips; in a storm in one.

        Then nearly all of them are waiting already, and asking for sixteen at once
        costs a tenth of what sixteen attempts to set them do.
        """
        wanted = list(lanes)
        if not wanted:
            return
        try:
            are_waiting = self._redis.mget([_flag(*each) for each in wanted])
            wanted = [
                each
                for each, is_waiting in zip(wanted, are_waiting, strict=True)
                if not is_waiting
            ]
            if not wanted:
                return
            with self._redis.pipeline(transaction=False) as pipe:
                names = [token_hex(8) for _ in wanted]
                for each, name in zip(wanted, names, strict=True):
                    pipe.set(_flag(*each), name, nx=True, ex=self._forget_after)
                pipe.llen(self._queue.key)
                *is_new, waiting = pipe.execute()
            if waiting >= _MOST_WAITING:
                return
            jobs = [
                self._job(name, work, lane)
                for (work, lane), name, new in zip(wanted, names, is_new, strict=True)
                if new
            ]
            if jobs:
                self._queue.enqueue_many(jobs)
        except RedisError as error:
            log.warning("hints_lost count=%s because=%s", len(wanted), type(error))

    def _job(self, name: str, work: Work, lane: Lane) -> Any:
        return Queue.prepare_data(
            JOBS[work],
            job_id=name,
            args=(int(lane),),
            description=f"{work} lane {lane}",
            timeout=_JOB_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=_KEEP_FAILURE_SECONDS,
        )

    def clear_all(self, work: Work, lanes: Collection[Lane]) -> None:
        flags = [_flag(work, lane) for lane in lanes]
        try:
            self._clear(keys=[self._queue.key, *flags], args=[Job.key_for("")])
        except RedisError as error:
            log.warning("hint_not_cleared because=%s", type(error).__name__)

    def is_pending(self, work: Work, lane: Lane) -> bool:
        return bool(self.pending(work, [lane]))

    def pending(self, work: Work, lanes: Collection[Lane]) -> list[Lane]:
        """Those of the lanes that have a hint; none when Redis does not answer."""
        asked = sorted(lanes)
        if not asked:
            return []
        try:
            flags = self._redis.mget([_flag(work, lane) for lane in asked])
        except RedisError:
            return []
        return [lane for lane, flag in zip(asked, flags, strict=True) if flag]


def _flag(work: Work, lane: Lane) -> str:
    return f"sosik:hint:{work}:{lane}"


class HintsByKind:
    """Gives the hints at lanes of reports one way, and all others another."""

    def __init__(self, *, reports: GivesHints, others: GivesHints) -> None:
        self._reports = reports
        self._others = others

    def look(self, work: Work, lane: Lane) -> None:
        hints = self._reports if is_for_reports(lane) else self._others
        hints.look(work, lane)

    def look_at_all(self, lanes: Collection[tuple[Work, Lane]]) -> None:
        for work, lane in lanes:
            self.look(work, lane)

    def clear_all(self, work: Work, lanes: Collection[Lane]) -> None:
        self._others.clear_all(work, lanes)

    def is_pending(self, work: Work, lane: Lane) -> bool:
        return self._others.is_pending(work, lane)

    def pending(self, work: Work, lanes: Collection[Lane]) -> list[Lane]:
        return self._others.pending(work, lanes)


class GatheredHints:
    """Gives hints later and fewer: at most one for each lane in each ``pause``.

    For a web process. The request only leaves a note, so it neither waits for Redis
    nor notices when Redis is away. The first note after a silence goes out at once.
    """

    def __init__(self, hints: GivesHints, pause: timedelta) -> None:
        self._hints = hints
        self._pause_seconds = pause.total_seconds()
        self._notes: set[tuple[Work, Lane]] = set()
        self._changed = Condition()
        self._carrier: Thread | None = None

    def look(self, work: Work, lane: Lane) -> None:
        # What is noted is still to be given, so whatever gave rise to this call will
        # be seen. Mostly so in a storm, and then nobody waits for the lock.
        if (work, lane) not in self._notes:
            self.look_at_all([(work, lane)])

    def look_at_all(self, lanes: Collection[tuple[Work, Lane]]) -> None:
        with self._changed:
            if self._carrier is None:
                # Not before the first note: a server may fork after loading us.
                self._carrier = Thread(target=self._carry, name="hints", daemon=True)
                self._carrier.start()
            if not self._notes:
                self._changed.notify()
            self._notes.update(lanes)

    def clear_all(self, work: Work, lanes: Collection[Lane]) -> None:
        self._hints.clear_all(work, lanes)

    def is_pending(self, work: Work, lane: Lane) -> bool:
        return self._hints.is_pending(work, lane)

    def pending(self, work: Work, lanes: Collection[Lane]) -> list[Lane]:
        return self._hints.pending(work, lanes)

    def _carry(self) -> None:
        never = Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._notes)
                notes, self._notes = self._notes, set()
            try:
                self._hints.look_at_all(notes)
            except Exception:
                log.exception("hints_failed")  # the next note needs this thread
            never.wait(self._pause_seconds)
