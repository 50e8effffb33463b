"""``python -m sandbox.shopify --port P``: the simulated Shopify as a process."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from core.lifeline import watch
from sandbox.command import clock_in, needed, new_seed, place_to_listen
from sandbox.serving import serve
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator


def simulator_in(environment: Mapping[str, str]) -> ShopifySimulator:
    """As the environment has it; ends the process naming all that is missing."""
    data_dir, secret, api_key, api_secret, app_url = needed(
        environment,
        "DATA_DIR",
        "SANDBOX_SECRET",
        "SHOPIFY_API_KEY",
        "SHOPIFY_API_SECRET",
        "APP_URL",
    )
    settings = ShopifySettings(
        data_dir=Path(data_dir),
        secret=secret,
        api_key=api_key,
        api_secret=api_secret,
        app_url=app_url.rstrip("/"),
        storefront=f"{app_url.rstrip('/')}/sandbox/store",
        seed=new_seed(),
    )
    return ShopifySimulator(settings, clock=clock_in(environment))


def main(environment: Mapping[str, str]) -> None:
    host, port = place_to_listen("sandbox.shopify")
    watch(environment)
    asyncio.run(serve((simulator_in(environment), port), host=host))


if __name__ == "__main__":
    main(os.environ)
