"""The simulated Shopify forwards what visitors ask for as the real one does."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.values import ShopDomain
from integrations.shopify.signed_queries import forwarded_by_proxy
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.shopify import DEFAULT_SHOP, ShopifySettings, ShopifySimulator
from sandbox.shopify.storefront import offers_form_at

SECRET = "shpss_of-the-sandbox-32-characters"
FORM = offers_form_at("", DEFAULT_SHOP)


class Visitor:
    def __init__(self, url: str) -> None:
        self.host = url.removeprefix("http://")

    def asks(
        self, path: str, *, method: str = "GET", body: str = "", **headers: str
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def app() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@pytest.fixture
def visitor(app: Receiver, tmp_path: Path) -> Iterator[Visitor]:
    settings = ShopifySettings(data_dir=tmp_path, api_secret=SECRET, app_url=app.url)
    with running(ShopifySimulator(settings)) as control:
        yield Visitor(control.url)


def proven(address: str):
    """What was forwarded to the app's form, if that is proven."""
    path, _, query = address.partition("?")
    assert path == "/proxy/offers"
    return forwarded_by_proxy(query.encode(), secrets=[SECRET], now=datetime.now(UTC))


def test_an_address_comes_with_the_shop_and_a_proof_of_it(visitor, app):
    status, _ = visitor.asks(f"{FORM}?locale=ko&empty=")

    found = proven(app.addresses[0])
    assert status == 200
    assert (found.shop, found.customer) == (ShopDomain(DEFAULT_SHOP), None)
    assert found.path_prefix == "/apps/sosik"
    assert found.given == {"locale": ["ko"], "empty": [""]}


def test_what_a_visitor_says_of_the_shop_is_not_passed_on(visitor, app):
    visitor.asks(f"{FORM}?shop=other.myshopify.com&logged_in_customer_id=7&signature=x")

    found = proven(app.addresses[0])
    assert (found.shop, found.customer) == (ShopDomain(DEFAULT_SHOP), None)
    assert found.given == {}


def test_what_is_said_twice_is_proven_together(visitor, app):
    visitor.asks(f"{FORM}?extra=1&extra=2")

    assert proven(app.addresses[0]).given == {"extra": ["1", "2"]}


def test_a_form_is_passed_on_as_it_came_and_cookies_are_not(visitor, app):
    kind = "application/x-www-form-urlencoded"
    visitor.asks(
        FORM,
        method="POST",
        body="phone=%2B49",
        **{"Content-Type": kind, "Cookie": "cart=1", "Accept-Language": "ko"},
    )

    assert app.next_raw() == b"phone=%2B49"
    _, headers = app.last
    assert headers["Content-Type"] == kind
    assert headers["Accept-Language"] == "ko"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert "Cookie" not in headers


@pytest.mark.parametrize(
    "path",
    [
        f"/{DEFAULT_SHOP}/apps/another/offers",
        f"/{DEFAULT_SHOP}/x/apps/sosik/offers",
        f"/{DEFAULT_SHOP}/apps/sosik",
        "/other.myshopify.com/apps/sosik/offers",
    ],
)
def test_nothing_else_leads_to_the_app(visitor, app, path):
    assert visitor.asks(path)[0] == 404
    assert app.addresses == []


def test_a_store_that_has_not_installed_the_app_has_no_pages_of_it(app, tmp_path):
    settings = ShopifySettings(data_dir=tmp_path, api_secret=SECRET, app_url=app.url)
    with running(ShopifySimulator(settings)) as control:
        control.post("uninstall")

        assert Visitor(control.url).asks(FORM)[0] == 404

    assert app.addresses == []


def test_an_app_that_is_away_is_told_of(tmp_path):
    settings = ShopifySettings(
        data_dir=tmp_path, api_secret=SECRET, app_url="http://127.0.0.1:9"
    )
    with running(ShopifySimulator(settings)) as control:
        assert Visitor(control.url).asks(FORM) == (502, "The app does not answer.")
