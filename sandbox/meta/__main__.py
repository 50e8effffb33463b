"""``python -m sandbox.meta --port P``: the simulated Cloud API as a process."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core.lifeline import watch
from core.settings import is_loopback
from sandbox.command import clock_in, needed, new_seed, place_to_listen
from sandbox.meta.settings import MetaSettings
from sandbox.meta.simulator import MetaSimulator
from sandbox.serving import serve


def simulator_in(environment: Mapping[str, str]) -> MetaSimulator:
    """As the environment has it; ends the process naming all that is missing."""
    data_dir, secret, app_id, app_secret, verify_token, app_url = needed(
        environment,
        "DATA_DIR",
        "SANDBOX_SECRET",
        "META_APP_ID",
        "META_APP_SECRET",
        "META_VERIFY_TOKEN",
        "APP_URL",
    )
    settings = MetaSettings(
        data_dir=Path(data_dir),
        secret=secret,
        app_id=app_id,
        app_secret=app_secret,
        verify_token=verify_token,
        app_url=app_url.rstrip("/"),
        seed=new_seed(),
        door_port=_door_port(environment),
    )
    return MetaSimulator(settings, clock=clock_in(environment))


def main(environment: Mapping[str, str]) -> None:
    host, port = place_to_listen("sandbox.meta")
    watch(environment)
    asyncio.run(serve((simulator_in(environment), port), host=host))


def _door_port(environment: Mapping[str, str]) -> int | None:
    """The port of the address by which the program knows Meta, if it is not ours."""
    origin = urlsplit(environment.get("META_GRAPH_ORIGIN", ""))
    own = urlsplit(environment.get("SANDBOX_META_URL", ""))
    is_apart = is_loopback(origin.hostname) and origin.port != own.port
    return origin.port if is_apart and own.port else None


if __name__ == "__main__":
    main(os.environ)
