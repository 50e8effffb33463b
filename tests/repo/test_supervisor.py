"""``./sosik up``: one program in many processes, which start and end together.

The parts are tiny stand-ins; the servers, granian and the supervisor are the real ones.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from socket import create_connection, create_server
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from tests.repo.waiting import eventually
from wiring.embedded import environment
from wiring.ports import status_of, unused_port

ROOT = Path(__file__).parents[2]

_WATCHED = "import os\nfrom core.lifeline import watch\nwatch(os.environ)\n"
_WAITS = "import threading\nthreading.Event().wait()\n"
_SANDBOX = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
for word in sys.argv[1:]:
    server = HTTPServer(("127.0.0.1", int(word.partition("=")[2])), Handler)
    Thread(target=server.serve_forever).start()
"""
PARTS = {
    "wiring/release.py": "import os\nraise SystemExit(os.environ.get('FAIL'))\n",
    "webapp/serve.py": (ROOT / "webapp" / "serve.py").read_text("utf-8"),
    "webapp/__init__.py": "",
    "webapp/wsgi.py": _WATCHED
    + """
import threading
def load():
    pass
def app(environ, start_response):
    if environ["PATH_INFO"] == "/hang":
        threading.Event().wait()
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
""",
    # A fork that leaves the group of its parent, as RQ's and the scheduler do.
    "workers/__main__.py": _WATCHED + "if os.fork() == 0:\n    os.setpgrp()\n" + _WAITS,
    "sandbox/__main__.py": _WATCHED + _SANDBOX,
    "sandbox/seed.py": "",
}

SAID_OF = {
    "webapp.serve": "web ended (signal 9)",
    "-m workers --scheduler": "worker ended (signal 9)",
    "-m sandbox": "sandbox ended (signal 9)",
    "postgres -D": "PostgreSQL had ended",
    "valkey-server": "Valkey had ended",
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sosik-test-"))
    folder.chmod(0o755)
    for package in ("core", "wiring"):
        shutil.copytree(ROOT / package, folder / package)
    for name, text in PARTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    yield folder
    shutil.rmtree(folder)


class Up:
    """A run of the program."""

    def __init__(self, folder: Path, *words: str, **env: str) -> None:
        self.port = unused_port()
        descriptor, name = tempfile.mkstemp(suffix=".log", dir=folder)
        self._log = Path(name)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wiring.supervisor", "up", "--no-browser", *words],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PORT": str(self.port), **env},
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
        )
        os.close(descriptor)

    def said(self) -> str:
        return self._log.read_text()

    def says(self, words: str, within_seconds: float = 30.0) -> bool:
        return eventually(lambda: words in self.said(), within_seconds)

    def is_ready(self) -> bool:
        eventually(lambda: "Ready after" in self.said() or self.has_ended(), 60)
        return "Ready after" in self.said()

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def member(self, words: str) -> psutil.Process:
        [found] = [
            child
            for child in psutil.Process(self.process.pid).children()
            if words in " ".join(child.cmdline())
        ]
        return found

    def has_member_but(self, gone: psutil.Process, words: str) -> bool:
        try:
            return self.member(words) != gone
        except (ValueError, psutil.Error):
            return False

    def close(self) -> None:
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


@contextmanager
def up(folder: Path, *words: str, **env: str) -> Iterator[Up]:
    with closing(Up(folder, *words, **env)) as program:
        yield program


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_says_where_everything_is_and_that_nothing_is_real(folder):
    with up(folder) as program:
        assert program.is_ready()

        said = program.said()

    token = json.loads((folder / "var" / "secrets.json").read_text())["ADMIN_TOKEN"]
    assert "SANDBOX: no real messages are sent" in said
    for path in ("/", "/rq/"):
        assert f"http://127.0.0.1:{program.port}{path} " in said
    assert f"{token}  (user: admin)" in said


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_leaves_no_process_behind(folder, end):
    with up(folder) as program:
        assert program.is_ready()
        family = program.family()

        program.process.send_signal(end)

        code = program.process.wait(30)
        assert eventually(lambda: not any(map(is_running, family)))
    assert len(family) >= 10
    assert code == (-signal.SIGKILL if end == signal.SIGKILL else 0)


