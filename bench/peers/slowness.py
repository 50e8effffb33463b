"""Clients that are slow on purpose, and a healthy one that must not feel them."""

import http.client
import select
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread

from bench.peers import load
from bench.peers.load import ADDRESS

_STEP_SECONDS = 0.1
_DRIP_SECONDS = 1.0
_BODY_BYTES = 11_438
_HEALTHY_TIMEOUT_SECONDS = 5.0
_HEALTHY_PAUSE_SECONDS = 0.03


class Slow(StrEnum):
    """In which way a client is slow."""

    HEADERS = "headers, a byte a second"
    STALLED_BODY = "body that stops half-way"
    DRIPPING_BODY = "body, a byte a second"


_REQUEST_LINE = f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\n"
_HALF_A_BODY = f"Content-Length: {_BODY_BYTES}\r\n\r\n{{"
_OPENING = {
    Slow.HEADERS: f"{_REQUEST_LINE}X-Padding: ".encode(),
    Slow.STALLED_BODY: f"{_REQUEST_LINE}{_HALF_A_BODY}".encode(),
    Slow.DRIPPING_BODY: f"{_REQUEST_LINE}{_HALF_A_BODY}".encode(),
}


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    slow: Slow
    since: float
    cut_after: float | None = None


class Attack:
    """Many slow clients at once, each on one connection that it never gives up."""

    def __init__(self, port: int, clients: dict[Slow, int]) -> None:
        self._clients = [
            _Client(_connected(port, slow), slow, time.monotonic())
            for slow, count in clients.items()
            for _ in range(count)
        ]
        self._ending = Event()
        self._thread = Thread(target=self._keep_on, daemon=True)
        self._thread.start()

    def is_over(self) -> bool:
        """Whether all of them have been cut off."""
        return all(client.cut_after is not None for client in self._clients)

    def wait(self, seconds: float) -> bool:
        """Whether it is over within that time."""
        deadline = time.monotonic() + seconds
        while not self.is_over() and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)
        return self.is_over()

    def cut_after(self, slow: Slow) -> list[float | None]:
        """After how many seconds each was cut off; None for those that were not."""
        return [each.cut_after for each in self._clients if each.slow is slow]

    def end(self) -> None:
        self._ending.set()
        self._thread.join()
        for client in self._clients:
            client.connection.close()

    def _keep_on(self) -> None:
        poll = select.poll()
        by_number = {each.connection.fileno(): each for each in self._clients}
        for number in by_number:
            poll.register(number, select.POLLIN)
        dripped_at = time.monotonic()
        while not self._ending.is_set():
            for number, _ in poll.poll(_STEP_SECONDS * 1000):
                client = by_number[number]
                if _is_closed(client.connection):
                    client.cut_after = time.monotonic() - client.since
                    poll.unregister(number)
            if time.monotonic() - dripped_at > _DRIP_SECONDS:
                dripped_at = time.monotonic()
                self._drip()

    def _drip(self) -> None:
        for client in self._clients:
            if client.cut_after is None and client.slow is not Slow.STALLED_BODY:
                try:
                    client.connection.send(b"x")
                except OSError:
                    continue  # cut off, which the poll will tell


@dataclass(slots=True)
class Healthy:
    """A client that posts signed webhooks, one after the other, until it is stopped."""

    port: int
    secret: str
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    failed_at: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    _ending: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._keep_on, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def p(self, share: float) -> float:
        """In milliseconds."""
        return 1000 * load.percentile(self.seconds, share)

    def _keep_on(self) -> None:
        body = load.order_created(1)
        while not self._ending.wait(_HEALTHY_PAUSE_SECONDS):
            began = time.monotonic()
            problem = post(self.port, body, self.secret)
            if problem is None:
                self.seconds.append(time.monotonic() - began)
                self.answered_at.append(time.monotonic())
            else:
                self.failures.append(problem)
                self.failed_at.append(time.monotonic())


def post(port: int, body: bytes, secret: str) -> str | None:
    """Post one webhook on a connection of its own; None when it is accepted."""
    headers = load.headers(body, secret, str(uuid.uuid4()))
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=_HEALTHY_TIMEOUT_SECONDS
    )
    try:
        connection.request("POST", ADDRESS, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if status == 200 else str(status)


def slowest(cut_after: Sequence[float | None]) -> float | None:
    """None when one of them was never cut off."""
    known = [seconds for seconds in cut_after if seconds is not None]
    return max(known) if known and len(known) == len(cut_after) else None


def _connected(port: int, slow: Slow) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(_OPENING[slow])
    connection.setblocking(False)
    return connection


def _is_closed(connection: socket.socket) -> bool:
    """What is said to us is thrown away; only the end counts."""
    try:
        return connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
