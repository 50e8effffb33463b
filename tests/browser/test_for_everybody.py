"""The page is for everybody: small screens, keyboards, readers, languages, the dark."""

import re
from importlib.resources import files

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from selenium.webdriver.common.keys import Keys

from bench.chromium import Browser
from core.words import CATALOGS, DOMAIN
from sandbox.shopify import recovery
from tests.browser.conftest import Browsers, Open, still
from tests.browser.sandbox_page import SandboxPage

pytestmark = pytest.mark.slow

SCREENS = {
    "wide": {},
    "a phone": {"width": 360, "height": 740},
    "a tablet": {"width": 820, "height": 1180},
}


_AXE = files("axe_core_python").joinpath("axe.min.js")


def broken_rules(browser: Browser, *only: str) -> list[str]:
    """What axe has to say against the page as it is now, by all of its rules or by
    these."""
    if not browser.run("return 'axe' in window"):  # it is half a megabyte
        browser.run(_AXE.read_text("utf-8"))
    found = browser.driver.execute_async_script(
        "const [only, done] = arguments;"
        "const rules = only.length ? {runOnly: only} : {};"
        "const asked = {resultTypes: ['violations'], ...rules};"
        "axe.run(document, asked).then((said) => done("
        "  said.violations.flatMap((rule) => rule.nodes.map((node) =>"
        "    `${rule.id}: ${node.target}: ${node.failureSummary}`))))",
        only,
    )
    return list(found)


def broken_by_day_and_night(browser: Browser, **screen: int) -> list[str]:
    """The same, and against its colours in the dark: nothing else is another there."""
    by_day = broken_rules(browser)
    browser.look_by(still(**screen, is_dark=True))
    in_the_dark = broken_rules(browser, "color-contrast")
    browser.look_by(still(**screen))
    return by_day + in_the_dark


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_wrong(open_page: Open, screen):
    size = SCREENS[screen]
    page = open_page(**size)
    page.browser.run("document.getElementById('break').open = true")
    if not size:
        name = page.order("ar")
        page.press(name, "Ship it")
        page.bubble(name)
        assert broken_by_day_and_night(page.browser) == []
        page.open_line("Decided: send")
        page.browser.find("#story .facts")
        assert broken_by_day_and_night(page.browser) == []
        return
    for tab in ("store", "phone", "trace"):
        page.browser.find(f"#tab-{tab}").click()
        assert broken_by_day_and_night(page.browser, **size) == [], tab


@pytest.mark.parametrize("screen", ["wide", "a phone"])
def test_axe_finds_nothing_wrong_with_the_stores_checkout(open_page: Open, screen):
    size = SCREENS[screen]
    page = open_page(**size)
    browser, sandbox = page.browser, page.browser.driver.current_url
    started = browser.answer(
        "import('./static/wire.js').then(wire => wire.act('check_out', {buyer: 'de',"
        " currency: 'EUR', payment: 'paid', consent: true,"
        " items: [{sku: 'TRY-LRG', quantity: 1}]}))"
    )
    way = recovery.path_of(started["checkout"])

    for path in (way, f"{way}&discount=MADEUP"):
        browser.go(f"{sandbox.partition('?')[0]}store{path}")
        browser.find("h1")
        assert broken_by_day_and_night(browser, **size) == [], path


def test_what_moves_by_itself_has_come_to_rest_within_five_seconds(
    open_page: Open,
):
    """Longer than that, there must be a way to stop it; nor shall a page that nobody
    touches keep a processor busy."""
    page = open_page(is_still=False)
    page.browser.run("document.getElementById('first-order').className = 'hint'")

    ends = page.browser.run(
        "return document.getAnimations().map((each) =>"
        "  each.effect.getComputedTiming().endTime)"
    )

    assert ends != []  # None stands for what never ends
    assert [end for end in ends if end is None or end > 5_000] == []


def test_on_a_small_screen_there_is_one_part_at_a_time_and_nothing_is_cut(
    open_page: Open,
):
    page = open_page(width=360, height=740)
    for tab in ("store", "phone", "trace"):
        page.browser.find(f"#tab-{tab}").click()

        shown = [
            p.get_attribute("id") for p in page.browser.all(".part") if p.is_displayed()
        ]
        width = page.browser.run("return document.documentElement.scrollWidth")
        assert (shown, width) == ([tab], 360)


LONG = {
    "en": "Wilhelmina Featherstonehaugh-Cholmondeley of Bristol",
    "ko": "선우황보남궁제갈독고사공동방서문어금을지선우황보남궁제갈독고사공",
}


