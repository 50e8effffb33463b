"""In the sandbox somebody signs up for offers on the store's page, and is asked."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from werkzeug.serving import make_server

from core.settings import SANDBOX_SHOP
from notifications.form_texts import TEXTS
from sandbox import seed
from sandbox.page.guard import Guard
from sandbox.serving import running
from sandbox.shopify.people import BUYERS
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator
from tests.flows.terminal import Terminal
from tests.flows.test_sandbox_page import Tab, with_page
from tests.world import APP_SECRET, SANDBOX_SECRET, World

PHONE = BUYERS["en"].phone


@pytest.fixture
def tab(world: World, tmp_path: Path) -> Iterator[Tab]:
    """A sandbox whose parts reach each other, as in a real one."""
    server = make_server("127.0.0.1", 0, lambda _e, _s: [], threaded=True)
    settings = ShopifySettings(
        data_dir=tmp_path,
        secret=SANDBOX_SECRET,
        api_key="key",
        api_secret=APP_SECRET,
        app_url=f"http://127.0.0.1:{server.server_port}",
    )
    with running(ShopifySimulator(settings, clock=lambda: world.now)) as store:
        here = replace(
            Terminal(world, store).settings,
            data_dir=tmp_path,
            sandbox_secret=SANDBOX_SECRET,
        )
        seed.seed(here, world.services)
        server.app = with_page(here, world)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Tab(server.app.test_client(), Guard(here).token)
        server.shutdown()
        thread.join(10)
        server.server_close()


def asked(address: str, **typed: str) -> str:
    body = urlencode(typed).encode() if typed else None
    with urlopen(address, body, timeout=30) as answer:
        return unescape(answer.read().decode())


def test_who_signs_up_on_the_store_s_page_is_asked_on_the_phone(tab, world):
    page = tab.get("").text
    [link] = re.findall(r'id="form" href="([^"]+)"', page)
    form = f"{unescape(link)}?locale=ko"
    [nonce] = re.findall(r'name="nonce" value="([^"]+)"', asked(form))

    said = asked(form, phone=PHONE, yes="1", nonce=nonce)
    world.work()

    assert f"/{SANDBOX_SHOP}/apps/sosik/offers" in link
    assert TEXTS["ko"].done in said
    [row] = world.messages
    assert (row.automation, row.language, row.state) == ("confirm_offers", "ko", "sent")
    [sent] = world.meta.get("messages?limit=9")["data"]
    assert f"+{sent['to']}" == PHONE
    unconfirmed = tab.news(f"phone={PHONE.removeprefix('+')}")["offers"]
    assert unconfirmed == {"agreed": False, "at": None}
