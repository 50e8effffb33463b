"""In a real browser an owner opens the app in the admin's frame, and without it."""

import pytest

from bench.chromium import Browser, programs
from tests.browser.served import address, in_frame
from tests.shopify_signs import id_token, opened
from tests.world import SHOP

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


def shows(browser: Browser, words: str) -> None:
    browser.says("body", words)


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
    # Shopify is asked who it is, too, and its page names the store as ours does.
    browser.wait_for(lambda: address(browser) == f"{served.url}/app/", "the way back")
    shows(browser, "Ada's Things")

    assert browser.all("iframe") == []
    assert browser.complaints() == []
