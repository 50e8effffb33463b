"""The sandbox's page: who may see it, who may press, and what it tells."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import words
from core.settings import SANDBOX_SHOP, Settings
from notifications.checking_carts import check_carts
from sandbox import page, seed
from sandbox.control import Control
from sandbox.page import news
from sandbox.page import news as page_news
from sandbox.page.guard import TOKEN_HEADER, Guard
from sandbox.page.words import LANGUAGES, OF_SCRIPT
from sandbox.serving import running
from sandbox.shopify import recovery
from sandbox.shopify.people import PRODUCTS
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator
from tests.flows.terminal import Terminal
from tests.moments import Moments
from tests.wire.shopify_bodies import example
from tests.world import APP_SECRET, NOON, SANDBOX_SECRET, World
from webapp.app import create_app
from wiring.outside import brief_store_at

STATIC = Path(page.__file__).parent / "static"
CART = {
    "buyer": "en",
    "currency": "USD",
    "payment": "paid",
    "consent": True,
    "items": [{"sku": "MUG-CEL", "quantity": 2}],
}


class Tab:
    """A browser's tab, as far as what it asks for goes."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._token = token
        self.tag = ""

    def press(self, name: str, wish: Any = None, **headers: str) -> Any:
        given = {TOKEN_HEADER: self._token, "Sec-Fetch-Site": "same-origin", **headers}
        raw = wish if isinstance(wish, bytes) else json.dumps(wish or {})
        return self._client.post(f"/sandbox/acts/{name}", data=raw, headers=given)

    def look(self, query: str = "", **headers: str) -> Any:
        answer = self._client.get(f"/sandbox/news?{query}", headers=headers)
        self.tag = answer.headers["ETag"]
        return answer

    def news(self, query: str = "") -> Any:
        return self.look(query).json

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/sandbox/{path}", headers=headers, buffered=True)


def with_page(settings: Settings, world: World) -> Flask:
    app = create_app(settings, world.services)
    app.register_blueprint(page.blueprint(settings, world.services, {}))
    return app


