"""How simulators run: in a process of theirs, or in a thread beside a test."""

import asyncio
import gc
import hmac
import json
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from typing import Any, Protocol

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from sandbox.control import Control, LastingControl
from sandbox.knobs import BadControl

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_MOST_BYTES = 32 * 1024 * 1024
"""More than the 28 MB of a catalog's batch, which is refused in Meta's own words."""


class Simulator(Protocol):
    @property
    def secret(self) -> str:
        """Bearer token of the control API."""

    async def start(self) -> None:
        """Begin background work; called once, inside the event loop."""

    async def stop(self) -> None:
        """End background work and close files and connections."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""

    def connection(self, ordinary: web.Server) -> asyncio.Protocol:
        """What serves one connection: ``ordinary()``, unless there is a quicker way."""


@contextmanager
def running(simulator: Simulator, *, port: int = 0) -> Iterator[Control]:
    """Serve on loopback in a thread; gives a client of its control API with ``url``."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_until_told(simulator, port, started)), daemon=True
    )
    thread.start()
    loop, stop, url = started.result(timeout=30)
    control = LastingControl(url, simulator.secret)
    try:
        yield control
    finally:
        control.close()
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=30)


async def serve(*simulators: tuple[Simulator, int], host: str) -> None:
    """Serve each at its port until SIGTERM or SIGINT."""
    # Thousands of planned statuses are no garbage, and looking through them costs
    # the twentieth part of all this process does.
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    async with AsyncExitStack() as open_ones:
        for simulator, port in simulators:
            server, runner, _ = await _listen(simulator, host, port)
            open_ones.push_async_callback(_close, simulator, server, runner)
        await stop.wait()


def json_answer(
    data: Any, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=json.dumps(data).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def may_control(request: web.BaseRequest, secret: str) -> bool:
    shown = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(shown, f"Bearer {secret}".encode())


async def control_body(request: web.BaseRequest) -> dict[str, Any]:
    """The JSON object that came; an empty body is an empty object.

    Raises:
        BadControl: it is something else.
    """
    raw = await request.read()
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise BadControl("the body is not JSON") from error
    if not isinstance(body, dict):
        raise BadControl("the body is not an object")
    return body


def cut(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the returned answer reaches nobody."""
    transport = request.transport
    if transport is not None:
        carrier = transport.get_extra_info("socket")
        carrier.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return web.Response()


async def hang(request: web.BaseRequest) -> web.Response:
    """Say nothing until the client has given up."""
    # Nothing tells a handler that its client has gone, so it has to look.
    while (wire := request.transport) is not None and not wire.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    return web.Response()


async def _until_told(
    simulator: Simulator,
    port: int,
    started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]]",
) -> None:
    stop = asyncio.Event()
    try:
        server, runner, url = await _listen(simulator, "127.0.0.1", port)
    except BaseException as error:
        started.set_exception(error)
        raise
    started.set_result((asyncio.get_running_loop(), stop, url))
    try:
        await stop.wait()
    finally:
        await _close(simulator, server, runner)


async def _listen(
    simulator: Simulator, host: str, port: int
) -> tuple[asyncio.Server, web.ServerRunner, str]:
    ordinary = ordinary_server(simulator)
    runner = web.ServerRunner(ordinary, shutdown_timeout=1)
    await runner.setup()
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: simulator.connection(ordinary), host, port, backlog=1024
        )
    except BaseException:
        await runner.cleanup()
        raise
    await simulator.start()
    return server, runner, f"http://{host}:{server.sockets[0].getsockname()[1]}"


def ordinary_server(simulator: Simulator) -> web.Server:
    """The bare server, without routes: a router costs more than a whole send."""
    return web.Server(
        simulator.handle,
        access_log=None,
        keepalive_timeout=75,
        request_factory=_request,
    )


async def _close(
    simulator: Simulator, server: asyncio.Server, runner: web.ServerRunner
) -> None:
    server.close()
    await runner.cleanup()
    await simulator.stop()


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=_MOST_BYTES
    )
