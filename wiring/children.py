"""The program's own processes: started, watched, started again, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from core.lifeline import NAME as LIFELINE
from wiring.ending import Ending
from wiring.processes import Start, kill_group_and_kin, start

ROOT = Path(__file__).resolve().parent.parent

MARK = "SOSIK_PART"
"""In the environment of a part and all that it forks: whose they are."""

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 30.0
_STEADY_AFTER_SECONDS = 60.0
_STEP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the program: ``python -m`` and these words."""

    name: str
    words: Sequence[str]


class Child:
    """A part that runs. It and all it has forked end with us, and with each other."""

    def __init__(self, part: Part, env: Mapping[str, str], lifeline: Path) -> None:
        self.name = part.name
        self._mark = (MARK, f"{part.name}@{lifeline}@{os.getpid()}")
        self._how = Start(
            command=[sys.executable, "-m", *part.words],
            env={
                **env,
                MARK: self._mark[1],
                LIFELINE: str(lifeline),
                "PYTHONUNBUFFERED": "1",
                "PYTHONPATH": os.pathsep.join(
                    [str(ROOT), *filter(None, [env.get("PYTHONPATH")])]
                ),
            },
            folder=ROOT,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._delay_seconds = _FIRST_DELAY_SECONDS

    def start(self) -> None:
        self._process = start(self._how)
        self._started_at = monotonic()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def start_again_if_dead(self, say: Callable[[str], None]) -> None:
        """Look after it: the first time it is found dead, after a little while.

        The while doubles for a part that dies again and again.
        """
        if self._process is None:
            if monotonic() >= self._due_at:
                self.start()
        elif (code := self.exit_code) is not None:
            self._bury(code, say)

    def kill(self) -> None:
        """End it at once, with all that it has forked."""
        if self._process is not None:
            kill_group_and_kin(self._process.pid, self._mark)
            self._process.wait()

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def is_gone(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _bury(self, code: int, say: Callable[[str], None]) -> None:
        if monotonic() - self._started_at > _STEADY_AFTER_SECONDS:
            self._delay_seconds = _FIRST_DELAY_SECONDS
        # Its forks would keep the port, or finish work that a new one has taken.
        self.kill()
        self._process = None
        self._due_at = monotonic() + self._delay_seconds
        say(
            f"{self.name} ended ({_reason(code)}); "
            f"it is started again in {self._delay_seconds:g} s"
        )
        self._delay_seconds = min(2 * self._delay_seconds, _LONGEST_DELAY_SECONDS)


def stop_together(
    children: Sequence[Child], *, grace_seconds: float, ending: Ending
) -> None:
    """Ask them all to end, wait, and end those that take too long."""
    for child in children:
        child.ask_to_end()
    deadline = monotonic() + grace_seconds
    while monotonic() < deadline and not ending.is_urgent:
        if all(child.is_gone() for child in children):
            break
        ending.pause(_STEP_SECONDS)
    for child in children:
        child.kill()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
