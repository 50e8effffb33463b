"""A real PostgreSQL out of a wheel, on one folder of ours."""

import shutil
import signal
import subprocess
from pathlib import Path
from threading import Event
from urllib.parse import quote

from core.errors import ConfigurationError
from wiring.places import Places
from wiring.processes import (
    Start,
    is_alive,
    keep_small,
    kill_all_in,
    last_lines,
    run_as,
    start,
)
from wiring.server import Server

OWNER = "sosik_owner"
APP = "sosik_app"
DATABASE = "sosik"
MAJOR_VERSION = "18"

_PATIENCE_SECONDS = 60.0  # recovery after a crash may take its time
_STEP_SECONDS = 0.02
_STOP_PATIENCE_SECONDS = 15.0

# The application's role is the lesser one, so that row-level security holds for it.
_FIRST_WORDS = f"""\
CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE DATABASE {DATABASE} OWNER {OWNER};
"""

_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "48MB",
    "max_connections": "40",
    "jit": "off",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # three processes fewer, and nothing here reads that much
    "logging_collector": "off",
    "log_checkpoints": "off",
    # A refused row stands in the error's detail, with the customer's phone number.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Postgres(Server):
    """Starts, watches and stops the server. One at a time for each folder."""

    name = "PostgreSQL"

    def __init__(self, places: Places) -> None:
        self._places = places
        super().__init__(places.home / "postgres")
        self._log = places.home / "postgres.log"

    def urls(self) -> dict[str, str]:
        # No password: the folder of the socket is locked to those who could as well
        # read the data files.
        host = quote(str(self._places.sockets), safe="")
        return {
            "DATABASE_URL": f"postgresql://{APP}@/{DATABASE}?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://{OWNER}@/{DATABASE}?host={host}",
        }

    @property
    def death_signal(self) -> signal.Signals:
        """Ends it and its children at once; as safe as a power cut, which is to say
        that nothing committed is lost."""
        return signal.SIGQUIT

    def start(self) -> None:
        """Begin to start, in a new folder or in one left in whatever state.

        Raises:
            ConfigurationError: the data is of another major version, or the folder
                cannot be made.
        """
        if self._data.is_dir():
            self._refuse_other_version()
        else:
            self._make_data()
        self._end_earlier_life()
        keep_small(self._log)
        self._process = start(
            Start(
                command=[
                    str(self._places.postgres_programs / "postgres"),
                    *("-D", str(self._data)),
                    *("-c", f"unix_socket_directories={_listed(self._places.sockets)}"),
                    *(f"--{name}={value}" for name, value in _OPTIONS.items()),
                ],
                env={"LC_ALL": "C", "TZ": "UTC"},
                account=self._places.account,
                log=self._log,
                death_signal=self.death_signal,
            )
        )

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            ConfigurationError: it ended instead, with the last words of its log.
        """
        for _ in range(int(_PATIENCE_SECONDS / _STEP_SECONDS)):
            if not self.is_alive():
                break
            if self._says_ready():
                return
            Event().wait(_STEP_SECONDS)
        self.kill()
        raise ConfigurationError(
            f"PostgreSQL does not start; {self._log} ends with:\n"
            + last_lines(self._log)
        )

    def stop(self) -> None:
        """Disconnect everybody, write everything, end."""
        if self._process is None:
            return
        if self.is_alive():
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def keep_log_small(self) -> None:
        keep_small(self._log)

    def _says_ready(self) -> bool:
        """The server writes its state into the eighth line of its pid file."""
        assert self._process is not None
        lines = _lines(self._data / "postmaster.pid")
        return (
            len(lines) > 7
            and lines[0] == str(self._process.pid)
            and lines[7].strip() == "ready"
        )

    def _refuse_other_version(self) -> None:
        found = "".join(_lines(self._data / "PG_VERSION")[:1])
        if found != MAJOR_VERSION:
            raise ConfigurationError(
                f"{self._data} was written by PostgreSQL {found or '(unknown)'} and "
                f"this is {MAJOR_VERSION}: dump it with the old version and restore it "
                "with this one, or move the folder away to start anew"
            )

    def _make_data(self) -> None:
        """Make a database beside, and move it in place when it is whole."""
        unfinished = self._places.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._places.private_folder(unfinished.name)
        self._run(
            "initdb",
            *("-D", str(unfinished), "-U", OWNER, "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            "--no-instructions",
        )
        self._run(
            "postgres",
            *("--single", "-D", str(unfinished), "-c", "exit_on_error=true"),
            *("-c", "wal_level=minimal", "-c", "max_wal_senders=0", "postgres"),
            text=_FIRST_WORDS,
        )
        unfinished.rename(self._data)

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        command = [str(self._places.postgres_programs / program), *arguments]
        done = run_as(self._places.account, command, text=text)
        if done.returncode != 0:
            raise ConfigurationError(
                f"the database cannot be made: {done.stderr.strip()[-500:]}"
            )

    def _end_earlier_life(self) -> None:
        pid_file = self._data / "postmaster.pid"
        lines = _lines(pid_file)
        if not lines:
            return
        kill_all_in(self._data)
        if lines[0].isdigit() and is_alive(int(lines[0])):
            # The number is another process's by now, and PostgreSQL would take that
            # for itself. Otherwise the file stays: it names memory to be cleaned up.
            pid_file.unlink()
        for lock in self._places.sockets.glob(".s.PGSQL.*"):
            lock.unlink()


def _listed(folder: Path) -> str:
    """One folder in PostgreSQL's list of folders, whatever is in its name."""
    return '"' + str(folder).replace('"', '""') + '"'


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
