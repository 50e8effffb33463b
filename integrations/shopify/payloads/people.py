"""Who the buyer is, how they can be reached, and what they agreed to."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.echoes import BY_SHOPIFY
from core.errors import UnreadablePayload
from core.events import (
    ConsentChanged,
    CustomerDeleted,
    CustomerSeen,
    CustomersMerged,
    Event,
)
from core.values import Act, CustomerId, Phone, PhonePlace, Scope
from integrations.phones import phone_from
from integrations.plain_text import cleaned
from integrations.shopify import wire
from integrations.shopify.wire import Wire

_CONFIRMED = "confirmed_opt_in"
_CLOCKS_DIFFER = timedelta(minutes=5)

_AGREED = "_whatsapp_opt_in"
_WORDING = "_whatsapp_opt_in_wording"
_AGREED_TO_OFFERS = "_whatsapp_marketing_opt_in"
_OFFERS_WORDING = "_whatsapp_marketing_opt_in_wording"
_LONGEST_WORDING = 1_000
_OURS = ("_wa_", "_whatsapp_")
_OF_DELETION = frozenset({"id", "admin_graphql_api_id", "tax_exemptions"})
_MOST_MARKS = 20
_LONGEST_MARK = 300
_MAIL = re.compile(r"(?=.{3,254}\Z)[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")


def customer_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    customer = wire.customer(body)
    country = country_of(customer["default_country"])
    phone, place = phone_of(customer, PhonePlace.CUSTOMER, country)
    yield CustomerSeen(
        happened_at=customer["updated_at"] or customer["created_at"] or otherwise,
        customer_id=CustomerId(customer["id"]),
        created_at=customer["created_at"],
        phone=phone,
        phone_place=place,
        email=mail_address(customer["email"]),
        first_name=cleaned(customer["customer_first_name"]),
        country=country,
        email_marketing=word(customer["email_marketing"]),
        sms_marketing=word(customer["sms_marketing"]),
    )
    # It stands with the customer's own number and with no other that is theirs.
    own = phone_from(customer["phone"], country=country)
    yield from _consent(wire.consent(body), own, CustomerId(customer["id"]), None)


def customer_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """What tells more is a body of another topic: see ``orders.order_deleted``."""
    if not body.keys() <= _OF_DELETION:
        raise UnreadablePayload("this is no body of customers/delete")
    customer_id = CustomerId(wire.only_id(body)["id"])
    yield CustomerDeleted(happened_at=otherwise, customer_id=customer_id)


def customers_merged(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """Shopify also tells of merges that failed or have only begun."""
    merge = wire.merge(body)
    if word(merge["status"]) == "completed" and merge["kept"] != merge["gone"]:
        yield CustomersMerged(
            happened_at=otherwise,
            kept=CustomerId(merge["kept"]),
            gone=CustomerId(merge["gone"]),
        )


def consent_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    consent = wire.consent(body)
    phone = phone_from(consent["phone_number"], country=None)
    number = consent["customer_id"]
    customer_id = None if number is None else CustomerId(number)
    yield from _consent(consent, phone, customer_id, otherwise)


def _consent(
    consent: Wire,
    phone: Phone | None,
    customer_id: CustomerId | None,
    otherwise: datetime | None,
) -> Iterator[Event]:
    """What somebody with ``phone`` said; nothing where nobody knows when."""
    said_at = consent["updated_at"] or otherwise
    if phone is None or said_at is None:
        return
    # What lies ahead of its telling would outlive every word that follows it.
    if otherwise is not None and said_at > otherwise + _CLOCKS_DIFFER:
        said_at = otherwise
    level = word(consent["opt_in_level"])
    for scope, act in _words_of(word(consent["state"]), level):
        yield ConsentChanged(
            happened_at=said_at,
            phone=phone,
            scope=scope,
            act=act,
            source=BY_SHOPIFY,
            customer_id=customer_id,
            opt_in_level=level,
            collected_from=word(consent["collected_from"]),
        )


def _words_of(state: str | None, level: str | None) -> tuple[tuple[Scope, Act], ...]:
    """What a state says. To have been asked (*pending*) is no answer, and who was
    *redacted* has agreed to nothing any more."""
    match state:
        case "subscribed":
            # The contract counts it as a yes to order news as well, but who wants no
            # more offers has not said that the parcel's news should stop.
            act = Act.CONFIRMED if level == _CONFIRMED else Act.GRANTED
            return (Scope.MARKETING, act), (Scope.TRANSACTIONAL, act)
        case "unsubscribed" | "redacted":
            return ((Scope.MARKETING, Act.REVOKED),)
        case _:
            return ()


def phone_of(
    told: Wire, own: PhonePlace, country: str | None
) -> tuple[Phone | None, PhonePlace | None]:
    """The first number that can be dialled, and where it stood.

    ``own`` is what ``told["phone"]`` belongs to. That and the customer's are Shopify's
    own, in E.164; an address has numbers as people write them in its country.
    """
    # Most orders have a number of their own, and the others need not be looked at.
    if phone := phone_from(told["phone"], country=country):
        return phone, own
    for place, number, dialled_from in (
        (PhonePlace.CUSTOMER, told["customer_phone"], country),
        (
            PhonePlace.SHIPPING_ADDRESS,
            told["shipping_phone"],
            told["shipping_country"],
        ),
        (PhonePlace.BILLING_ADDRESS, told["billing_phone"], told["billing_country"]),
        (PhonePlace.DEFAULT_ADDRESS, told["default_phone"], told["default_country"]),
        (PhonePlace.SMS_MARKETING, told.get("sms_marketing_phone"), country),
    ):
        if phone := phone_from(number, country=dialled_from):
            return phone, place
    return None, None


def country_of(*claimed: str | None) -> str | None:
    """The first of ``claimed`` that has the form of a country's code."""
    for each in claimed:
        code = (each or "").upper()
        if len(code) == 2 and code.isascii() and code.isalpha():
            return code
    return None


