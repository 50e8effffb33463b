"""Ends one server when the program that started it is gone, where no kernel does it.

Linux tells a child of its parent's death (see ``wiring.processes``); macOS does not.
There, ``python wiring/guardian.py LIFELINE PROCESS_ID SIGNAL`` waits beside the server.
"""

import os
import sys
from contextlib import suppress


def guard(lifeline: str, process_id: int, signal_number: int) -> None:
    """Send the signal when the pipe's other end has been closed."""
    with suppress(FileNotFoundError):
        # Opening waits for a writer, and whoever started us is one already, or gone.
        pipe = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK)
        try:
            is_closed = os.read(pipe, 1) == b""
        except BlockingIOError:
            is_closed = False
        if not is_closed:
            os.set_blocking(pipe, True)
            os.read(pipe, 1)
    with suppress(ProcessLookupError):
        os.kill(process_id, signal_number)


if __name__ == "__main__":
    guard(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
