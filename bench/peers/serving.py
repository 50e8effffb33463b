"""Every way to accept a webhook: how it is installed, how it is started."""

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from webapp.serve import OPTIONS
from wiring.ports import status_of, unused_port

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent

_READY_WITHIN_SECONDS = 60.0
_GRACE_SECONDS = 10.0
_INSTALLED = "installed"


class CannotInstall(Exception):
    """This peer cannot be had on this machine, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to accept a webhook. ``env`` is added to what all of them get."""

    name: str
    command: Callable[[], list[str]]
    folder: Path = PEERS
    env: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """A way that is being served."""

    port: int
    process_id: int


def as_the_procfile_says(folder: Path = ROOT) -> list[str]:
    """The command of ``web:``, in the words of the Procfile in that folder."""
    for line in (folder / "Procfile").read_text(encoding="utf-8").splitlines():
        name, _, command = line.partition(":")
        if name == "web":
            return ["sh", "-c", f"exec {command.strip()}"]
    raise CannotInstall(f"{folder}/Procfile has no web")


def granian(target: str) -> Callable[[], list[str]]:
    """granian, told the same as for us, on another application."""

    def command() -> list[str]:
        words = [sys.executable, "-m", "granian", *OPTIONS, "--host", "127.0.0.1"]
        return ["sh", "-c", f'exec {shlex.join(words)} --port "$PORT" {target}']

    return command


def express() -> list[str]:
    """Node on ``express/server.js``.

    Raises:
        CannotInstall: no Node, no npm, or npm could not get the packages.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise CannotInstall("node and npm are not installed")
    folder = _scratch(PEERS / "express" / "package.json")
    for file in (PEERS / "express").iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    _once(folder, [[npm, "install", "--no-package-lock", "--silent"]])
    return [node, str(folder / "server.js")]


def fastapi() -> list[str]:
    """Uvicorn with two processes, in a virtual environment of its own.

    Raises:
        CannotInstall: pip could not get the packages.
    """
    requirements = PEERS / "fastapi_arq.requirements.txt"
    folder = _scratch(requirements)
    python = str(folder / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "-r", str(requirements)]
    _once(folder, [[sys.executable, "-m", "venv", str(folder / "venv")], pip])
    words = ["-m", "uvicorn", "fastapi_arq:app", "--workers", "2"]
    words += ["--log-level", "warning", "--no-access-log", "--port", "$PORT"]
    return ["sh", "-c", " ".join(["exec", python, *words])]


@contextmanager
def serving(way: Way, env: Mapping[str, str]) -> Iterator[Web]:
    """Serve it until the end of the block, then end all its processes.

    Raises:
        CannotInstall: it does not answer.
    """
    port = unused_port()
    programs = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    process = subprocess.Popen(
        way.command(),
        cwd=way.folder,
        env={
            **env,
            **(way.env or {}),
            "PATH": os.pathsep.join(programs),
            "PYTHONPATH": str(way.folder),
            "HOST": "127.0.0.1",
            "GRANIAN_LOG_LEVEL": "warning",
            "PORT": str(port),
        },
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_it_answers(way, port, process)
        yield Web(port, process.pid)
    finally:
        _end(process)


def _wait_until_it_answers(
    way: Way, port: int, process: "subprocess.Popen[bytes]"
) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    # Any answer: before there are pages, the door for webhooks is there.
    while status_of("127.0.0.1", port, "/healthz") is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotInstall(f"{way.name} does not answer")
        time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    # What it has forked shares its group, and may outlive it.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _scratch(pinned: Path) -> Path:
    """A folder outside the project, one for each set of pinned versions."""
    digest = hashlib.sha256(pinned.read_bytes()).hexdigest()[:12]
    name = f"{pinned.parent.name}-{pinned.stem}-{digest}"
    folder = Path(tempfile.gettempdir()) / "sosik-bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _once(folder: Path, commands: list[list[str]]) -> None:
    if (folder / _INSTALLED).exists():
        return
    for command in commands:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            reason = (done.stderr.strip() or "no reason told").splitlines()[-1]
            raise CannotInstall(f"{Path(command[0]).name}: {reason}")
    (folder / _INSTALLED).touch()
