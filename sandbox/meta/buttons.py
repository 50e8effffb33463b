"""Which buttons a template may have, and in what company."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sandbox.meta.errors import Refused

_MOST = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "OTP": 1,
    "CATALOG": 1,
    "MPM": 1,
    "SPM": 1,
    "FLOW": 1,
    "VOICE_CALL": 1,
    "REQUEST_CONTACT_INFO": 1,
}
_LABELLED = {"QUICK_REPLY", "URL", "PHONE_NUMBER", "CATALOG", "MPM", "SPM", "FLOW"}
_NOT_ALLOWED_HOSTS = re.compile(r"https?://(www\.)?(wa\.me|bit\.ly|tinyurl\.com)/")


def check_buttons(buttons: Any) -> None:
    """Refuse buttons that the grammar does not allow.

    Raises:
        Refused: code 100, with the reason for people.
    """
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 10:
        raise _wrong("A template has 1 to 10 buttons.")
    kinds = [_kind(button) for button in buttons]
    for kind, count in Counter(kinds).items():
        if count > _MOST[kind]:
            raise _wrong(f"At most {_MOST[kind]} of type {kind}.")
    groups = [is_reply for is_reply, _ in groupby(k == "QUICK_REPLY" for k in kinds)]
    if groups.count(True) > 1 or (groups.count(False) > 1):
        raise _wrong("Quick replies stand together, before or after the others.")
    for kind, button in zip(kinds, buttons, strict=True):
        _check_button(kind, button)


def _kind(button: Any) -> str:
    kind = str(button.get("type", "")).upper() if isinstance(button, Mapping) else ""
    if kind not in _MOST:
        raise _wrong(f"Unknown button type {kind!r}.")
    return kind


def _check_button(kind: str, button: Mapping[str, Any]) -> None:
    text = button.get("text")
    if kind in _LABELLED:
        if not isinstance(text, str) or not text or len(text) > 25:
            raise _wrong("A label has 1 to 25 characters.", 2388040)
        if "{{" in text:
            raise _wrong("A label has no variables.")
    if kind == "URL":
        _check_url(button)
    elif kind == "PHONE_NUMBER":
        if not 1 <= len(str(button.get("phone_number", ""))) <= 20:
            raise _wrong("A phone number has 1 to 20 characters.", 2388040)
    elif kind == "COPY_CODE":
        if not button.get("example"):
            raise _wrong("A code to copy needs an example.", 2388043)
    elif kind == "REQUEST_CONTACT_INFO" and text not in {None, "Share Contact Info"}:
        raise _wrong("The label of this button is fixed.")


def _check_url(button: Mapping[str, Any]) -> None:
    url = str(button.get("url", ""))
    if not re.match(r"https?://[^\s/{}]+", url) or len(url) > 2000:
        raise _wrong("An address has at most 2000 characters and no variable host.")
    if _NOT_ALLOWED_HOSTS.match(url):
        raise _wrong("Links to WhatsApp and shortened links are not allowed.")
    if "{{" in url:
        if url.count("{{") > 1 or not url.endswith("{{1}}"):
            raise _wrong("An address has one variable {{1}}, at its very end.")
        if not button.get("example"):
            raise _wrong("An address with a variable needs an example.", 2388043)


def _wrong(advice: str, subcode: int = 2388049) -> Refused:
    return Refused(
        100,
        subcode=subcode,
        advice=("Invalid buttons", advice),
        message="Invalid parameter",
    )
