"""In a real browser an owner opens the app in the admin's frame, and without it."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from bench.chromium import Browser, programs
from bench.chromium import opened as opened_browser
from sandbox.control import Control
from tests.flows.conftest import shopify, terminal  # noqa: F401 -- fixtures
from tests.flows.terminal import Terminal
from tests.shopify_signs import id_token, opened
from tests.world import SHOP, World
from webapp.app import create_app

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


@dataclass(frozen=True)
class Served:
    """The application at an address of its own, known to the simulated Shopify."""

    url: str
    shopify: Control
    world: World

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
    yield Served(url, control, world)
    control.post("settings", {"app_url": None})
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@contextmanager
def in_frame(browser: Browser) -> Iterator[None]:
    """Within the block the browser looks into the first frame of the page."""
    browser.driver.switch_to.frame(browser.find("iframe"))
    yield
    browser.driver.switch_to.default_content()


def shows(browser: Browser, words: str) -> None:
    browser.says("body", words)


def address(browser: Browser) -> str:
    """Of the page, or of the frame that is looked into."""
    return str(browser.run("return location.href"))


def test_the_app_is_installed_and_opened_in_the_admin_s_frame(served, browser):
    served.shopify.post("uninstall", {"shop": SHOP})

    browser.go(served.admin)
    shows(browser, "Install Sosik?")
    browser.find("button").click()
    with in_frame(browser):
        shows(browser, "Ada's Things")
        shows(browser, "No number is connected yet")

    assert browser.complaints() == []
    [row] = served.world.rows("shops")
    assert (row.domain, row.token_kind) == (SHOP, "expiring")


def test_a_page_without_a_token_gets_one_and_what_it_fetches_has_one(served, browser):
    served.world.open_shop()
    asked = opened(at=served.world.now, embedded="1")

    browser.go(served.admin)
    with in_frame(browser):
        shows(browser, "Messages come from")
    browser.run(f"document.querySelector('iframe').src = '{served.url}/app/?{asked}'")
    with in_frame(browser):
        browser.wait_for(lambda: "again=1&id_token=" in address(browser), "a token")
        shows(browser, "Messages come from")
        fetched = browser.run("return fetch('/app/').then((answer) => answer.status)")

    assert fetched == 200
    assert browser.complaints() == []


def test_nothing_but_the_admin_frames_it(served, browser):
    served.world.open_shop()
    framed = f"{served.url}/app/?id_token={id_token()}"

    browser.go(f"{served.url}/healthz")
    shows(browser, "ok")
    browser.run(f"document.body.innerHTML = `<iframe src='{framed}'>`")

    with in_frame(browser):
        is_refused = browser.wait_for(
            lambda: address(browser).startswith("chrome-error:"), "a refusal"
        )
    assert is_refused


def test_an_owner_signs_in_without_a_frame(served, browser):
    browser.go(f"{served.url}/app/?{opened(at=served.world.now)}")
    shows(browser, "Install Sosik?")
    browser.find("button").click()
    shows(browser, "Ada's Things")

    assert address(browser) == f"{served.url}/app/"
    assert browser.all("iframe") == []
    assert browser.complaints() == []
