"""Who got a message, and who is somebody else now, read out of Meta's webhooks."""

import json

import pytest

from core.chat import AccountChanged
from core.events import DeliveryReported
from core.values import Phone, UserId, WhatsAppUser
from integrations.meta.payloads import read
from integrations.phones import phone_of_wa_id

ADA = UserId("US.13491208655302741918")
NUMBER = {"phone_number_id": "106540352242922"}


def _read(value, field="messages"):
    value = {"messaging_product": "whatsapp", "metadata": NUMBER, **value}
    entry = {"id": "1", "changes": [{"field": field, "value": value}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return read(json.dumps(body).encode())


def _status(contacts=(), **told):
    status = {"id": "wamid.1", "status": "sent", "timestamp": "1791000000", **told}
    [event] = _read({"contacts": list(contacts), "statuses": [status]})
    assert isinstance(event, DeliveryReported)
    return event.user


def _system(**told):
    message = {"id": "wamid.1", "timestamp": "1750269342", "type": "system", **told}
    return [
        each
        for each in _read({"messages": [message]})
        if isinstance(each, AccountChanged)
    ]


def test_a_report_tells_who_got_the_message():
    user = _status(recipient_id="16505551234", recipient_user_id=ADA)

    assert user == WhatsAppUser(phone=Phone("+16505551234"), user_id=ADA)


def test_a_report_may_tell_the_id_alone():
    assert _status(recipient_user_id=ADA) == WhatsAppUser(user_id=ADA)


def test_the_id_may_stand_in_the_contact_beside_it():
    beside = {"wa_id": "16505551234", "user_id": ADA}
    other = {"wa_id": "16505559999", "user_id": "US.9"}

    user = _status([other, beside], recipient_id="16505551234")

    assert user == WhatsAppUser(phone=Phone("+16505551234"), user_id=ADA)


def test_what_went_to_a_group_went_to_nobody_alone():
    assert _status(recipient_type="group", recipient_id="1203630") is None


def test_a_changed_number_is_told():
    [told] = _system(
        **{"from": "16505551234"},
        system={"type": "user_changed_number", "wa_id": "12195555358"},
    )

    assert told.old == WhatsAppUser(phone=Phone("+16505551234"))
    assert told.new == WhatsAppUser(phone=Phone("+12195555358"))
    assert told.phone_number_id == NUMBER["phone_number_id"]


def test_a_changed_id_is_told_without_any_number():
    [told] = _system(
        system={
            "type": "user_changed_user_id",
            "user_id": "US.222",
            "previous_user_id": ADA,
        }
    )

    assert told.old == WhatsAppUser(user_id=ADA)
    assert told.new == WhatsAppUser(user_id=UserId("US.222"))


@pytest.mark.parametrize(
    "system",
    [
        {"type": "customer_identity_changed", "body": "User identity changed"},
        {"type": "user_changed_number"},
        {"type": "user_changed_number", "wa_id": 5},
        "what",
        None,
    ],
)
def test_what_tells_of_nobody_new_is_nothing(system):
    assert _system(**{"from": "x"}, system=system) == []


@pytest.mark.parametrize(
    ("wa_id", "phone"),
    [
        ("551187654321", "+5511987654321"),
        ("5511987654321", "+5511987654321"),
        ("5215512345678", "+525512345678"),
        ("525512345678", "+525512345678"),
        ("5491123456789", "+5491123456789"),
        ("4915112345678", "+4915112345678"),
        ("+4915112345678", "+4915112345678"),
        ("not a number", None),
        ("", None),
        (None, None),
        ("٤٩١٥١١٢٣٤٥٦٧٨", None),
    ],
)
def test_what_whatsapp_writes_is_read_into_the_one_form(wa_id, phone):
    found = phone_of_wa_id(wa_id)

    assert found == (None if phone is None else Phone(phone))


def test_every_change_that_meta_shows_is_told(shared):
    corpus = shared / "payloads/whatsapp"
    changed = {
        path.name
        for path in sorted(corpus.glob("webhook*/*.json"))
        if any(isinstance(each, AccountChanged) for each in read(path.read_bytes()))
    }
    assert changed == {
        "system_user_changed_number.json",
        "system_user_changed_user_id_DERIVED.json",
    }
