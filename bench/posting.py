"""Posts webhooks at their appointed times, whatever came of the ones before.

An open loop: a slow answer delays no other webhook, and latency counts from the moment
a webhook was meant to leave. What is not answered 200 comes again, as from Shopify: one
second to connect, five for all, and pauses that double.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench.storm import Delivery, request

_CONNECT_SECONDS = 1.0
_TOTAL_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 1.0
_MOST_ATTEMPTS = 9
_FORGET_IDLE = 256


@dataclass(slots=True)
class Posted:
    """What came of one delivery. Times are of ``time.time``; ``acked_at`` is None
    where it was given up."""

    delivery: Delivery
    meant_at: float
    acked_at: float | None = None
    attempts: int = 0


@dataclass(slots=True)
class Account:
    """All that was posted. ``latencies`` are of attempts that were answered 200, in
    seconds; ``answers`` counts all attempts by status or by what went wrong."""

    posted: list[Posted] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


def post(deliveries: Sequence[Delivery], port: int, *, repeats: bool = True) -> Account:
    """Post them all; answer when each is acknowledged or given up."""
    return asyncio.run(_post(deliveries, port, repeats))


async def _post(deliveries: Sequence[Delivery], port: int, repeats: bool) -> Account:
    account = Account()
    pool = _Pool(port)
    loop = asyncio.get_running_loop()
    began, began_at = loop.time() + 0.2, time.time() + 0.2
    tasks: set[asyncio.Task[None]] = set()
    for delivery in deliveries:
        wait = began + delivery.after - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        one = Posted(delivery, began_at + delivery.after)
        account.posted.append(one)
        task = asyncio.create_task(_until_taken(one, pool, account, repeats))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    while tasks:
        await asyncio.wait(tasks)
    pool.close()
    return account


async def _until_taken(
    one: Posted, pool: "_Pool", account: Account, repeats: bool
) -> None:
    raw = request(one.delivery.hook)
    meant_at, pause = one.meant_at, _FIRST_PAUSE_SECONDS
    while True:
        one.attempts += 1
        answer = await pool.ask(raw)
        now = time.time()
        account.answers[answer] += 1
        if answer == "200":
            one.acked_at = now
            account.latencies.append(now - meant_at)
            return
        is_final = one.delivery.hook.is_forged and answer == "401"
        if is_final or not repeats or one.attempts >= _MOST_ATTEMPTS:
            return
        await asyncio.sleep(pause)
        meant_at, pause = now + pause, min(2 * pause, 8.0)


class _Pool:
    """Kept connections, the one used last first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Connection] = []

    async def ask(self, raw: bytes) -> str:
        """The status that came back, or a word for what came instead."""
        try:
            async with asyncio.timeout(_TOTAL_SECONDS):
                connection = await self._one()
                try:
                    status = await connection.ask(raw)
                except BaseException:
                    connection.close()
                    raise
        except TimeoutError:
            return "timeout"
        except ConnectionRefusedError:
            return "refused"
        except OSError:
            return "reset"
        if status == "200" and len(self._idle) < _FORGET_IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return status

    async def _one(self) -> "_Connection":
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, made = await loop.create_connection(_Connection, "127.0.0.1", self._port)
        return made

    def close(self) -> None:
        for connection in self._idle:
            connection.close()


class _Connection(asyncio.Protocol):
    """One HTTP/1.1 connection with one request at a time; reads the status only."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[str] | None = None
        self._came = b""
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.is_open = transport, True

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, separator, body = self._came.partition(b"\r\n\r\n")
        if not separator or self._answer is None or self._answer.done():
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(body) >= length:
            self._came = b""
            self._answer.set_result(head[9:12].decode())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    async def ask(self, raw: bytes) -> str:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            with suppress(OSError):
                self._transport.abort()
