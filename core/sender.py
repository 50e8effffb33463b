"""The door to the network for the many messages: handed in, sent, and told of later.

Never inside a transaction, and never twice by itself.
"""

import os
import ssl
import threading
from typing import TYPE_CHECKING

from core.guard import refuse_inside_transaction
from core.outcomes import Done, OutgoingPost

if TYPE_CHECKING:
    from core.sender_loop import SenderLoop


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
        self._total_seconds = total_seconds
        self._connect_seconds = connect_seconds
        self._connections = connections
        self._tls = tls
        self._loop: SenderLoop | None = None
        self._process = 0
        self._starting = threading.Lock()

    def submit(self, request: OutgoingPost, done: Done) -> None:
        """Send ``request`` in its time, and tell ``done`` the outcome exactly once.

        ``done`` runs on the sender's thread, where a slow one holds up every other
        POST: let it put the outcome somewhere and return.
        """
        refuse_inside_transaction()
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

    def _running(self) -> "SenderLoop":
        loop = self._loop
        if loop is not None and self._process == os.getpid():
            return loop
        with self._starting:
            if self._loop is None or self._process != os.getpid():
                self._loop = self._make()
                self._process = os.getpid()
            return self._loop

    def _make(self) -> "SenderLoop":
        # It weighs fifteen megabytes, and most processes never send a message.
        from core.sender_loop import SenderLoop

        return SenderLoop(
            total_seconds=self._total_seconds,
            connect_seconds=self._connect_seconds,
            connections=self._connections,
            tls=self._tls,
        )
