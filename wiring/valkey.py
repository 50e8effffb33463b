"""A real Valkey out of a wheel, on one folder of ours. It keeps hints, no truths."""

import signal
import socket
import subprocess
from pathlib import Path
from threading import Event
from urllib.parse import quote

from core.errors import ConfigurationError
from wiring.places import Places
from wiring.processes import Start, keep_small, kill_all_in, last_lines, start
from wiring.server import Server

_PATIENCE_SECONDS = 30.0
_STEP_SECONDS = 0.02
_STOP_PATIENCE_SECONDS = 5.0


class Valkey(Server):
    """Starts, watches and stops the server. One at a time for each folder."""

    name = "Valkey"

    def __init__(self, places: Places) -> None:
        self._places = places
        super().__init__(places.home / "valkey")
        self._log = places.home / "valkey.log"
        self._socket = places.sockets / "valkey.sock"
        self.notes: list[str] = []

    def urls(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{quote(str(self._socket))}"}

    @property
    def death_signal(self) -> signal.Signals:
        """What it has written is with the system already; nothing is left to do."""
        return signal.SIGKILL

    def start(self) -> None:
        """Begin to start, in a new folder or in one left in whatever state."""
        self._places.private_folder("valkey")
        if self._socket.exists():
            kill_all_in(self._data)
            self._socket.unlink(missing_ok=True)
        keep_small(self._log)
        self._process = start(
            Start(
                command=[
                    str(self._places.valkey_program),
                    *("--port", "0", "--unixsocket", str(self._socket)),
                    *("--unixsocketperm", "700", "--dir", str(self._data)),
                    *("--appendonly", "yes", "--appendfsync", "everysec"),
                    *("--aof-load-truncated", "yes", "--save", ""),
                    *("--maxmemory-policy", "noeviction"),
                    *("--hash-max-listpack-value", "4096", "--daemonize", "no"),
                ],
                env={"LC_ALL": "C", "TZ": "UTC"},
                account=self._places.account,
                log=self._log,
                death_signal=self.death_signal,
            )
        )

    def wait(self) -> None:
        """Wait until it answers.

        Data that it cannot read is set aside: it would only have told the workers
        earlier what the database tells them anyway.

        Raises:
            ConfigurationError: it does not start without data either.
        """
        if self._answers_in_time():
            return
        self.kill()
        aside = self._set_data_aside()
        self.notes.append(f"Valkey could not read its data, now in {aside}")
        self.start()
        if not self._answers_in_time():
            self.kill()
            raise ConfigurationError(
                f"Valkey does not start; {self._log} ends with:\n"
                + last_lines(self._log)
            )

    def stop(self) -> None:
        if self._process is None:
            return
        if self.is_alive():
            self._process.terminate()
            try:
                self._process.wait(_STOP_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def keep_log_small(self) -> None:
        keep_small(self._log)

    def _answers_in_time(self) -> bool:
        for _ in range(int(_PATIENCE_SECONDS / _STEP_SECONDS)):
            if not self.is_alive():
                return False
            if _answers(self._socket):
                return True
            Event().wait(_STEP_SECONDS)
        return False

    def _set_data_aside(self) -> Path:
        number = 1
        while (aside := self._data.with_name(f"valkey.unreadable-{number}")).exists():
            number += 1
        self._data.rename(aside)
        return aside


def _answers(path: Path) -> bool:
    """Whether a PING is answered; while it loads its data it is not."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
