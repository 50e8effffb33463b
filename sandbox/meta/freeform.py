"""Messages without a template: allowed for 24 hours after the customer wrote."""

from collections.abc import Mapping
from typing import Any

from sandbox.meta.errors import Refused

TYPES = frozenset(
    ("audio", "contacts", "document", "image", "interactive", "location", "reaction",
     "sticker", "template", "text", "video")
)  # fmt: skip
_MEDIA = {"audio", "document", "image", "sticker", "video"}


def check_freeform(kind: str, content: Any) -> None:
    """Refuse content that does not fit its type.

    Raises:
        Refused: 131008 where something is missing, 131009 where it is too long.
    """
    if kind == "contacts":
        if not isinstance(content, list) or not content:
            raise Refused(131008, "contacts is required")
        return
    if not isinstance(content, Mapping):
        raise Refused(131008, f"{kind} is required")
    if kind == "text":
        _must_have(content, "body", 4096)
    elif kind in _MEDIA:
        if not (content.get("id") or content.get("link")):
            raise Refused(131008, f"{kind} needs an id or a link")
        _may_have(content, "caption", 1024)
    elif kind == "location":
        if content.get("latitude") is None or content.get("longitude") is None:
            raise Refused(131008, "latitude and longitude are required")
    elif kind == "reaction":
        _must_have(content, "message_id", 512)
    elif kind == "interactive":
        _check_interactive(content)


def _check_interactive(content: Mapping[str, Any]) -> None:
    kind = content.get("type")
    action = content.get("action")
    if not isinstance(kind, str) or not isinstance(action, Mapping):
        raise Refused(131008, "interactive needs a type and an action")
    if kind != "product":
        body = content.get("body")
        most = 4096 if kind == "list" else 1024
        _must_have(body if isinstance(body, Mapping) else {}, "text", most)
    footer = content.get("footer")
    _may_have(footer if isinstance(footer, Mapping) else {}, "text", 60)
    if kind == "button":
        _check_replies(action.get("buttons"))
    elif kind == "list":
        _check_list(action)
    elif kind == "cta_url":
        _check_way(action)


def _check_way(action: Mapping[str, Any]) -> None:
    way = action.get("parameters")
    if action.get("name") != "cta_url" or not isinstance(way, Mapping):
        raise Refused(131008, "cta_url needs its name and parameters")
    _must_have(way, "display_text", 20)
    url = _must_have(way, "url", 2000)
    if not url.startswith(("https://", "http://")):
        raise Refused(131009, "url is an address that begins with its scheme")


def _check_replies(buttons: Any) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(131009, "interactive has 1 to 3 buttons")
    titles = []
    for button in buttons:
        reply = button.get("reply") if isinstance(button, Mapping) else None
        reply = reply if isinstance(reply, Mapping) else {}
        _must_have(reply, "id", 256)
        titles.append(_must_have(reply, "title", 20))
    if len(set(titles)) != len(titles):
        raise Refused(131009, "Button titles are unique")


def _check_list(action: Mapping[str, Any]) -> None:
    _must_have(action, "button", 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise Refused(131009, "A list has 1 to 10 sections")
    rows = [row for section in sections for row in section.get("rows", [])]
    if not 1 <= len(rows) <= 10:
        raise Refused(131009, "A list has 1 to 10 rows in total")
    for row in rows:
        _must_have(row, "id", 200)
        _must_have(row, "title", 24)
        _may_have(row, "description", 72)


def _must_have(content: Mapping[str, Any], name: str, most: int) -> str:
    if not content.get(name):
        raise Refused(131008, f"{name} is required")
    _may_have(content, name, most)
    return str(content[name])


def _may_have(content: Mapping[str, Any], name: str, most: int) -> None:
    value = content.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise Refused(131009, f"{name} is a text of up to {most} characters")
