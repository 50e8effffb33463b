"""Meta's words about an error, without what they repeat of the message."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_TEXTS = (
    *("message", "type", "title", "error_user_title", "error_user_msg"),
    *("fbtrace_id", "href"),
)
_NUMBERS = ("code", "error_subcode")
_LONGEST = 1_000
_HIDDEN = "…"


def quotable(said: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """What may be kept of an error beside a message that was posted as ``body``.

    Meta may name the value that it does not like, and that may be a person's name or
    number: every value of the message is left out of its texts.
    """
    secrets = sorted(set(_values(body)), key=len, reverse=True)
    hidden = "|".join(rf"(?<!\w){re.escape(secret)}(?!\w)" for secret in secrets)

    def text(value: object) -> str | None:
        if not isinstance(value, str) or not value:
            return None
        open_text = re.sub(hidden, _HIDDEN, value) if hidden else value
        # What cannot be printed cannot be stored, some of it.
        return "".join(filter(str.isprintable, open_text))[:_LONGEST]

    data = said.get("error_data")
    details = text(data.get("details")) if isinstance(data, Mapping) else None
    kept = {
        **{name: said[name] for name in _NUMBERS if _is_storable(said.get(name))},
        **{name: text(said.get(name)) for name in _TEXTS},
        "error_data": None if details is None else {"details": details},
    }
    return {name: value for name, value in kept.items() if value is not None}


def _is_storable(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _words(sent: Mapping[str, Any]) -> Iterator[str]:
    """The text of a message without a template, and what it is made of: a part of it,
    such as an address, may be named alone."""
    text = (
        sent["text"]["body"] if "text" in sent else sent["interactive"]["body"]["text"]
    )
    yield str(text)
    action = sent.get("interactive", {}).get("action", {})
    if "parameters" in action:
        yield str(action["parameters"]["url"])
    yield from (word for word in str(text).split() if "://" in word or "#" in word)


def _values(body: bytes) -> Iterator[str]:
    """The recipient, with and without its +, and every value."""
    try:
        sent = json.loads(body)
        to = sent.get("to") or sent["recipient"]
        yield from (to, to.removeprefix("+"))
        if sent["type"] != "template":
            yield from _words(sent)
            return
        for component in sent["template"]["components"]:
            for parameter in component["parameters"]:
                if parameter.get("text"):
                    yield str(parameter["text"])
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return
