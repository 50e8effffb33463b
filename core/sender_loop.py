"""The thread under ``core.sender.Sender``: one event loop, many POSTs under way."""

import asyncio
import logging
import ssl
import threading
import time
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client import ClientRequest
from aiohttp.connector import Connection
from aiohttp.payload import BytesPayload
from aiohttp.tracing import Trace

from core.outcomes import Answer, Done, NoAnswer, NotSent, Outcome, OutgoingPost

_AGENT = "Sosik"
_KEEP_ALIVE_SECONDS = 15.0
_MOST_BYTES = 256 * 1024

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Flight:
    """``has_left`` turns true at the last moment before the first byte is written."""

    request: OutgoingPost
    done: Done
    has_left: bool = False
    limit: asyncio.Timeout | None = None

    def is_late(self) -> bool:
        return time.monotonic() > self.request.not_after


_flight: ContextVar[_Flight] = ContextVar("flight")


class _TooLate(Exception):
    pass


class _Connector(aiohttp.TCPConnector):
    """Where aiohttp takes a connection, TLS included: if it is late by now, the
    connection is as good as new."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109, aiohttp dictates it
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        if _flight.get().is_late():
            connection.release()
            raise _TooLate
        return connection


class _Body(BytesPayload):
    """What is posted, held back at the last moment: aiohttp keeps the headers until it
    is handed the body, writes both at once, and from here to there nobody else runs.

    Before that, between having a connection and writing, other tasks have their turn.
    """

    def __init__(self, flight: _Flight, total_seconds: float) -> None:
        super().__init__(flight.request.body, content_type="application/json")
        self._flight = flight
        self._total_seconds = total_seconds

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        flight = self._flight
        if flight.is_late():
            raise _TooLate
        flight.has_left = True
        if flight.limit is not None:
            flight.limit.reschedule(time.monotonic() + self._total_seconds)
        await super().write_with_length(writer, content_length)


class SenderLoop:
    """The thread, its event loop, and what is under way on it."""

    def __init__(
        self,
        *,
        total_seconds: float,
        connect_seconds: float,
        connections: int,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._total_seconds = total_seconds
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_seconds)
        self._connections = connections
        self._tls = tls
        self._submitted: deque[_Flight] = deque()
        self._is_woken = False
        self._ready: deque[_Flight] = deque()
        self._timers: dict[int, tuple[asyncio.TimerHandle, _Flight]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self._open = 0
        self._idle = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._thread.start()

    def submit(self, request: OutgoingPost, done: Done) -> None:
        with self._idle:
            if self._is_closing:
                raise RuntimeError("the sender is closed")
            self._open += 1
            self._submitted.append(_Flight(request, done))
            # One wake-up serves everything that came in until the loop looks.
            wake, self._is_woken = not self._is_woken, True
        if wake:
            self._loop.call_soon_threadsafe(self._take_in)

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        with self._idle:
            return self._idle.wait_for(lambda: self._open == 0, timeout_seconds)

    def close(self) -> None:
        with self._idle:
            self._is_closing = True
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._live())
        self._loop.close()

    async def _live(self) -> None:
        async with self._open_session() as self._session:
            self._take_in()
            await self._stop.wait()
            await self._wind_up()

    def _open_session(self) -> aiohttp.ClientSession:
        connector = _Connector(
            limit=self._connections,
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
            ttl_dns_cache=60,
            ssl=self._tls or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT, "Content-Type": "application/json"},
            skip_auto_headers=("Accept-Encoding",),
        )

    async def _wind_up(self) -> None:
        self._take_in()
        waiting = [flight for _, flight in self._timers.values()]
        for timer, _ in self._timers.values():
            timer.cancel()
        for flight in (*waiting, *self._ready):
            self._tell(flight, NotSent("slot_missed"))
        self._ready.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take_in(self) -> None:
        if self._session is None:
            return  # the thread is just starting, and looks for itself
        with self._idle:
            self._is_woken = False
            arrived, self._submitted = self._submitted, deque()
        now = self._loop.time()
        for flight in arrived:
            if flight.request.start_at <= now:
                self._ready.append(flight)
            else:
                timer = self._loop.call_at(flight.request.start_at, self._due, flight)
                self._timers[id(flight)] = timer, flight
        self._start_some()

    def _due(self, flight: _Flight) -> None:
        del self._timers[id(flight)]
        self._ready.append(flight)
        self._start_some()

    def _start_some(self) -> None:
        # Waiting here is cheaper than in aiohttp's pool, and costs no timeout.
        for _ in range(min(len(self._ready), self._connections - len(self._tasks))):
            task = self._loop.create_task(self._fly_while_ready())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fly_while_ready(self) -> None:
        while self._ready and not self._is_closing:
            flight = self._ready.popleft()
            _flight.set(flight)
            outcome: Outcome = NoAnswer("reset")
            try:
                outcome = await self._post(flight)
            finally:  # also when the task is cancelled
                self._tell(flight, outcome if flight.has_left else _held_back(outcome))

    async def _post(self, flight: _Flight) -> Outcome:
        assert self._session is not None
        request = flight.request
        try:
            # The limit is set when the POST leaves; connecting has one of its own.
            async with (
                asyncio.timeout(None) as flight.limit,
                self._session.post(
                    request.url,
                    data=_Body(flight, self._total_seconds),
                    headers={"Authorization": f"Bearer {request.bearer}"},
                    allow_redirects=False,
                ) as reply,
            ):
                body = await _read_some(reply)
                headers = {name.lower(): value for name, value in reply.headers.items()}
                return Answer(reply.status, headers, body)
        except _TooLate:
            return NotSent("slot_missed")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if not flight.has_left:
                is_late = isinstance(error.__cause__, _TooLate)
                return NotSent("slot_missed" if is_late else "connection_failed")
            return NoAnswer("timeout" if isinstance(error, TimeoutError) else "reset")
        except Exception:
            _log.exception("post_failed_oddly")
            return (
                NoAnswer("reset") if flight.has_left else NotSent("connection_failed")
            )

    def _tell(self, flight: _Flight, outcome: Outcome) -> None:
        try:
            flight.done(outcome)
        except Exception:
            _log.exception("outcome_not_taken")
        with self._idle:
            self._open -= 1
            if self._open == 0:
                self._idle.notify_all()


def _held_back(outcome: Outcome) -> NotSent:
    return outcome if isinstance(outcome, NotSent) else NotSent("slot_missed")


async def _read_some(reply: aiohttp.ClientResponse) -> bytes:
    """The body, cut at 256 KiB: whatever is longer is not an answer to a message."""
    body = bytearray()
    async for chunk in reply.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            reply.close()
            break
    return bytes(body[:_MOST_BYTES])
