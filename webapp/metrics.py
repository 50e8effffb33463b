"""``/metrics``: what waits and what happened, in the words of Prometheus.

Every process tells the same, since it is read from PostgreSQL and Redis. What is away
is told as away, and the rest all the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from core.clock import Clock
from core.errors import DatabaseAway
from integrations import watching as queue_watching
from integrations.watching import QueueState
from storage import watching
from storage.session import Transactions
from storage.tenancy import Crossing
from storage.watching import MOST, Backlog
from webapp.access import Guard
from webapp.bounded import Bounded

_SECONDS = 2.0
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_UP_TO = f"counted up to {MOST}"


def blueprint(
    *,
    transactions: Transactions,
    redis: queue_watching.Client,
    clock: Clock,
    guard: Guard,
) -> Blueprint:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Watcher(transactions, redis, clock))
    pages = Blueprint("metrics", __name__)
    pages.before_request(guard)

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(
            generate_latest(registry),
            headers={"Cache-Control": "no-store"},
            content_type=CONTENT_TYPE_PLAIN_0_0_4,
        )

    return pages


class _Watcher(Collector):
    def __init__(
        self, transactions: Transactions, redis: queue_watching.Client, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._backlog = Bounded(self._look, otherwise=None, seconds=_SECONDS)
        self._queue: Bounded[QueueState | None] = Bounded(
            partial(queue_watching.state, redis), otherwise=None, seconds=_SECONDS
        )

    def collect(self) -> Iterable[Metric]:
        backlog = self._backlog()
        yield _gauge("database_up", "PostgreSQL answers", backlog is not None)
        if backlog is not None:
            yield from _of_backlog(backlog, self._clock())
        queue = self._queue()
        yield _gauge("redis_up", "Redis answers", queue is not None)
        if queue is not None:
            yield from _of_queue(queue)

    def _look(self) -> Backlog | None:
        try:
            with self._transactions.across(Crossing.LOOKING) as tx:
                return watching.backlog(tx, now=self._clock())
        except DatabaseAway:
            return None


def _of_backlog(backlog: Backlog, now: datetime) -> Iterator[Metric]:
    yield _gauge(
        "webhooks_pending", f"Webhooks to be read, {_UP_TO}", backlog.webhooks_pending
    )
    yield _gauge(
        "webhooks_stuck",
        f"Webhooks that wait for a person, {_UP_TO}",
        backlog.webhooks_stuck,
    )
    yield _gauge(
        "webhooks_oldest_seconds",
        "Since when the longest waiting webhook is here",
        _age(backlog.oldest_webhook_at, now),
    )
    messages = GaugeMetricFamily(
        "sosik_messages", f"Messages still to be done, {_UP_TO}", labels=["queue"]
    )
    messages.add_metric(["due"], backlog.messages_due)
    messages.add_metric(["sending"], backlog.messages_sending)
    messages.add_metric(["unsure"], backlog.messages_unsure)
    yield messages
    yield _gauge(
        "messages_oldest_due_seconds",
        "Since when the longest waiting message is due",
        _age(backlog.oldest_due_at, now),
    )
    yield _gauge(
        "shops_parked",
        "Shops with a number that sends nothing now",
        backlog.shops_parked,
    )


def _of_queue(queue: QueueState) -> Iterator[Metric]:
    yield _gauge("rq_jobs_waiting", "Jobs in the queue", queue.waiting)
    yield _gauge("rq_jobs_failed", "Jobs that failed and are kept", queue.failed)
    yield _gauge("workers_alive", "Workers with a heartbeat", queue.workers)
    yield from _of_counts(queue.counts)


def _of_counts(counts: Mapping[str, int]) -> Iterator[Metric]:
    """``webhooks_read|state=done`` becomes ``sosik_webhooks_read_total{state="done"}``.

    A field of another form is somebody else's and left out.
    """
    families: dict[str, CounterMetricFamily] = {}
    for field, count in sorted(counts.items()):
        name, _, told = field.partition("|")
        labels = dict(_pair(pair) for pair in told.split(",") if pair)
        if not all(_NAME.fullmatch(word) for word in (name, *labels)):
            continue
        if name not in families:
            families[name] = CounterMetricFamily(f"sosik_{name}", f"Counted: {name}")
        families[name].add_sample(f"sosik_{name}_total", labels, count)
    yield from families.values()


def _pair(told: str) -> tuple[str, str]:
    label, _, value = told.partition("=")
    return label, value


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"sosik_{name}", meaning, value=float(value))


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
