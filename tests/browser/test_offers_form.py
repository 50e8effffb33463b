"""In a real browser a visitor of a store fills in the form for offers."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from selenium.webdriver.common.keys import Keys
from werkzeug.serving import make_server

from bench.chromium import Browser, programs
from notifications.form_texts import TEXTS
from tests.browser.conftest import Browsers, still
from tests.browser.test_for_everybody import broken_by_day_and_night
from tests.shopify_signs import forwarded
from tests.world import PHONE, World
from webapp.app import create_app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        programs() is None, reason="chromium and chromedriver are not installed"
    ),
]

LANGUAGES = ["en", "ko", "ar"]


@pytest.fixture
def store(world: World) -> Iterator[str]:
    """The address of a store whose front forwards to the application, signed."""
    world.open_shop(automations=["confirm_offers"])
    server = make_server("127.0.0.1", 0, lambda _e, _s: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app = create_app(replace(world.settings, app_url=url), world.services)

    def front(environ: Any, start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/apps/sosik/offers":
            asked = parse_qs(environ["QUERY_STRING"])
            given = {"locale": asked["locale"][0]} if "locale" in asked else {}
            environ["PATH_INFO"] = "/proxy/offers"
            environ["QUERY_STRING"] = forwarded(at=world.now, **given)
        answer = app(environ, start_response)
        with closing(answer):
            return [b"".join(answer)]

    server.app = front
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{url}/apps/sosik/offers"
    server.shutdown()
    thread.join(10)
    server.server_close()


SMALL = {"width": 360, "height": 740}


@pytest.fixture
def phone(browsers: Browsers) -> Iterator[Browser]:
    with browsers.lent(still(**SMALL)) as it:
        yield it


def looks(browser: Browser) -> tuple[list[str], int]:
    """What axe finds wrong, by day and in the dark, and by how much the page is wider
    than the screen."""
    script = "const root = document.documentElement; return root.scrollWidth - 360"
    return broken_by_day_and_night(browser, **SMALL), int(browser.run(script))


def types(browser: Browser, *keys: str) -> None:
    """Into whatever has the focus."""
    for key in keys:
        browser.driver.switch_to.active_element.send_keys(key)


def test_the_form_is_filled_in_by_keyboard_in_the_language_of_the_page(
    world, store, phone
):
    for language in LANGUAGES:
        text = TEXTS[language]
        world.now += timedelta(minutes=1)
        phone.go(f"{store}?locale={language}")
        phone.says("h1", text.title)
        assert phone.run("return document.documentElement.dir") == (
            "rtl" if language == "ar" else "ltr"
        )
        assert looks(phone) == ([], 0)

        types(phone, Keys.TAB, "12")
        types(phone, Keys.TAB, " ", Keys.TAB, Keys.ENTER)
        phone.says("[role='alert']", text.bad_phone)
        assert looks(phone) == ([], 0)

        phone.find("#phone").clear()
        phone.find("#phone").send_keys(PHONE)
        types(phone, Keys.TAB, " ", Keys.TAB, Keys.ENTER)
        phone.says("[role='status']", text.done)
        assert looks(phone) == ([], 0)

    assert [row.wording_language for row in world.rows("consents")] == LANGUAGES


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_the_form_is_dark_where_its_reader_s_screen_is(store, phone, is_dark):
    phone.look_by(still(**SMALL, is_dark=is_dark))
    phone.go(store)
    phone.find("#phone")
    colour = phone.run("return getComputedStyle(document.body).color")

    assert colour == ("rgb(255, 255, 255)" if is_dark else "rgb(0, 0, 0)")
