"""``python -m sandbox.meta --port P``: the simulated Cloud API as a process."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from core.lifeline import watch
from sandbox.command import needed, new_seed, place_to_listen
from sandbox.meta.simulator import MetaSettings, MetaSimulator
from sandbox.serving import serve


def main(environment: Mapping[str, str]) -> None:
    host, port = place_to_listen("sandbox.meta")
    watch(environment)
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
    )
    asyncio.run(serve(MetaSimulator(settings), host=host, port=port))


if __name__ == "__main__":
    main(os.environ)
