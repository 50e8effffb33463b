"""What a storefront's visitors ask for is Shopify's to forward, and nobody else's."""

from datetime import timedelta

import pytest
from flask import Flask

from core.values import ShopDomain
from tests.shopify_signs import forwarded
from tests.world import APP_SECRET, NOON, SHOP
from webapp.storefront import forwarded_only

HOSTILE = [
    {"secret": "another"},
    {"secret": ""},
    {"at": NOON - timedelta(seconds=91)},
    {"at": NOON + timedelta(seconds=91)},
    {"timestamp": "now"},
    {"timestamp": "9" * 5_000},
    {"timestamp": ["1", "2"]},
    {"shop": [SHOP, SHOP]},
    {"shop": "evil.example"},
    {"shop": f"{SHOP}.evil.example"},
    {"shop": f"evil@{SHOP}"},
    {"shop": f"{SHOP}."},
    {"shop": f"{SHOP}\n"},
    {"shop": SHOP.replace("a", "\u0430", 1)},
    {"path_prefix": ""},
    {"customer": "-1"},
    {"customer": "\u0664\u0662"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=ascii)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_shopify_s_is_refused(world, change, method):
    answer = world.web.open(f"/proxy/x?{forwarded(**change)}", method=method)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "query", ["", "signature=", "signature=é", "%ff=1", "&".join(["a=1"] * 200)]
)
def test_odd_addresses_are_refused(world, query):
    assert world.web.get(f"/proxy/?{query}").status_code == 401


def test_what_shopify_forwards_comes_in_and_there_is_nothing_yet(world):
    for path in ("/proxy/", "/proxy/x", "/proxy/x/y"):
        answer = world.web.get(f"{path}?{forwarded()}")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("more", [{"q": "1"}, {"size": ["s", "m"]}, {"q": ""}])
def test_what_nobody_expects_is_refused_although_it_is_signed(world, more):
    assert world.web.get(f"/proxy/x?{forwarded(**more)}").status_code == 400


def test_a_view_is_given_the_shop_and_the_customer_that_are_proven():
    seen = []
    app = Flask("shop")

    @app.get("/form")
    @forwarded_only([APP_SECRET], lambda: NOON, expecting=["phone"])
    def form(found):
        seen.append(found)
        return "ok"

    web = app.test_client()
    good = web.get(f"/form?{forwarded(customer='42', phone='+49151')}")
    more = web.get(f"/form?{forwarded(phone='+49151', other='x')}")
    twice = web.get(f"/form?{forwarded(phone=['1', '2'])}")
    forged = web.get(f"/form?{forwarded(secret='x')}&shop={SHOP}")

    assert [a.status_code for a in (good, more, twice, forged)] == [200, 400, 400, 401]
    [found] = seen
    assert (found.shop, found.customer) == (ShopDomain(SHOP), 42)
    assert found.given == {"phone": ["+49151"]}
