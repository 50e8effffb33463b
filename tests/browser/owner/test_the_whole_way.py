"""The whole way of an owner in a real browser: from installing the app to forgetting a
buyer; in the admin's frame, and without it on a phone, in Korean, in the dark and with
the keyboard alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bench.chromium import Browser, Screen, programs
from core.words import words_for
from notifications import playing_flows
from notifications.automations import templates_of
from notifications.signing_up import carry_on
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID, sandbox_token
from storage import numbers
from storage.numbers import TemplateRow
from tests import samples
from tests.browser.conftest import Browsers, still
from tests.browser.served import PHONE, Served, address
from tests.flows.terminal import Terminal, attendant_at
from tests.shopify_signs import opened
from tests.world import SANDBOX_SECRET, SHOP
from wiring.outside import desk_at

pytestmark = pytest.mark.skipif(
    programs() is None, reason="chromium and chromedriver are not installed"
)

MINE = "+4915123456789"


@dataclass
class Framed:
    """An owner with a mouse, in the admin's frame, on a large screen by day."""

    browser: Browser
    served: Served
    language = "en"

    def installs(self) -> None:
        self.browser.go(self.served.admin)
        self.browser.find("button").click()
        self.browser.driver.switch_to.frame(self.browser.find("iframe"))
        self.browser.find("s-section")

    def goes(self, path: str) -> None:
        """By the admin's menu."""
        self.browser.find(f"s-app-nav s-link[href^='/app{path}?']")
        self._click(f"s-app-nav s-link[href^='/app{path}?']", inner="a")
        self._waits_for(path)

    def opens(self, css: str) -> None:
        self.browser.find(css)
        self._click(css)

    def fills(self, name: str, value: str) -> None:
        css = f"main [name='{name}']"
        self.browser.find(css)
        script = "document.querySelector(arguments[0]).value = arguments[1]"
        self.browser.run(script, css, value)

    def ticks(self, name: str) -> None:
        self._click(f"main [name='{name}']", inner="input")

    def sends(self, action: str) -> None:
        """The form that leads there, by its own button."""
        form = f"form[action='/app{action}']"
        self.browser.find(form)
        self._click(f"{form} s-button, {form} button", inner="button")

    def presses(self, value: str) -> None:
        """The button that says so to us."""
        self.opens(f"button[name='do'][value='{value}']:not(.unseen)")

    def _click(self, css: str, *, inner: str | None = None) -> None:
        script = (
            "let it = document.querySelector(arguments[0]);"
            "if (arguments[1]) it = it.shadowRoot?.querySelector(arguments[1]) ?? it;"
            "it.click()"
        )
        self.browser.run(script, css, inner)

    def _waits_for(self, path: str) -> None:
        def is_there() -> bool:
            here = address(self.browser).partition("?")[0]
            return here == f"{self.served.url}/app{path}"

        self.browser.wait_for(is_there, path)


@dataclass
class Alone(Framed):
    """An owner without a mouse, on a phone in the dark, who reads Korean."""

    language = "ko"

    def installs(self) -> None:
        self.browser.go(f"{self.served.url}/app/?{opened(at=self.served.world.now)}")
        self.browser.tab_to("button")
        self.browser.press("Enter")
        self._waits_for("/")

    def goes(self, path: str) -> None:
        self.browser.run("document.activeElement?.blur(); scrollTo(0, 0)")
        self.browser.tab_to(f".menu a[href='/app{path}']")
        self.browser.press("Enter")
        self._waits_for(path)

    def opens(self, css: str) -> None:
        self.browser.find(css)
        self.browser.tab_to(css)
        self.browser.press("Enter")

    def fills(self, name: str, value: str) -> None:
        self.browser.tab_to(f"main [name='{name}']")
        self.browser.types(value)

    def ticks(self, name: str) -> None:
        self.browser.tab_to(f"main [name='{name}']")
        self.browser.press("Space")

    def sends(self, action: str) -> None:
        self.opens(f"form[action='/app{action}'] button")


_WAYS: dict[str, tuple[type[Framed], Screen]] = {
    "in the frame": (Framed, still()),
    "on a phone": (Alone, PHONE),
}


