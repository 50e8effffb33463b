"""Whatever a number or an address looks like in a text, it is found again."""

import json

import pytest

from core.mentions import mentions_in, of_id, of_mail, of_phone

PHONE = "+4915155550002"


@pytest.mark.parametrize(
    "said",
    [
        "+4915155550002",
        "4915155550002",
        "0151 55550002",
        "0151/5555-0002",
        "(0151) 5555 00 02",
        "+49\u00a0151\u00a05555\u00a00002",
        "+49 151 5555\u20110002",
        "call 0151 55550002 or 0160 1234567 please",
        "0160 1234567 0151 55550002",
        "tel:+49-151-5555-0002",
        "٠١٥١٥٥٥٥٠٠٠٢",
    ],
)
def test_a_phone_is_found_however_it_was_written(said):
    for text in (json.dumps({"note": said}), f"{{broken {said}"):
        assert of_phone(PHONE) in set(mentions_in(text.encode()))
    assert of_phone(said.split(" or")[0][-20:]) == of_phone(PHONE)


@pytest.mark.parametrize(
    "text",
    [
        b'{"id": 5100}',
        b'{"id": "5100"}',
        b'{"admin_graphql_api_id": "gid://shopify/Order/5100"}',
        b'{"a": [{"b": {"order": {"id": 5100}}}]}',
        b'{"url": "https://ada.example/60001/orders/5100?key=1"}',
        b'{"5100": true}',
        b'{"id": 5100, "cut off',
        b"[" * 100_000 + b"5100",
    ],
)
def test_an_id_is_found_wherever_it_stands(text):
    assert of_id(5100) in set(mentions_in(text))


def test_a_mail_address_is_found_in_any_letters():
    text = json.dumps({"note": "write to Ada.Planted@Example.ORG, please."}).encode()

    assert of_mail("ada.planted@example.org") in set(mentions_in(text))


def test_keys_of_carts_are_told_as_they_stand():
    text = b'{"token": "abc123", "cart_token": "def?key=4", "name": "ghi"}'

    found = set(mentions_in(text))

    assert {"abc123", "def?key=4"} <= found
    assert "ghi" not in found


def test_what_is_no_number_is_none():
    assert set(mentions_in(b'{"a": true, "b": null, "c": 1.5, "d": 12, "e": "x"}')) == (
        set()
    )
    assert of_phone("12 34") is None
