"""RQ as an operator sees it: what waits, who works, which jobs failed and why.

What is in Redis may have been put there by anybody who can write to it. So nothing is
ever unpickled, no job is run, a broken entry does not hide the others, and tracebacks
are shown without what must not be told.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.rate_limit import RateLimitRegistry
from rq.registry import (
    BaseRegistry,
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ReadyJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)
from rq.results import Result

from core.redaction import redacted
from integrations import counting
from integrations.job_queue import LaneJob, queue_on
from integrations.job_worker import LaneWorker

Client: TypeAlias = Redis

Away = RedisError
"""What is raised when Redis does not answer."""

NoSuchJob = NoSuchJobError

NOT_READABLE = "(not readable)"

_REGISTRIES: Mapping[str, type[BaseRegistry]] = {
    "scheduled": ScheduledJobRegistry,
    "deferred": DeferredJobRegistry,
    "ready_to_enqueue": ReadyJobRegistry,
    "started": StartedJobRegistry,
    "finished": FinishedJobRegistry,
    "failed": FailedJobRegistry,
    "canceled": CanceledJobRegistry,
}
REGISTRIES = ("queued", *_REGISTRIES, "rate_limited")
"""Where a job of RQ 3 can be."""

_MOST_RATE_LIMITED = 1_000


class JsonOrNothing:
    """Reads JSON, and answers ``NOT_READABLE`` for everything else."""

    @staticmethod
    def dumps(value: Any) -> bytes:
        return json.dumps(value).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            return NOT_READABLE


class WatchedJob(LaneJob):
    """A job to be looked at. ``fetch`` raises NoSuchJob for a broken one as well."""

    @classmethod
    def fetch(
        cls,
        id: str,  # noqa: A002 -- RQ's name for it
        connection: Redis | None = None,
        serializer: Any = None,  # noqa: ARG003 -- whatever is asked for
    ) -> "WatchedJob":
        try:
            job = super().fetch(id, connection=connection, serializer=JsonOrNothing)
        except (RedisError, NoSuchJobError):
            raise
        except Exception as error:
            # RQ trusts every field, and fails at each in a way of its own.
            raise NoSuchJobError from error
        assert isinstance(job, WatchedJob)
        return job

    def latest_result(self, timeout: int = 0) -> Result | None:
        try:
            result = super().latest_result(timeout)
        except (ValueError, TypeError, KeyError, zlib.error):
            return None
        if result is not None and result.exc_string:
            result.exc_string = redacted(result.exc_string)
        return result


class WatchedQueue(Queue):
    def __init__(self, name: str = "default", **options: Any) -> None:
        options |= {"job_class": WatchedJob, "serializer": JsonOrNothing}
        super().__init__(name, **options)

    @classmethod
    def all(cls, connection: Redis, *_others: Any, **_options: Any) -> list[Queue]:
        """Every queue that RQ knows of, by name."""
        prefix = cls.redis_queue_namespace_prefix
        keys = [_text(key) for key in connection.smembers(cls.redis_queues_keys)]
        return [
            cls(key.removeprefix(prefix), connection=connection)
            for key in sorted(keys)
            if key.startswith(prefix)
        ]


class WatchedWorker(LaneWorker):
    def _set_connection(self, connection: Redis) -> Redis:
        """Leave the client as it is: a worker would have it wait for minutes."""
        return connection

    @classmethod
    def all(  # type: ignore[override]
        cls, connection: Redis, **_options: Any
    ) -> list["WatchedWorker"]:
        """Every worker that RQ knows of and that can be read."""
        found = []
        for key in sorted(
            _text(key) for key in connection.smembers(cls.redis_workers_keys)
        ):
            try:
                worker = cls.find_by_key(
                    key,
                    connection=connection,
                    job_class=WatchedJob,
                    queue_class=WatchedQueue,
                    serializer=JsonOrNothing,
                )
            except (ValueError, TypeError):
                continue
            if isinstance(worker, WatchedWorker):
                found.append(worker)
        return found

    def get_current_job(self) -> Any:
        try:
            return super().get_current_job()
        except (NoSuchJobError, ValueError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """``counts`` is every counter by its field: see ``integrations.counting``."""

    waiting: int
    failed: int
    workers: int
    counts: Mapping[str, int]


def answers(redis: Redis) -> bool:
    """Whether Redis is there."""
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def state(redis: Redis) -> QueueState | None:
    """The program's queue and its workers; None when Redis is away."""
    queue = queue_on(redis)
    try:
        names = WatchedWorker.all_keys(queue=queue)
        return QueueState(
            waiting=queue.count,
            failed=queue.failed_job_registry.get_job_count(cleanup=False),
            workers=int(redis.exists(*names)) if names else 0,
            counts=counting.counts(redis),
        )
    except RedisError:
        return None


