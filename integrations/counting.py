"""Counts of what happened, kept in Redis for whoever watches.

Every process adds to the same hash, once a second. Counts are for watching only: what
is lost with Redis is lost, and Prometheus takes a counter that falls for a new one.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from threading import Event, Lock, Thread

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

KEY = "sosik:counters"
_PAUSE_SECONDS = 1.0


def field_of(name: str, labels: Mapping[str, str]) -> str:
    """``name`` or ``name|label=value,...``, the form that ``counts`` reads."""
    told = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    return f"{name}|{told}" if told else name


class RedisCounters:
    """Adds up in memory, and hands over from a thread of its own."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._counts: Counter[str] = Counter()
        self._lock = Lock()
        self._thread: Thread | None = None

    def add(self, name: str, labels: Mapping[str, str], count: int = 1) -> None:
        with self._lock:
            self._counts[field_of(name, labels)] += count
            if self._thread is None:
                # Not before the first count: a server may fork after loading us.
                self._thread = Thread(target=self._run, name="counters", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for field, count in counts.items():
                    pipe.hincrby(KEY, field, count)
                pipe.execute()
        except RedisError as error:
            log.debug("counts_lost because=%s", type(error).__name__)

    def _run(self) -> None:
        never = Event()
        while not never.wait(_PAUSE_SECONDS):
            self.flush()


def counts(redis: Redis) -> dict[str, int]:
    """All counts by their field."""
    return {
        field.decode() if isinstance(field, bytes) else field: int(count)
        for field, count in redis.hgetall(KEY).items()
    }
