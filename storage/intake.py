"""One webhook, one statement, one round trip: how a request writes a webhook down.

This is the only way into the inbox. It goes past SQLAlchemy, which would take three
round trips and twice the time for the same row, because every store's every event
comes through here while the store waits for our answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Protocol

import psycopg

from core.errors import DatabaseAway
from core.sealing import Sealer
from storage import inbox
from storage.inbox import Arrival
from storage.session import is_pooled


class KeepWebhook(Protocol):
    """Stores a webhook for good; answers False when the sender has sent it before.

    Raises:
        DatabaseAway: it is not stored.
    """

    def __call__(self, arrival: Arrival, /) -> bool: ...


_CONNECT_TIMEOUT_SECONDS = 2
_WAIT_SECONDS = 2.0  # Shopify waits five for our answer

# ON CONFLICT names no columns: PostgreSQL would then ask for the right to read rows,
# and the intake may only write (see the policy in the first migration).
_INSERT = """
INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, lane, body,
                      happened_at, arrived_at, next_attempt_at)
VALUES (%s, %s, %s, %s, %s, %b, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


class Keeper:
    """Keeps webhooks over at most ``connections`` connections of its own."""

    def __init__(self, url: str, *, sealer: Sealer, connections: int) -> None:
        self._pool = _Connections(url, connections)
        self._sealer = sealer

    def __call__(self, arrival: Arrival, /) -> bool:
        row = (
            arrival.source,
            arrival.dedupe_id,
            arrival.topic,
            arrival.shop_domain,
            arrival.lane,
            inbox.pack(arrival.body, self._sealer),
            arrival.happened_at,
            arrival.arrived_at,
            arrival.arrived_at,
        )
        try:
            try:
                return self._insert(row)
            except psycopg.OperationalError:
                # A kept connection may have died with the server's last restart.
                # Asking again is safe: if the row did get in, it is there only once.
                self._pool.forget()
                return self._insert(row)
        except psycopg.Error as error:
            raise DatabaseAway(type(error).__name__) from error

    def _insert(self, row: tuple[Any, ...]) -> bool:
        with self._pool.kept() as connection:
            return connection.execute(_INSERT, row).rowcount == 1

    def close(self) -> None:
        self._pool.forget()


class _Connections:
    """Connections that are kept open, the last one used first."""

    def __init__(self, url: str, most: int) -> None:
        self._url = url.replace("+psycopg", "", 1)
        self._idle: list[psycopg.Connection[Any]] = []
        self._free = BoundedSemaphore(most)

    @contextmanager
    def kept(self) -> Iterator["psycopg.Connection[Any]"]:
        if not self._free.acquire(timeout=_WAIT_SECONDS):
            raise DatabaseAway("no connection is free")
        try:
            connection = self._one()
            try:
                yield connection
            finally:
                if connection.closed:
                    connection.close()
                else:
                    self._idle.append(connection)
        finally:
            self._free.release()

    def _one(self) -> "psycopg.Connection[Any]":
        try:
            return self._idle.pop()
        except IndexError:
            connection = psycopg.connect(
                self._url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS
            )
            connection.prepare_threshold = None if is_pooled(connection) else 1
            return connection

    def forget(self) -> None:
        """Close what is idle, so that the next one is new."""
        while self._idle:
            self._idle.pop().close()
