"""Starts programs that end with us, and ends what an earlier life has left behind."""

import ctypes
import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil

KERNEL_ENDS_CHILDREN: bool = sys.platform == "linux"
"""Whether a child can be made to end with its parent; else see wiring.guardian."""

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_PATIENCE_SECONDS = 10.0
_LARGEST_LOG = 1_000_000
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class _User(TypedDict):
    """The arguments by which subprocess changes the user."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine that a program shall run as."""

    name: str
    user_id: int
    group_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How to start a program. ``account`` None means: as ourselves."""

    command: Sequence[str]
    env: Mapping[str, str]
    folder: Path = Path("/")
    account: Account | None = None
    log: Path | None = None
    death_signal: signal.Signals = signal.SIGKILL


def start(how: Start) -> subprocess.Popen[bytes]:
    """Start it in a session of its own; Ctrl-C on the terminal is ours to hand on.

    On Linux it gets ``death_signal`` from the kernel when the thread that called us
    ends. Elsewhere ``wiring.guardian`` does that.
    """
    log = os.open(how.log, _APPEND, 0o600) if how.log is not None else None
    try:
        return subprocess.Popen(
            how.command,
            env=dict(how.env),
            cwd=how.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            # After the change of user, which would take the signal back.
            preexec_fn=_ends_with(os.getpid(), how.death_signal),
            **_user(how.account),
        )
    finally:
        if log is not None:
            os.close(log)


def run_as(
    account: Account | None, command: Sequence[str], *, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with ``text`` as its input, in no folder of ours."""
    return subprocess.run(
        command,
        input=text,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **_user(account),
    )


def kill_all_in(folder: Path) -> int:
    """SIGKILL every process whose working folder this is; answer how many there were.

    A server that was itself killed may leave children behind, stopped ones too, which
    hold on to its memory and keep a new one from starting.
    """
    folder = folder.resolve()
    return _kill([found for found in _processes() if _works_in(found, folder)])


def kill_group_and_kin(leader: int, mark: tuple[str, str]) -> int:
    """SIGKILL a group, and whoever has ``mark`` in its environment.

    RQ's forks leave the group of their worker, and keep its environment.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    return _kill([found for found in _processes() if _wears(found, mark)])


def is_alive(process_id: int) -> bool:
    return psutil.pid_exists(process_id)


def keep_small(log: Path) -> None:
    """Set a long log aside, over the one set aside before.

    Those who write to it append, so they go on at its new beginning.
    """
    with suppress(FileNotFoundError):
        if log.stat().st_size > _LARGEST_LOG:
            log.with_name(f"{log.name}.1").write_bytes(log.read_bytes())
            os.truncate(log, 0)


def last_lines(log: Path, count: int = 5) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def _user(account: Account | None) -> _User:
    if account is None or account.user_id == os.geteuid():
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.user_id, "group": account.group_id, "extra_groups": []}


def _ends_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if not KERNEL_ENDS_CHILDREN:
        return None
    prctl = _library().prctl

    def end_with_parent() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, int(death_signal))
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)

    return end_with_parent


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _processes() -> list[psutil.Process]:
    return [found for found in psutil.process_iter() if found.pid != os.getpid()]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.cwd() == str(folder)
    except (psutil.Error, OSError):
        return False


def _wears(process: psutil.Process, mark: tuple[str, str]) -> bool:
    try:
        name, value = mark
        return process.environ().get(name) == value
    except (psutil.Error, OSError):
        return False


def _kill(processes: list[psutil.Process]) -> int:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=_PATIENCE_SECONDS)
    return len(processes)
