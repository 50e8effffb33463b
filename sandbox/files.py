"""What a simulator keeps on disk: a JSON file for its state, lines for its ledger."""

import json
import os
import time
from array import array
from pathlib import Path
from typing import Any

import orjson


def folder(data_dir: Path) -> Path:
    """The simulators' own folder, made readable for its owner alone."""
    place = data_dir / "sandbox"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def kept(path: Path, default: Any) -> Any:
    """What was written last, or the default where nothing readable was."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return default


def keep(path: Path, data: Any) -> None:
    """Replace the file at once, so that a crash leaves the old or the new one."""
    fresh = path.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
    ) as f:
        f.write(_encoded(data))
    fresh.replace(path)


def _encoded(data: Any) -> bytes:
    """Quickly, since an account's templates are written anew with each that is made."""
    try:
        return orjson.dumps(data)
    except orjson.JSONEncodeError:
        # Half a character, or a number of many digits: whoever talks to a simulator
        # may send it, and has it kept.
        return json.dumps(data).encode()


class Bell:
    """A file whose time tells that something has happened; others need only look.

    Whoever listens compares ``heard`` with what it was before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def ring(self) -> None:
        # Told to the nanosecond, since the kernel's own word is some milliseconds
        # coarse, and two rings within them would be one.
        now = time.time_ns()
        try:
            os.utime(self._path, ns=(now, now))
        except FileNotFoundError:
            self._path.touch(0o600)

    def heard(self) -> int:
        """Another number after each ring; 0 where it has never rung."""
        try:
            return self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


class Ledger:
    """Lines that are only ever added, each written before its message is answered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        self._file = os.open(path, flags, 0o600)
        self._ends = array("Q", _line_ends(path))
        self._end = self._ends[-1] if self._ends else 0
        # A line that a crash cut short would swallow the next one.
        os.ftruncate(self._file, self._end)

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, line: bytes) -> None:
        """``line`` is one JSON document that ends with a newline."""
        os.write(self._file, line)
        self._end += len(line)
        self._ends.append(self._end)

    def since(self, number: int, *, most: int) -> list[Any]:
        """At most ``most`` entries, from the ``number``-th on, counted from 0."""
        last = min(len(self._ends), number + most)
        if number >= last:
            return []
        start = self._ends[number - 1] if number else 0
        chunk = os.pread(self._file, self._ends[last - 1] - start, start)
        return [json.loads(line) for line in chunk.splitlines()]

    def clear(self) -> None:
        os.ftruncate(self._file, 0)
        self._ends, self._end = array("Q"), 0

    def close(self) -> None:
        os.close(self._file)


def _line_ends(path: Path) -> list[int]:
    ends, place = [], 0
    with path.open("rb") as lines:
        for line in lines:
            place += len(line)
            if line.endswith(b"\n"):
                ends.append(place)
    return ends
