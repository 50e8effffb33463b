"""The application at an address of its own, for a browser in a test."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from bench.chromium import Browser
from sandbox.control import Control
from tests.browser.conftest import Browsers, still
from tests.flows.conftest import running_shopify, shopify, terminal  # noqa: F401 -- fixtures
from tests.flows.terminal import Terminal
from tests.shopify_signs import opened
from tests.world import SHOP, World
from webapp.app import create_app
from webapp.pages.shell import Pages


@dataclass(frozen=True)
class Served:
    """The application at an address of its own, known to the simulated Shopify."""

    url: str
    shopify: Control
    world: World
    pages: Pages

    @property
    def admin(self) -> str:
        return f"{self.shopify.url}/{SHOP}/admin/apps/sosik"


@pytest.fixture
def served(world: World, terminal: Terminal) -> Iterator[Served]:  # noqa: F811
    settings = replace(terminal.settings, sandbox=True)
    server = make_server("127.0.0.1", 0, lambda _e, _s: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app = create_app(replace(settings, app_url=url), world.services)

    def answered_whole(environ: Any, start_response: Any) -> list[bytes]:
        """No file is left open by a browser that has gone."""
        answer = app(environ, start_response)
        with closing(answer):
            return [b"".join(answer)]

    server.app = answered_whole
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    control = Control(settings.sandbox_shopify_url or "", "sandbox-secret-for-tests")
    control.post("settings", {"app_url": url})
    yield Served(url, control, world, app.extensions["sosik-pages"])
    control.post("settings", {"app_url": None})
    server.shutdown()
    thread.join(10)
    server.server_close()


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
    """Without the admin's frame: Shopify asks, and a cookie knows them."""
    browser.go(f"{served.url}/app/?{opened(at=served.world.now)}")
    browser.find("button").click()
    browser.wait_for(lambda: address(browser) == f"{served.url}/app/", "the way back")


def address(browser: Browser) -> str:
    """Of the page, or of the frame that is looked into."""
    return str(browser.run("return location.href"))
