"""``python -m sandbox.tracking --port P``: the simulated 17TRACK as a process."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from core.lifeline import watch
from sandbox.command import needed, place_to_listen
from sandbox.serving import serve
from sandbox.tracking.simulator import TrackingSettings, TrackingSimulator


def main(environment: Mapping[str, str]) -> None:
    host, port = place_to_listen("sandbox.tracking")
    watch(environment)
    data_dir, secret = needed(environment, "DATA_DIR", "SANDBOX_SECRET")
    settings = TrackingSettings(secret=secret, data_dir=Path(data_dir))
    asyncio.run(serve((TrackingSimulator(settings), port), host=host))


if __name__ == "__main__":
    main(os.environ)
