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

_WORDS = ("header", "body", "footer")
_OPENS = {
    "catalog_message": {"type": "CATALOG", "text": "View catalog"},
    "product_list": {"type": "MPM", "text": "View items"},
}
"""What WhatsApp's own button says under what shows things of a catalog."""

Bubbles = Iterable[Mapping[str, Any]]


def message_ids(found: Bubbles) -> set[str]:
    """The ids by which we know what the shop wrote."""
    return {each for each in map(_message_id, found) if each is not None}


def shown(found: Bubbles, states: Rows, has_come: Set[str]) -> list[dict[str, Any]]:
    """``states`` are those of our messages, ``has_come`` the replies that we have."""
    ours = {row.id: row for row in states}
    return [_bubble(each, ours, has_come) for each in found]


def _bubble(
    found: Mapping[str, Any], ours: Mapping[str, Any], has_come: Set[str]
) -> dict[str, Any]:
    message_id = _message_id(found)
    content = found["content"]
    known = ours.get(message_id or "")
    language = found.get("language") or (known.language if known else None)
    told: dict[str, Any] = {
        "id": found["id"],
        "at": datetime.fromtimestamp(found["at"], UTC).isoformat(),
        "is_reply": found["is_reply"],
        "message": message_id,
        "language": language,
    }
    if found["is_reply"]:
        ticks = "delivered" if found["id"] in has_come else "sent"
        return {**told, "body": content, "ticks": ticks, "buttons": [], "is_rtl": False}
    content = _as_template(found["type"], content)
    return {
        **told,
        "header": content.get("header"),
        "body": _with_products(content.get("body"), found.get("products") or ()),
        "footer": content.get("footer"),
        "deal": content.get("deal"),
        "buttons": [
            {
                "kind": button["type"].lower(),
                "text": button.get("text", ""),
                "name": button.get("name"),
                "code": button.get("code"),
                "url": button.get("url"),
                "payload": button.get("payload"),
            }
            for button in content.get("buttons", ())
        ],
        "is_rtl": (language or "")[:2] in _RIGHT_TO_LEFT,
        "ticks": _TICKS.get(known.state if known else "", "sent"),
    }


def _as_template(kind: str, content: Any) -> Mapping[str, Any]:
    """Any message as if it were of a template. What comes back of a button under words
    of the shop's own is its ``name``."""
    if kind == "interactive" and content.get("type") == "cta_url":
        way = content["action"]["parameters"]
        button = {"type": "url", "text": way["display_text"], "url": way["url"]}
        return {"body": content["body"]["text"], "buttons": [button]}
    if kind == "interactive":
        words = {name: content[name]["text"] for name in _WORDS if content.get(name)}
        if (opens := _OPENS.get(content["type"])) is not None:
            return {**words, "buttons": [opens]}
        return {
            **words,
            "buttons": [
                {
                    "type": "reply",
                    "text": button["reply"]["title"],
                    "name": button["reply"]["id"],
                }
                for button in content["action"].get("buttons", ())
            ],
        }
    if isinstance(content, Mapping) and "body" in content:
        return content
    return {"body": f"[{kind}]", "buttons": []}


def _with_products(
    body: str | None, products: Iterable[Mapping[str, str]]
) -> str | None:
    """Under the words a line for each product, as it is shown now."""
    lines = [f"▪ {each['title']}, {each['price']}" for each in products]
    return "\n".join([*([body] if body else ()), *lines]) if lines else body


def _message_id(found: Mapping[str, Any]) -> str | None:
    """Our id is what we gave Meta to repeat, with the number of the attempt."""
    tag = found.get("tag")
    return tag.partition(":")[0] if isinstance(tag, str) else None