@pytest.fixture(scope="module")
def after_the_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the simulated Shopify has written down once its store was connected."""
    return tmp_path_factory.mktemp("connected")


@pytest.fixture
def store(
    tmp_path: Path, after_the_start: Path, request: pytest.FixtureRequest
) -> Iterator[Control]:
    """A simulated Shopify that has sold nothing, and that nobody hears."""
    if "connected" in request.fixturenames:
        shutil.copytree(after_the_start, tmp_path, dirs_exist_ok=True)
    settings = ShopifySettings(
        data_dir=tmp_path,
        secret=SANDBOX_SECRET,
        api_key="key",
        api_secret=APP_SECRET,
    )
    with running(ShopifySimulator(settings)) as control:
        control.post("pause")  # its webhooks are handed over: see shopify_tells
        yield control


@pytest.fixture
def here(world: World, store: Control, tmp_path: Path) -> Any:
    terminal = Terminal(world, store)
    return replace(terminal.settings, data_dir=tmp_path, sandbox_secret=SANDBOX_SECRET)


@pytest.fixture
def connected(here: Any, world: World, moments: Moments, after_the_start: Path) -> None:
    """The simulated store is connected, as it is soon after the start."""

    def connect() -> None:
        seed.seed(here, world.services)
        shutil.copytree(here.data_dir, after_the_start, dirs_exist_ok=True)

    moments.at("the simulated store", world, connect)


@pytest.fixture
def sandboxed(here: Any, world: World) -> Flask:
    return with_page(here, world)


@pytest.fixture
def tab(sandboxed: Flask, here: Any) -> Tab:
    return Tab(sandboxed.test_client(), Guard(here).token)


def shopify_tells(world: World, store: Control, topic: str = "orders/create") -> Any:
    [body, *_] = store.get(f"orders?limit=1&shop={SANDBOX_SHOP}")["data"]
    assert world.shopify_says(topic, body, domain=SANDBOX_SHOP) == 200
    world.work()
    return body


# Who may see it


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("127.0.0.1", 200),
        ("evil.example.com", 404),
        ("evil.example.com:8000", 404),
        ("127.0.0.1.evil.example.com", 404),
        ("[::1", 404),
        ("10.0.0.5:8000", 404),
    ],
)
def test_it_answers_to_names_of_this_machine_alone(tab, host, status):
    for path in ("", "news", "webhooks/1", "static/page.js"):
        found = tab.get(path, Host=host).status_code
        assert (found == 404) is (status == 404 or path == "webhooks/1"), path


def test_it_answers_to_the_address_that_the_operator_has_named(here, world):
    settings = replace(here, app_url="https://play.example.com")
    app = with_page(settings, world)

    client = app.test_client()

    named = client.get("/sandbox/", headers={"Host": "play.example.com"})
    assert named.status_code == 200
    other = client.get("/sandbox/", headers={"Host": "play.example.net"})
    assert other.status_code == 404


def test_it_answers_to_any_name_where_somebody_has_opened_it_to_all(here, world):
    """Which takes SANDBOX=1: otherwise these settings would have been refused."""
    settings = replace(here, host="0.0.0.0")
    app = with_page(settings, world)

    answer = app.test_client().get("/sandbox/", headers={"Host": "10.0.0.5:8000"})

    assert answer.status_code == 200


def test_a_real_installation_has_no_such_page(world):
    assert world.web.get("/sandbox/").status_code == 404


def test_nothing_of_it_is_framed_or_runs_what_is_not_ours(tab):
    for path in ("", "news", "static/page.js", "webhooks/1"):
        policy = tab.get(path).headers["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "require-trusted-types-for 'script'" in policy


# Who may press


@pytest.mark.parametrize(
    "headers",
    [
        {TOKEN_HEADER: ""},
        {TOKEN_HEADER: "guessed"},
        {TOKEN_HEADER: "gu\xe9ss\xe9d"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "evil.example.com"},
    ],
)
def test_nobody_presses_from_elsewhere(tab, store, headers):
    answer = tab.press("order", CART, **headers)

    assert answer.status_code in (403, 404)
    assert store.get("desk")["orders"] == []


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 200),
        ("http://evil.example.com", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_an_older_browser_tells_by_the_origin(sandboxed, here, store, origin, status):
    headers = {TOKEN_HEADER: Guard(here).token, "Origin": origin}

    answer = sandboxed.test_client().post(
        "/sandbox/acts/order", data=json.dumps(CART), headers=headers
    )

    assert answer.status_code == status
    assert len(store.get("desk")["orders"]) == (status == 200)


def test_looking_changes_nothing(tab, store):
    for name in ("order", "valkey", "worker", "month", "travel"):
        assert tab.get(f"acts/{name}").status_code == 405

    assert store.get("desk")["orders"] == []


@pytest.mark.parametrize(
    ("name", "wish", "because"),
    [
        ("order", {**CART, "items": []}, "items"),
        ("order", {**CART, "items": "all"}, "items"),
        ("order", {**CART, "buyer": "xx"}, "buyer"),
        ("order", {**CART, "buyer": ["en"]}, "buyer"),
        ("order", {**CART, "currency": "XXX"}, "currency"),
        ("order", {**CART, "payment": None}, "payment"),
        ("ship", {"order": 12}, "order"),
        ("ship", {"order": "12; DROP"}, "order"),
        ("ship", {"order": "12"}, "no such order"),
        ("ship", {"order": "9" * 5_000}, "order"),
        ("scan", {"order": "12", "status": "lost"}, "status"),
        ("say", {"phone": "+4915112345678", "text": ""}, "text"),
        ("say", {"phone": "+4915112345678", "text": "x" * 1001}, "text"),
        ("say", {"phone": "somebody", "text": "x"}, "phone"),
        ("meta", {"how": "gone"}, "how"),
        ("stock", {"sku": "TEA-1", "sold_out": True}, "sku"),
        ("travel", {"time": "year"}, "time"),
        ("rush", {"rate": 51}, "whole number"),
        ("rush", {"rate": "many"}, "whole number"),
        ("worker", {}, "no worker"),
        ("valkey", {}, "not started by"),
        ("order", [CART], "not what a button"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(tab, name, wish, because):
    answer = tab.press(name, wish)

    assert answer.status_code == 400
    assert because in answer.json["error"]


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"order": %s}' % (b"9" * 5_000)])
def test_what_nobody_can_read_is_refused_with_the_reason(tab, raw):
    answer = tab.press("ship", raw)

    assert answer.status_code == 400
    assert "not what a button" in answer.json["error"]


def test_there_are_no_other_acts(tab):
    for name in ("uninstall", "webhook", "../shops", "settings"):
        assert tab.press(name).status_code == 404


# What it tells


def test_it_tells_nothing_anew_until_something_is_new(
    tab, world, store, connected, monkeypatch
):
    monkeypatch.setattr(page_news, "_FRESH_SECONDS", 0.0)  # nor anything a bit old
    first = tab.look()
    again = tab.look(**{"If-None-Match": tab.tag})
    tab.press("order", CART)
    placed = tab.look(**{"If-None-Match": tab.tag})
    shopify_tells(world, store)
    read = tab.look(**{"If-None-Match": tab.tag})

    told = [each.status_code for each in (first, again, placed, read)]
    assert told == [200, 304, 200, 200]
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_reply_that_changes_nothing_is_news_when_it_comes_and_when_it_is_read(
    tab, world, connected, monkeypatch
):
    monkeypatch.setattr(page_news, "_FRESH_SECONDS", 0.0)
    tab.press("say", {"phone": "+447400123456", "text": "hm"})
    looks = [tab.look()]

    world.person_says("hm", phone="+447400123456")
    looks.append(tab.look(**{"If-None-Match": tab.tag}))
    world.work()
    looks.append(tab.look(**{"If-None-Match": tab.tag}))
    looks.append(tab.look(**{"If-None-Match": tab.tag}))

    assert [each.status_code for each in looks] == [200, 200, 200, 304]


def test_other_phones_and_languages_are_other_documents(tab):
    tab.look("lang=en")
    tag = tab.tag

    for query in ("lang=ko", "lang=en&phone=447400123456", "lang=en&order=1"):
        assert tab.look(query, **{"If-None-Match": tag}).status_code == 200


def test_the_way_of_an_order_is_told_line_by_line(tab, world, store, connected):
    placed = tab.press("order", CART).json
    body = shopify_tells(world, store)
    ours = world.message
    world.meta_reports({"status": "read", "biz_opaque_callback_data": f"{ours.id}:1"})
    world.work()

    news = tab.news("phone=447400123456")

    assert [(line["kind"], line["order"]) for line in news["lines"]] == [
        ("webhook", "#1001"),
        ("row", "#1001"),
        ("propose", "#1001"),
        ("decide", "#1001"),
        ("call", "#1001"),
        ("read", "#1001"),
    ]
    times = [line["at"] for line in news["lines"]]
    assert times == sorted(times)
    [bubble] = news["bubbles"]
    assert bubble["header"] == "Order #1001 confirmed"
    assert bubble["ticks"] == "read"
    assert bubble["message"] == ours.id
    [order] = news["orders"]
    assert order["id"] == str(body["id"]) == str(placed["order"])
    assert news["next_order"] == "#1002"


def test_the_phone_shows_the_question_with_its_buttons_and_what_comes_back_of_each(
    tab, world, store, connected
):
    phone = "+34612345678"
    at_the_door = {**CART, "buyer": "es", "payment": "cash_on_delivery"}
    tab.press("order", at_the_door)
    shopify_tells(world, store)
    world.pass_time(timedelta(minutes=5))
    asked = next(
        row
        for row in world.messages
        if row.automation == "cod_confirmation" and not row.told
    )

    bubbles = _bubbles(tab, phone)

    [question] = [each for each in bubbles if each["message"] == asked.id]
    assert [(each["text"], each["payload"]) for each in question["buttons"]] == [
        ("Sí, envíenlo", f"cod_confirm:{asked.id}"),
        ("Cancelar mi pedido", f"cod_cancel:{asked.id}"),
    ]
    payload = f"cod_confirm:{asked.id}"
    wish = {"phone": phone, "text": "Sí, envíenlo", "context": question["id"]}
    assert tab.press("press", {**wish, "payload": payload}).status_code == 200
    button = {"payload": payload, "text": "Sí, envíenlo"}
    world.person_says({"type": "button", "button": button}, phone=phone)
    world.work()
    pressed, thanks = _bubbles(tab, phone)[-2:]
    assert (pressed["is_reply"], pressed["body"]) == (True, "Sí, envíenlo")
    assert thanks["body"].startswith("¡Gracias! El pedido #1001")


def test_without_a_yes_the_trace_says_why_not(tab, world, store, connected):
    tab.press("order", {**CART, "consent": False})
    shopify_tells(world, store)

    news = tab.news("phone=447400123456")

    [decided] = [line for line in news["lines"] if line["kind"] == "decide"]
    assert decided["title"] == "Decided: do not send"
    assert "[no_consent]" in decided["detail"]
    assert news["bubbles"] == []


def _left(world, store, **changes):
    """A checkout of the simulated store, as its webhook would tell it."""
    body = example(
        "checkouts/create",
        phone="+447400123456",
        shipping_address={"country_code": "GB", "city": "Bristol"},
        updated_at=world.now.isoformat(),
        **changes,
    )
    assert world.shopify_says("checkouts/create", body, domain=SANDBOX_SHOP) == 200
    world.work()


def _agrees(world, state, *, at=None):
    topic = "customers_whats_app_marketing_consent/update"
    consent = {"state": state, "updated_at": (at or world.now).isoformat()}
    body = example(topic, phone_number="+447400123456")
    body |= {"whats_app_marketing_consent": consent}
    assert world.shopify_says(topic, body, domain=SANDBOX_SHOP) == 200
    world.work()


def test_who_agrees_to_offers_is_shown_on_their_phone_alone(tab, world, connected):
    before = tab.news("phone=447400123456")["offers"]
    _agrees(world, "SUBSCRIBED")
    said = tab.news("phone=447400123456")["offers"]
    other = tab.news("phone=4915112345678")["offers"]
    world.now += timedelta(seconds=1)
    _agrees(world, "UNSUBSCRIBED")
    taken_back = tab.news("phone=447400123456")["offers"]

    assert before == other == {"agreed": False, "at": None}
    assert said == {"agreed": True, "at": NOON.isoformat()}
    assert (taken_back["agreed"], taken_back["at"] > said["at"]) == (False, True)
    assert tab.news()["offers"] is None


def test_what_is_said_about_offers_by_hand_is_news_too(
    tab, world, connected, monkeypatch
):
    # Else one answer is given to many tabs for a moment.
    monkeypatch.setattr(news, "_FRESH_SECONDS", 0.0)
    tab.look("phone=447400123456")
    tag = tab.tag
    terminal = world.app.test_cli_runner()
    said = ["--scope", "marketing", "--source", "phone", "--wording", "Yes"]

    done = terminal.invoke(
        args=["consent", "grant", SANDBOX_SHOP, "+447400123456", *said]
    )
    assert done.exit_code == 0, done.output

    again = tab.look("phone=447400123456", **{"If-None-Match": tag})
    assert again.status_code == 200
    assert again.json["offers"]["agreed"] is True


def test_the_switch_writes_into_the_store(tab, world, store, connected):
    pressed = tab.press("offers", {"buyer": "en", "agrees": True})
    released = tab.press("offers", {"buyer": "en", "agrees": False})

    assert pressed.json["consent"]["state"] == "SUBSCRIBED"
    assert pressed.json["consent"]["opt_in_level"] == "CONFIRMED_OPT_IN"
    assert released.json["consent"]["state"] == "UNSUBSCRIBED"


def test_what_was_said_when_it_was_later_than_now_is_not_said_otherwise(
    tab, world, store, connected
):
    """Time was moved back since: the newest word counts, and would go on counting."""
    world.now = datetime(2100, 1, 1, tzinfo=UTC)
    _agrees(world, "SUBSCRIBED")

    pressed = tab.press("offers", {"buyer": "en", "agrees": False})

    assert pressed.status_code == 400
    assert "later than now" in pressed.json["error"]


def test_a_cart_that_was_left_is_told_only_who_agreed_to_offers(
    tab, world, store, connected
):
    _left(world, store)
    [proposed] = [line for line in tab.news()["lines"] if line["kind"] == "propose"]
    assert proposed["title"] == "Something was left at the checkout."
    assert "goes out only if nobody buys until then" in proposed["detail"]

    world.pass_time(timedelta(hours=1))

    decided = [line for line in tab.news()["lines"] if line["kind"] == "decide"]
    assert decided[-1]["title"] == "Decided: do not send"
    assert "[no_consent]" in decided[-1]["detail"]

    _agrees(world, "SUBSCRIBED")
    _left(world, store, token="another", cart_token="other")
    world.pass_time(timedelta(hours=1))

    decided = [line for line in tab.news()["lines"] if line["kind"] == "decide"]
    assert decided[-1]["title"] == "Decided: send"


def test_what_is_sold_out_is_not_reminded_of_and_the_trace_says_why(
    tab, terminal, world, store, connected
):
    settings = replace(terminal.settings, shopify_admin_origin=f"{store.url}/{{shop}}")
    world.carts_store = brief_store_at(settings, world.services)
    _agrees(world, "SUBSCRIBED")
    mug = {
        "product_id": 8100000000002,
        "variant_id": 45100000000002,
        "title": "Stoneware mug",
        "quantity": 1,
    }
    assert tab.press("stock", {"sku": "MUG-CEL", "sold_out": True}).status_code == 200
    assert tab.news()["sold_out"] == ["MUG-CEL"]
    _left(world, store, line_items=[mug])

    world.pass_time(timedelta(hours=1))

    decided = [line for line in tab.news()["lines"] if line["kind"] == "decide"]
    assert decided[-1]["title"] == "Decided: do not send"
    assert "[sold_out]" in decided[-1]["detail"]

    tab.press("stock", {"sku": "MUG-CEL", "sold_out": False})
    assert tab.news()["sold_out"] == []
    _left(world, store, token="another", cart_token="other", line_items=[mug])
    world.pass_time(timedelta(hours=1))

    decided = [line for line in tab.news()["lines"] if line["kind"] == "decide"]
    assert decided[-1]["title"] == "Decided: send"


def test_who_follows_the_link_on_the_phone_finds_their_cart_and_why_names_the_message(
    tab, sandboxed, world, store, connected
):
    _agrees(world, "SUBSCRIBED")
    token = tab.press("check_out", CART).json["checkout"]
    [key] = re.findall(r"key=(.*)", recovery.path_of(token))
    address = f"{world.settings.app_url}/sandbox/store{recovery.path_of(token)}"
    _left(world, store, token=token, abandoned_checkout_url=address)
    world.pass_time(timedelta(hours=1))

    [bubble] = _bubbles(tab, "447400123456")
    [link] = re.findall(r"/l/[0-9A-Za-z]+", bubble["body"])
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/131.0"}
    leads_to = sandboxed.test_client().get(link, headers=browser).headers["Location"]
    page = tab.get(leads_to.partition("/sandbox/")[2])

    assert leads_to.startswith(address)
    assert page.status_code == 200
    assert "2 × Stoneware mug" in page.text
    assert "$39.00" in page.text
    [written] = re.findall(r'data-wish="([^"]*)"', page.text)
    world.now += timedelta(minutes=1)
    bought = tab.press("order", json.loads(unescape(written))).json
    shopify_tells(world, store)
    said = world.app.test_cli_runner().invoke(
        args=["why", SANDBOX_SHOP, "--order", bought["name"]]
    )
    [message] = [row for row in world.messages if row.automation == "cart_reminder"]
    assert f"led to by: message {message.id}" in said.stdout
    assert "link followed:" in said.stdout
    assert tab.get(f"store/checkouts/{token}/recover?key={key}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("store/checkouts/none/recover?key=1", "store/checkouts/none/recover"),
        "store/checkouts/none/recover?attributes[a]=1&attributes[]=2&discount=,,",
    ],
)
def test_where_nothing_was_left_the_stores_page_says_so(tab, connected, path):
    answer = tab.get(path)

    assert answer.status_code == 404
    assert "There is nothing to pay here" in answer.text
    assert "data-wish" not in answer.text


def test_a_checkout_is_shown_to_nobody_without_its_key(tab, connected):
    token = tab.press("check_out", CART).json["checkout"]

    answer = tab.get(f"store/checkouts/{token}/recover?key={'0' * 24}")

    assert answer.status_code == 404
    assert "Grace" not in answer.text


def test_a_code_that_does_not_count_is_shown_and_not_bought_with(tab, connected):
    token = tab.press("check_out", CART).json["checkout"]

    path = recovery.path_of(token)[1:]
    answer = tab.get(f"store/{path}&discount=MADEUP,ANOTHER")

    assert "MADEUP: Enter a valid discount code" in answer.text
    [written] = re.findall(r'data-wish="([^"]*)"', answer.text)
    assert json.loads(unescape(written))["discount"] == ""
    assert tab.press("order", json.loads(unescape(written))).status_code == 200


def test_the_stores_page_says_what_stands_in_the_address_as_text(tab, connected):
    token = tab.press("check_out", CART).json["checkout"]
    evil = "%3Cscript%3E'%22"

    path = recovery.path_of(token)[1:]
    answer = tab.get(f"store/{path}&discount={evil}&attributes[{evil}]={evil}")

    assert answer.status_code == 200
    assert "<script>'" not in answer.text
    [written] = re.findall(r'data-wish="([^"]*)"', answer.text)
    assert json.loads(unescape(written))["attributes"] == {"<script>'\"": "<script>'\""}


def _bubbles(tab: Tab, phone: str) -> list[Any]:
    found: list[Any] = tab.news(f"phone={phone.lstrip('+')}")["bubbles"]
    return found


def test_stop_typed_on_the_phone_ends_offers_and_the_answer_lies_there(
    tab, world, store, connected
):
    phone = "+33612345678"
    terminal = world.app.test_cli_runner()
    said = ["--scope", "marketing", "--source", "phone", "--wording", "Oui"]
    terminal.invoke(args=["consent", "grant", SANDBOX_SHOP, phone, *said])
    world.now += timedelta(seconds=1)
    tab.press("say", {"phone": phone, "text": "STOP"})

    world.person_says("STOP", phone=phone)
    world.work()

    answer = _bubbles(tab, phone)[-1]
    assert answer["body"].startswith("C’est fait")
    assert (answer["buttons"], answer["language"]) == ([], "fr")
    titles = [line["title"] for line in tab.news()["lines"]]
    assert any(title.startswith("STOP understood") for title in titles)
    assert tab.news(f"phone={phone[1:]}")["offers"]["agreed"] is False


def test_a_cart_that_is_sent_from_the_phone_is_answered_with_a_button(
    tab, here, world, store, connected
):
    phone = "+33612345678"
    items = {"MUG-CEL": 2, "TRY-LRG": 1}

    sent = tab.press("send_cart", {"phone": phone, "items": items})
    world.person_says(_cart_of(items), phone=phone)
    world.work()
    check_carts(brief_store_at(here, world.services), services=world.services)
    world.look()

    assert sent.status_code == 200
    *_, theirs, answer = _bubbles(tab, phone)
    assert (theirs["is_reply"], theirs["body"]) == (True, "🛒 × 3")
    assert answer["body"].startswith("Votre panier chez ")
    [button] = answer["buttons"]
    assert (button["kind"], button["text"]) == ("url", "Passer au paiement")
    assert "/l/" in button["url"]


def _cart_of(items: dict[str, int]) -> dict[str, Any]:
    """What Meta tells of it: it speaks to nobody here."""
    things = [
        {
            "product_retailer_id": str(product.variant_id),
            "quantity": items[product.sku],
            "item_price": float(product.price),
            "currency": "EUR",
        }
        for product in PRODUCTS
        if product.sku in items
    ]
    order = {"catalog_id": "1", "text": "", "product_items": things}
    return {"type": "order", "order": order}


@pytest.mark.parametrize(
    "items", [{}, [], {"MUG-CEL": 0}, {"MUG-CEL": 100}, {"MUG-CEL": "1"}, {"NOT": 1}]
)
def test_a_cart_that_makes_no_sense_is_not_sent(tab, connected, items):
    said = tab.press("send_cart", {"phone": "+447400123456", "items": items})

    assert said.status_code == 400
    assert said.json["error"].startswith("items: ")


def test_a_button_under_the_stores_own_words_can_be_pressed(
    tab, world, store, connected
):
    phone = "+33612345678"
    tab.press("order", {**CART, "buyer": "fr"})
    shopify_tells(world, store)
    world.work()
    tab.press("say", {"phone": phone, "text": "cancel"})
    world.person_says("cancel", phone=phone)
    world.work()

    asked = _bubbles(tab, phone)[-1]
    assert [button["text"] for button in asked["buttons"]] == [
        *("Arrêter les offres", "Annuler ma commande", "Rien")
    ]
    stop = asked["buttons"][0]
    pressed = tab.press(
        "press",
        {
            "phone": phone,
            "text": stop["text"],
            "button": stop["name"],
            "context": asked["id"],
        },
    )

    assert pressed.status_code == 200
    mine = _bubbles(tab, phone)[-1]
    assert (mine["is_reply"], mine["body"]) == (True, "Arrêter les offres")


def test_the_trace_of_one_order_is_of_that_one_alone(tab, world, store, connected):
    for buyer in ("en", "de"):
        tab.press("order", {**CART, "buyer": buyer})
        newest = shopify_tells(world, store)

    lines = tab.news(f"order={newest['id']}")["lines"]

    assert {line["order"] for line in lines} == {"#1002"}
    assert {line["order"] for line in tab.news()["lines"]} == {"#1001", "#1002"}


def test_a_line_opens_the_bytes_that_came(tab, world, store, connected):
    tab.press("order", CART)
    body = shopify_tells(world, store)
    [line] = [each for each in tab.news()["lines"] if each["kind"] == "webhook"]

    story = tab.get("/".join(line["opens"])).json

    assert story["title"] == "orders/create"
    assert json.loads(story["payload"]) == body
    assert str(body["id"]) in story["payload"]
    assert [each["automation"] for each in story["made"]] == ["order_confirmation"]


def test_a_line_opens_what_went_and_why(tab, world, store, connected):
    tab.press("order", {**CART, "buyer": "ko"})
    shopify_tells(world, store)
    [line] = [each for each in tab.news()["lines"] if each["kind"] == "call"]

    story = tab.get("/".join(line["opens"])).json

    assert json.loads(story["payload"])["template"]["language"] == {"code": "ko"}
    assert "주문 #1001" in story["text"]
    assert len(story["lines"]) == 3
    assert all(each["sentence"] for each in story["lines"])


def test_nothing_of_another_store_is_shown(tab, world, store, connected):
    world.open_shop(number=None)
    world.shopify_says("orders/create", {"id": 5, "name": "#S", "secret": "x"})
    world.work()
    [row] = [
        each for each in world.rows("webhooks") if each.shop_domain != SANDBOX_SHOP
    ]

    assert tab.news()["lines"] == []
    assert tab.get(f"webhooks/{row.id}").status_code == 404


def test_of_metas_webhooks_only_those_are_shown_that_the_simulator_sent(
    tab, world, connected
):
    world.meta_says({"object": "whatsapp_business_account", "entry": []})
    [row] = world.rows("webhooks")

    assert tab.get(f"webhooks/{row.id}").status_code == 404


@pytest.mark.parametrize("path", ["webhooks/999999999", "messages/msg_none", "messages/"
                                  + "m" * 70])  # fmt: skip
def test_what_is_not_there_is_not_found(tab, path):
    assert tab.get(path).status_code == 404


def test_while_a_simulator_is_away_the_page_still_tells_the_rest(
    world, here, tab, store, connected
):
    tab.press("order", CART)
    shopify_tells(world, store)
    gone = replace(here, sandbox_shopify_url="http://127.0.0.1:9")
    app = with_page(gone, world)

    news = Tab(app.test_client(), "").news("phone=447400123456")

    assert news["orders"] is None
    assert [line["kind"] for line in news["lines"]][-1] == "call"
    assert len(news["bubbles"]) == 1


def test_before_the_store_is_connected_it_says_so(tab):
    assert tab.news()["shop"] == "new"


def test_meta_is_broken_and_mended_by_name(tab, connected):
    for how in ("down", "slow", "number_limit", "pair_limit", "resets", "well"):
        tab.press("meta", {"how": how})

        assert tab.news()["meta"] == how

    titles = [line["title"] for line in tab.news()["lines"]]
    assert titles[0] == "Meta is down: it refuses every connection"
    assert titles[-1] == "Meta is well again"


def test_time_passes_by_a_button_and_comes_back(tab, world, connected):
    hour = tab.press("travel", {"time": "hour"}).json["offset"]
    day = tab.press("travel", {"time": "day"}).json["offset"]
    far = tab.news()["offset"]
    tab.press("home")

    assert (hour, day, far) == (3600, 90_000, 90_000)
    assert tab.news()["offset"] == 0


def test_time_does_not_pass_while_another_store_is_connected(tab, world, connected):
    world.open_shop(number=None)

    answer = tab.press("travel", {"time": "hour"})

    assert answer.status_code == 400
    assert "lives in real time" in answer.json["error"]
    assert tab.news()["offset"] == 0


# Its words


def test_the_script_says_nothing_that_is_not_translated():
    said = set()
    for file in STATIC.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        said |= set(re.findall(r'say\(\s*"((?:[^"\\]|\\.)*)"', text))

    assert said == set(OF_SCRIPT)


def test_it_is_there_in_every_language_that_there_is():
    assert list(LANGUAGES) == words.languages()


def test_a_reader_gets_the_page_in_their_language(tab):
    korean = tab.get("", **{"Accept-Language": "ko-KR,ko;q=0.9"}).text
    other = tab.get("", **{"Accept-Language": "fr"}).text
    asked = tab.get("?lang=ko", **{"Accept-Language": "en"}).text

    assert '<html lang="ko">' in korean
    assert '<html lang="en">' in other
    assert '<html lang="ko">' in asked


def test_the_script_is_small():
    assert sum(file.stat().st_size for file in STATIC.glob("*.js")) < 60_000


# What the store draws up


def test_an_invoice_of_the_store_is_reminded_of_until_it_is_paid(
    tab, world, store, connected
):
    _agrees(world, "SUBSCRIBED")
    drawn = store.post("draft_orders", {"locale": "en", "invoice": True})["draft_order"]
    at = world.now.isoformat()
    sent = {**drawn, "created_at": at, "updated_at": at, "invoice_sent_at": at}
    _told_of_draft(world, sent)

    world.pass_time(timedelta(days=1))
    assert _bubbles(tab, "447400123456")[-1]["body"].count(drawn["invoice_url"]) == 1

    world.now += timedelta(seconds=1)
    done = {"status": "completed", "completed_at": world.now.isoformat()}
    _told_of_draft(world, {**sent, **done, "updated_at": world.now.isoformat()})
    before = len(world.accepted)
    world.pass_time(timedelta(days=3))

    assert len(world.accepted) == before
    reasons = [row.reason for row in world.messages if row.automation == "draft_order"]
    assert sorted(map(str, reasons)) == ["None", "overtaken"]


def _told_of_draft(world, body):
    topic = "draft_orders/update"
    assert world.shopify_says(topic, body, domain=SANDBOX_SHOP) == 200
    world.work()


@pytest.mark.parametrize("end", ["pay_invoice", "drop_invoice"])
def test_an_invoice_is_sent_and_paid_or_taken_back_by_a_button(tab, store, end):
    drawn = tab.press("invoice", CART).json

    assert drawn["name"].startswith("#D")
    assert tab.press(end, {"draft": drawn["draft"]}).status_code == 200
    assert len(store.get("desk")["orders"]) == (end == "pay_invoice")
    assert tab.press(end, {"draft": drawn["draft"]}).status_code >= 400
    assert tab.press(end, {"draft": "many"}).status_code >= 400