def numbers_of(queue: Queue) -> dict[str, int]:
    """How many jobs are where, for each of ``REGISTRIES`` that a queue has."""
    return {"queued": queue.count} | {
        name: _registry(kind, queue.name, queue.connection).get_job_count(cleanup=False)
        for name, kind in _REGISTRIES.items()
    }


def jobs_in(
    queue_name: str,
    registry_name: str,
    *,
    first: int,
    most: int,
    newest_first: bool,
    redis: Redis,
) -> tuple[int, list[WatchedJob]]:
    """How many jobs are in the registry, and those from ``first`` on.

    Nothing is cleaned up on the way: who looks changes nothing.
    """
    queue = WatchedQueue(queue_name, connection=redis)
    if registry_name == "rate_limited":
        held = [job for job in _rate_limited(redis) if job.origin == queue_name]
        ordered = held[::-1] if newest_first else held
        return len(held), ordered[first : first + most]
    if registry_name == "queued":
        total = queue.count
        start = max(0, total - first - most) if newest_first else first
        left = max(0, min(most, total - first))
        ids = queue.get_job_ids(start, left) if left else []
        ids = ids[::-1] if newest_first else ids
    else:
        registry = _registry(_REGISTRIES[registry_name], queue_name, redis)
        total = registry.get_job_count(cleanup=False)
        ids = registry.get_job_ids(
            first, first + most - 1, desc=newest_first, cleanup=False
        )
    return total, list(_readable(ids, redis))


def requeue(job_id: str, connection: Redis) -> None:
    """Put a failed job back into its queue.

    Raises:
        NoSuchJob: there is none, or it has not failed.
    """
    try:
        WatchedJob.fetch(job_id, connection=connection).requeue()
    except InvalidJobOperation as error:
        raise NoSuchJobError from error


def requeue_all(queue_name: str, redis: Redis) -> int:
    """Put all failed jobs of a queue back; answer how many there were to put."""
    registry = _registry(FailedJobRegistry, queue_name, redis)
    done = 0
    for job_id in registry.get_job_ids(cleanup=False):
        try:
            requeue(job_id, redis)
        except NoSuchJobError:
            continue
        done += 1
    return done


def _registry(kind: type[BaseRegistry], queue_name: str, redis: Redis) -> BaseRegistry:
    return kind(
        queue_name, connection=redis, job_class=WatchedJob, serializer=JsonOrNothing
    )


def _rate_limited(redis: Redis) -> Sequence[WatchedJob]:
    held: list[str] = []
    for limit in RateLimitRegistry.all(redis):
        room = _MOST_RATE_LIMITED - len(held)
        if room <= 0:
            break
        ids = redis.zrange(limit.rate_limited_key, 0, room - 1)
        held += [_text(job_id) for job_id in ids]
    return list(_readable(held, redis))


def _readable(ids: Iterable[str], redis: Redis) -> Iterable[WatchedJob]:
    for job_id in ids:
        try:
            yield WatchedJob.fetch(job_id, connection=redis)
        except NoSuchJobError:
            continue


def _text(key: Any) -> str:
    return bytes(key).decode("utf-8", "replace")
