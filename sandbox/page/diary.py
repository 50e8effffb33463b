"""What was done to the sandbox by hand, and what healed: a few lines in a file.

In a file, since two web processes show the same page; each line is written at once, so
two writers cannot mix theirs.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.files import folder

_MOST_BYTES = 256 * 1024
_READ_BYTES = 16 * 1024


class Diary:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._path = data_dir / "sandbox" / "diary.jsonl"

    def note(self, what: str, *, at: datetime, about: str = "", **values: Any) -> None:
        """``about`` names a thing that is noted once however many notice it."""
        folder(self._data_dir)
        line = json.dumps(
            {"at": at.isoformat(), "what": what, "about": about, "values": values}
        )
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if self._size() > _MOST_BYTES:
            flags |= os.O_TRUNC
        descriptor = os.open(self._path, flags, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)

    def lines(self) -> list[Mapping[str, Any]]:
        """The newest, oldest first; of those about the same thing the first."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(max(0, self._size() - _READ_BYTES))
                rows = stream.read().splitlines()
        except FileNotFoundError:
            return []
        found: dict[str, Mapping[str, Any]] = {}
        for place, row in enumerate(rows):
            try:
                line = json.loads(row)
            except ValueError:
                continue  # its beginning is further up in the file
            found.setdefault(line["about"] or f"line {place}", line)
        return list(found.values())

    def mark(self) -> str:
        """Another one after each note."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return ""
        return f"{stat.st_size} {stat.st_mtime_ns}"

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0
