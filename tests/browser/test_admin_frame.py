"""In a real browser an owner opens the app in the admin's frame, and without it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from sandbox.control import Control
from tests.browser.chromium import PROGRAM, watching
from tests.flows.conftest import shopify, terminal  # noqa: F401 -- fixtures
from tests.flows.terminal import Terminal
from tests.shopify_signs import id_token, opened
from tests.world import SHOP, World
from webapp.app import create_app

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")


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


def test_the_app_is_installed_and_opened_in_the_admin_s_frame(served):
    served.shopify.post("uninstall", {"shop": SHOP})

    async def story(page):
        await page.goes_to(served.admin)
        await page.shows("Install Sosik?")
        await page.says("document.querySelector('button').click()")
        await page.shows("Ada's Things", frame=1)
        await page.shows("No number is connected yet", frame=1)
        assert page.complaints == []

    watching(story)

    [row] = served.world.rows("shops")
    assert (row.domain, row.token_kind) == (SHOP, "expiring")


def test_a_page_without_a_token_gets_one_and_what_it_fetches_has_one(served):
    served.world.open_shop()
    asked = opened(at=served.world.now, embedded="1")

    async def story(page):
        await page.goes_to(served.admin)
        await page.shows("Messages come from", frame=1)
        address = f"{served.url}/app/?{asked}"
        await page.says(f"document.getElementById('app').src = '{address}'")
        await page.leads_to("again=1&id_token=", frame=1)
        await page.shows("Messages come from", frame=1)
        fetched = await page.says("fetch('/app/').then(a => a.status)", frame=1)
        assert fetched == 200
        assert page.complaints == []

    watching(story)


def test_nothing_but_the_admin_frames_it(served):
    served.world.open_shop()
    address = f"{served.url}/app/?id_token={id_token()}"

    async def story(page):
        await page.goes_to(f"{served.url}/healthz")
        await page.shows("ok")
        script = f"document.body.innerHTML = `<iframe src='{address}'>`"
        await page.says(script)
        await page.refuses(frame=1)

    watching(story)


def test_an_owner_signs_in_without_a_frame(served):
    async def story(page):
        await page.goes_to(f"{served.url}/app/?{opened(at=served.world.now)}")
        await page.shows("Install Sosik?")
        await page.says("document.querySelector('button').click()")
        await page.shows("Ada's Things")
        [frame] = await page.frames()
        assert frame["url"] == f"{served.url}/app/"
        assert page.complaints == []

    watching(story)
