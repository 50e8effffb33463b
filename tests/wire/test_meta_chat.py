"""What people say to a number, in Meta's words and then in ours."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.chat import ChatSaid, Preference, PreferenceTold, Wanted
from core.values import Money, Phone, WhatsAppUser
from integrations.meta.envelope import is_only_reports, somebody_in
from integrations.meta.payloads import read

AT = datetime(2026, 11, 20, 10, 20, tzinfo=UTC)
SECONDS = str(int(AT.timestamp()))
ADA = {"profile": {"name": "Ada"}, "wa_id": "4915112345678", "user_id": "DE.1"}


def told(*messages, people=(ADA,), **more):
    value = {
        "metadata": {"phone_number_id": "3001"},
        "contacts": list(people),
        "messages": [
            {
                "from": "4915112345678",
                "from_user_id": "DE.1",
                "id": f"wamid.{place}",
                "timestamp": SECONDS,
                **message,
            }
            for place, message in enumerate(messages, 1)
        ],
        **more,
    }
    change = {"field": "messages", "value": value}
    return read(json.dumps({"entry": [{"id": "2001", "changes": [change]}]}).encode())


def words(text="STOP", **more):
    return {"type": "text", "text": {"body": text}, **more}


def preference(**more):
    said = {"wa_id": "4915112345678", "timestamp": int(SECONDS), **more}
    value = {"metadata": {"phone_number_id": "3001"}, "user_preferences": [said]}
    change = {"field": "user_preferences", "value": value}
    return read(json.dumps({"entry": [{"id": "2001", "changes": [change]}]}).encode())


def test_what_somebody_wrote_is_told_with_who_and_to_which_number():
    assert told(words()) == [
        ChatSaid(
            happened_at=AT,
            user=WhatsAppUser(phone=Phone("+4915112345678"), user_id="DE.1"),
            phone_number_id="3001",
            message_id="wamid.1",
            kind="text",
            text="STOP",
        )
    ]


@pytest.mark.parametrize(
    ("message", "text", "pressed"),
    [
        (words(), "STOP", None),
        (
            {"type": "button", "button": {"payload": "unsubscribe", "text": "Stop"}},
            "Stop",
            "unsubscribe",
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "button_reply",
                    "button_reply": {"id": "sosik:nothing", "title": "Nothing"},
                },
            },
            "Nothing",
            "sosik:nothing",
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "list_reply",
                    "list_reply": {"id": "a", "title": "B", "description": "C"},
                },
            },
            "B",
            "a",
        ),
        (
            {
                "type": "edit",
                "edit": {
                    "original_message_id": "wamid.0",
                    "message": {"type": "text", "text": {"body": "STOP"}},
                },
            },
            "STOP",
            None,
        ),
        ({"type": "image", "image": {"id": "1", "caption": "STOP"}}, None, None),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, None, None),
        ({"type": "something_new", "something_new": {"text": "STOP"}}, None, None),
        ({"type": "text"}, None, None),
        ({"type": "text", "text": "STOP"}, None, None),
        ({"type": "button", "button": ["STOP"]}, None, None),
        ({"type": "interactive", "interactive": {"type": "nfm_reply"}}, None, None),
    ],
)
def test_words_and_pressed_buttons_are_told_and_all_else_as_said_without(
    message, text, pressed
):
    [event] = told(message)

    assert (event.kind, event.text, event.pressed) == (message["type"], text, pressed)


def cart(*items, **more):
    return {"type": "order", "order": {"product_items": list(items), **more}}


def item(retailer_id="45100000000002", quantity=2, price=18.5, currency="EUR"):
    return {
        "product_retailer_id": retailer_id,
        "quantity": quantity,
        "item_price": price,
        "currency": currency,
    }


def test_a_cart_is_told_with_what_was_seen_and_what_was_written_beside_it():
    [event] = told(cart(item(), item("45100000000003", "1", 52), text="A gift"))

    assert (event.kind, event.text) == ("order", "A gift")
    assert event.cart == (
        Wanted(45100000000002, 2, Money(Decimal("18.5"), "EUR")),
        Wanted(45100000000003, 1, Money(Decimal(52), "EUR")),
    )


@pytest.mark.parametrize(
    ("sent", "cart_told"),
    [
        (item("MUG-CEL"), (Wanted(None, 2, Money(Decimal("18.5"), "EUR")),)),
        (item("9" * 19), (Wanted(None, 2, Money(Decimal("18.5"), "EUR")),)),
        (item(None), (Wanted(None, 2, Money(Decimal("18.5"), "EUR")),)),
        (item(price="free"), (Wanted(45100000000002, 2, None),)),
        (item(price="NaN"), (Wanted(45100000000002, 2, None),)),
        (item(currency="€"), (Wanted(45100000000002, 2, None),)),
        (item(currency=None), (Wanted(45100000000002, 2, None),)),
        (item(quantity=0), ()),
        (item(quantity=-1), ()),
        (item(quantity=1.5), ()),
        (item(quantity=True), ()),
        (item(quantity=10_000), ()),
        (item(quantity="٣"), ()),
        (item(quantity=None), ()),
        ("mug", ()),
    ],
)
def test_of_a_cart_only_what_is_a_number_of_things_is_told(sent, cart_told):
    [event] = told(cart(sent))

    assert event.cart == cart_told


@pytest.mark.parametrize("order", [None, "x", [], {}, {"product_items": "x"}])
def test_a_cart_with_nothing_in_it_is_something_said_all_the_same(order):
    [event] = told({"type": "order", "order": order})

    assert (event.kind, event.cart) == ("order", ())


def test_of_a_cart_without_end_a_part_is_told():
    [event] = told(cart(*[item()] * 3_000))

    assert len(event.cart) == 500


def test_under_what_a_button_stood_is_told():
    context = {"from": "15550783881", "id": "wamid.of_ours"}

    [event] = told({"type": "button", "button": {"text": "x"}, "context": context})

    assert event.in_reply_to == "wamid.of_ours"


@pytest.mark.parametrize(
    "message",
    [
        words(group_id="HBgL"),
        {"type": "system", "system": {"type": "user_changed_number"}},
        words(id=None),
        words(timestamp="soon"),
        words() | {"type": None},
        words() | {"from": None, "from_user_id": None},
    ],
)
def test_what_is_not_said_to_us_or_garbled_is_left_out_and_the_rest_counts(message):
    events = told(message, words("hello"), people=[])

    assert [event.text for event in events] == ["hello"]


def test_somebody_without_a_number_is_known_by_their_id_and_name():
    person = {"profile": {"username": "@ada"}, "user_id": "DE.1"}

    [event] = told(words() | {"from": None}, people=[person])

    assert event.user == WhatsAppUser(user_id="DE.1", username="@ada")


def test_a_contact_of_another_number_lends_nobody_its_id():
    other = {"wa_id": "4915100000000", "user_id": "DE.2"}

    [event] = told(words() | {"from_user_id": None}, people=[other])

    assert event.user == WhatsAppUser(phone=Phone("+4915112345678"))


def test_a_brazilian_number_without_its_ninth_digit_is_the_one_of_the_orders():
    [event] = told(words() | {"from": "551187654321"}, people=[])

    assert event.user.phone == Phone("+5511987654321")


def test_what_somebody_set_in_whatsapp_is_told():
    assert preference(value="stop", category="marketing_messages") == [
        PreferenceTold(
            happened_at=AT,
            user=WhatsAppUser(phone=Phone("+4915112345678")),
            phone_number_id="3001",
            preference=Preference.STOP,
        )
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"value": "resume"}, [Preference.RESUME]),
        ({"value": "signup"}, [Preference.SIGN_UP]),
        ({"value": "STOP"}, [Preference.STOP]),
        ({"value": "perhaps"}, []),
        ({"value": None}, []),
        ({"value": "stop", "category": "something_else"}, []),
        ({"value": "stop", "wa_id": None}, []),
        ({"value": "stop", "timestamp": "soon"}, []),
    ],
)
def test_only_words_about_offers_that_we_know_are_a_preference(said, found):
    assert [event.preference for event in preference(**said)] == found


def test_nothing_of_what_somebody_wrote_or_who_they_are_is_in_its_repr():
    [event] = told(words("my secret"))

    assert "secret" not in repr(event)
    assert "4915112345678" not in repr(event)
    assert "DE.1" not in repr(event)


def test_every_real_webhook_is_read_and_everything_said_in_it_told(shared):
    silent = {
        "group_text.json",
        "system_identity_change.json",
        "system_user_changed_number.json",
        "system_user_changed_user_id_DERIVED.json",
        "value_level_errors.json",
        "contacts_shared_syntax.json",  # has placeholders for its moments
    }
    for path in sorted((shared / "payloads/whatsapp/webhook_in").glob("*.json")):
        events = [e for e in read(path.read_bytes()) if isinstance(e, ChatSaid)]
        assert bool(events) == (path.name not in silent), path.name
        assert all(event.phone_number_id for event in events)


def test_every_real_preference_is_told(shared):
    folder = shared / "payloads/whatsapp/webhook_field"

    found = {
        path.stem.removeprefix("user_preferences_"): [
            event.preference.value for event in read(path.read_bytes())
        ]
        for path in folder.glob("user_preferences_*.json")
    }

    assert found == {"stop": ["stop"], "resume": ["resume"], "signup": ["signup"]}


def test_what_people_say_never_waits_among_the_reports(shared):
    """A bundle may hold both, and a lane for reports is nobody's hurry."""
    corpus = shared / "payloads/whatsapp"
    for path in sorted(corpus.glob("webhook*/*.json")):
        body = path.read_bytes()
        says = any(isinstance(e, ChatSaid | PreferenceTold) for e in read(body))
        assert not (says and is_only_reports(body)), path.name


def test_one_person_is_named_alike_in_whatever_they_say(shared):
    """By this name they have one lane, in which things are read in their order."""
    folder = shared / "payloads/whatsapp"
    names = (
        "webhook_in/text",
        "webhook_in/template_quick_reply_button",
        "webhook_in/image",
    )

    found = {somebody_in((folder / f"{name}.json").read_bytes()) for name in names}

    assert found == {"16505551234"}


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"messages": []}', b'{"text": "\\"wa_id\\": \\"1234567\\""}']
)
def test_a_bundle_about_nobody_names_nobody(body):
    assert somebody_in(body) is None
