"""Automations in a real browser: switched and tried with the keyboard alone, in the
admin's frame and without it."""

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


_OUTCOME = "document.querySelector('#outcome .badge')?.innerText"


def _named(state: str) -> str:
    return words_for("ko").gettext(terms.OF_MESSAGES[state].name)


def _press(browser: Browser, selector: str, *keys: str) -> None:
    browser.tab_to(selector)
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

    phone.says("body", "테스트: 배송 완료")
    world.work()
    assert len(world.accepted) == 1
    phone.once(f"return {_OUTCOME} === arguments[0]", _named("sent"), what="it is sent")
    world.meta_reports({"id": world.message.provider_id, "status": "read"})
    world.work()
    phone.once(
        "return !document.querySelector('#outcome').hasAttribute('hx-trigger')",
        what="the end of looking",
    )
    assert phone.run(f"return {_OUTCOME}") == _named("read")
    assert broken_rules(phone) == []
    assert phone.complaints() == []


def test_it_is_switched_on_by_the_keyboard(served: Served, browser: Browser) -> None:
    served.world.open_shop(automations=False)
    sign_in(browser, served)
    browser.go(f"{served.url}{ONE}")

    _press(browser, "form[action$='/switch'] button", Keys.ENTER)

    browser.says("body", "Switched on")
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
