"""One webhook, one statement, one round trip: how a request writes a webhook down.

This is the only way into the inbox. It goes past SQLAlchemy, which would take three
round trips and twice the time for the same row, because every store's every event
comes through here while the store waits for our answer. For the same reason it goes
past psycopg's cursors, to the libpq below them: half of the processor time, and a
server that has frozen costs a request some seconds, not for ever.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Protocol

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from core.errors import DatabaseAway
from core.sealing import Keyring
from storage import inbox
from storage.inbox import Arrival
from storage.session import is_pooled


class KeepWebhook(Protocol):
    """Stores a webhook for good; answers False when the sender has sent it before.

    Raises:
        DatabaseAway: it is not stored.
    """

    def __call__(self, arrival: Arrival, /) -> bool: ...


# Shopify waits five seconds for our answer. The server gives up first, so that nothing
# is left waiting there; where it has frozen and cannot, we do.
_WAIT_SECONDS = 2.0
_GIVE_UP = b"SET statement_timeout = '2s'"
_ANSWER_SECONDS = 2.5
_CONNECT_TIMEOUT_SECONDS = 2

# ON CONFLICT names no columns: PostgreSQL would then ask for the right to read rows,
# and the intake may only write (see the policy in the first migration).
_INSERT = b"""
INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, lane, body,
                      happened_at, arrived_at, next_attempt_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT DO NOTHING
"""
_PREPARED = b"keep_webhook"
_AS_TEXT, _AS_IT_IS = 0, 1
# As it is, text goes with its length: a NUL in it is refused and cannot cut it short.
_FORMATS = [
    *(_AS_IT_IS, _AS_IT_IS, _AS_IT_IS, _AS_IT_IS, _AS_TEXT, _AS_IT_IS),
    *(_AS_TEXT, _AS_TEXT),
]

_Row = list[bytes | None]


class Keeper:
    """Keeps webhooks over at most ``connections`` connections of its own."""

    def __init__(self, url: str, *, sealer: Keyring, connections: int) -> None:
        self._pool = _Connections(url, connections)
        self._sealer = sealer

    def __call__(self, arrival: Arrival, /) -> bool:
        row: _Row = [
            arrival.source.encode(),
            arrival.dedupe_id.encode(),
            arrival.topic.encode(),
            arrival.shop_domain.encode(),
            str(arrival.lane).encode(),
            inbox.pack(arrival.body, arrival.shop_domain, self._sealer),
            arrival.happened_at.isoformat().encode(),
            arrival.arrived_at.isoformat().encode(),
        ]
        try:
            try:
                return self._insert(row)
            except psycopg.errors.QueryCanceled:
                raise
            except psycopg.OperationalError:
                # A kept connection may have died with the server's last restart.
                # Asking again is safe: if the row did get in, it is there only once.
                self._pool.forget()
                return self._insert(row)
        except psycopg.Error as error:
            raise DatabaseAway(type(error).__name__) from error

    def _insert(self, row: _Row) -> bool:
        with self._pool.kept() as connection:
            return connection.insert(row)

    def close(self) -> None:
        self._pool.forget()


class _Connection:
    """A connection that knows one statement."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(
            url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS
        )
        self._libpq = self._connection.pgconn
        # A pooler may hand each statement to another server, which then knows neither.
        self._is_prepared = not is_pooled(self._connection)
        if self._is_prepared:
            _must_be_done(self._libpq.exec_(_GIVE_UP))
            _must_be_done(self._libpq.prepare(_PREPARED, _INSERT))

    def insert(self, row: _Row) -> bool:
        """Whether it is new; on the server's disk either way.

        Raises:
            psycopg.Error: the server refused it, or went away.
            DatabaseAway: the server keeps silent; the row may be there or not.
        """
        if self._is_prepared:
            self._libpq.send_query_prepared(_PREPARED, row, _FORMATS)
        else:
            self._libpq.send_query_params(_INSERT, row, param_formats=_FORMATS)
        while self._libpq.flush():  # a large body, which the server reads in pieces
            self._wait(select.POLLIN | select.POLLOUT)
        done = _must_be_done(self._next_result())
        # The server may say that the statement is done before it has committed: when
        # another backend dies at that moment, it sends that much and ends. Only after
        # the commit does it say that it is ready, and libpq ends the answer with none.
        if self._next_result() is not None or not self.is_usable:
            raise psycopg.OperationalError
        return done == 1

    def _next_result(self) -> "psycopg.pq.abc.PGresult | None":
        while self._libpq.is_busy():
            self._wait(select.POLLIN)
        return self._libpq.get_result()

    @property
    def is_usable(self) -> bool:
        """Whether it is whole, and no answer is still to come."""
        return (
            self._libpq.status == ConnStatus.OK
            and self._libpq.transaction_status == TransactionStatus.IDLE
        )

    def close(self) -> None:
        self._connection.close()

    def _wait(self, events: int) -> None:
        poll = select.poll()
        poll.register(self._libpq.socket, events)
        if not poll.poll(_ANSWER_SECONDS * 1000):
            raise DatabaseAway("no answer in time")
        self._libpq.consume_input()


def _must_be_done(result: "psycopg.pq.abc.PGresult | None") -> int:
    """The number of rows.

    Raises:
        psycopg.Error: of the class that the server's code stands for. Without its
            words, which quote the row.
    """
    if result is None:
        raise psycopg.OperationalError
    if result.status == ExecStatus.COMMAND_OK:
        return result.command_tuples or 0
    code = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
    if code is None:  # libpq's own word for a connection that broke
        raise psycopg.OperationalError
    raise psycopg.errors.lookup(code.decode())


class _Connections:
    """Connections that are kept open, the last one used first."""

    def __init__(self, url: str, most: int) -> None:
        self._url = url.replace("+psycopg", "", 1)
        self._idle: list[_Connection] = []
        self._free = BoundedSemaphore(most)

    @contextmanager
    def kept(self) -> Iterator[_Connection]:
        if not self._free.acquire(timeout=_WAIT_SECONDS):
            raise DatabaseAway("no connection is free")
        try:
            connection = self._one()
            try:
                yield connection
            finally:
                if connection.is_usable:
                    self._idle.append(connection)
                else:
                    connection.close()
        finally:
            self._free.release()

    def _one(self) -> _Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _Connection(self._url)

    def forget(self) -> None:
        """Close what is idle, so that the next one is new."""
        while self._idle:
            self._idle.pop().close()
