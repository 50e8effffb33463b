"""In a real browser an owner sets a flow, tries it on the past and sees its results, by
the keyboard alone; in the admin's frame and without it."""

import pytest
from selenium.webdriver.common.keys import Keys

from bench.chromium import Browser, programs
from notifications import playing_flows
from tests.browser.owner.test_every_page import _width_beyond
from tests.browser.served import Served, in_frame, sign_in
from tests.browser.test_for_everybody import broken_rules
from tests.flows.left import leave
from tests.flows.pages.test_flows import _done

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)

PATH = "/app/flows/cart_reminder"


def _types(browser: Browser, words: str) -> None:
    browser.driver.switch_to.active_element.send_keys(words)


def _flow(served: Served):
    rows = [r for r in served.world.rows("automations") if r.name == "cart_reminder"]
    return rows[0].flow


def test_by_the_keyboard_alone_a_step_is_added_played_and_saved(served, browser):
    served.world.open_shop(automations=["cart_reminder"])
    leave(served.world, 3)
    sign_in(browser, served)
    browser.go(f"{served.url}{PATH}")

    browser.tab_to("[name='do'][value='add']")
    _types(browser, Keys.ENTER)
    browser.wait_for(lambda: browser.all("#step-1"), "another step")
    browser.tab_to("[name='steps-1-after']")
    _types(browser, Keys.CONTROL + "a")
    _types(browser, "3")
    browser.tab_to("[name='do'][value='play']")
    _types(browser, Keys.ENTER)
    browser.find("progress")
    playing_flows.play_what_is_asked(services=served.world.services)
    browser.says("#played", "3 people")
    # Enter in a field sends the form by its first button, which saves.
    browser.tab_to("[name='holdout']")
    _types(browser, Keys.ENTER)
    browser.says("#said", "Saved.")

    assert [step["after_minutes"] for step in _flow(served)["steps"]] == [60, 180]
    assert browser.complaints() == []


def test_in_the_admin_s_frame_a_mistake_is_shown_and_mended(served, browser):
    served.world.open_shop(automations=["cart_reminder"])
    browser.go(served.admin)
    with in_frame(browser):
        browser.find("h1")
        browser.run(f"htmx.ajax('GET', '{PATH}', {{target: 'body', push: 'true'}})")
        browser.find("#flow")
        browser.run("document.querySelector('[name=holdout]').value = '99'")
        browser.button("Save").click()
        browser.find("s-banner[tone=critical]")
        wrong = browser.run(
            "return document.querySelector('[name=holdout]').getAttribute('error')"
        )
        assert broken_rules(browser) == []
        browser.run("document.querySelector('[name=holdout]').value = '5'")
        browser.button("Save").click()
        browser.find("#said s-banner")

    assert wrong == "Must be from 0 to 50."
    assert _flow(served)["holdout"] == 5
    # Chromium says so of every answer that refuses something.
    assert [each for each in browser.complaints() if "(UNPROC" not in each] == []


def test_on_a_phone_in_the_dark_nothing_is_cut_and_everybody_can_use_it(served, phone):
    served.world.open_shop(automations=["cart_reminder"])
    leave(served.world, 3)
    _done(served.world)
    playing_flows.ask(
        served.world.shop_ids["ada.myshopify.com"],
        "cart_reminder",
        days=30,
        flow=None,
        services=served.world.services,
    )
    playing_flows.play_what_is_asked(services=served.world.services)
    sign_in(phone, served)
    for path in ("/app/flows", PATH, f"{PATH}/results"):
        phone.go(f"{served.url}{path}")
        phone.find("h1")
        phone.run(
            "for (const each of document.querySelectorAll('details')) each.open = 1"
        )

        assert broken_rules(phone) == [], path
        assert _width_beyond(phone) <= 0, path
        assert phone.complaints() == [], path
