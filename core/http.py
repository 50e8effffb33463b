"""The only door to the network: timeouts always, never inside a transaction.

Two ways through it: ``caller`` for the few administrative calls, which wait for their
answer, and ``Sender`` for the many messages, which do not. Both say what is known
afterwards, in the words of ``Outcome``, and neither ever asks twice by itself.
"""

import os
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from core.outcomes import Answer, Done, NoAnswer, NotSent, Outcome, OutgoingPost
from core.sender_loop import SenderLoop

__all__ = [
    "Answer",
    "Call",
    "Done",
    "NetworkInsideTransaction",
    "NoAnswer",
    "NotSent",
    "Outcome",
    "OutgoingPost",
    "Sender",
    "caller",
    "network_forbidden",
]

_AGENT = "Sosik"
_CHUNK_BYTES = 65_536
_MOST_BYTES = 32 * 1024 * 1024

_forbidden: ContextVar[bool] = ContextVar("network_forbidden", default=False)


class NetworkInsideTransaction(AssertionError):
    """A database lock would be held for as long as a stranger takes to answer."""


@contextmanager
def network_forbidden() -> Iterator[None]:
    """Within this block every use of the network is an error of the programmer."""
    token = _forbidden.set(True)
    try:
        yield
    finally:
        _forbidden.reset(token)


class Call(Protocol):
    """Asks once and waits. Redirects are answers, not followed."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Outcome: ...


def caller(
    *,
    connect_seconds: float = 5.0,
    read_seconds: float = 30.0,
    total_seconds: float = 60.0,
    connections: int = 10,
) -> Call:
    """A door for administrative calls; any number of threads may use it at once.

    Proxies, netrc and certificates named in the environment are not trusted, cookies
    are not kept, and at most 32 MiB of an answer is read.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_maxsize=connections, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)

    def call(
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Outcome:
        _refuse_inside_transaction()
        until = time.monotonic() + total_seconds
        try:
            with session.request(
                method,
                url,
                headers={"User-Agent": _AGENT, **headers},
                data=body,
                timeout=(connect_seconds, read_seconds),
                allow_redirects=False,
                stream=True,
            ) as reply:
                return _read_whole(reply, until)
        except requests.RequestException as error:
            return _without_answer(error)

    return call


def _read_whole(reply: requests.Response, until: float) -> Outcome:
    chunks: list[bytes] = []
    size = 0
    for chunk in reply.iter_content(_CHUNK_BYTES):
        chunks.append(chunk)
        size += len(chunk)
        # The read timeout starts anew with each byte, so a trickle needs this one.
        if size > _MOST_BYTES or time.monotonic() > until:
            return NoAnswer("timeout")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Answer(reply.status_code, headers, b"".join(chunks))


def _without_answer(error: requests.RequestException) -> NotSent | NoAnswer:
    if isinstance(error, requests.ConnectTimeout | ValueError):
        return NotSent("connection_failed")  # a ValueError is a malformed address
    if isinstance(error, requests.Timeout):
        return NoAnswer("timeout")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    refused = isinstance(reason, NewConnectionError)
    distrusted = isinstance(_cause(reason), ssl.SSLCertVerificationError)
    return NotSent("connection_failed") if refused or distrusted else NoAnswer("reset")


def _cause(reason: object) -> object:
    arguments = getattr(reason, "args", ())
    return arguments[0] if arguments else None


class Sender:
    """Sends many POSTs at a time from one thread, over kept connections.

    The thread starts with the first POST, so a process may fork before that; a child
    that was forked later gets a thread of its own.
    """

    def __init__(
        self,
        *,
        total_seconds: float = 10.0,
        connect_seconds: float = 3.0,
        connections: int = 200,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``total_seconds`` counts from the moment at which a POST leaves."""
        self._make = partial(
            SenderLoop,
            total_seconds=total_seconds,
            connect_seconds=connect_seconds,
            connections=connections,
            tls=tls,
        )
        self._loop: SenderLoop | None = None
        self._process = 0
        self._starting = threading.Lock()

    def submit(self, request: OutgoingPost, done: Done) -> None:
        """Send ``request`` in its time, and tell ``done`` the outcome exactly once.

        ``done`` runs on the sender's thread, where a slow one holds up every other
        POST: let it put the outcome somewhere and return.
        """
        _refuse_inside_transaction()
        self._running().submit(request, done)

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until nothing is under way; False when that took too long."""
        mine = self._loop if self._process == os.getpid() else None
        return mine is None or mine.wait_until_idle(timeout_seconds)

    def close(self) -> None:
        """Stop. What has not left is NotSent, what has left is NoAnswer."""
        mine = self._loop if self._process == os.getpid() else None
        self._loop = None
        if mine is not None:
            mine.close()

    def _running(self) -> SenderLoop:
        loop = self._loop
        if loop is not None and self._process == os.getpid():
            return loop
        with self._starting:
            if self._loop is None or self._process != os.getpid():
                self._loop = self._make()
                self._process = os.getpid()
            return self._loop


def _refuse_inside_transaction() -> None:
    if _forbidden.get():
        raise NetworkInsideTransaction
