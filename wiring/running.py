"""Who runs the program of a data folder: one at a time, and everybody can learn who."""

import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

_LOCK = "lock"
_GUESTS = "guests"
_RECORD = "run.json"
_LIFELINE = "lifeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What somebody who runs has told. ``environment`` is there once it can be used.

    ``kind`` is ``up`` for the whole program and ``command`` for a single command that
    has started the servers for itself.
    """

    kind: str
    process_id: int
    url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


class Claim:
    """The right to run in a data folder, until it is released or we are dead."""

    def __init__(self, data_dir: Path, lock: int) -> None:
        self._data_dir = data_dir
        self._lock = lock
        self._guests: int | None = None
        self._lifeline = _open_lifeline(self.lifeline)

    @property
    def lifeline(self) -> Path:
        """The named pipe that closes when we are gone: see ``core.lifeline``."""
        return self._data_dir / _LIFELINE

    def tell(self, running: Running) -> None:
        """Let others know, for their eyes only: it holds secrets."""
        write_private(self._data_dir / _RECORD, json.dumps(asdict(running)))

    def wait_for_guests(self) -> None:
        """Wait until no other command uses our servers; none can begin to, after."""
        # Held until we are gone: a guest who waits must find the house empty.
        self._guests = _open_lock(self._data_dir / _GUESTS)
        fcntl.flock(self._guests, fcntl.LOCK_EX)

    def release(self) -> None:
        with suppress(FileNotFoundError):
            (self._data_dir / _RECORD).unlink()
        os.close(self._lifeline)
        os.close(self._lock)
        if self._guests is not None:
            os.close(self._guests)


class Guest:
    """A command's stay with servers that another command has started."""

    def __init__(self, data_dir: Path) -> None:
        self._lock = _open_lock(data_dir / _GUESTS)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def leave(self) -> None:
        os.close(self._lock)


def claim(data_dir: Path) -> Claim | None:
    """Claim the folder; None while somebody else runs there."""
    lock = _open_lock(data_dir / _LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    (data_dir / _RECORD).unlink(missing_ok=True)
    return Claim(data_dir, lock)


def who_runs(data_dir: Path) -> Running | None:
    """Who holds the claim, as far as they have told; None when nobody does."""
    if not (data_dir / _LOCK).exists() or not _is_held(data_dir / _LOCK):
        return None
    try:
        record = json.loads((data_dir / _RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None  # has just begun, or is about to end
    return Running(**record)


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads; a reader never sees half of it."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)


def _is_held(file: Path) -> bool:
    lock = _open_lock(file)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)


def _open_lock(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _open_lifeline(path: Path) -> int:
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)
    # For reading too, since opening a pipe for writing alone waits for a reader.
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)
