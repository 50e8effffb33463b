"""The page of messages in a browser: it renews itself for who looks at it."""

import pytest

from bench.chromium import programs
from tests import samples
from tests.browser.served import sign_in
from tests.browser.test_for_everybody import broken_rules

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


def _order(served, number):
    known = {"order_id": 7_000 + number, "name": f"#{1001 + number}"}
    served.world.shopify_says("orders/create", samples.order(**known))
    served.world.work()


def _rows(browser):
    return [each.text for each in browser.all("#rows tbody tr")]


def _polls(browser):
    script = "return performance.getEntriesByType('resource').map((each) => each.name)"
    return [name for name in browser.run(script) if "live=" in name]


def test_a_new_message_comes_into_the_list_by_itself(served, browser):
    served.world.open_shop()
    _order(served, 0)
    sign_in(browser, served)
    browser.go(f"{served.url}/app/messages")
    browser.find("#rows tbody a")
    browser.run("document.querySelector('#rows tbody a').focus()")
    focused = browser.run("return document.activeElement.id")
    assert len(_rows(browser)) == 1

    _order(served, 1)
    rows = "return document.querySelectorAll('#rows tbody tr').length"
    browser.once(f"{rows} === 2", what="the new message")

    assert "#1002" in _rows(browser)[0]
    assert browser.run("return document.activeElement.id") == focused
    assert browser.complaints() == []


def test_nothing_is_asked_while_nobody_can_see_the_page(served, browser):
    served.world.open_shop()
    _order(served, 0)
    sign_in(browser, served)
    browser.go(f"{served.url}/app/messages")
    browser.find("#rows tbody a")
    browser.run(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "window.held = 0; document.addEventListener('htmx:before:request',"
        " (event) => { if (event.defaultPrevented) window.held += 1; });"
    )

    browser.once("return window.held > 0", what="a poll held back")

    assert _polls(browser) == []


def test_everybody_can_read_all_of_a_message_and_of_an_order(served, browser):
    served.world.open_shop()
    _order(served, 0)
    served.world.shopify_says(
        "fulfillments/create", samples.fulfillment(order_id=7_000)
    )
    served.world.work()
    message = f"/app/messages/{served.world.messages[0].id}"
    sign_in(browser, served)

    for path in (message, f"{message}/raw", "/app/orders/7000"):
        browser.go(f"{served.url}{path}")
        browser.find("h1")

        assert broken_rules(browser) == [], path
        assert browser.complaints() == [], path


def test_payloads_are_fetched_when_they_are_unfolded_and_not_before(served, browser):
    served.world.open_shop()
    _order(served, 0)
    sign_in(browser, served)
    browser.go(f"{served.url}/app/messages/{served.world.message.id}")
    browser.find("details[hx-get] summary")
    assert [row.doing for row in served.world.rows("access_log")] == ["page message"]

    browser.find("details[hx-get] summary").click()
    browser.wait_for(lambda: "order_status_url" in browser.text("#raw"), "the webhook")

    doings = [row.doing for row in served.world.rows("access_log")]
    assert doings == ["page message", "page message raw"]
    assert browser.complaints() == []
