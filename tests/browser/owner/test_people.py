"""The pages of a store's people, and of its settings, in a browser."""

import pytest
from selenium.webdriver.common.keys import Keys

from bench.chromium import programs
from tests import samples
from tests.browser.served import sign_in
from tests.browser.test_for_everybody import broken_rules

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


@pytest.fixture
def contact(served):
    """Somebody who has ordered, by their number of ours."""
    served.world.open_shop()
    served.world.shopify_says("orders/create", samples.order())
    served.world.work()
    [row] = served.world.rows("contacts")
    return row.id


def test_everybody_can_use_them(served, browser, contact):
    person = f"/app/customers/{contact}"
    sign_in(browser, served)

    for path in (
        *("/app/customers", person, "/app/settings", "/app/settings/staff"),
        *("/app/settings/tokens", "/app/settings/changes"),
    ):
        browser.go(f"{served.url}{path}")
        browser.find("h1")
        browser.run(
            "document.querySelectorAll('details').forEach((d) => d.open = true)"
        )

        assert broken_rules(browser) == [], path
        assert browser.complaints() == [], path


def test_a_no_is_written_down_by_the_keyboard_alone(served, browser, contact):
    sign_in(browser, served)
    browser.go(f"{served.url}/app/customers/{contact}")
    summary = next(each for each in browser.all("summary") if "Write down" in each.text)
    summary.send_keys(Keys.ENTER)
    browser.run("document.getElementById('field-where').focus()")
    for text in ("By telephone", Keys.TAB, "Called and wants none", Keys.TAB):
        browser.run("return document.activeElement").send_keys(text)
    browser.run("return document.activeElement").send_keys(Keys.ENTER)
    browser.wait_for(lambda: "Saved." in browser.text("#said"), "it is saved")

    shown = browser.text("main")
    assert "By telephone" in shown
    assert "Called and wants none" in shown
    assert browser.complaints() == []


def test_somebody_who_is_looked_for_stands_in_no_address(served, browser, contact):
    sign_in(browser, served)
    browser.go(f"{served.url}/app/customers")
    field = browser.find("input[name=person]")
    field.send_keys("0151 12345678", Keys.ENTER)
    browser.wait_for(
        lambda: browser.run("return location.pathname").endswith(f"/{contact}"),
        "their page",
    )

    asked = browser.run(
        "return [location.href, document.referrer,"
        " ...performance.getEntries().map((each) => each.name)]"
    )
    assert not [each for each in asked if "12345678" in each]


def test_a_setting_that_is_refused_is_said_beside_its_field(served, browser, contact):
    sign_in(browser, served)
    browser.go(f"{served.url}/app/settings")
    zone = browser.find("#field-timezone")
    zone.clear()
    zone.send_keys("Mars/Base", Keys.ENTER)
    browser.wait_for(lambda: browser.all("#error-timezone") != [], "the refusal")

    field = browser.find("#field-timezone")
    assert field.get_attribute("value") == "Mars/Base"
    assert field.get_attribute("aria-invalid") == "true"
    assert "Europe/Berlin" in browser.text("#error-timezone")


def test_a_token_is_taken_back_after_a_question(served, browser, contact):
    sign_in(browser, served)
    browser.go(f"{served.url}/app/settings/tokens")
    browser.find("#field-name").send_keys("Help desk", Keys.ENTER)
    plain = browser.find("pre").text

    for answers_yes in (False, True):
        browser.button("Take back").click()
        question = browser.driver.switch_to.alert
        question.accept() if answers_yes else question.dismiss()
        if not answers_yes:
            assert "taken back" not in browser.text("main")
    browser.wait_for(lambda: "taken back" in browser.text("main"), "it is taken back")

    assert plain.startswith("sosik_")
    assert plain not in browser.text("main")
