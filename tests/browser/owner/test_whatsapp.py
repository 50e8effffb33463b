"""A number is connected in a real browser: by Meta's own window, by keyboard alone, and
then seen from the page that stayed open."""

from dataclasses import replace

import pytest

from bench.chromium import Browser, programs
from notifications.looking_at_numbers import check_now, look_at_numbers
from notifications.signing_up import carry_on
from sandbox.meta.accounts import sandbox_token
from tests.browser.served import Served, in_frame, sign_in
from tests.browser.test_for_everybody import broken_rules
from tests.pictures import png
from tests.world import SANDBOX_SECRET, SHOP
from wiring.outside import desk_at

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)


@pytest.fixture
def metas_window(served: Served) -> None:
    """The simulated Meta leads back to where the application is."""
    served.world.meta.post("settings", {"app_url": served.url})


def _work(served: Served) -> None:
    """What the scheduler does beside its looks."""
    settings = replace(served.world.settings, app_url=served.url)
    desk = desk_at(settings)
    carry_on(desk, services=served.world.services)
    look_at_numbers(desk, services=served.world.services)


def _presses(browser: Browser, words: str) -> None:
    """By the tabulator and Enter, as who has no mouse."""
    for _ in range(60):
        browser.tab()
        focused = browser.run("return document.activeElement.textContent.trim()")
        if focused == words:
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
            browser.command(
                "Input.dispatchKeyEvent", type="rawKeyDown", text="\r", **key
            )
            browser.command("Input.dispatchKeyEvent", type="keyUp", **key)
            return
    raise AssertionError(f"{words!r} is not reached by keyboard")


def test_a_number_is_connected_by_keyboard_and_the_page_that_stayed_shows_it(
    served, metas_window, browser
):
    served.world.open_shop(number=None)
    sign_in(browser, served)
    browser.go(f"{served.url}/app/whatsapp")
    browser.says("#live", "No number is connected yet")
    stayed = browser.driver.current_window_handle

    _presses(browser, "Connect WhatsApp at Meta")
    browser.wait_for(lambda: len(browser.driver.window_handles) == 2, "a window")
    [window] = set(browser.driver.window_handles) - {stayed}
    browser.driver.switch_to.window(window)
    browser.says("main", "Ada's Things")
    assert broken_rules(browser) == []
    _presses(browser, "Go on with a new number, or one that is at Meta")
    browser.says("body", "This stands in for Meta's dialog")
    _presses(browser, "A new number")
    browser.says("main", "The number is being connected.")
    browser.driver.close()
    browser.driver.switch_to.window(stayed)

    _work(served)

    browser.says("#live", "Details and profile", seconds=30)
    assert broken_rules(browser) == []
    assert browser.complaints() == []


def test_in_the_admin_s_frame_the_profile_and_its_picture_are_filled_in(
    served, browser, tmp_path
):
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    served.world.open_shop()
    _look_at(served)
    browser.go(served.admin)
    with in_frame(browser):
        browser.find("h1")
        [number] = [row.phone_number_id for row in served.world.rows("numbers")]
        browser.run(
            f"htmx.ajax('GET', '/app/whatsapp/{number}',"
            " {target: 'body', swap: 'innerHTML', push: 'true'})"
        )
        browser.find("s-text-field[name=about]")
        assert broken_rules(browser) == []
        browser.run(
            "document.querySelector('[name=about]').value = 'Good things';"
            "document.querySelector('[name=vertical]').value = 'RETAIL';"
            "document.querySelector('form[action$=profile]').requestSubmit()"
        )
        browser.find("s-banner[heading^='Meta is told the profile']")
        _work(served)
        browser.wait_for(lambda: browser.all("s-banner[tone=info]") == [], "the end")
        browser.find("[name=picture]").send_keys(str(logo))
        _submits_picture(browser)
        browser.find("s-banner[heading^='Meta is given the picture']")
        _work(served)
        browser.wait_for(lambda: browser.all("s-banner[tone=info]") == [], "the end")
    token = sandbox_token(SANDBOX_SECRET)
    profile = desk_at(served.world.settings).profile(number, token)
    assert profile.about == "Good things"
    assert profile.has_picture


def test_on_a_phone_in_the_dark_in_korean_a_number_has_room(served, phone):
    served.world.open_shop()
    _look_at(served)
    [number] = [row.phone_number_id for row in served.world.rows("numbers")]
    sign_in(phone, served)
    phone.go(f"{served.url}/app/whatsapp/{number}")
    phone.says("main", "비즈니스 프로필")

    beyond = phone.run(
        "const d = document.documentElement; return d.scrollWidth - d.clientWidth"
    )
    assert beyond <= 0
    assert broken_rules(phone) == []
    assert phone.complaints() == []


def _submits_picture(browser):
    browser.run("document.querySelector('form[action$=picture]').requestSubmit()")


def _look_at(served: Served) -> None:
    [number] = [row.phone_number_id for row in served.world.rows("numbers")]
    shop_id = served.world.shop_ids[SHOP]
    check_now(shop_id, number, services=served.world.services)
    _work(served)