@pytest.fixture(params=_WAYS)
def owner(
    request: pytest.FixtureRequest, served: Served, browsers: Browsers
) -> Iterator[Framed]:
    kind, screen = _WAYS[request.param]
    with browsers.lent(screen) as browser:
        yield kind(browser, served)


@pytest.fixture
def says(owner: Framed) -> Callable[..., None]:
    words = words_for(owner.language)

    def says(sentence: str, **values: Any) -> None:
        """Wait until the page says it, in the owner's language."""
        told = words.gettext(sentence, **values)
        script = (
            "const said = [...document.querySelectorAll('[heading]')]"
            ".map((each) => each.getAttribute('heading'));"
            "return [document.body.innerText, ...said].join(' ').includes(arguments[0])"
        )
        owner.browser.once(script, told, what=told)

    return says


def test_an_owner_goes_all_the_way_from_installing_to_forgetting_a_buyer(
    owner: Framed, served: Served, terminal: Terminal, says: Callable[..., None]
) -> None:
    world = served.world
    served.shopify.post("uninstall", {"shop": SHOP})
    owner.installs()
    says("No number is connected yet")
    [shop] = world.rows("shops")
    world.shop_ids[SHOP] = shop.id

    owner.goes("/whatsapp")
    owner.browser.run("document.querySelector('details').open = true")
    owner.fills("account", DEFAULT_WABA_ID)
    owner.fills("phone_number", DEFAULT_NUMBER_ID)
    owner.fills("token", sandbox_token(SANDBOX_SECRET))
    owner.sends("/whatsapp")
    owner.browser.wait_for(lambda: "said=" in address(owner.browser), "the answer")
    carry_on(
        desk_at(replace(world.settings, app_url=served.url)), services=world.services
    )
    owner.goes("/whatsapp")
    owner.browser.find("a[href^='/app/whatsapp/']")
    _meta_approves(served)

    owner.goes("/automations")
    owner.opens("main a[href='/app/automations/order_confirmation']")
    owner.browser.find("figure.phone")
    owner.fills("phone", MINE)
    owner.ticks("is_mine")
    owner.sends("/automations/order_confirmation/test")
    owner.browser.find("#outcome")
    world.work()
    assert len(world.accepted) == 1
    owner.goes("/automations")
    owner.opens("main a[href='/app/automations/order_confirmation']")
    owner.browser.find("figure.phone")  # its card in the list has such a form, too
    owner.sends("/automations/order_confirmation/switch")
    says("Switched on: it is sent from now on.")

    world.shopify_says("orders/create", samples.order(placed_at=world.now))
    world.work()
    assert len(world.accepted) == 2
    owner.goes("/orders")
    owner.opens("main a[href^='/app/orders/']")
    owner.opens("main a[href^='/app/messages/']")
    says("Meta accepted it.")

    owner.goes("/flows")
    owner.opens("main a[href='/app/flows/cart_reminder']")
    owner.presses("play")
    owner.browser.find("progress")
    playing_flows.play_what_is_asked(services=world.services)
    owner.browser.wait_for(lambda: not owner.browser.all("progress"), "the past")

    owner.goes("/customers")
    owner.opens("main a[href^='/app/customers/']")
    contact = owner.browser.wait_for(
        lambda: _number_in(address(owner.browser)), "the customer"
    )
    owner.opens("details:has([name='typed']) > summary")
    owner.fills("typed", contact)
    owner.sends(f"/customers/{contact}/erase")
    owner.browser.wait_for(
        lambda: address(owner.browser).endswith("said=erasing"), "the erasing"
    )
    attendant_at(terminal).attend()
    [request] = world.rows("privacy_requests")
    assert (request.state, request.counts["orders"]) == ("done", 1)
    assert owner.browser.complaints() == []


def _number_in(url: str) -> str | None:
    """With which an address ends, if it does with one."""
    last = url.partition("?")[0].rpartition("/")[2]
    return last if last.isdigit() else None


def _meta_approves(served: Served) -> None:
    """All texts, as its review does after minutes or days."""
    world = served.world
    rows = [
        TemplateRow(each.name, language, "APPROVED", each.category, None)
        for each in templates_of(world.services.automations.values())
        for language in each.texts
    ]
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, rows, now=world.now)
