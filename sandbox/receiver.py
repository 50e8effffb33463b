"""The app's end of the webhooks, for tests: it takes them, and remembers."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.serving import running


class Receiver:
    """Answers 200 to every POST, and hands out what came in the order of its coming.

    ``addresses`` is what was asked for, as it came.
    """

    def __init__(self) -> None:
        self.url = ""
        self.count = 0
        self.last: tuple[bytes, Mapping[str, str]] = (b"", {})
        self.handshakes: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self._came: SimpleQueue[tuple[bytes, Mapping[str, str]]] = SimpleQueue()
        self._answers: deque[int] = deque()

    @property
    def secret(self) -> str:
        return ""

    def answer_next(self, *statuses: int) -> None:
        """Answer the next requests with these, and then with 200 again."""
        self._answers.extend(statuses)

    def next_raw(self, *, timeout_seconds: float = 5) -> bytes:
        """The next body as it came.

        Raises:
            AssertionError: nothing came in time.
        """
        try:
            self.last = self._came.get(timeout=timeout_seconds)
        except Empty:
            raise AssertionError("no webhook came") from None
        return self.last[0]

    def next_body(self, *, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next body that fits, parsed; those before it are passed over."""
        while True:
            body = json.loads(self.next_raw())
            if where(body):
                return body

    def next_headers(self) -> Mapping[str, str]:
        self.next_raw()
        return self.last[1]

    def is_quiet(self, *, for_seconds: float = 0.3) -> bool:
        """Whether nothing comes for that long."""
        try:
            self._came.get(timeout=for_seconds)
        except Empty:
            return True
        return False

    async def start(self) -> None:
        """Nothing runs beside the requests."""

    async def stop(self) -> None:
        """Nothing is open."""

    def connection(self, ordinary: web.Server) -> asyncio.Protocol:
        return ordinary()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.addresses.append(request.raw_path)
        if request.method == "GET":
            asked = dict(parse_qsl(request.query_string))
            self.handshakes.append(asked)
            return web.Response(text=asked.get("hub.challenge", ""))
        self.count += 1
        self._came.put((await request.read(), dict(request.headers)))
        return web.Response(status=self._answers.popleft() if self._answers else 200)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens on loopback, at its ``url``."""
    inbox = Receiver()
    with running(inbox) as control:
        inbox.url = control.url
        yield inbox
