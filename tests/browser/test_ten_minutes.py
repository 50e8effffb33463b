"""The first ten minutes: an order, a parcel, a no, and each thing that breaks."""

import json
import re
from contextlib import closing
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import psutil
import pytest
from flask import Flask

from bench.up import Program
from core.settings import SANDBOX_SHOP, Settings
from notifications.form_texts import TEXTS
from notifications.reply_texts import CONFIRM_TITLES
from sandbox import travel
from tests.browser.conftest import MONTH_ORDERS
from tests.browser.sandbox_page import SandboxPage
from webapp import commands
from wiring.clock import sandbox_clock
from wiring.services import build

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def well(graph, store):
    """Whatever was broken is mended, and nobody is in a hurry."""
    yield
    graph.post("settings", {"faults": []})
    graph.post("door", {"open": True})
    store.delete("rush")


def test_the_first_click_goes_the_whole_way(page: SandboxPage, graph):
    hint = page.browser.find("#first-order")
    words = hint.text

    hint.click()
    name = words.removeprefix("Place order ")
    page.bubble("confirmed", "Grace", name)
    page.ticks(name, "read")

    assert re.fullmatch(r"Place order #\d+", words)
    page.only(name)
    page.says("read ✓✓")
    kinds = page.browser.run(
        "return [...document.querySelectorAll('#lines .line')]"
        ".map((each) => each.classList[2])"
    )
    for kind in ("webhook", "row", "propose", "decide", "call", "status", "read"):
        assert kind in kinds, kind


def test_a_cart_that_is_sent_from_the_phone_is_answered_with_a_button(
    page: SandboxPage,
):
    page.browser.find("#basket button").click()

    page.bubble("Your cart at", "€70.50", "Go to checkout")
    way = page.browser.find("#chat .answer").get_attribute("href")

    assert re.search(r"/l/[0-9A-Za-z]{14}$", way or "")


def test_a_bubble_lands_in_about_a_second(page: SandboxPage):
    page.browser.find("#first-order").click()

    began_at = monotonic()
    page.bubble("confirmed")

    # A second on an idle machine, and tests share one.
    assert monotonic() - began_at < 5


def test_a_parcel_is_followed_town_by_town_and_each_line_opens(page: SandboxPage):
    name = page.order("de")
    page.bubble("bestätigt", name)

    page.press(name, "Ship it")
    page.bubble("unterwegs", name)
    page.press(name, "Next scan: Seoul")
    page.browser.says(f"{page.card(name)} .way .passed", "Seoul")
    page.bubble("im Versand", name)
    page.press(name, "Next scan: Incheon")
    page.bubble("Incheon", name)

    page.only(name)
    page.says("Decided: send", "parcel_reached_hub")
    page.open_line("fulfillment_events/create")
    payload = page.browser.text("#story pre")
    assert '"city": "Incheon"' in payload
    page.browser.find("#close-story").click()


def test_why_opens_with_every_rule_that_was_asked(page: SandboxPage):
    name = page.order()
    page.bubble("confirmed", name)

    page.ask_why("confirmed", name)

    page.browser.says("#story .checks dt", "?")
    assert page.browser.text("#story-title") == "order_confirmation"
    assert len(page.browser.all("#story .checks dt")) > 5
    assert '"biz_opaque_callback_data"' in page.browser.text("#story pre")
    assert name in page.browser.text("#story blockquote")


def test_without_the_buyers_yes_nothing_arrives_and_the_trace_says_why(
    page: SandboxPage,
):
    name = page.order(agrees=False)
    page.only(name)
    page.open_line("Decided: do not send", "no_consent")
    page.browser.says("#story .reason", "no_consent")

    assert [each for each in page.bubbles() if name in each] == []
    assert "did not say yes" in page.browser.text(page.card(name))


def test_money_that_comes_later_is_confirmed_later(page: SandboxPage):
    page.choose_buyer("fr")
    page.browser.all("input[value='unpaid']")[0].find_element("xpath", "..").click()
    name = page.order_by_mouse()
    page.only(name)
    page.says("none (")
    before = [each for each in page.bubbles() if name in each]

    page.press(name, "The money comes")
    page.bubble("confirmée", name)

    assert before == []


def test_a_refund_is_told(page: SandboxPage):
    name = page.order("es")
    page.bubble(name)

    page.press(name, "Refund")

    page.only(name)
    page.says("refund_issued", "Decided: send")
    page.browser.says(f"{page.card(name)} .mark", "money back")


