"""The whole program as processes of its own, on a data folder of its own.

A thread of ours starts every part, and starts again what dies, as ``./sosik up`` does;
only sooner, and without ever losing patience, since here it is we who kill.
"""

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil
import psycopg
from psycopg.rows import TupleRow

from core.errors import ConfigurationError
from core.redis_urls import open_redis
from core.settings import Settings
from sandbox.control import Control
from wiring.children import ROOT
from wiring.places import forget_sockets, make_data_dir, places_for
from wiring.ports import unused_port
from wiring.postgres import Postgres
from wiring.processes import Start, kill_group_and_kin, start
from wiring.running import claim
from wiring.valkey import Valkey

SHOPIFY_SECRET = "the-secret-of-the-app-of-the-store"
META_SECRET = "the-secret-of-the-app-at-meta"
SANDBOX_SECRET = "sandbox-secret-for-benches"

_PART = "SOSIK_PART"
_STEP_SECONDS = 0.05
_RESTART_AFTER_SECONDS = 0.5
_PATIENCE_SECONDS = 60.0
_GRACE_SECONDS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run. ``broken`` names a way in which the program is broken on purpose:
    see ``bench.broken``. Parts that ``runs`` leaves out can be resumed later; one of
    them is ``other_web``, a second web on a port of its own."""

    workers: int = 2
    broken: str | None = None
    runs: Sequence[str] = ("meta", "web", "worker", "scheduler")
    connections: int = 5


@dataclass(slots=True)
class _Part:
    """``process_id`` is that of its present life, ``lives`` how many it has had."""

    name: str
    command: Sequence[str]
    mark: tuple[str, str]
    process: Any = None
    due_at: float = 0.0
    lives: int = 0
    is_wanted: bool = True


@dataclass(slots=True)
class Stage:
    """A running program. Made by ``stage``."""

    folder: Path
    plan: Plan
    web_port: int
    meta_port: int
    other_web_port: int
    env: dict[str, str] = field(default_factory=dict)
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    _parts: dict[str, _Part] = field(default_factory=dict)
    _ending: Event = field(default_factory=Event)

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.env)

    @property
    def meta(self) -> Control:
        return Control(f"http://127.0.0.1:{self.meta_port}", SANDBOX_SECRET)

    # Who runs, for whoever wants to kill or to watch

    def process_id(self, name: str) -> int | None:
        """The process of a part or a server; None while it has none."""
        if name in ("postgres", "valkey"):
            server = self.postgres if name == "postgres" else self.valkey
            alive = server is not None and server.is_alive()
            return server.process_id if alive and server is not None else None
        part = self._parts[name]
        if part.process is None or part.process.poll() is not None:
            return None
        process_id: int = part.process.pid
        return process_id

    def children(self, name: str) -> list[int]:
        """The processes that a part has forked: granian's and the pool's workers."""
        parent = self.process_id(name)
        if parent is None:
            return []
        with suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(parent).children()]
        return []

    def lives(self, name: str) -> int:
        return self._parts[name].lives

    def cpu_seconds(self, *names: str) -> float:
        """User and system time of these parts, with all that they forked, so far."""
        total = 0.0
        for name in names:
            leader = self.process_id(name)
            if leader is None:
                continue
            leading = psutil.Process(leader)
            for process in (leading, *leading.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    total += times.user + times.system
        return total

    # What is there

    @contextmanager
    def database(self) -> Iterator["psycopg.Connection[TupleRow]"]:
        """A connection of the owner, who is above row-level security."""
        url = self.env["DATABASE_OWNER_URL"]
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            yield connection

    def rows(self, query: str, *values: Any) -> list[TupleRow]:
        """All rows, also when the server has just been killed."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                with self.database() as connection:
                    return connection.execute(query.encode(), values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def ledger(self) -> list[dict[str, Any]]:
        """What Meta has accepted, from its own file: outside of our database."""
        file = self.folder / "sandbox" / "meta_ledger.jsonl"
        if not file.exists():
            return []
        with file.open("rb") as lines:
            return [json.loads(line) for line in lines if line.endswith(b"\n")]

    def flush_valkey(self) -> None:
        with suppress(Exception), open_redis(self.env["REDIS_URL"]) as redis:
            redis.flushall()

    def wait_for(
        self, is_so: Callable[[], bool], *, seconds: float, step: float = 0.1
    ) -> bool:
        """Whether it came true in that time."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                return False
            time.sleep(step)
        return True

    def backlog(self) -> tuple[int, int]:
        """Webhooks not read, and messages neither sent nor settled."""
        [(webhooks, messages)] = self.rows(
            "SELECT (SELECT count(*) FROM webhooks WHERE state = 'pending'),"
            " (SELECT count(*) FROM messages WHERE queue IN ('waiting', 'sending'))"
        )
        return webhooks, messages

    def log_tail(self, name: str, count: int = 15) -> str:
        file = self.folder / "logs" / f"{name}.log"
        if not file.exists():
            return ""
        return "\n".join(file.read_text(errors="replace").splitlines()[-count:])

    # Parts on and off, for benches that need one of them silent

    def pause(self, name: str) -> None:
        """End a part and do not start it again."""
        self._parts[name].is_wanted = False
        self.wait_for(lambda: self.process_id(name) is None, seconds=_GRACE_SECONDS)

    def resume(self, name: str) -> None:
        self._parts[name].is_wanted = True
        self._parts[name].due_at = 0.0

    def restart(self, name: str) -> None:
        """End a part as a deploy does, and start it with the environment of now."""
        before = self.lives(name)
        self.pause(name)
        self.resume(name)
        self.wait_for(lambda: self.lives(name) > before, seconds=_PATIENCE_SECONDS)
        if name in self._ports:
            self._wait_until_it_listens(name)

    def release(self) -> None:
        """What a deploy runs first."""
        self._add("release", "wiring.release")
        self._run_to_its_end("release")

    @property
    def _ports(self) -> Mapping[str, int]:
        return {
            "meta": self.meta_port,
            "web": self.web_port,
            "other_web": self.other_web_port,
        }

    def _wait_until_it_listens(self, name: str) -> None:
        port = self._ports[name]
        if not self.wait_for(lambda: _listens(port), seconds=_PATIENCE_SECONDS):
            raise TimeoutError(f"{name} does not start:\n{self.log_tail(name)}")

    # The keeper's side; called from its thread alone

    def keep(self, started: "Future[None]") -> None:
        """Start everything, look after it, and end it; for the keeper's thread."""
        try:
            self._start()
        except BaseException as error:
            self._stop()
            started.set_exception(error)
            return
        started.set_result(None)
        try:
            while not self._ending.wait(_STEP_SECONDS):
                self._look_after()
        finally:
            self._stop()

    def end(self) -> None:
        self._ending.set()

    def _start(self) -> None:
        places = places_for(self.folder)
        self.postgres, self.valkey = Postgres(places), Valkey(places)
        for server in (self.postgres, self.valkey):
            server.start()
            server.wait()
            self.env |= server.urls()
        self.release()
        commands = {
            "meta": ["sandbox.meta", "--port", str(self.meta_port)],
            "web": _granian(self.web_port),
            "other_web": _granian(self.other_web_port),
            "worker": ["workers", "--workers", str(self.plan.workers)],
            "scheduler": ["workers.scheduler"],
        }
        for name, words in commands.items():
            self._add(name, *words)
            self._parts[name].is_wanted = name in self.plan.runs
        for name in self.plan.runs:
            self._start_part(self._parts[name])
        for name in self._ports.keys() & set(self.plan.runs):
            self._wait_until_it_listens(name)

    def _add(self, name: str, *words: str) -> None:
        mark = (_PART, f"bench-{name}@{self.folder}")
        is_ours = name in ("web", "other_web", "worker", "scheduler")
        is_wrapped = is_ours and self.plan.broken is not None
        said = ["bench.broken", *words] if is_wrapped else list(words)
        self._parts[name] = _Part(name, [sys.executable, "-m", *said], mark)

    def _run_to_its_end(self, name: str) -> None:
        part = self._parts.pop(name)
        self._start_part(part)
        if part.process.wait(_PATIENCE_SECONDS) != 0:
            raise RuntimeError(f"{name} failed:\n{self.log_tail(name)}")

    def _start_part(self, part: _Part) -> None:
        (self.folder / "logs").mkdir(exist_ok=True)
        part.lives += 1
        part.process = start(
            Start(
                command=part.command,
                env={**self.env, part.mark[0]: part.mark[1]},
                folder=ROOT,
                log=self.folder / "logs" / f"{part.name}.log",
            )
        )

    def _look_after(self) -> None:
        for server in (self.postgres, self.valkey):
            if server is not None and not server.is_alive():
                server.start()
                with suppress(ConfigurationError):  # killed again as it started
                    server.wait()
        for part in self._parts.values():
            self._look_after_part(part)

    def _look_after_part(self, part: _Part) -> None:
        if part.process is None:
            if part.is_wanted and time.monotonic() >= part.due_at:
                self._start_part(part)
        elif part.process.poll() is not None:
            # Its forks would keep the port, or finish work that a new one has taken.
            kill_group_and_kin(part.process.pid, part.mark)
            part.process = None
            part.due_at = time.monotonic() + _RESTART_AFTER_SECONDS
        elif not part.is_wanted:
            part.process.send_signal(signal.SIGTERM)
            with suppress(Exception):
                part.process.wait(_GRACE_SECONDS)

    def _stop(self) -> None:
        for name in ("web", "other_web", "scheduler", "worker", "meta"):
            part = self._parts.get(name)
            if part is not None and part.process is not None:
                part.process.send_signal(signal.SIGTERM)
                with suppress(Exception):
                    part.process.wait(_GRACE_SECONDS)
                kill_group_and_kin(part.process.pid, part.mark)
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()


def _granian(port: int) -> list[str]:
    """As in the Procfile."""
    return ["webapp.serve", "--host", "127.0.0.1", "--port", str(port)]


@contextmanager
def stage(plan: Plan) -> Iterator[Stage]:
    """A running program on fresh data, which is gone afterwards."""
    folder = make_data_dir(Path(tempfile.mkdtemp(prefix="sosik-bench-")) / "var")
    folder.parent.chmod(0o711)
    claimed = claim(folder)
    assert claimed is not None, "a fresh folder is nobody's"
    made = Stage(folder, plan, unused_port(), unused_port(), unused_port())
    made.env |= _environment(made, str(claimed.lifeline))
    started: Future[None] = Future()
    # One thread for all starts: the kernel ends a child with the thread that began it.
    keeper = Thread(target=made.keep, args=(started,), name="keeper")
    keeper.start()
    try:
        started.result()
        yield made
    finally:
        made.end()
        keeper.join()
        forget_sockets(places_for(folder))
        claimed.release()
        shutil.rmtree(folder.parent, ignore_errors=True)


def _environment(made: Stage, lifeline: str) -> dict[str, str]:
    inherited: Mapping[str, str] = os.environ
    return {
        "PATH": inherited.get("PATH", os.defpath),
        "HOME": inherited.get("HOME", "/"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "SOSIK_LIFELINE": lifeline,
        "DATA_DIR": str(made.folder),
        "APP_URL": f"http://127.0.0.1:{made.web_port}",
        "PORT": str(made.web_port),
        "SECRET_KEYS": "a-key-for-benches-that-is-long-enough",
        "ADMIN_TOKEN": "admin-token-for-benches",
        "SANDBOX": "1",
        "SANDBOX_SECRET": SANDBOX_SECRET,
        "SANDBOX_META_URL": f"http://127.0.0.1:{made.meta_port}",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": SHOPIFY_SECRET,
        "SHOPIFY_ADMIN_ORIGIN": "http://127.0.0.1:9/{shop}",
        "META_APP_ID": "1",
        "META_APP_SECRET": META_SECRET,
        "META_VERIFY_TOKEN": "verify-token-for-benches",
        "META_GRAPH_ORIGIN": f"http://127.0.0.1:{made.meta_port}",
        "DATABASE_CONNECTIONS": str(made.plan.connections),
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "text",
        "SOSIK_BROKEN": made.plan.broken or "",
    }


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
