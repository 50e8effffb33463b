"""What lies on the phone, as bubbles, with the ticks that the store sees."""

from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime
from typing import Any

from sandbox.page.looking import Rows

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
_TICKS = {
    "sending": "sending",
    "waiting": "sending",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "unsure": "unsure",
}

Bubbles = Iterable[Mapping[str, Any]]


def message_ids(found: Bubbles) -> set[str]:
    """The ids by which we know what the shop wrote."""
    return {each for each in map(_message_id, found) if each is not None}


def shown(found: Bubbles, states: Rows, has_come: Set[str]) -> list[dict[str, Any]]:
    """``states`` are those of our messages, ``has_come`` the replies that we have."""
    state_of = {row.id: row.state for row in states}
    return [_bubble(each, state_of, has_come) for each in found]


def _bubble(
    found: Mapping[str, Any], state_of: Mapping[str, str], has_come: Set[str]
) -> dict[str, Any]:
    message_id = _message_id(found)
    content = found["content"]
    told: dict[str, Any] = {
        "id": found["id"],
        "at": datetime.fromtimestamp(found["at"], UTC).isoformat(),
        "is_reply": found["is_reply"],
        "message": message_id,
        "language": found.get("language"),
    }
    if found["is_reply"]:
        ticks = "delivered" if found["id"] in has_come else "sent"
        return {**told, "body": content, "ticks": ticks, "buttons": [], "is_rtl": False}
    if not isinstance(content, Mapping) or "body" not in content:
        content = {"body": f"[{found['type']}]", "buttons": []}
    return {
        **told,
        "header": content.get("header"),
        "body": content.get("body"),
        "footer": content.get("footer"),
        "buttons": [
            {"kind": button["type"].lower(), "text": button.get("text", "")}
            for button in content.get("buttons", ())
        ],
        "is_rtl": (found.get("language") or "")[:2] in _RIGHT_TO_LEFT,
        "ticks": _TICKS.get(state_of.get(message_id or "", ""), "sent"),
    }


def _message_id(found: Mapping[str, Any]) -> str | None:
    """Our id is what we gave Meta to repeat, with the number of the attempt."""
    tag = found.get("tag")
    return tag.partition(":")[0] if isinstance(tag, str) else None