def test_a_checkout_may_be_left_and_paid_after_all(page: SandboxPage):
    page.choose_buyer("id")
    before = page.names()
    page.browser.all("[data-more='TRY-LRG']")[0].click()

    page.browser.find("#leave").click()
    page.says("checkouts/create")
    assert page.names() == before
    page.browser.button("Pay it after all").click()

    page.placed_after(before)
    page.says("checkouts/update")


def test_a_buyer_who_writes_back_is_heard(page: SandboxPage):
    name = page.order()
    page.bubble(name)

    page.browser.find("#saying").send_keys("where is my order?\n")

    page.ticks("where is my order?", "delivered")
    page.says("messages (from WhatsApp)", "where is my order?", "200")


def test_an_arabic_buyer_reads_from_right_to_left(page: SandboxPage):
    name = page.order("ar")

    page.bubble(name)
    looks = page.browser.run(
        "const [bubble] = [...document.querySelectorAll('#chat .message')].slice(-1);"
        "return [bubble.dir, bubble.lang, document.getElementById('owner').value,"
        " getComputedStyle(bubble.querySelector('.body')).direction]"
    )

    assert looks == ["rtl", "ar", "971501234567", "rtl"]


# What breaks, heals


def test_meta_goes_down_and_what_waited_leaves_when_it_is_back(page: SandboxPage):
    page.meta_is("down")
    page.says("Meta is down")
    name = page.order("pt-BR")
    page.only(name)
    page.says("POST /messages")
    before = [each for each in page.bubbles() if name in each]

    page.meta_is("well")
    page.bubble("confirmado", name, seconds=60)

    assert before == []
    page.says("POST /messages: Meta took it")


def test_a_reset_after_it_took_leaves_doubt_and_no_second_message(
    page: SandboxPage, graph
):
    page.meta_is("resetting after it took")
    name = page.order("hi")
    page.bubble(name)
    page.only(name)
    page.says("POST /messages: no answer")

    page.says("delivered ✓✓", seconds=60)

    assert len([each for each in page.bubbles() if name in each]) == 1


@pytest.mark.parametrize(
    ("how", "code"),
    [("limiting the number", "130429"), ("limiting one person", "131056")],
)
def test_who_is_limited_waits_and_arrives(page: SandboxPage, graph, how, code):
    graph.post("settings", {"seed": 3})
    page.meta_is(how)
    name = page.order("zh-TW")
    page.only(name)
    page.says("POST /messages")
    page.meta_is("well")

    page.bubble(name, seconds=60)

    assert len([each for each in page.bubbles() if name in each]) == 1


def test_a_webhook_five_times_more_is_no_second_message(page: SandboxPage):
    name = page.order()
    page.bubble("confirmed", name)
    page.break_open()

    page.browser.button("five times more").click()
    page.only(name)
    wait_for_lines(page, "its id is known", 3)
    wait_for_lines(page, "proposed already", 3)

    assert len([each for each in page.bubbles() if name in each]) == 1


def test_news_in_any_order_ends_in_the_last_word(page: SandboxPage):
    name = page.order("ko")
    page.bubble(name)
    page.break_open()

    page.browser.button("shipped to delivered, shuffled").click()
    page.only(name)
    page.browser.says(f"{page.card(name)} .mark", "delivered")
    wait_for_lines(page, "fulfillment_events/create", 3)
    page.wait_until_nothing_waits()

    # Of the way at most the last step is told, however its news came in.
    told = [each for each in page.bubbles() if name in each]
    assert len(told) <= 3
    assert sum("배송 완료" in each for each in told) <= 1


def wait_for_lines(page: SandboxPage, words: str, count: int) -> None:
    page.browser.once(
        "return [...document.querySelectorAll('#lines > li')]"
        ".filter((each) => each.innerText.includes(arguments[0]))"
        ".length >= arguments[1]",
        words,
        count,
        what=f"{count} times {words}",
        seconds=60,
    )


def how_many(page: SandboxPage, words: str) -> int:
    return sum(words in each for each in page.lines())


def test_a_forged_webhook_is_refused(page: SandboxPage):
    page.break_open()

    page.browser.button("one forged").click()

    page.says("signature wrong · 401, and nothing is stored")
    page.browser.all("input[value='cash_on_delivery']")[0].find_element(
        "xpath", ".."
    ).click()
    name = page.order("en")
    page.bubble(name)

    assert how_many(page, "signature wrong · 401") == 1


