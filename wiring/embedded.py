"""Real PostgreSQL and Valkey out of wheels, where the operator has named no others.

They belong to whoever has claimed the data folder: ``./sosik up``, or a single command
while nothing else runs. They end with it, however it ends, and their data stays.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from core.errors import ConfigurationError
from core.settings import (
    META_CREDENTIALS,
    SHOPIFY_CREDENTIALS,
    is_set,
    wants_sandbox,
)
from wiring.kept_secrets import kept_secrets
from wiring.places import Places, forget_sockets, make_data_dir, places_for
from wiring.postgres import Postgres
from wiring.processes import KERNEL_ENDS_CHILDREN, Start, start
from wiring.running import Claim, Guest, Running, claim, who_runs
from wiring.valkey import Valkey

_WAIT_FOR_OTHERS_SECONDS = 300.0
_STEP_SECONDS = 0.05
# Nothing listens there: a command that would talk to the sandbox while it is not
# running is refused at once, and never reaches a stranger.
_NOBODY = "http://127.0.0.1:9"

Say = Callable[[str], None]


class Servers:
    """The embedded servers that this environment asks for; it may ask for none."""

    def __init__(self, data_dir: Path, env: Mapping[str, str], lifeline: Path) -> None:
        self._lifeline = lifeline
        self._places: Places | None = None
        self._servers: list[Postgres | Valkey] = []
        self._guardians: dict[str, subprocess.Popen[bytes]] = {}
        wants_postgres = not is_set(env, "DATABASE_URL")
        wants_valkey = not is_set(env, "REDIS_URL")
        if wants_postgres or wants_valkey:
            self._places = places_for(data_dir)
        if self._places is not None and wants_postgres:
            self._servers.append(Postgres(self._places))
        if self._places is not None and wants_valkey:
            self._servers.append(Valkey(self._places))

    def start(self) -> None:
        """Start them all, on whatever an earlier life has left; answer when all do.

        Raises:
            ConfigurationError: one cannot be started, and why.
        """
        for server in self._servers:
            server.start()
            self._guard(server)
        for server in self._servers:
            server.wait()
            self._guard(server)

    def notes(self) -> list[str]:
        """What the operator should know; each is told once."""
        told = list(self._places.notes) if self._places is not None else []
        for server in self._servers:
            if isinstance(server, Valkey):
                told += server.notes
                server.notes = []
        return told

    def urls(self) -> dict[str, str]:
        """The settings by which the program finds them."""
        urls: dict[str, str] = {}
        for server in self._servers:
            urls |= server.urls()
        return urls

    def is_alive(self) -> bool:
        return all(server.is_alive() for server in self._servers)

    def start_dead_again(self) -> list[str]:
        """Start those that have died; answer their names. For each look around."""
        names = []
        for server in self._servers:
            server.keep_log_small()
            if not server.is_alive():
                names.append(server.name)
                server.start()
                server.wait()
                self._guard(server)
        return names

    def stop(self) -> None:
        """Stop them in good order, the database last."""
        for server in reversed(self._servers):
            server.stop()
        for guardian in self._guardians.values():
            guardian.kill()
            guardian.wait()
        if self._places is not None:
            forget_sockets(self._places)

    def _guard(self, server: Postgres | Valkey) -> None:
        if KERNEL_ENDS_CHILDREN or server.process_id is None:
            return
        if (earlier := self._guardians.pop(server.name, None)) is not None:
            earlier.kill()
            earlier.wait()
        self._guardians[server.name] = start(
            Start(
                command=[
                    sys.executable,
                    str(Path(__file__).with_name("guardian.py")),
                    *(str(self._lifeline), str(server.process_id)),
                    str(int(server.death_signal)),
                ],
                env={},
            )
        )


def data_dir_of(env: Mapping[str, str]) -> Path:
    """The folder that ``DATA_DIR`` names, made where there is none."""
    return make_data_dir(Path(env.get("DATA_DIR") or "var"))


def overlay(env: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """What is added to the operator's environment, apart from the servers' URLs.

    Generated keys only where everything is embedded: an installation with a database
    of its own must not depend on a file in a folder of one machine. Credentials of
    the sandbox where it is on and the operator gave none.

    Raises:
        ConfigurationError: ``SANDBOX`` is garbled, or the kept secrets are.
    """
    wanted: list[str] = []
    added = {"DATA_DIR": str(data_dir)}
    if not is_set(env, "DATABASE_URL") and not is_set(env, "REDIS_URL"):
        wanted += ["SECRET_KEYS", "ADMIN_TOKEN"]
    if wants_sandbox(env):
        wanted += [*SHOPIFY_CREDENTIALS, *META_CREDENTIALS, "SANDBOX_SECRET"]
        added["SANDBOX"] = "1"
    missing = [name for name in wanted if not is_set(env, name)]
    if missing:
        kept = kept_secrets(data_dir)
        added |= {name: kept[name] for name in missing}
    return added


@contextmanager
def environment(env: Mapping[str, str], say: Say) -> Iterator[dict[str, str]]:
    """The settings for one command: those of the running program, where one runs.

    Otherwise the servers are started for as long as the command takes. While another
    is starting or stopping we wait for it; servers that another command has started
    are shared, and it waits for us before it stops them.

    Raises:
        ConfigurationError: the servers cannot be started.
    """
    data_dir = data_dir_of(env)
    guest = Guest(data_dir)
    try:
        settled = _join_or_claim(data_dir, say)
        if isinstance(settled, Running):
            yield dict(settled.environment)
            return
    finally:
        guest.leave()
    try:
        with _own_servers(env, data_dir, settled, say) as found:
            yield found
    finally:
        settled.release()


def environment_as_it_is(env: Mapping[str, str]) -> dict[str, str]:
    """The same for a command that only looks: nothing is started, nothing made."""
    data_dir = Path(env.get("DATA_DIR") or "var").expanduser().absolute()
    running = who_runs(data_dir) if data_dir.is_dir() else None
    return dict(running.environment) if running is not None else {}


def _join_or_claim(data_dir: Path, say: Say) -> Running | Claim:
    for turn in range(int(_WAIT_FOR_OTHERS_SECONDS / _STEP_SECONDS)):
        running = who_runs(data_dir)
        if running is not None and running.environment:
            return running
        if running is None and (claimed := claim(data_dir)) is not None:
            return claimed
        if turn == int(1 / _STEP_SECONDS):
            say("waiting for another command that is starting or stopping ...")
        Event().wait(_STEP_SECONDS)
    raise ConfigurationError("another command neither starts nor ends")


@contextmanager
def _own_servers(
    env: Mapping[str, str], data_dir: Path, claimed: Claim, say: Say
) -> Iterator[dict[str, str]]:
    claimed.tell(Running(kind="command", process_id=os.getpid()))
    found = overlay(env, data_dir)
    servers = Servers(data_dir, env, claimed.lifeline)
    # Until the servers are stopped again, an end from outside is an exception too.
    earlier = signal.signal(signal.SIGTERM, _end_in_order)
    try:
        servers.start()
        for note in servers.notes():
            say(note)
        found |= servers.urls()
        if found.get("SANDBOX") == "1":
            found |= {
                "META_GRAPH_ORIGIN": _NOBODY,
                "SHOPIFY_ADMIN_ORIGIN": f"{_NOBODY}/{{shop}}",
            }
        claimed.tell(Running(kind="command", process_id=os.getpid(), environment=found))
        yield found
        claimed.wait_for_guests()
    finally:
        signal.signal(signal.SIGTERM, earlier)
        servers.stop()


def _end_in_order(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