def test_starts_again_whatever_dies(folder):
    with up(folder) as program:
        assert program.is_ready()
        parts = {name: program.member(name) for name in SAID_OF}
        forks = [fork for part in parts.values() for fork in part.children()]

        for part in parts.values():
            part.kill()

        for name, part in parts.items():
            assert program.says(SAID_OF[name])
            assert eventually(partial(program.has_member_but, part, name))
        assert eventually(lambda: not any(map(is_running, forks)))
        assert eventually(lambda: status_of("127.0.0.1", program.port, "/") == 200)
        with environment({"DATA_DIR": f"{folder}/var"}, print) as found:
            psycopg.connect(found["DATABASE_URL"]).close()


def test_the_web_goes_on_when_its_processes_die_again_and_again(folder):
    with up(folder) as program:
        assert program.is_ready()
        web = program.member("webapp.serve")

        for _ in range(3):
            killed = web.children()
            for process in killed:
                process.kill()
            assert eventually(lambda: not any(map(is_running, killed)))  # noqa: B023
            assert eventually(lambda: len(web.children()) == 2)
        answers = eventually(lambda: status_of("127.0.0.1", program.port, "/") == 200)

        assert answers
        assert program.member("webapp.serve") == web


@pytest.mark.slow
def test_starts_a_web_again_that_hangs(folder):
    with up(folder) as program:
        assert program.is_ready()
        request = b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n"
        connections = [create_connection(("127.0.0.1", program.port)) for _ in "x" * 60]
        for connection in connections:
            connection.sendall(request)

        assert program.says("web does not answer", within_seconds=60)

        for connection in connections:
            connection.close()
        assert eventually(lambda: status_of("127.0.0.1", program.port, "/") == 200)


def test_a_second_one_is_told_where_the_first_is(folder):
    with up(folder) as first:
        assert first.is_ready()

        with up(folder) as second:
            assert second.process.wait(30) == 1

    address = f"http://127.0.0.1:{first.port}"
    told = f"runs already as process {first.process.pid} at {address}"
    assert told in second.said()


def test_commands_use_the_servers_of_the_running_program(folder):
    with up(folder) as program:
        assert program.is_ready()

        with environment({"DATA_DIR": f"{folder}/var"}, print) as found:
            psycopg.connect(found["DATABASE_URL"]).close()

        assert found["APP_URL"] == f"http://127.0.0.1:{program.port}"
        # Its own port: the simulated Meta can shut it, and still be told to open it.
        graph, control = map(
            urlsplit, (found["META_GRAPH_ORIGIN"], found["SANDBOX_META_URL"])
        )
        assert graph.hostname == control.hostname == "127.0.0.1"
        assert graph.port != control.port


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(folder):
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with up(folder, "--port", str(port)) as program:
            assert program.process.wait(30) == 1

            assert f"port {port} is taken" in program.said()


def test_a_port_that_nobody_asked_for_is_the_next_that_is_free(folder):
    with up(folder, PORT="") as first:
        assert first.is_ready()
        with up(folder, PORT="", DATA_DIR=f"{folder}/second") as second:
            assert second.is_ready()

    def port_in(said: str) -> int:
        return int(said.partition("http://127.0.0.1:")[2].partition("/")[0])

    assert port_in(second.said()) > port_in(first.said()) >= 8000


def test_names_every_wrong_setting_before_anything_is_started(folder):
    wrong = {"SECRET_KEYS": "short", "META_APP_ID": "1", "HOST": "no.such.host"}
    with up(folder, DATA_DIR=f"{folder}/unused", **wrong) as program:
        assert program.process.wait(30) == 1

        said = program.said()
    for name in ("SECRET_KEYS", "META_APP_SECRET", "SHOPIFY_API_KEY"):
        assert f"- {name} " in said
    assert not (folder / "unused" / "postgres").exists()


def test_ends_when_the_tables_cannot_be_brought_up_to_date(folder):
    with up(folder, FAIL="a migration that fails") as program:
        assert program.process.wait(30) == 1

        assert "a migration that fails" in program.said()
        assert "release failed with exit code 1" in program.said()


def test_reset_deletes_everything_but_only_when_sure(folder):
    secrets = folder / "var" / "secrets.json"
    with up(folder) as program:
        assert program.is_ready()
    before = secrets.read_text()

    with up(folder, "--reset") as unsure:
        assert unsure.process.wait(30) == 1
    unsure_kept = secrets.read_text() == before
    with up(folder, "--reset", "--yes") as sure:
        assert sure.is_ready()

    assert unsure_kept
    assert secrets.read_text() != before