def mail_address(*claimed: str | None) -> str | None:
    """The first of ``claimed`` that looks like one, in the letters it came in."""
    for each in claimed:
        if each and _MAIL.fullmatch(each):
            return each
    return None


def word(text: str | None) -> str | None:
    """One of Shopify's words, in lower case: its letters' size differs by API."""
    return (text or "").strip().lower()[:60] or None


def attributes_of(body: Wire) -> Mapping[str, Any] | None:
    """What the storefront wrote on the cart; None where the field is silent."""
    if body.get("note_attributes") is None:
        return None
    said: dict[str, Any] = {}
    for attribute in wire.a_list(body, "note_attributes"):
        if isinstance(attribute, dict) and isinstance(attribute.get("name"), str):
            said[attribute["name"]] = attribute.get("value")
    return said


def buyers_word(said: Mapping[str, Any] | None) -> tuple[bool | None, str | None]:
    """What the buyer ticked, and the sentence beside the box."""
    return _box(said, _AGREED, _WORDING)


def word_about_offers(
    said: Mapping[str, Any] | None,
) -> tuple[bool | None, str | None]:
    """The same for the box that is about offers."""
    return _box(said, _AGREED_TO_OFFERS, _OFFERS_WORDING)


def _box(
    said: Mapping[str, Any] | None, box: str, beside: str
) -> tuple[bool | None, str | None]:
    if not said:
        return None, None
    wording = said.get(beside)
    return (
        _is_yes(said[box]) if box in said else None,
        cleaned(wording, at_most=_LONGEST_WORDING)
        if isinstance(wording, str)
        else None,
    )


def marks_of(said: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    """Those of the attributes that are ours, as far as they are short and few."""
    if said is None:
        return None
    ours = {
        name: value
        for name, value in said.items()
        if name.startswith(_OURS)
        and isinstance(value, str)
        and len(name) + len(value) <= _LONGEST_MARK
    }
    return dict(list(ours.items())[:_MOST_MARKS])


def _is_yes(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1", "yes")
    return value is True or (isinstance(value, int) and value == 1)
