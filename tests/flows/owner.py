"""A store's owner, who looks at the app in the admin or without it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.settings import Settings
from sandbox.control import Control
from tests.flows.terminal import TOKEN
from tests.shopify_signs import id_token, opened
from tests.world import SHOP, World
from webapp.app import create_app

APP_URL = "https://sosik.example.com"


@dataclass
class Owner:
    """A browser, and the application that it looks at."""

    world: World
    app: Flask
    settings: Settings
    shopify: Control
    browser: FlaskClient

    def opens(self, query: str = "", **how: Any) -> TestResponse:
        return self.browser.get(f"/app/?{query}", base_url=APP_URL, **how)

    def opens_in_the_admin(self, **claims: Any) -> TestResponse:
        """As Shopify opens the app in its frame."""
        token = id_token(**{"at": self.world.now, **claims})
        return self.opens(f"{self.framed()}&id_token={token}")

    def asks_by_script(self, token: str) -> TestResponse:
        return self.opens(headers={"Authorization": f"Bearer {token}"})

    def framed(self, shop: str = SHOP) -> str:
        return opened(shop=shop, at=self.world.now, embedded="1", locale="en")

    def gets(self, path: str, **how: Any) -> TestResponse:
        return self.browser.open(path, base_url=APP_URL, **how)

    def says_yes(self, address: str, asked: Mapping[str, str]) -> str:
        """Where Shopify sends the browser when its question is answered with a yes."""
        self.shopify.post("settings", {"app_url": APP_URL})
        try:
            answer = requests.post(address, params=asked, allow_redirects=False)
        finally:
            self.shopify.post("settings", {"app_url": None})
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].removeprefix(APP_URL)

    def signs_in(self, user: int = 4711) -> TestResponse:
        """Without the admin's frame: from now on a cookie knows them."""
        self.shopify.post("visitor", {"shop": SHOP, "id": user})
        begun = self.opens(opened(at=self.world.now))
        between = self.gets(self.says_yes(*going_to(begun)))
        return self.gets(self.says_yes(*going_to(between)))

    def granted(self, kind: str) -> int:
        count: int = self.shopify.get("state")["counts"].get(f"granted_{kind}", 0)
        return count


def owner_of(world: World, settings: Settings, shopify: Control) -> Owner:
    """The owner of ``SHOP``, who has installed the app and not opened it yet."""
    shopify.post("shops", {"domain": SHOP, "name": "Ada's Things", "token": TOKEN})
    shopify.post("visitor", {"shop": SHOP})
    settings = replace(settings, app_url=APP_URL, sandbox=False)
    app = _app(settings, world)
    return Owner(world, app, settings, shopify, app.test_client())


_APPS: dict[Settings, Flask] = {}
"""One for all tests with the same settings: to make one, and to compile its templates,
takes longer than most of them."""


def _app(settings: Settings, world: World) -> Flask:
    kept = _APPS.get(settings)
    if kept is None or kept.extensions["sosik"][1] is not world.services:
        kept = _APPS[settings] = create_app(settings, world.services)
    return kept


def framers(answer: TestResponse) -> set[str]:
    """Who may frame a page."""
    policy = answer.headers["Content-Security-Policy"]
    [found] = [p for p in policy.split("; ") if p.startswith("frame-ancestors ")]
    return set(found.split()[1:])


def going_to(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """Where a browser is sent: the address, and what its query says."""
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    address = parts._replace(query="").geturl()
    return address, {name: value for name, [value] in parse_qs(parts.query).items()}
