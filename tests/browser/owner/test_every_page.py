"""Every page of a store's owner, whichever it is, in a real browser: nobody is kept
out of it, and nothing is asked of anybody else's host."""

import json

import pytest

from bench.chromium import Browser, programs
from tests.browser.served import Served, address, in_frame, sign_in
from tests.browser.test_for_everybody import broken_rules
from tests.flows.pages.hostile_store import fill

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


def _paths(served: Served) -> list[str]:
    """All that can be opened without the number of something."""
    return [
        route.path
        for route in served.pages.routes
        if route.method == "GET" and "<" not in route.path
    ]


def _width_beyond(browser: Browser) -> int:
    script = "const {scrollWidth, clientWidth} = document.documentElement;"
    return int(browser.run(f"{script} return scrollWidth - clientWidth"))


def _hosts_asked(browser: Browser) -> set[str]:
    script = "return performance.getEntriesByType('resource').map((each) => each.name)"
    return {"/".join(name.split("/")[:3]) for name in browser.run(script)}


def test_on_a_phone_in_the_dark_in_korean_everybody_can_use_it(served, phone):
    """With people and things that are called what nobody is called."""
    fill(served.world, at_most=80)
    sign_in(phone, served)
    for path in _paths(served):
        phone.go(f"{served.url}{path}")
        phone.find("h1")

        assert phone.run("return document.documentElement.lang") == "ko", path
        assert broken_rules(phone) == [], path
        assert _width_beyond(phone) <= 0, path
        assert _hosts_asked(phone) <= {served.url}, path
        assert phone.run("return window.hit") is None, path
        assert phone.complaints() == [], path


def test_in_the_admin_s_frame_everybody_can_use_it_and_goes_from_page_to_page(
    served, browser
):
    served.world.open_shop(automations=True)
    browser.go(served.admin)
    with in_frame(browser):
        browser.find("h1")
        for path in _paths(served):
            told = json.dumps(path)
            browser.run(
                "const link = Object.assign(document.createElement('a'),"
                f" {{href: {told}, id: 'way', textContent: 'way'}});"
                "document.getElementById('content').append(link);"
                "htmx.process(link); link.click();"
            )
            browser.wait_for(
                lambda: browser.all("#way") == [] and browser.all("h1") != [], path
            )

            assert address(browser) == f"{served.url}{path}"
            assert broken_rules(browser) == [], path
            assert browser.complaints() == [], path


def test_shopify_s_menu_leads_from_page_to_page_without_asking_who_it_is(
    served, browser
):
    served.world.open_shop()
    browser.go(served.admin)
    with in_frame(browser):
        browser.find("s-app-nav s-link")
        browser.run(
            "document.body.dataset.kept = '1';"
            "document.querySelector('s-link').shadowRoot.querySelector('a').click()"
        )
        browser.wait_for(
            lambda: "shop=" in address(browser) and "id_token" not in address(browser),
            "the page that the menu leads to",
        )

        assert browser.run("return document.body.dataset.kept") == "1"
        assert browser.complaints() == []
