"""The simulated admin installs and opens the app as the real one does, and gives out
nothing to others."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from core import http as door
from core.values import ShopDomain
from integrations.shopify.id_tokens import IdToken, checked
from integrations.shopify.payloads import TOPICS
from integrations.shopify.signed_queries import is_admin_of, opened_by_shopify
from integrations.shopify.tokens import App, TokenEndpoint
from sandbox.control import Control
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.shopify import DEFAULT_SHOP, ShopifySettings, ShopifySimulator
from sandbox.shopify.filters import passes
from sandbox.shopify.shops import OWNER_ID

KEY, SECRET = "sandbox-api-key-of-32-characters", "shpss_of-the-sandbox-32-characters"
HOME = f"/{DEFAULT_SHOP}/admin/apps/sosik"
AUTHORIZE = f"/{DEFAULT_SHOP}/admin/oauth/authorize"
SHOP = ShopDomain(DEFAULT_SHOP)


@dataclass
class Shopify:
    control: Control
    app: Receiver

    def asks(
        self, path: str, *, method: str = "GET"
    ) -> tuple[int, str, http.client.HTTPMessage]:
        host = self.control.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def exchange(self) -> Any:
        """As the app does when it is opened."""
        endpoint = TokenEndpoint(door.caller(), f"{self.control.url}/{{shop}}")
        said = dict(parse_qsl(urlsplit(self.frame()).query))
        return endpoint.by_id_token(SHOP, App(KEY, [SECRET]), said["id_token"])

    def frame(self) -> str:
        _, page, _ = self.asks(HOME)
        [source] = re.findall(r'<iframe [^>]*src="([^"]+)"', page)
        return unescape(source)


@pytest.fixture
def shopify(tmp_path: Path) -> Iterator[Shopify]:
    with receiver() as app:
        settings = ShopifySettings(
            data_dir=tmp_path, api_key=KEY, api_secret=SECRET, app_url=app.url
        )
        with running(ShopifySimulator(settings)) as control:
            yield Shopify(control, app)


def now() -> datetime:
    return datetime.now(UTC)


def test_the_app_is_opened_in_a_frame_with_a_token_and_an_address_of_shopify_s(shopify):
    status, _, headers = shopify.asks(HOME)
    source = shopify.frame()
    query = urlsplit(source).query
    opened = opened_by_shopify(query.encode(), secrets=[SECRET], now=now())
    token = checked(opened.said["id_token"], key=KEY, secrets=[SECRET], now=now())

    assert status == 200
    assert source.startswith(f"{shopify.app.url}/app/?")
    assert opened.shop == SHOP
    assert is_admin_of(opened.said["host"], SHOP)
    assert opened.said["embedded"] == "1"
    assert isinstance(token, IdToken)
    assert (token.shop, token.user) == (SHOP, str(OWNER_ID))
    assert f"frame-src {shopify.app.url}" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]


def test_app_bridge_is_given_another_token_each_time(shopify):
    found = {shopify.asks(f"{HOME}/id_token")[1] for _ in range(3)}

    assert len(found) == 3


@pytest.mark.parametrize("path", ["/shopifycloud/app-bridge.js", "/sandbox-admin.js"])
def test_the_stand_in_for_app_bridge_is_a_script(shopify, path):
    status, script, headers = shopify.asks(path)

    assert status == 200
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.startswith("//")


def test_without_an_app_there_is_no_frame_and_installing_makes_one(shopify):
    shopify.control.post("uninstall")

    _, question, _ = shopify.asks(HOME)
    gone = shopify.asks(f"{HOME}/id_token")[0]
    installed = shopify.asks(HOME, method="POST")
    _, page, _ = shopify.asks(HOME)

    assert "Install Sosik?" in question
    assert "read_orders, write_orders" in question
    assert gone == 404
    assert (installed[0], installed[2]["Location"]) == (302, HOME)
    assert "<iframe" in page


def test_a_name_that_is_code_is_shown_as_text(shopify):
    shopify.control.post("shops", {"domain": DEFAULT_SHOP, "name": "<script>x"})

    assert "<script>x" not in shopify.asks(HOME)[1]


@pytest.mark.parametrize("path", ["/other.myshopify.com/admin/apps/sosik", f"{HOME}/x"])
def test_there_is_nothing_elsewhere(shopify, path):
    assert shopify.asks(path)[0] == 404


# The way without a frame


def asked(shopify, **changes):
    said = {
        "client_id": KEY,
        "scope": "read_orders,read_customers",
        "redirect_uri": f"{shopify.app.url}/auth/callback",
        "state": "a-word",
        **changes,
    }
    return f"{AUTHORIZE}?{urlencode(said)}"


def test_a_yes_is_a_code_for_one_minute_and_one_time(shopify):
    _, page, headers = shopify.asks(asked(shopify))
    status, _, went = shopify.asks(asked(shopify), method="POST")
    back = urlsplit(went["Location"])
    opened = opened_by_shopify(back.query.encode(), secrets=[SECRET], now=now())
    endpoint = TokenEndpoint(door.caller(), f"{shopify.control.url}/{{shop}}")
    token = endpoint.by_code(SHOP, App(KEY, [SECRET]), opened.said["code"])

    assert "read_orders, read_customers" in page
    assert f"form-action 'self' {shopify.app.url}" in headers["Content-Security-Policy"]
    assert status == 302
    assert back._replace(query="").geturl() == f"{shopify.app.url}/auth/callback"
    assert opened.said["state"] == "a-word"
    assert token.scopes == {"read_orders", "read_customers"}
    assert token.refresh.startswith("shprt_")
    with pytest.raises(Exception, match="no token"):
        endpoint.by_code(SHOP, App(KEY, [SECRET]), opened.said["code"])


def test_a_yes_per_user_tells_who_it_is_and_gives_no_token_that_lasts(shopify):
    shopify.control.post("visitor", {"id": 4712, "first_name": "Bo", "last_name": ""})
    way = asked(shopify, **{"grant_options[]": "per-user"})
    codes = []
    for _ in range(2):
        _, _, went = shopify.asks(way, method="POST")
        codes.append(dict(parse_qsl(urlsplit(went["Location"]).query))["code"])
    endpoint = TokenEndpoint(door.caller(), f"{shopify.control.url}/{{shop}}")

    member = endpoint.member_by_code(SHOP, App(KEY, [SECRET]), codes[0])

    assert (member.user, member.name) == ("4712", "Bo")
    with pytest.raises(Exception, match="no token"):
        endpoint.member_by_code(SHOP, App(KEY, [SECRET]), codes[0])
    once = endpoint.by_code(SHOP, App(KEY, [SECRET]), codes[1])
    assert (once.refresh, once.lifetime) == (None, timedelta(seconds=86_399))


def test_another_looks_at_the_admin_until_its_owner_is_back(shopify):
    who = []
    for told in ({"id": 4712}, {}):
        shopify.control.post("visitor", told)
        said = dict(parse_qsl(urlsplit(shopify.frame()).query))
        token = checked(said["id_token"], key=KEY, secrets=[SECRET], now=now())
        who.append(token.user)

    assert who == ["4712", str(OWNER_ID)]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/auth/callback"},
        {"redirect_uri": ""},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_answer_goes_to_the_app_and_to_no_other_place(shopify, changes, method):
    status, _, headers = shopify.asks(asked(shopify, **changes), method=method)

    assert status == 400
    assert "Location" not in headers


def test_the_answer_goes_to_no_other_path_of_the_app(shopify):
    elsewhere = asked(shopify, redirect_uri=f"{shopify.app.url}/elsewhere")

    assert shopify.asks(elsewhere, method="POST")[0] == 400


# What the app's own subscriptions deliver


def test_once_the_app_is_opened_its_own_subscriptions_deliver(shopify):
    before = shopify.control.post("orders")["webhook_ids"]
    shopify.exchange()
    sold = shopify.control.post("orders")
    headers = shopify.app.next_headers()

    assert before == []
    assert len(sold["webhook_ids"]) >= 1
    assert headers["X-Shopify-Topic"] in TOPICS
    [shop] = shopify.control.get("state")["shops"]
    assert (shop["managed"], shop["subscriptions"]) == (True, [])


def test_a_noisy_topic_is_delivered_in_part_and_of_who_can_be_written_to(shopify):
    shopify.exchange()
    told = []
    for phone in ("+4915112345678", None):
        order = shopify.control.post("orders", {"phone": phone, "address_phone": phone})
        told_of = {"order_id": order["order"]["id"]}
        cancelled = shopify.control.post("cancel", told_of)
        topics = []
        for _ in order["webhook_ids"] + cancelled["webhook_ids"]:
            body = shopify.app.next_body()
            topics.append(shopify.app.last[1]["X-Shopify-Topic"])
            if topics[-1] == "orders/updated":
                assert "line_items" not in body
                assert "updated_at" in body
        told.append(topics.count("orders/updated"))

    assert told == [1, 0]


def test_what_is_told_of_the_end_goes_out_before_it(shopify):
    shopify.exchange()

    shopify.control.post("uninstall")

    shopify.app.next_body()
    assert shopify.app.last[1]["X-Shopify-Topic"] == "app/uninstalled"
    assert shopify.control.post("orders")["webhook_ids"] == []


@pytest.mark.parametrize(
    ("filter_", "is_passed"),
    [
        (None, True),
        ("", True),
        ("phone:*", False),
        ("customer.phone:*", True),
        ("phone:* OR customer.phone:*", True),
        ("phone:* AND customer.phone:*", False),
        ("lines.price:9", True),
        ("lines.price:8", False),
        ("state:OPEN", True),
        ("nothing.at.all:*", False),
        ("words", False),
    ],
)
def test_a_filter_asks_what_stands_in_the_body(filter_, is_passed):
    body = {
        "phone": None,
        "customer": {"phone": "+49"},
        "lines": [{"price": 7}, {"price": 9}],
        "state": "open",
    }

    assert passes(body, filter_) is is_passed