@pytest.mark.parametrize("language", LONG)
def test_nothing_is_wider_than_a_narrow_screen_whatever_a_buyer_is_called(
    open_page: Open, store, language
):
    for locale in ("en", "ko", "ar", "pt-BR"):
        bought = store.post("orders", {"locale": locale})["order"]
        number = {"tracking_numbers": ["JD014600003333"], "company": "DHL"}
        store.post("fulfillments", {**number, "order_id": bought["id"]})
    page = open_page(f"lang={language}", width=360, height=740)
    page.browser.wait_for(lambda: bought["name"] in page.names(), "the orders")
    too_wide = (
        "for (const who of document.querySelectorAll('.who')) {"
        "  who.textContent = `${arguments[0]}, United Kingdom`; }"
        "const shown = [...document.querySelectorAll('body *')];"
        "return shown.filter((each) => each.checkVisibility()"
        "  && each.getBoundingClientRect().right > 360.5)"
        "  .map((each) => `${each.tagName} ${each.className} ${each.textContent}`)"
    )

    for tab in ("store", "phone", "trace"):
        page.browser.find(f"#tab-{tab}").click()
        assert page.browser.run(too_wide, LONG[language]) == [], tab


def test_the_page_is_never_longer_than_its_window_where_its_parts_scroll(
    open_page: Open, store
):
    for _ in range(12):
        bought = store.post("orders", {"locale": "de"})["order"]
    page = open_page(width=1400, height=1000)
    page.browser.wait_for(lambda: bought["name"] in page.names(), "the orders")

    long = page.browser.run("return document.documentElement.scrollHeight")
    assert long <= page.browser.run("return innerHeight")


@pytest.mark.parametrize(("tab", "box"), [("phone", "#talk"), ("trace", "#lines")])
def test_a_tab_opens_where_the_newest_is(open_page: Open, store, tab, box):
    for _ in range(3):
        bought = store.post("orders", {"locale": "en", "consent": True})["order"]
    page = open_page(width=360, height=740)
    page.browser.wait_for(lambda: bought["name"] in page.names(), "the orders")
    # To one person much is sent in turn, and other tests have sent to her as well.
    page.bubble("confirmed", bought["name"], seconds=90)

    page.browser.find(f"#tab-{tab}").click()

    page.browser.once(f"{_BELOW} < 2", box, what="the end of it")
    bottom = (
        "return document.querySelector(arguments[0]).getBoundingClientRect().bottom"
    )
    assert page.browser.run(bottom, box) <= 740


_BELOW = """
const box = document.querySelector(arguments[0]);
return box.scrollHeight - box.scrollTop - box.clientHeight"""
"""How many dots of a scrolled box lie below what is in view."""


def test_a_message_is_announced_on_the_tab_of_the_phone(open_page: Open):
    page = open_page(width=360, height=740)

    page.browser.find("#first-order").click()
    # There may be more than one: other tests have sent to her as well.
    page.browser.once(
        "return Number(document.getElementById('unseen').innerText) > 0",
        what="the number of what is new",
        seconds=40,
    )
    page.browser.find("#tab-phone").click()

    page.bubble("confirmed")
    assert not page.browser.find("#tab-phone").find_elements(
        "css selector", "#unseen:not([hidden])"
    )


def test_tabs_are_changed_by_arrow_keys(open_page: Open):
    page = open_page(width=360, height=740)
    tab = page.browser.find("#tab-store")

    tab.send_keys(Keys.ARROW_RIGHT)
    chosen = [page.browser.driver.switch_to.active_element.get_attribute("id")]
    page.browser.driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    chosen.append(page.browser.driver.switch_to.active_element.get_attribute("id"))
    page.browser.driver.switch_to.active_element.send_keys(Keys.END)
    chosen.append(page.browser.driver.switch_to.active_element.get_attribute("id"))

    assert chosen == ["tab-phone", "tab-store", "tab-trace"]
    assert page.browser.find("#trace").is_displayed()


def test_the_whole_story_can_be_told_without_a_mouse(page: SandboxPage):
    def active():
        return page.browser.driver.switch_to.active_element

    tab_to = page.browser.tab_to
    before = page.names()
    tab_to("#first-order")
    active().send_keys(Keys.ENTER)
    name = page.placed_after(before)
    page.bubble("confirmed", name)
    tab_to("#orders button[data-do='ship']")
    active().send_keys(Keys.SPACE)
    page.browser.says(page.card(name), "Next scan")
    kept = page.browser.run("return document.activeElement.closest('#orders') !== null")
    tab_to("#saying")
    active().send_keys("thanks", Keys.ENTER)
    page.bubble("thanks")
    tab_to("#lines button")
    active().send_keys(Keys.ENTER)
    page.browser.find("#story[open]")
    active().send_keys(Keys.ESCAPE)

    assert kept, "the focus stays where it was while the order is drawn anew"
    assert not page.browser.all("#story[open]")


