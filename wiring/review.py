"""What Shopify and Meta look at before they let an app in, as far as it shows here.

What does not show, such as approvals and films, is on ``docs/privacy/review.md``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.settings import Settings, is_loopback
from integrations.shopify import payloads, scopes

PAGE = "docs/privacy/review.md"
_ROOT = Path(__file__).parent.parent
_EXAMPLE = "0123456789abcdef0123456789abcdef"
_EXAMPLES_HOST = "sosik.example.com"


@dataclass(frozen=True, slots=True)
class Review:
    """``missing`` are the things to be done, each a short sentence; ``is_wanted`` is
    whether there is an app to be looked at."""

    is_wanted: bool
    missing: tuple[str, ...]


def by_shopify(settings: Settings, root: Path = _ROOT) -> Review:
    app = _app(root)
    if app is None or app.get("client_id") == _EXAMPLE:
        return Review(False, ())
    return Review(True, tuple(_missing_at_shopify(app, settings)))


def _app(root: Path) -> Mapping[str, Any] | None:
    try:
        written = (root / "shopify.app.toml").read_text(encoding="utf-8")
        return tomllib.loads(written)
    except (OSError, ValueError):
        return None


def _missing_at_shopify(app: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    webhooks = app.get("webhooks", {})
    asked = {
        topic
        for each in webhooks.get("subscriptions", ())
        for topic in each.get("compliance_topics", ())
    }
    addresses = [
        str(app.get("application_url", "")),
        *app.get("auth", {}).get("redirect_urls", ()),
        str(app.get("app_proxy", {}).get("url", "")),
    ]
    hosts = {urlsplit(each).hostname for each in addresses}
    if app.get("client_id") != settings.shopify_api_key:
        yield "client_id in shopify.app.toml is not SHOPIFY_API_KEY"
    if _EXAMPLES_HOST in hosts:
        yield f"shopify.app.toml still names {_EXAMPLES_HOST}"
    elif hosts != {urlsplit(settings.app_url).hostname}:
        yield "the addresses in shopify.app.toml are not at APP_URL"
    if not _is_public(settings.app_url):
        yield "APP_URL is no public https address"
    if missing := payloads.OWED - asked:
        yield f"shopify.app.toml does not ask for {', '.join(sorted(missing))}"
    if webhooks.get("api_version") != settings.shopify_api_version:
        yield "api_version in shopify.app.toml is not SHOPIFY_API_VERSION"
    granted = set(str(app.get("access_scopes", {}).get("scopes", "")).split(","))
    if more := granted - {*scopes.SCOPES, *scopes.OPTIONAL}:
        yield f"it asks for scopes that nothing needs: {', '.join(sorted(more))}"


def by_meta(settings: Settings) -> Review:
    if settings.sandbox or not settings.meta_app_id:
        return Review(False, ())
    missing = []
    if not _is_public(settings.app_url):
        missing.append("APP_URL is no public https address")
    if not settings.meta_app_secrets:
        missing.append("META_APP_SECRET is not set")
    return Review(True, tuple(missing))


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and not is_loopback(parts.hostname)
