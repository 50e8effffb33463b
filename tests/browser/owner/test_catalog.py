"""The pages of a catalog that is there, in a real browser."""

from types import SimpleNamespace

import pytest

from bench.chromium import Browser, programs
from tests.browser.served import sign_in
from tests.browser.test_for_everybody import broken_rules
from tests.flows.pages.test_catalog import GUN, NO_PICTURE, Own, product_of

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


@pytest.fixture
def shelf(served, terminal):
    served.world.open_shop()
    owner = SimpleNamespace(shopify=served.shopify, settings=terminal.settings)
    shelf = Own(SimpleNamespace(world=served.world, owner=owner))
    shelf.connect()
    shelf.puts(title=GUN, variants=[{"price": "9.00"}] * 3)
    shelf.puts(**NO_PICTURE)
    return shelf


def _width_beyond(browser: Browser) -> int:
    script = "const {scrollWidth, clientWidth} = document.documentElement;"
    return int(browser.run(f"{script} return scrollWidth - clientWidth"))


def test_on_a_phone_in_korean_everybody_can_use_it(served, shelf, phone):
    shelf.turns(12)
    gun = product_of(shelf, GUN)["id"]
    sign_in(phone, served)

    for path in ("", "?state=withheld", f"/{gun}", "/settings"):
        phone.go(f"{served.url}/app/catalog{path}")
        phone.find("h1")

        assert broken_rules(phone) == [], path
        assert _width_beyond(phone) <= 0, path
        assert phone.complaints() == [], path


def test_how_far_it_is_shows_by_itself(served, shelf, browser):
    shelf.turns(1)
    sign_in(browser, served)
    browser.go(f"{served.url}/app/catalog")
    assert browser.all("#progress[data-live]") != []

    shelf.turns(12)

    ended = "return !document.querySelector('#progress[data-live]')"
    browser.once(ended, what="the end of the reading")
    assert len(browser.all("#progress")) == 1
    assert browser.complaints() == []
