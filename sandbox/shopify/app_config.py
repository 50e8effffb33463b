"""The app as Shopify knows it: what ``shopify.app.toml`` says."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.shopify.shops import Subscription

_FILE = Path(__file__).parents[2] / "shopify.app.toml"
_SINCE = "2026-10-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class AppConfig:
    """Addresses are without a host: the simulated Shopify knows where the app is.

    What a shop's visitors ask for below ``storefront`` leads to the app's ``proxy``.
    """

    name: str
    handle: str
    home: str
    storefront: str
    proxy: str
    callbacks: tuple[str, ...]
    scopes: str
    _webhooks: tuple[Mapping[str, Any], ...]

    def subscriptions(self, app_url: str) -> Iterator[Subscription]:
        """What it delivers of every shop that has installed it, and to where."""
        for each in self._webhooks:
            for topic in each.get("topics", ()):
                yield Subscription(
                    id=0,
                    topic=topic,
                    uri=f"{app_url}{each['uri']}",
                    created_at=_SINCE,
                    filter=each.get("filter"),
                    include_fields=list(each.get("include_fields", ())),
                )


def app_config() -> AppConfig:
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    proxy = told["app_proxy"]
    return AppConfig(
        name=told["name"],
        handle=told["handle"],
        home=urlsplit(told["application_url"]).path,
        storefront=f"{proxy['prefix']}/{proxy['subpath']}",
        proxy=urlsplit(proxy["url"]).path,
        callbacks=tuple(urlsplit(each).path for each in told["auth"]["redirect_urls"]),
        scopes=told["access_scopes"]["scopes"],
        _webhooks=tuple(told["webhooks"]["subscriptions"]),
    )
