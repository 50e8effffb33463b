"""Automations in a real browser: switched and tried with the keyboard alone, in the
admin's frame and without it."""

from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from bench.chromium import Browser, programs
from core.words import words_for
from notifications import terms
from tests import samples
from tests.browser.served import Served, in_frame, sign_in
from tests.browser.test_for_everybody import broken_rules

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)

ONE = "/app/automations/parcel_delivered"


def _told(browser: Browser) -> str:
    return str(browser.run("return document.body.innerText"))


def _outcome_is(browser: Browser, state: str) -> bool:
    named = words_for("ko").gettext(terms.OF_MESSAGES[state].name)
    script = "return document.querySelector('#outcome .badge')?.innerText"
    return bool(browser.run(script) == named)


def _goes_on_until(browser: Browser, is_there: Callable[[], Any]) -> None:
    """By the tabulator alone, as whoever has no mouse."""
    for _ in range(200):
        if is_there():
            return
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    raise AssertionError("there is no way to it by the keyboard")


def _is_on(browser: Browser, selector: str) -> Callable[[], Any]:
    script = f"return document.activeElement?.matches({selector!r})"
    return lambda: browser.run(script)


def _press(browser: Browser, selector: str, *keys: str) -> None:
    _goes_on_until(browser, _is_on(browser, selector))
    browser.driver.switch_to.active_element.send_keys(*keys)


def test_a_test_is_sent_by_the_keyboard_and_followed_until_it_is_read(
    served: Served, phone: Browser
) -> None:
    world = served.world
    world.open_shop(automations=False)
    sign_in(phone, served)
    phone.go(f"{served.url}{ONE}")

    _press(phone, "#field-phone", "+4915123456789")
    _press(phone, "#field-is_mine-1", Keys.SPACE)
    _press(phone, "form[action$='/test'] button", Keys.ENTER)

    phone.wait_for(lambda: "테스트: 배송 완료" in _told(phone), "the test's line")
    world.work()
    assert len(world.accepted) == 1
    phone.wait_for(lambda: _outcome_is(phone, "sent"), "that it was sent")
    world.meta_reports({"id": world.message.provider_id, "status": "read"})
    world.work()
    phone.wait_for(
        lambda: phone.run(
            "return !document.querySelector('#outcome').hasAttribute('hx-trigger')"
        ),
        "the end of looking",
    )
    assert _outcome_is(phone, "read")
    assert broken_rules(phone) == []
    assert phone.complaints() == []


def test_it_is_switched_on_by_the_keyboard(served: Served, browser: Browser) -> None:
    served.world.open_shop(automations=False)
    sign_in(browser, served)
    browser.go(f"{served.url}{ONE}")

    _press(browser, "form[action$='/switch'] button", Keys.ENTER)

    browser.wait_for(lambda: "Switched on" in _told(browser), "what was done")
    [row] = served.world.rows("automations")
    assert (row.name, row.enabled) == ("parcel_delivered", True)


def test_in_the_frame_a_setting_is_refused_beside_its_field_and_then_kept(
    served: Served, browser: Browser
) -> None:
    world = served.world
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    browser.go(served.admin)
    with in_frame(browser):
        browser.find("h1")
        browser.run(
            "htmx.ajax('GET', '/app/automations/parcel_stale',"
            " {target: 'body', swap: 'innerHTML', push: 'true'})"
        )
        browser.wait_for(lambda: browser.all("#settings") != [], "the page")

        def saves(days: str) -> None:
            browser.run(
                f"const field = document.querySelector('[name=days]');"
                f"field.value = {days!r};"
                "document.querySelector('#settings form').requestSubmit()"
            )

        saves("99")
        browser.wait_for(
            lambda: "from 3 to 30" in str(browser.run(_ERROR)), "the refusal"
        )
        assert broken_rules(browser) == []
        browser.run(
            "const [day] = document.querySelectorAll('.days s-checkbox');"
            "day.shadowRoot.querySelector('input').click();"
            "const [from, to] = document.querySelectorAll('[type=time]');"
            "from.value = '09:00'; to.value = '18:00';"
        )
        saves("12")
        browser.wait_for(lambda: browser.all("#said s-banner") != [], "what was done")

    [row] = [r for r in world.rows("automations") if r.name == "parcel_stale"]
    assert (row.config, row.send_window) == ({"days": 12}, "mon 09:00-18:00")


_ERROR = "return document.querySelector('[name=days]')?.getAttribute('error') || ''"


@pytest.mark.parametrize(
    "path",
    [
        *("/app/automations/order_confirmation", "/app/automations/cart_reminder"),
        *("/app/automations/cod_confirmation", "/app/templates/sosik_refund_issued_1"),
    ],
)
def test_on_a_phone_in_the_dark_in_korean_everybody_can_use_it(
    served: Served, phone: Browser, path: str
) -> None:
    served.world.open_shop(automations=True)
    served.world.review("sosik_order_confirmation_1", "REJECTED")
    sign_in(phone, served)

    phone.go(f"{served.url}{path}")

    assert broken_rules(phone) == []
    script = "const {scrollWidth, clientWidth} = document.documentElement;"
    assert phone.run(f"{script} return scrollWidth - clientWidth") <= 0
    assert phone.complaints() == []