_LISTEN = """
window.heard = [];
const said = document.getElementById("said");
new MutationObserver(() => window.heard.push(said.textContent)).observe(
    said, {childList: true, characterData: true, subtree: true});
"""


def test_what_happens_is_told_to_a_screen_reader(page: SandboxPage):
    """Each thing that is said stands there until the next one is."""
    page.browser.run(_LISTEN)
    page.browser.find("#first-order").click()

    page.browser.once(
        "return String(window.heard).includes('On the phone: Order #')",
        what="the announcement",
    )

    assert page.browser.run("return document.getElementById('said').role") == "status"


def catalog(language: str) -> Catalog:
    file = CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with file.open("rb") as source:
        return read_po(source, locale=language)


def test_it_is_all_in_korean(open_page: Open):
    page = open_page("lang=ko")
    page.browser.run("document.getElementById('break').open = true")
    page.choose_buyer("ko")
    page.browser.find("#first-order").click()
    page.bubble("주문", "접수 완료")
    page.open_line("결정: 보냄")
    page.browser.find("#story .checks")

    shown = page.browser.run(
        "const found = [];"
        "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
        "while (walk.nextNode()) {"
        "  const at = walk.currentNode.parentElement;"
        "  if (!at.closest('script')) found.push(walk.currentNode.data.trim());"
        "}"
        "for (const each of document.querySelectorAll('[title], [aria-label]')) {"
        "  found.push(each.title, each.ariaLabel ?? '');"
        "}"
        "return found"
    )
    english = {
        str(each.id)
        for each in catalog("ko")
        if each.id and each.string != each.id and re.search("[a-z]{3}", str(each.id))
    }
    assert len(english) > 400
    assert [each for each in shown if each in english] == []
    assert sum(bool(re.search("[가-힣]", each)) for each in shown) > 100
    assert page.browser.run("return document.documentElement.lang") == "ko"


def test_it_follows_the_system_into_the_dark(browsers: Browsers, program):
    grounds = []
    for is_dark in (False, True):
        with browsers.lent(still(is_dark=is_dark)) as browser:
            browser.go(f"{program.url}/sandbox/?lang=en")
            ground = "return getComputedStyle(document.body).backgroundColor"
            grounds.append(browser.run(ground))

    light, dark = (sum(map(int, re.findall(r"\d+", each)[:3])) for each in grounds)
    assert light > 600
    assert dark < 100


def test_it_asks_no_other_host_for_anything(page: SandboxPage, program):
    name = page.order("ar")
    page.bubble(name)
    page.open_line("Decided: send")
    page.browser.find("#story .facts")

    asked = page.browser.run(
        "return performance.getEntriesByType('resource').map((each) => each.name)"
    )

    assert len(asked) > 10
    assert [
        each for each in asked if not each.startswith(f"{program.url}/sandbox/")
    ] == []


def test_no_script_of_a_stranger_runs_in_it(page: SandboxPage):
    """What a buyer writes is text, and the policy forbids the rest."""
    name = page.order("en")
    page.bubble(name)
    page.browser.find("#saying").send_keys(
        "<img src=x onerror=document.title='gone'>\n"
    )
    page.bubble("onerror=")

    refused = page.browser.run(
        "try { document.body.innerHTML = '<b>x</b>'; return false }"
        " catch { return true }"
    )

    assert refused
    assert page.browser.driver.title == "Sosik sandbox"
    page.browser.complaints()  # it has complained of our own attempt


@pytest.fixture
def hidden(page: SandboxPage) -> SandboxPage:
    page.browser.run("Object.defineProperty(document, 'hidden', {get: () => true})")
    return page


def test_a_hidden_tab_hardly_asks(hidden: SandboxPage):
    """It may have one more request planned; the next comes much later."""
    hidden.browser.run("performance.clearResourceTimings()")
    count = (
        "return performance.getEntriesByType('resource')"
        ".filter((each) => each.name.includes('/news')).length"
    )

    with pytest.raises(TimeoutError):
        hidden.browser.once(f"{count} > 2", what="many requests", seconds=6)
