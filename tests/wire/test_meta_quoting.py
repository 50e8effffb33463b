"""Meta's own words about an error are kept, and nothing that they repeat of a buyer."""

import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from core.values import MessageId, Phone, UserId, WhatsAppUser
from integrations.channels.whatsapp import WhatsApp
from integrations.meta.quoting import quotable

ERROR = {
    "message": "(#132012) Parameter format does not match that of the template",
    "type": "OAuthException",
    "code": 132012,
    "error_subcode": 2494073,
    "error_data": {
        "messaging_product": "whatsapp",
        "details": "body: value 'Ada Lovelace' for +4915112345678 is too long",
    },
    "fbtrace_id": "AbC1234567890",
}


def _body(**values: str) -> bytes:
    return WhatsApp("https://graph.facebook.com", "v26.0").body(
        to=WhatsAppUser(phone=Phone("+4915112345678")),
        template="sosik_order_confirmation_1",
        language="en",
        values=values,
        reference=MessageId("msg_1"),
        attempt=1,
    )


def test_an_error_is_kept_whole():
    said = quotable(ERROR, _body(first_name="Bob"))

    assert said == ERROR | {
        "error_data": {"details": "body: value 'Ada Lovelace' for … is too long"}
    }


def test_what_was_sent_is_left_out_of_it():
    said = quotable(ERROR, _body(first_name="Ada Lovelace"))

    assert said["error_data"] == {"details": "body: value '…' for … is too long"}


def test_a_short_value_is_found_as_a_word_and_not_inside_of_others():
    said = quotable({"message": "a and A, but not Ada"}, _body(first_name="A"))

    assert said == {"message": "a and …, but not Ada"}


def test_a_number_without_its_plus_is_one_as_well():
    said = quotable({"message": "to 4915112345678"}, _body())

    assert said == {"message": "to …"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
_ERRORS = st.dictionaries(
    st.sampled_from([*ERROR, "title", "error_user_msg"]) | st.text(), _JSON
)


@given(
    said=_ERRORS, body=st.binary() | _JSON.map(lambda each: json.dumps(each).encode())
)
def test_whatever_meta_says_can_be_stored(said, body):
    kept = quotable(said, body)

    assert b"\\u0000" not in orjson.dumps(kept)
    assert len(orjson.dumps(kept)) < 50_000


def test_words_of_our_own_are_left_out_of_it_whole_and_in_part():
    link = "https://ada.example/orders/1?key=secret"
    body = WhatsApp("https://graph.facebook.com", "v26.0").reply(
        to=WhatsAppUser(phone=Phone("+4915112345678")),
        text=f"Order #1001 is here: {link}",
        buttons={"yes": "Yes"},
        reference=MessageId("msg_1"),
        attempt=1,
    )

    said = quotable({"message": f"{link} of 4915112345678, #1001 too"}, body)

    assert said == {"message": "… of …, … too"}


def test_a_user_id_in_place_of_a_number_is_left_out_of_it_too():
    body = WhatsApp("https://graph.facebook.com", "v26.0").reply(
        to=WhatsAppUser(user_id=UserId("DE.13491208655302741918")),
        text="Hello",
        reference=MessageId("msg_1"),
        attempt=1,
    )

    said = quotable({"message": "DE.13491208655302741918 said Hello"}, body)

    assert said == {"message": "… said …"}
