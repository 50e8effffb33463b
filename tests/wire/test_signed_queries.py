"""Only an address that Shopify has signed tells us something, and only what it says."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import ShopDomain
from integrations.shopify.signed_queries import (
    forwarded_by_proxy,
    is_admin_of,
    opened_by_shopify,
    shop_named,
)
from tests.shopify_signs import forwarded, later, opened
from tests.world import APP_SECRET, NOON, SHOP

ADA = ShopDomain(SHOP)
EVIL = "evil.myshopify.com"


def look(query, *, now=NOON, secrets=(APP_SECRET,)):
    raw = query if isinstance(query, bytes) else query.encode()
    return opened_by_shopify(raw, secrets=secrets, now=now)


def proxied(query, *, now=NOON, secrets=(APP_SECRET,)):
    raw = query if isinstance(query, bytes) else query.encode()
    return forwarded_by_proxy(raw, secrets=secrets, now=now)


BOTH = pytest.mark.parametrize(
    ("made", "seen"), [(opened, look), (forwarded, proxied)], ids=["admin", "proxy"]
)


@BOTH
def test_the_shop_is_the_one_that_is_signed(made, seen):
    assert seen(made()).shop == ADA
    assert seen(made(shop="ADA.MyShopify.com")).shop == ADA


@BOTH
def test_a_rotation_takes_both_secrets_and_no_third(made, seen):
    old = made(secret="the-old-secret")

    assert seen(old, secrets=[APP_SECRET, "the-old-secret"]).shop == ADA
    assert seen(old) is None
    assert seen(made(secret=""), secrets=["", APP_SECRET]) is None
    assert seen(made(), secrets=[]) is None


@BOTH
@pytest.mark.parametrize(("seconds", "is_new"), [(90, True), (91, False), (-91, False)])
def test_is_new_for_ninety_seconds_either_way(made, seen, seconds, is_new):
    assert bool(seen(made(), now=later(seconds))) is is_new


@BOTH
@pytest.mark.parametrize(
    "time",
    [
        "",
        "now",
        "-1",
        "1e9",
        "1795176000.0",
        " 1795176000",
        "1795176000\n",
        "\u0661\u0667",
        "9" * 5_000,
    ],
)
def test_a_time_is_whole_seconds(made, seen, time):
    assert seen(made(timestamp=time)) is None


@BOTH
@pytest.mark.parametrize(
    "shop",
    [
        "",
        "evil.example",
        f"{SHOP}.evil.example",
        f"user@{SHOP}",
        f"{SHOP}.",
        f"{SHOP}\n",
        f"{SHOP}/x",
        f"{SHOP}:443",
        f"https://{SHOP}",
        SHOP.replace("a", "\u0430", 1),
        "ada\uff0emyshopify.com",
        "ada.my\u017fhopify.com",
        f"{SHOP}\x00",
        f" {SHOP}",
        "-ada.myshopify.com",
    ],
    ids=ascii,
)
def test_a_host_that_is_no_shop_is_nobody_s_even_when_it_is_signed(made, seen, shop):
    assert seen(made(shop=shop)) is None


@BOTH
def test_what_was_added_changed_or_left_out_is_not_signed(made, seen):
    query = made(a="1")
    pairs = parse_qsl(query, keep_blank_values=True)

    assert seen(query).shop == ADA
    assert seen(f"{query}&b=2") is None
    assert seen(query.replace("a=1", "a=2")) is None
    assert seen(query.replace(SHOP, EVIL)) is None
    for left_out in pairs:
        assert seen(urlencode([pair for pair in pairs if pair != left_out])) is None


@BOTH
@pytest.mark.parametrize("name", ["shop", "timestamp"])
def test_what_matters_is_said_once(made, seen, name):
    query = made()
    [value] = [v for k, v in parse_qsl(query) if k == name]

    assert seen(f"{query}&{name}={value}") is None
    assert seen(f"{name}={EVIL}&{query}") is None


def test_what_matters_is_said_once_even_when_it_is_signed_twice():
    assert proxied(forwarded(shop=[SHOP, SHOP])) is None
    assert proxied(forwarded(shop=[SHOP, EVIL])) is None


@pytest.mark.parametrize(
    ("made", "seen", "name"),
    [(opened, look, "hmac"), (forwarded, proxied, "signature")],
    ids=["admin", "proxy"],
)
def test_a_proof_is_64_hex_digits_and_stands_there_once(made, seen, name):
    said = dict(parse_qsl(made(), keep_blank_values=True))
    good = said.pop(name)

    for bad in (
        *("", good.upper(), f" {good}", f"{good}\n", good[:-1], f"{good}0"),
        *("é" * 64, "\u0661" * 64, base64.b64encode(bytes.fromhex(good)).decode()),
    ):
        assert seen(urlencode({**said, name: bad})) is None
    assert seen(f"{urlencode({**said, name: good})}&{name}={good}") is None


ODD = {
    "nothing": b"",
    "a question mark": b"?",
    "no text": b"shop=\xff\xfe&hmac=x",
    "no text, as an escape": b"shop=%ff%fe&hmac=x",
    "half a character": b"shop=%ed%a0%80",
    "a NUL": b"shop=%00&timestamp=%00",
    "half an escape": b"shop=%4",
    "many names": b"&".join(b"a%d=1" % n for n in range(200)),
    "very long": b"a=" + b"1" * 20_000,
    "only separators": b"&&&===&",
}


@BOTH
@pytest.mark.parametrize("query", ODD.values(), ids=ODD.keys())
def test_odd_addresses_are_nobody_s_and_raise_nothing(made, seen, query):
    assert seen(query) is None


@BOTH
@given(query=st.binary(max_size=300))
def test_any_bytes_are_nobody_s_and_raise_nothing(made, seen, query):
    assert seen(query) is None


@BOTH
def test_letters_of_any_script_are_signed_as_they_are(made, seen):
    assert seen(made(q="café 주문 + %2B &=")).shop == ADA


def test_an_address_with_its_equals_signs_left_alone_is_shopify_s_too():
    """The place in the admin is base64, and may end with ``=``."""
    said = {"host": "YQ==", "shop": SHOP, "timestamp": str(int(NOON.timestamp()))}
    message = "&".join(f"{k}={v}" for k, v in sorted(said.items()))
    proof = hmac.new(APP_SECRET.encode(), message.encode(), hashlib.sha256)

    assert look(urlencode({**said, "hmac": proof.hexdigest()})).said["host"] == "YQ=="


@pytest.mark.parametrize(
    "reread", [{"a": "1&b=2"}, {"a=1&b": "2"}, {"a": "1%26b=2"}], ids=str
)
def test_signs_left_alone_are_read_in_one_way_only(reread):
    """What was two names must not come in as one that has both inside."""
    time = str(int(NOON.timestamp()))
    message = f"a=1&b=2&shop={SHOP}&timestamp={time}"
    proof = hmac.new(APP_SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    usual = {"shop": SHOP, "timestamp": time, "hmac": proof}

    assert look(urlencode({"a": "1", "b": "2", **usual})).said["b"] == "2"
    assert look(urlencode({**reread, **usual})) is None


def test_a_customer_is_who_is_signed_in_at_the_storefront():
    assert proxied(forwarded(customer="42")).customer == 42
    assert proxied(forwarded()).customer is None
    for odd in ("-1", "4 2", "42\n", "\u0664", "9" * 30, "<script>"):
        assert proxied(forwarded(customer=odd)) is None


def test_what_anybody_may_have_written_is_told_apart():
    found = proxied(forwarded(size=["s", "m"], phone="+49 151"))

    assert found.given == {"size": ["s", "m"], "phone": ["+49 151"]}
    assert found.path_prefix == "/apps/sosik"


def test_names_with_the_same_letters_in_all_are_seen_by_what_is_given():
    """The proxy signs without separators, so one shop's address can be read as another
    shop's, with a name that nobody expects: whoever expects none refuses it."""
    theirs = forwarded(shop=EVIL, sg=f"1shop={SHOP}sq")
    [proof] = [v for k, v in parse_qsl(theirs) if k == "signature"]
    time = str(int(NOON.timestamp()))
    reread = {
        "sg": "1",
        "shop": SHOP,
        "sqshop": EVIL,
        "logged_in_customer_id": "",
        "path_prefix": "/apps/sosik",
        "timestamp": time,
    }

    found = proxied(urlencode({**reread, "signature": proof}))

    assert found.shop == ADA
    assert set(found.given) == {"sg", "sqshop"}