def test_the_trace_follows_while_things_are_broken_and_waits_for_who_reads(
    page: SandboxPage,
):
    name = page.order("en")
    page.says("read ✓✓", name)
    page.break_open()

    name = page.order("en")
    page.says("read ✓✓", name)
    page.browser.once(_AT_THE_END, what="the newest line in view")
    page.browser.run("document.getElementById('lines').scrollTop = 0")
    newer = page.browser.find("#newer-lines")
    name = page.order("en")
    page.says("read ✓✓", name)
    stayed = page.browser.run("return document.getElementById('lines').scrollTop")
    newer.click()

    assert stayed == 0
    page.browser.once(_AT_THE_END, what="the newest line in view")
    assert page.browser.all("#newer-lines:not([hidden])") == []


_AT_THE_END = """
const box = document.getElementById('lines');
return box.scrollHeight - box.scrollTop - box.clientHeight < 2"""


def test_nothing_is_lost_with_valkey(page: SandboxPage):
    page.break_open()
    page.browser.button("empty Valkey").click()
    page.says("Valkey was emptied")

    name = page.order("en")

    page.bubble("confirmed", name)


def test_a_killed_worker_is_replaced_and_nothing_is_lost(page: SandboxPage, program):
    page.break_open()
    parts = {part.pid for part in psutil.Process(program.process.pid).children()}

    page.browser.button("kill a worker").click()
    killed = page.says("Worker", "was killed").text
    name = page.order("en")
    page.says("Worker", "has taken its place")

    page.bubble("confirmed", name)
    [process_id] = map(int, re.findall(r"Worker (\d+) was killed", killed))
    assert process_id not in parts
    assert not psutil.pid_exists(process_id)
    assert all(map(psutil.pid_exists, parts))


# Time


def test_an_hour_and_a_day_pass_and_are_undone(page: SandboxPage):
    page.browser.button("+1 day").click()
    page.browser.says("#offset", "1 d ahead")
    page.browser.button("+1 hour").click()
    page.browser.says("#offset", "25 h ahead")
    name = page.order("en")
    page.bubble("confirmed", name)
    page.says("read ✓✓", name)

    page.browser.button("Back to now").click()
    page.browser.wait_for(lambda: not page.browser.all("#offset:not([hidden])"), "home")
    name = page.order("en")

    page.bubble("confirmed", name)
    page.says("Back to now")
    page.says("read ✓✓", name)
    # A webhook that brings no news may be read last.
    assert any(name in line for line in page.lines()[-4:])
    assert name in page.bubbles()[-1]
    days = page.browser.run(
        "return [...document.querySelectorAll('#chat .day')]"
        ".map((each) => each.innerText).slice(-2)"
    )
    assert days == ["Tomorrow", "Today"]
    page.browser.once(_AT_THE_END, what="the newest line in view")


# Much at once


def test_what_was_left_is_told_an_hour_later_to_who_agreed_to_offers(
    page: SandboxPage, program
):
    page.choose_buyer("de")
    page.browser.all("[data-more='TRY-LRG']")[0].click()
    page.browser.says("#offers-said", "Nothing was said about it")
    page.browser.wait_for(
        lambda: page.browser.find("#offers").is_enabled(), "the switch"
    )
    page.browser.find("#offers").click()
    page.browser.says("#offers-said", "agreed at")

    page.browser.find("#leave").click()
    page.says("goes out only if nobody buys until then")
    travel_into_the_day(page, program, "Europe/Berlin")

    left = page.bubble("Ihr Warenkorb", "Walnut tray", "Werbung abbestellen")
    sandbox, browser = page.browser.driver.current_url, page.browser
    # As it is, it says that nobody sits before it.
    agent = browser.run("return navigator.userAgent").replace("Headless", "")
    browser.command("Network.setUserAgentOverride", userAgent=agent)
    browser.go(left.find_element("css selector", "a.address").get_property("href"))
    browser.says("li", "1 × Walnut tray")
    browser.button("Buy").click()
    browser.says("#said", "is placed.")
    browser.go(sandbox)
    browser.button("Back to now").click()


def test_who_signs_up_on_the_store_s_form_is_asked_on_the_phone(
    page: SandboxPage, program
):
    page.choose_buyer("id")
    sandbox, browser = page.browser.driver.current_url, page.browser
    browser.wait_for(lambda: "locale=id" in form_of(page), "the form of the buyer")
    number = browser.find("#number").text

    browser.go(form_of(page))
    browser.says("h1", TEXTS["id"].title)
    browser.find("#phone").send_keys(number)
    browser.find("#yes").click()
    browser.find("form button").click()
    browser.says("[role='status']", TEXTS["id"].done)
    browser.go(sandbox)
    page.wait_until_it_is_told()
    page.choose_buyer("id")
    travel_into_the_day(page, program, "Asia/Jakarta")
    page.bubble(CONFIRM_TITLES["id"])
    browser.says("#offers-said", "Nothing was said about it")
    browser.button(CONFIRM_TITLES["id"]).click()

    browser.says("#offers-said", "agreed at")
    browser.button("Back to now").click()


