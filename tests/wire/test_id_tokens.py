"""Whose admin somebody looks out of is what Shopify says, to us and now."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import ShopDomain
from integrations.shopify.id_tokens import IdToken, NotValid, checked
from tests.shopify_signs import KEY, id_token, later
from tests.world import APP_SECRET, NOON, SHOP

OLD = "shpss_the-secret-before-this-one-0001"
BOB = "bob.myshopify.com"


def look(token, *, now=NOON, secrets=(APP_SECRET, OLD)):
    return checked(token, key=KEY, secrets=secrets, now=now)


def test_the_shop_and_the_user_come_from_the_token():
    assert look(id_token()) == IdToken(ShopDomain(SHOP), "4711", "a0" * 32)


def test_a_rotation_takes_both_secrets_and_no_third():
    assert isinstance(look(id_token(secret=OLD)), IdToken)
    assert look(id_token(secret=OLD), secrets=[APP_SECRET]) == NotValid("signature")
    assert look(id_token(secret="third-secret-that-is-long-enough")) == NotValid(
        "signature"
    )


def test_nobody_is_believed_without_a_secret():
    for secrets in ((), ("",)):
        assert look(id_token(), secrets=secrets) == NotValid("signature")


@pytest.mark.parametrize(
    ("seconds", "because"),
    [(-10, None), (-10.5, "early"), (69.5, None), (70, "late"), (3600, "late")],
)
def test_ten_seconds_are_left_to_two_clocks(seconds, because):
    found = look(id_token(), now=later(seconds))

    assert (found.because if isinstance(found, NotValid) else None) == because


def test_one_that_has_run_out_still_tells_whose_it_was():
    assert look(id_token(), now=later(80)) == NotValid("late", ShopDomain(SHOP))
    forged = id_token(secret="somebody-elses-secret-of-32-letters")
    assert look(forged, now=later(80)).late_for is None


REFUSED = {
    "not signed": ({"alg": "none"}, "signature"),
    "HS384": ({"alg": "HS384"}, "signature"),
    "HS512": ({"alg": "HS512"}, "signature"),
    "RS256": ({"alg": "RS256"}, "signature"),
    "small letters": ({"alg": "hs256"}, "signature"),
    "an algorithm that is no text": ({"alg": 256}, "signature"),
    "no algorithm": ({"alg": None}, "signature"),
    "a demand that we do not know": ({"header": {"crit": ["x"]}}, "signature"),
    "without an end": ({"without": "exp"}, "claims"),
    "without a beginning": ({"without": "nbf"}, "claims"),
    "without an audience": ({"without": "aud"}, "claims"),
    "without a user": ({"without": "sub"}, "claims"),
    "without a session": ({"without": "sid"}, "claims"),
    "without a shop": ({"without": "dest"}, "claims"),
    "without an issuer": ({"without": "iss"}, "claims"),
    "an end that is a text": ({"exp": "4000000000"}, "claims"),
    "an end that is true": ({"exp": True}, "claims"),
    "an endless end": ({"exp": float("inf")}, "claims"),
    "an end that is no number": ({"exp": float("nan")}, "claims"),
    "an end that is null": ({"exp": None}, "claims"),
    "many audiences": ({"aud": [KEY, "other"]}, "claims"),
    "another audience": ({"aud": "other"}, "audience"),
    "an audience in capitals": ({"aud": KEY.upper()}, "audience"),
    "a user that is a number": ({"sub": 4711}, "claims"),
    "a user that is nobody": ({"sub": ""}, "claims"),
    "a user of many letters": ({"sub": "1" * 256}, "claims"),
    "a user with a line end": ({"sub": "4711\n"}, "claims"),
    "another shop's destination": ({"dest": f"https://{BOB}"}, "shop"),
    "another shop's issuer": ({"iss": f"https://{BOB}/admin"}, "shop"),
    "an issuer without a path": ({"iss": f"https://{SHOP}"}, "shop"),
    "an issuer with more of a path": ({"iss": f"https://{SHOP}/admin/x"}, "shop"),
}


@pytest.mark.parametrize(("changes", "because"), REFUSED.values(), ids=REFUSED.keys())
def test_is_refused(changes, because):
    assert look(id_token(**changes)) == NotValid(because)


HOSTS = {
    "no shop": "evil.example",
    "a name before": f"{SHOP}.evil.example",
    "a user": f"evil@{SHOP}",
    "a shop as the user": f"{SHOP}@evil.example",
    "a port": f"{SHOP}:443",
    "a trailing dot": f"{SHOP}.",
    "a trailing slash": f"{SHOP}/",
    "a query": f"{SHOP}?",
    "a fragment": f"evil.example#.{SHOP}",
    "a line end": f"{SHOP}\n",
    "a NUL": f"{SHOP}\x00",
    "a space": f" {SHOP}",
    "capitals": SHOP.upper(),
    "a Cyrillic a": SHOP.replace("a", "\u0430", 1),
    "a wide dot": SHOP.replace(".", "\uff0e", 1),
    "a bracket": f"[{SHOP}",
    "two names": f"a.{SHOP}",
    "no name": ".myshopify.com",
    "percent": SHOP.replace("a", "%61", 1),
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_a_host_that_is_no_shop_is_nobody_s_even_when_it_is_signed(host):
    for scheme in ("https://", "http://", "HTTPS://", "//", ""):
        changes = {"dest": f"{scheme}{host}", "iss": f"{scheme}{host}/admin"}
        assert isinstance(look(id_token(**changes)), NotValid)


@pytest.mark.parametrize("scheme", ["http://", "HTTPS://", "//", "", "ftp://"])
def test_a_shop_is_reached_by_https_alone(scheme):
    changes = {"dest": f"{scheme}{SHOP}", "iss": f"{scheme}{SHOP}/admin"}

    assert look(id_token(**changes)) == NotValid("shop")


def _encoded(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


ODD = {
    "nothing": "",
    "a word": "token",
    "dots": "..",
    "four parts": id_token() + ".x",
    "a part cut off": id_token()[:-1],
    "a character more": id_token() + "A",
    "a space before": " " + id_token(),
    "a line end behind": id_token() + "\n",
    "a scheme before": "Bearer " + id_token(),
    "not ASCII": id_token()[:-1] + "é",
    "Korean": "주문." * 3,
    "half a character": "\ud800" + id_token(),
    "a NUL": "\x00" + id_token(),
    "very long": "A" * 100_000,
    "a deep header": _encoded("[" * 2_000 + "]" * 2_000) + ".e30.x",
    "a long number": _encoded('{"alg":' + "9" * 2_500 + "}") + ".e30.x",
    "a header that is a list": _encoded(json.dumps(["HS256"])) + ".e30.x",
}


@pytest.mark.parametrize("token", ODD.values(), ids=ODD.keys())
def test_what_is_no_token_is_refused_and_raises_nothing(token):
    assert isinstance(look(token), NotValid)


@given(st.text(max_size=200))
def test_any_text_is_refused_and_raises_nothing(text):
    assert isinstance(look(text), NotValid)


@given(
    st.dictionaries(
        st.sampled_from(["iss", "dest", "aud", "sub", "sid", "exp", "nbf"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=20)
        | st.lists(st.integers(), max_size=2),
        min_size=1,
    )
)
def test_any_claims_that_are_signed_are_ours_or_refused(changes):
    """Even by Shopify's own signature nobody gets at a shop that is not named."""
    found = look(id_token(**changes))

    if isinstance(found, IdToken):
        assert found.shop.host == SHOP
