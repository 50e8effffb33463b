"""What a customer does on the phone, as Meta tells it to the app."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.meta.accounts import Number
from sandbox.meta.updates import Update, account_change, contact, user_id

_PREFERENCES = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
}


def inbound_updates(
    body: Mapping[str, Any], number: Number, *, now: int
) -> tuple[str, str, str | None, list[Update]]:
    """The message's id, the sender's digits and name, and what to tell the app.

    ``from`` is a phone number with +. ``text`` writes; ``button`` (payload, text)
    presses a quick reply of a template, ``context`` being the id of that message;
    ``message`` is any other type in Meta's own form, with its ``type``;
    ``referred_product`` is the product of the catalog that they ask about;
    ``preference`` (stop or resume) turns marketing off or on.

    Raises:
        BadControl: nothing of these is there, or the sender is missing.
    """
    digits = text(body, "from").lstrip("+")
    if not digits.isdecimal():
        raise BadControl("from: must be a phone number with +")
    name = body.get("name")
    if (preference := body.get("preference")) is not None:
        return "", digits, name, [_preference(preference, digits, number, now, name)]
    message = _message(body)
    serial = zlib.crc32(json.dumps([*map(str, body.items()), now]).encode())
    wamid = str(body.get("id") or f"wamid.HBgLSW5ib3VuZA{digits}{serial:08X}{now:X}")
    item = {
        "from": digits,
        "from_user_id": user_id(digits),
        "id": wamid,
        "timestamp": str(int(body.get("timestamp", now))),
        **message,
    }
    if body.get("context"):
        item["context"] = {"from": number.digits, "id": text(body, "context")}
    if body.get("referred_product"):
        asked = {"from": number.digits, "id": f"wamid.{serial:08X}"}
        asked |= item.get("context", {})
        item["context"] = {**asked, "referred_product": body["referred_product"]}
    place = (number.waba.id, "messages", number.id, number.digits, "messages")
    person = contact(name or "Sandbox Buyer", digits, user_id(digits))
    return wamid, digits, name, [Update(place, json.dumps(item), person)]


def _message(body: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(body.get("message"), Mapping):
        return dict(body["message"])
    if isinstance(button := body.get("button"), Mapping):
        return {
            "type": "button",
            "button": {
                "payload": text(button, "payload"),
                "text": text(button, "text"),
            },
        }
    return {"type": "text", "text": {"body": text(body, "text")}}


def _preference(
    wanted: Any, digits: str, number: Number, now: int, name: str | None
) -> Update:
    if wanted not in _PREFERENCES:
        raise BadControl("preference: must be stop or resume")
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.digits,
            "phone_number_id": number.id,
        },
        "contacts": [
            {
                "profile": {"name": name or "Sandbox Buyer"},
                "wa_id": digits,
                "user_id": user_id(digits),
            }
        ],
        "user_preferences": [
            {
                "wa_id": digits,
                "user_id": user_id(digits),
                "detail": _PREFERENCES[wanted],
                "category": "marketing_messages",
                "value": wanted,
                "timestamp": now,
            }
        ],
    }
    return account_change(number.waba.id, "user_preferences", value)
