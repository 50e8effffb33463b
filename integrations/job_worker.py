"""The RQ worker: runs our jobs, with little bookkeeping for each, and nothing else.

RQ keeps a job's hash, registries, dependents, results and heartbeats in some twenty
round trips. A job of ours is a hint that lives for milliseconds and leaves nothing
behind, so four do: two to take it, one to say that it runs, one to say that it ran.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker import WorkerStatus
from rq.worker_registration import register

from integrations.job_queue import (
    LaneJob,
    LaneQueue,
    forget_what_is_no_name,
    queue_on,
)

log = logging.getLogger(__name__)

_TELL_EVERY = timedelta(seconds=2)


class LaneWorker(SimpleWorker):
    """Runs jobs in its own process, with code loaded and connections kept.

    It takes no commands from Redis, and comes back soon after Redis does.
    """

    max_connection_wait_time = 1.0
    job_class = LaneJob
    queue_class = LaneQueue
    pace_seconds = 0.0
    monotonic: Callable[[], float]

    _asked_at = float("-inf")
    _listed_at = float("-inf")

    # A job

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run it. After one that found work, take breath until the pace is kept.

        What comes meanwhile is done together with the next, which costs little more
        than doing it alone: without a pause the workers would run for every webhook.
        """
        started = self.monotonic()
        super().execute_job(job, queue)
        left = started + self.pace_seconds - self.monotonic()
        if left > 0 and job._result:  # noqa: SLF001 -- what RQ would store for readers
            Event().wait(left)

    def prepare_execution(self, job: Job) -> Execution:
        with self.connection.pipeline() as pipe:
            lasts = self.get_heartbeat_ttl(job)
            execution = Execution.create(job, lasts, pipe, worker_name=self.name)
            self.executions[execution.id] = execution
            self.set_state(WorkerStatus.BUSY, pipeline=pipe)
            self.heartbeat(lasts, pipeline=pipe)
            job.heartbeat(now(), lasts, pipeline=pipe)
            job.prepare_for_execution(self.name, pipeline=pipe)
            pipe.persist(job.key)
            pipe.lrem(self.queues[0].intermediate_queue_key, 1, job.id)
            pipe.execute()
        return execution

    def prepare_job_execution(
        self, job: Job, remove_from_intermediate_queue: bool = False
    ) -> None:
        """All of it is done by ``prepare_execution``."""

    def handle_execution_ended(self, job: Job, *_for_heartbeat: object) -> None:
        job.ended_at = now()

    def handle_job_success(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry,
        execution: Execution,
    ) -> None:
        """Forget the job: it has no result, and nothing depends on it."""
        if job.get_result_ttl(self.default_result_ttl) != 0:  # not as we queue it
            super().handle_job_success(job, queue, started_job_registry, execution)
            return
        with self.connection.pipeline() as pipe:
            self.increment_successful_job_count(pipeline=pipe)
            assert job.started_at is not None
            assert job.ended_at is not None
            self.increment_total_working_time(job.ended_at - job.started_at, pipe)
            self.cleanup_execution(job, pipeline=pipe, execution=execution)
            job.execution_registry.delete(job=job, pipeline=pipe)
            pipe.delete(job.key)
            self.set_state(WorkerStatus.IDLE, pipeline=pipe)
            pipe.execute()

    # The worker

    def heartbeat(
        self, timeout: int | None = None, pipeline: Pipeline | None = None
    ) -> None:
        last = self.last_heartbeat
        is_told = last is not None and now() - last < _TELL_EVERY
        if pipeline is not None or timeout is not None or not is_told:
            super().heartbeat(timeout, pipeline)
        if pipeline is None:
            self._stay_on_the_list()

    def _stay_on_the_list(self) -> None:
        """Sign on again where a Redis that was emptied has forgotten who works.

        RQ does it once, at birth: nobody would count this worker until it ends.
        """
        if self.monotonic() < self._listed_at + _TELL_EVERY.total_seconds():
            return
        self._listed_at = self.monotonic()
        is_born = self.birth_date is not None
        if is_born and not self.connection.sismember(self.redis_workers_keys, self.key):
            with self.connection.pipeline() as pipe:
                pipe.hset(self.key, mapping=self.serialize())
                register(self, pipe)
                pipe.expire(self.key, self.worker_ttl + 60)
                pipe.execute()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        if pipeline is not None or state != self._state:
            super().set_state(state, pipeline)

    def check_for_suspension(self, burst: bool) -> None:
        if self.monotonic() >= self._asked_at + _TELL_EVERY.total_seconds():
            super().check_for_suspension(burst)
            self._asked_at = self.monotonic()

    def run_maintenance_tasks(self) -> None:
        """RQ's housekeeping; garbage that it stumbles over does not end the worker."""
        try:
            for queue in self.queues:
                forget_what_is_no_name(self.connection, queue.key)
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        except (RedisConnectionError, RedisTimeoutError):
            raise
        except Exception:
            log.exception("housekeeping_failed")
            self.last_cleaned_at = now()  # type: ignore[assignment]

    def subscribe(self) -> None:
        """No channel for commands: stopping is for signals."""

    def unsubscribe(self) -> None:
        """See ``subscribe``."""


def worker_on(
    redis: Redis,
    name: str,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    pace: timedelta = timedelta(0),
) -> LaneWorker:
    """A worker that begins at most one batch of work in each ``pace``."""
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    worker = LaneWorker(
        [queue_on(redis)],
        name=name,
        connection=redis,
        job_class=LaneJob,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=30,
        log_job_description=False,
    )
    worker.monotonic = monotonic
    worker.pace_seconds = pace.total_seconds()
    return worker
