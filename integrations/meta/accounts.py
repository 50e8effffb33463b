"""What WhatsApp itself tells of somebody: another number, or another id."""

from collections.abc import Iterator
from datetime import datetime

from core.chat import AccountChanged
from core.events import Event
from core.values import UserId, WhatsAppUser
from integrations.meta.parts import Wire, moment, number_of, part, text
from integrations.phones import phone_of_wa_id
from integrations.strict_json import objects_in

_CHANGES = ("user_changed_number", "user_changed_user_id")


def changes(_account: str, _at: datetime, value: Wire) -> Iterator[Event]:
    for message in objects_in(value.get("messages")):
        told = part(message, "system")
        happened_at = moment(message.get("timestamp"))
        if told.get("type") not in _CHANGES or happened_at is None:
            continue
        old = _user(
            message.get("from"),
            told.get("previous_user_id") or message.get("from_user_id"),
        )
        new = _user(told.get("wa_id"), told.get("user_id"))
        if new is not None and old != new:
            yield AccountChanged(
                happened_at=happened_at,
                phone_number_id=number_of(value),
                old=old,
                new=new,
            )


def _user(wa_id: object, user_id: object) -> WhatsAppUser | None:
    phone, named = phone_of_wa_id(text(wa_id)), text(user_id)
    if phone is None and not named:
        return None
    return WhatsAppUser(phone=phone, user_id=UserId(named) if named else None)