@pytest.mark.parametrize(
    ("place", "is_it"),
    [
        (f"{SHOP}/admin", True),
        ("admin.shopify.com/store/ada", True),
        ("admin.shopify.com/store/renamed-since", True),
        (f"{EVIL}/admin", False),
        ("evil.example/admin", False),
        (f"{SHOP}.evil.example/admin", False),
        ("admin.shopify.com.evil.example/store/ada", False),
        ("admin.shopify.com/store/ada/../x", False),
        ("admin.shopify.com/store/ada\n", False),
        ("admin.shopify.com", False),
        ("", False),
        ("주문", False),
    ],
)
def test_a_place_in_the_admin_is_shopify_s_or_the_shop_s(place, is_it):
    for encoded in (
        base64.b64encode(place.encode()),
        base64.urlsafe_b64encode(place.encode()),
        base64.b64encode(place.encode()).rstrip(b"="),
    ):
        assert is_admin_of(encoded.decode(), ADA) is is_it


@pytest.mark.parametrize("host", ["\u00e9", "****", "a b", "A", "YQ===", "\ud800"])
def test_what_is_no_base64_is_no_place(host):
    assert is_admin_of(host, ADA) is False


def test_a_shop_is_named_in_any_case_and_in_ascii():
    assert shop_named("Ada.MyShopify.Com") == ADA
    assert shop_named("ada.my\u212aopify.com") is None  # the sign of a kelvin
