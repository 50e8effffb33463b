"""What the servers that come with Sosik have in common, as processes."""

import subprocess
from pathlib import Path

from wiring.processes import kill_all_in


class Server:
    """A process with a folder of data; ``_process`` is None before its start."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, its children too, even stopped ones."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        kill_all_in(self._data)
