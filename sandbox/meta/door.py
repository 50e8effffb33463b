"""A way in to the simulated Graph API that can be shut, as when Meta is down.

Beside the usual one, by which the simulator can still be told to open it again: who
knocks at a shut door is refused by the system itself, before a byte is said.
"""

import asyncio
from collections.abc import Callable

Protocols = Callable[[], asyncio.Protocol]


class Door:
    """``protocols`` makes what serves one connection."""

    def __init__(self, protocols: Protocols, *, port: int) -> None:
        self._protocols = protocols
        self._port = port
        self._server: asyncio.Server | None = None
        self._guests: list[asyncio.Transport] = []

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def open(self) -> None:
        """Nothing happens where it is open."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                self._enter, "127.0.0.1", self._port, backlog=1024
            )

    async def move(self, *, is_open: bool) -> None:
        if is_open:
            await self.open()
        else:
            self.shut()

    def shut(self) -> None:
        """Let nobody in, and turn out who is in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for guest in self._guests:
            guest.abort()
        self._guests = []

    def _enter(self) -> asyncio.Protocol:
        return _Usher(self._protocols, self._let_in)

    def _let_in(self, guest: asyncio.Transport) -> None:
        here = [each for each in self._guests if not each.is_closing()]
        self._guests = [*here, guest]


class _Usher(asyncio.Protocol):
    """Tells who has come, and hands them over to what serves them."""

    def __init__(
        self, protocols: Protocols, let_in: Callable[[asyncio.Transport], None]
    ) -> None:
        self._protocols = protocols
        self._let_in = let_in

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._let_in(transport)
        protocol = self._protocols()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
