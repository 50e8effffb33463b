"""Only who knows the secret can tell us something."""

import base64
import hashlib
import hmac
import json

import pytest

from integrations.signatures import (
    matches_meta,
    matches_seventeen_track,
    matches_shopify,
)

SECRET, OLD = b"new secret", b"old secret"
BODY = '{"id":820982911946154508,"note":"café \\/ 주문"}'.encode()


def digest(secret, body=BODY):
    return hmac.new(secret, body, hashlib.sha256)


def by_shopify(secret):
    return base64.b64encode(digest(secret).digest())


def by_meta(secret):
    return b"sha256=" + digest(secret).hexdigest().encode()


def by_seventeen_track(key, body=BODY):
    return hashlib.sha256(body + b"/" + key).hexdigest().encode()


def test_shopifys_example_in_its_documentation_form():
    claimed = b"Zya+HHrRv+xVoBxkIppOOyfL6KpxPj7d9AEn1oYeBwk="

    assert matches_shopify(
        b'{"id":820982911946154508,"name":"#9999"}',
        claimed,
        [b"shpss_0123456789abcdef0123456789abcdef"],
    )


@pytest.mark.parametrize("secrets", [[SECRET, OLD], [OLD, SECRET], [SECRET]])
def test_any_of_the_secrets_will_do(secrets):
    assert matches_shopify(BODY, by_shopify(SECRET), secrets)
    assert matches_meta(BODY, by_meta(SECRET), secrets)
    assert matches_seventeen_track(BODY, by_seventeen_track(SECRET), secrets)


def test_one_changed_byte_is_refused():
    changed = BODY.replace(b"8", b"9", 1)

    assert not matches_shopify(changed, by_shopify(SECRET), [SECRET])
    assert not matches_meta(changed, by_meta(SECRET), [SECRET])
    assert not matches_seventeen_track(changed, by_seventeen_track(SECRET), [SECRET])


def test_a_body_that_was_read_and_written_again_is_refused():
    again = json.dumps(json.loads(BODY)).encode()

    assert not matches_shopify(again, by_shopify(SECRET), [SECRET])


@pytest.mark.parametrize(
    "claimed",
    [
        b"",
        b"=",
        b"\xff\xfe",
        "é".encode(),
        b"a" * 100_000,
        by_shopify(SECRET) + b"\n",
        b" " + by_shopify(SECRET),
        by_shopify(SECRET) + b", " + by_shopify(SECRET),
        by_shopify(OLD),
        by_shopify(SECRET).rstrip(b"="),
        digest(SECRET).hexdigest().encode(),
        by_meta(SECRET),
    ],
)
def test_whatever_else_stands_there_is_refused_by_shopifys_check(claimed):
    assert matches_shopify(BODY, claimed, [SECRET]) is False


@pytest.mark.parametrize(
    "claimed",
    [
        b"",
        b"sha256=",
        b"\xff",
        by_meta(SECRET).upper(),
        by_meta(SECRET).removeprefix(b"sha256="),
        by_meta(SECRET) + b"," + by_meta(SECRET),
        b"sha1=" + hashlib.sha1(BODY).hexdigest().encode(),
        by_shopify(SECRET),
    ],
)
def test_whatever_else_stands_there_is_refused_by_metas_check(claimed):
    assert matches_meta(BODY, claimed, [SECRET]) is False


@pytest.mark.parametrize(
    "claimed",
    [
        b"",
        b"\xff",
        "é".encode(),
        by_seventeen_track(SECRET).upper(),
        b"sha256=" + by_seventeen_track(SECRET),
        by_seventeen_track(SECRET) + b"\n",
        hashlib.sha256(BODY + SECRET).hexdigest().encode(),
        digest(SECRET).hexdigest().encode(),
        by_shopify(SECRET),
    ],
)
def test_whatever_else_stands_there_is_refused_by_17tracks_check(claimed):
    assert matches_seventeen_track(BODY, claimed, [SECRET]) is False


def test_without_a_secret_nobody_is_believed():
    assert not matches_shopify(BODY, by_shopify(b""), [])
    assert not matches_shopify(BODY, by_shopify(b""), [b""])
    assert not matches_meta(BODY, by_meta(b""), [b""])
    assert not matches_seventeen_track(BODY, by_seventeen_track(b""), [b""])
    assert not matches_seventeen_track(BODY, by_seventeen_track(b""), [])
