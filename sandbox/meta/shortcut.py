"""The quick way for a plain send: a tenth of what a whole web framework spends on it.

A connection begins here. The first request that is anything but a plain
``POST .../messages`` takes the connection to the ordinary server, for good.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

_END = b"\r\n\r\n"
_LONGEST_HEAD = 16_384
_UNUSUAL = (b"\r\ntransfer-encoding:", b"\r\nexpect:", b"\r\nconnection: close")
_HEADS = {
    status.value: (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    for status in HTTPStatus
}


class Quick(NamedTuple):
    """An answer, to be given after so many seconds."""

    http: int
    body: bytes
    after_seconds: float


class Shortcut(asyncio.Protocol):
    """``take`` gets path, ``Authorization`` header and body; None declines."""

    def __init__(
        self,
        take: Callable[[str, str, bytes], Quick | None],
        ordinary: Callable[[], asyncio.Protocol],
    ) -> None:
        self._take = take
        self._ordinary = ordinary
        self._buffer = b""
        self._is_busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._is_busy:
            self._read()

    def _read(self) -> None:
        buffer = self._buffer
        end = buffer.find(_END)
        if end < 0:
            if not b"POST /".startswith(buffer[:6]) or len(buffer) > _LONGEST_HEAD:
                self._hand_over()
            return
        head = buffer[:end]
        line, _, _ = head.partition(b"\r\n")
        small = head.lower()
        if (
            not line.startswith(b"POST /")
            or not line.endswith(b"/messages HTTP/1.1")
            or any(each in small for each in _UNUSUAL)
        ):
            self._hand_over()
            return
        length = _header(head, small, b"\r\ncontent-length:")
        if not length.isdecimal():
            self._hand_over()
            return
        last = end + len(_END) + int(length)
        if len(buffer) < last:
            return
        token = _header(head, small, b"\r\nauthorization:")
        quick = self._take(line[5:-9].decode("latin-1"), token, buffer[end + 4 : last])
        if quick is None:
            self._hand_over()
            return
        self._buffer = buffer[last:]
        if quick.after_seconds:
            self._is_busy = True
            loop = asyncio.get_running_loop()
            loop.call_later(quick.after_seconds, self._answer, quick)
        else:
            self._answer(quick)

    def _answer(self, quick: Quick) -> None:
        self._is_busy = False
        if self._transport is None:
            return
        head, body = _HEADS[quick.http], quick.body
        self._transport.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        if self._buffer:
            self._read()

    def _hand_over(self) -> None:
        """Let the ordinary server go on from the first byte not yet served."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        protocol = self._ordinary()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(self._buffer)


def _header(head: bytes, small: bytes, name: bytes) -> str:
    start = small.find(name)
    if start < 0:
        return ""
    start += len(name)
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip().decode("latin-1")