def travel_into_the_day(page: SandboxPage, program: Program, zone: str) -> None:
    """An hour, and on until it is day for the buyer: nobody is written to at night."""
    now = datetime.now(ZoneInfo(zone))
    hours = next(
        n for n in range(1, 25) if (now + timedelta(hours=n)).hour in range(9, 18)
    )
    page.browser.button("+1 hour").click()
    page.browser.says("#offset", "1 h ahead")
    if hours > 1:
        env = program.environment
        clock = sandbox_clock(program.data_dir, env["DATABASE_URL"])
        more = timedelta(hours=hours - 1)
        travel.travel(more, clock=clock, data_dir=program.data_dir)
        ahead = f"{hours} h ahead" if hours < 24 else "1 d ahead"
        page.browser.says("#offset", ahead)


def form_of(page: SandboxPage) -> str:
    found: str = page.browser.find("#form").get_property("href")
    return found


def commanded(program: Program, *words: str) -> None:
    """A command, given where the program runs."""
    settings = Settings.from_env(program.environment)
    with closing(build(settings)) as services:
        app = Flask("commanded")
        commands.register(app, settings, services)
        done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output


def test_an_offer_counts_down_its_code_is_copied_and_its_link_brings_it_along(
    page: SandboxPage, program, tmp_path
):
    steps = [
        {"key": "1", "message": "cart_reminder", "after_minutes": 60},
        {
            "key": "2",
            "message": "cart_offer",
            "after_minutes": 120,
            "offer": {"percent": 10, "valid_hours": 24, "one_customer": False},
        },
    ]
    flow = tmp_path / "flow.json"
    flow.write_text(json.dumps({"holdout": 0, "steps": steps}))
    commanded(program, "flow", "set", SANDBOX_SHOP, "cart_reminder", str(flow))
    page.choose_buyer("es")
    page.browser.all("[data-more='TRY-LRG']")[0].click()
    page.browser.wait_for(
        lambda: page.browser.find("#offers").is_enabled(), "the switch"
    )
    page.browser.find("#offers").click()
    page.browser.says("#offers-said", "agreed at")
    page.browser.find("#leave").click()
    page.says("goes out only if nobody buys until then")

    travel_into_the_day(page, program, "Europe/Madrid")
    page.bubble("Walnut tray", "carrito")
    for _ in range(2):
        page.browser.button("+1 hour").click()

    page.bubble("Oferta limitada", "ends in 23:", "10")
    page.ticks("Oferta limitada", "read")  # it is drawn anew until then
    page.press_below("Copy offer code")
    said = page.said("Oferta limitada", "Copied: ")
    [code] = re.findall(r"Copied: (\w{12})", said)
    assert f"código {code} vale" in said
    assert "/l/" in page.address("Oferta limitada")
    page.browser.button("Back to now").click()


def test_a_busy_day_is_shown_and_can_be_ended(page: SandboxPage):
    page.break_open()
    rate = page.browser.find("#rate")
    rate.clear()
    rate.send_keys("5")

    page.browser.button("for a minute").click()
    page.browser.says("#pace", "of 300 orders placed")
    page.browser.once(
        r"return / [1-9]\d* messages/.test(document.getElementById('pace').innerText)",
        what="sent",
    )
    page.browser.button("enough").click()

    page.browser.wait_for(
        lambda: page.browser.all("#rush:not([hidden])"), "the end of the rush"
    )
    assert len(page.browser.all("#lines > li:not(.day)")) <= 160


def test_a_month_of_history_is_written_once(page: SandboxPage):
    page.break_open()
    page.browser.button("a month of it").click()
    page.says(
        f"A month of history is there: {MONTH_ORDERS} orders", " read, ", seconds=120
    )

    page.browser.button("a month of it").click()
    page.says("The month of history is there already")

    name = page.order("en")
    page.bubble("confirmed", name)
    told = [each for each in page.lines() if "A month of history is there" in each]
    assert len(told) == 1


def test_two_tabs_see_the_same(page: SandboxPage):
    browser, driver = page.browser, page.browser.driver
    one, address = driver.current_window_handle, driver.current_url
    driver.switch_to.new_window("window")  # so that both are in view
    browser.go(address)
    page.wait_until_it_is_told()
    other = driver.current_window_handle

    driver.switch_to.window(one)
    name = page.order("en")

    driver.switch_to.window(other)
    browser.wait_for(lambda: name in page.names(), "the order in the other tab")
    page.bubble("confirmed", name)
