"""A run of ``./sosik up`` on a data folder, for whoever looks at it from outside."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wiring.children import ROOT
from wiring.ports import status_of, unused_port
from wiring.running import who_runs

_STEP_SECONDS = 0.05


class Program:
    """Runs from the moment it is made until it is closed, with these settings."""

    def __init__(
        self, data_dir: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.data_dir = data_dir
        self.port = unused_port()
        self._log = data_dir.with_name(f"said-{self.port}").open("w+")
        self.began_at = time.monotonic()
        command = [
            *(str(ROOT / "sosik"), "up", "--no-browser", "--port", str(self.port))
        ]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env={
                **(settings or {}),
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(data_dir),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self, within_seconds: float = 60.0) -> bool:
        """Whether it got as far as having everything running, the store connected."""
        deadline = time.monotonic() + within_seconds
        while not (self._has_told() or self.has_ended()):
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP_SECONDS)
        return self.answers() and self._has_told()

    def answers(self) -> bool:
        return status_of("127.0.0.1", self.port, "/readyz") == 200

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which it runs."""
        running = who_runs(self.data_dir)
        assert running is not None
        return dict(running.environment)

    def close(self) -> None:
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self._log.close()

    def _has_told(self) -> bool:
        return "Ready after" in self.said()


@contextmanager
def new_folder() -> Iterator[Path]:
    """A data folder for one run or several, gone afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="sosik-up-"))
    parent.chmod(0o755)  # PostgreSQL's own user passes through
    try:
        yield parent / "var"
    finally:
        shutil.rmtree(parent, ignore_errors=True)


@contextmanager
def running(settings: Mapping[str, str] | None = None) -> Iterator[Program]:
    """The whole program on new data.

    Raises:
        RuntimeError: it does not start; with what it said.
    """
    with new_folder() as data_dir:
        program = Program(data_dir, settings)
        try:
            if not program.is_ready():
                raise RuntimeError(program.said())
            yield program
        finally:
            program.close()
