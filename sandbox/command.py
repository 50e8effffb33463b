"""The command line that both simulators share."""

import argparse
import secrets
from collections.abc import Mapping
from pathlib import Path

from core.clock import Clock, system_clock
from core.settings import is_loopback
from wiring.clock import sandbox_clock


def place_to_listen(program: str) -> tuple[str, int]:
    """Host and port from the command line.

    A host that other machines can reach is refused without ``--force``: a simulator
    signs whatever it is told to.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--force", action="store_true", help="listen where other machines can reach it"
    )
    asked = parser.parse_args()
    if not asked.force and not is_loopback(asked.host):
        parser.error(
            f"{asked.host} is not loopback; --force listens there all the same"
        )
    return asked.host, asked.port


def needed(environment: Mapping[str, str], *names: str) -> list[str]:
    """The values of these settings; ends the process naming all that are missing."""
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise SystemExit(f"missing in the environment: {', '.join(missing)}")
    return [environment[name] for name in names]


def clock_in(environment: Mapping[str, str]) -> Clock:
    """The clock of the program that the simulators belong to, which may be moved."""
    url = environment.get("DATABASE_URL")
    if not url:
        return system_clock
    return sandbox_clock(Path(environment["DATA_DIR"]), url)


def new_seed() -> int:
    """Another one for each start: ids that came again after a restart would be taken
    for repeats of what was there before."""
    return secrets.randbits(64)
