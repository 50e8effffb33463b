"""What people write to a number, and what they set about a business in WhatsApp."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from core.chat import ChatSaid, Preference, PreferenceTold, Wanted
from core.events import Event
from core.values import Money, Phone, UserId, VariantId, WhatsAppUser
from integrations.meta.parts import Wire, moment, number_of, part, text
from integrations.phones import phone_of_wa_id
from integrations.strict_json import objects_in

_ANSWERS = ("button_reply", "list_reply")
_MOST_THINGS = 500
_LARGEST_ID = 2**63 - 1
_LONGEST_ID = len(str(_LARGEST_ID))
_LONGEST_COUNT = 4


def said(_account: str, _at: datetime, value: Wire) -> Iterator[Event]:
    """What somebody wrote or pressed. What is said in a group is not said to us alone,
    and what WhatsApp tells of somebody (``system``) is nothing that they said."""
    people = objects_in(value.get("contacts"))
    for message in objects_in(value.get("messages")):
        id_, kind = text(message.get("id")), text(message.get("type"))
        happened_at, user = moment(message.get("timestamp")), _writer(message, people)
        if not id_ or not kind or happened_at is None or user is None:
            continue
        if kind == "system" or "group_id" in message:
            continue
        words, pressed = _content(kind, message)
        yield ChatSaid(
            happened_at=happened_at,
            user=user,
            phone_number_id=number_of(value),
            message_id=id_,
            kind=kind,
            text=words,
            pressed=pressed,
            in_reply_to=text(part(message, "context").get("id")),
            cart=_cart(message) if kind == "order" else None,
        )


def preferences(_account: str, _at: datetime, value: Wire) -> Iterator[Event]:
    people = objects_in(value.get("contacts"))
    for each in objects_in(value.get("user_preferences")):
        happened_at = moment(each.get("timestamp"))
        wanted = _PREFERENCES.get(str(each.get("value")).lower())
        user = _user(each, people, phone="wa_id", id_="user_id")
        is_about_offers = each.get("category") in (None, "marketing_messages")
        if wanted and user and happened_at and is_about_offers:
            yield PreferenceTold(
                happened_at=happened_at,
                user=user,
                phone_number_id=number_of(value),
                preference=wanted,
            )


_PREFERENCES: Mapping[str, Preference] = {each.value: each for each in Preference}


def _content(kind: str, message: Wire) -> tuple[str | None, str | None]:
    """Words and the pressed button's name, for what has them."""
    if kind == "text":
        return text(part(message, "text").get("body")), None
    if kind == "order":
        return text(part(message, "order").get("text")) or None, None
    if kind == "button":
        button = part(message, "button")
        return text(button.get("text")), text(button.get("payload"))
    if kind == "interactive":
        answer = part(message, "interactive")
        for name in _ANSWERS:
            if chosen := part(answer, name):
                return text(chosen.get("title")), text(chosen.get("id"))
    if kind == "edit":
        # What they mean now. It may have been something else before.
        return text(
            part(part(part(message, "edit"), "message"), "text").get("body")
        ), None
    return None, None


def _cart(message: Wire) -> Sequence[Wanted]:
    """What they have put into it, without what is no number of things."""
    things = objects_in(part(message, "order").get("product_items"))
    return tuple(
        Wanted(_variant(each.get("product_retailer_id")), quantity, _price(each))
        for each in things[:_MOST_THINGS]
        if (quantity := _quantity(each.get("quantity"))) is not None
    )


def _variant(said: object) -> VariantId | None:
    """Our catalog names a thing by the number that its variant has at the store."""
    number = text(said) or ""
    is_one = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID
    return VariantId(int(number)) if is_one and int(number) <= _LARGEST_ID else None


def _quantity(said: object) -> int | None:
    number = text(said) or ""
    is_one = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_COUNT
    return (int(number) or None) if is_one else None


def _price(item: Wire) -> Money | None:
    try:
        return Money(Decimal(str(item.get("item_price"))), str(item.get("currency")))
    except (ArithmeticError, ValueError):
        return None


def _writer(message: Wire, people: Sequence[Wire]) -> WhatsAppUser | None:
    return _user(message, people, phone="from", id_="from_user_id")


def _user(
    item: Wire, people: Sequence[Wire], *, phone: str, id_: str
) -> WhatsAppUser | None:
    """Who it is, by what the item itself says; the contact beside it adds to that."""
    number, user_id = phone_of_wa_id(item.get(phone)), text(item.get(id_))
    beside = _beside(number, user_id, people)
    number = number or phone_of_wa_id(beside.get("wa_id"))
    user_id = user_id or text(beside.get("user_id"))
    if number is None and not user_id:
        return None
    return WhatsAppUser(
        phone=number,
        user_id=UserId(user_id) if user_id else None,
        username=text(part(beside, "profile").get("username")),
    )


def _beside(number: Phone | None, user_id: str | None, people: Sequence[Wire]) -> Wire:
    """The contact that is the same person; the only one, where nobody is named."""
    for one in people:
        if number is not None and phone_of_wa_id(one.get("wa_id")) == number:
            return one
        if user_id and one.get("user_id") == user_id:
            return one
    is_only_one = number is None and not user_id and len(people) == 1
    return people[0] if is_only_one else {}
