"""A way to the database that can be closed, or lead nowhere, and opened again."""

from contextlib import suppress
from dataclasses import dataclass
from socket import AF_UNIX, SHUT_RDWR, create_server, socket
from threading import Thread
from typing import Literal
from urllib.parse import parse_qs, urlsplit, urlunsplit


@dataclass
class Gate:
    """Listens on this machine, and leads to a socket of PostgreSQL's.

    ``closed`` hangs up on whoever comes, ``silent`` never says a word.
    """

    url: str
    mode: Literal["open", "closed", "silent"] = "open"

    def __post_init__(self) -> None:
        self._server = create_server(("127.0.0.1", 0))
        self._open: set[socket] = set()
        Thread(target=self._accept, daemon=True).start()

    @property
    def way(self) -> str:
        """The same URL, but through here."""
        port = self._server.getsockname()[1]
        parts = urlsplit(self.url)
        name = (parts.username or "") + "@" if parts.username else ""
        plain = "sslmode=disable&gssencmode=disable"
        return urlunsplit(
            (parts.scheme, f"{name}127.0.0.1:{port}", parts.path, plain, "")
        )

    def close(self) -> None:
        """For good."""
        self.mode = "closed"
        self._server.shutdown(SHUT_RDWR)
        self._server.close()

    def cut(self) -> None:
        """Hang up on everybody who is there."""
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._server.accept()
                Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket) -> None:
        self._open.add(caller)
        if self.mode == "silent":
            with suppress(OSError):
                while caller.recv(4096):
                    pass
        if self.mode != "open":
            self._end(caller)
            return
        server = socket(AF_UNIX)
        [folder] = parse_qs(urlsplit(self.url).query)["host"]
        server.connect(f"{folder}/.s.PGSQL.5432")
        back = Thread(target=self._pass_on, args=(server, caller), daemon=True)
        back.start()
        self._pass_on(caller, server)
        back.join()
        self._end(caller)
        self._end(server)

    def _pass_on(self, one: socket, other: socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(SHUT_RDWR)

    def _end(self, end: socket) -> None:
        self._open.discard(end)
        end.close()
