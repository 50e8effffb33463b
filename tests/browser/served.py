"""The application at an address of its own, for a browser in a test."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.serving import make_server

from bench.chromium import Browser
from core.settings import Settings
from core.values import ShopDomain
from notifications.ports import Services
from notifications.staff import Member, welcome
from sandbox.control import Control
from tests.browser.conftest import Browsers, still
from tests.flows.conftest import running_shopify, shopify, terminal  # noqa: F401 -- fixtures
from tests.flows.terminal import Terminal
from tests.world import SHOP, World
from webapp.app import create_app
from webapp.owners import Visitor, owners_of
from webapp.pages.shell import Pages


@dataclass(frozen=True)
class Served:
    """The application at an address of its own, known to the simulated Shopify."""

    url: str
    settings: Settings
    shopify: Control
    world: World
    pages: Pages

    @property
    def admin(self) -> str:
        return f"{self.shopify.url}/{SHOP}/admin/apps/sosik"


class Door:
    """Leads to the application of the test that runs, at one address for all of them:
    one that is known there already need not be made anew."""

    def __init__(self) -> None:
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._apps: dict[Settings, Flask] = {}
        self._app: Flask | None = None
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread.start()

    @contextmanager
    def open_to(self, settings: Settings, services: Services) -> Iterator[Flask]:
        app = self._apps.get(settings) or create_app(settings, services)
        self._app = self._apps[settings] = app
        yield app
        self._app = None

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def _answer(self, environ: Any, start_response: Any) -> list[bytes]:
        """No file is left open by a browser that has gone."""
        with closing((self._app or _NOBODY)(environ, start_response)) as answer:
            return [b"".join(answer)]


_NOBODY = Flask("nobody")
"""Who answers between two tests: nothing of it is found."""


@pytest.fixture(scope="package")
def door() -> Iterator[Door]:
    with closing(Door()) as door:
        yield door


@pytest.fixture
def served(world: World, terminal: Terminal, door: Door) -> Iterator[Served]:  # noqa: F811
    settings = replace(terminal.settings, sandbox=True, app_url=door.url)
    control = Control(settings.sandbox_shopify_url or "", "sandbox-secret-for-tests")
    control.post("settings", {"app_url": door.url})
    with door.open_to(settings, world.services) as app:
        pages = app.extensions["sosik-pages"]
        yield Served(door.url, settings, control, world, pages)
    control.post("settings", {"app_url": None})


PHONE = still(width=360, height=740, is_dark=True, language="ko")
"""A small one in the dark, whose owner reads Korean."""


@pytest.fixture
def browser(browsers: Browsers) -> Iterator[Browser]:
    with browsers.lent(still()) as browser:
        yield browser


@pytest.fixture
def phone(browsers: Browsers) -> Iterator[Browser]:
    with browsers.lent(PHONE) as browser:
        yield browser


@contextmanager
def in_frame(browser: Browser) -> Iterator[None]:
    """Within the block the browser looks into the first frame of the page."""
    browser.driver.switch_to.frame(browser.find("iframe"))
    yield
    browser.driver.switch_to.default_content()


def sign_in(browser: Browser, served: Served) -> None:
    """Without the admin's frame: a cookie knows them, as after Shopify's question."""
    world, answer = served.world, Response()
    member = Member("4711", "Ada Lovelace")
    session = welcome(world.shop_ids[SHOP], member, services=world.services)
    owners = owners_of(served.settings, world.services.clock)
    owners.remember(Visitor(ShopDomain(SHOP), member.user, session), answer)
    [cookie] = SimpleCookie(answer.headers["Set-Cookie"]).values()
    kept = {"name": cookie.key, "value": cookie.value, "url": served.url}
    browser.command("Network.setCookie", httpOnly=True, **kept)


def address(browser: Browser) -> str:
    """Of the page, or of the frame that is looked into."""
    return str(browser.run("return location.href"))
