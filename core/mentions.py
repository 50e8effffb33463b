"""By what a text could name somebody: numbers, mail addresses, and keys of carts.

Who is to be forgotten must be found in whatever was ever sent, also in what nobody
could read. So nothing is understood here: every number and address in a text is turned
into one form, however it was written, and those of a person are turned into the same.

A number has two forms: itself, by which an id is found, and its last digits, by which a
phone is, whether it was written with its country or without. A stranger's number may
end alike; then a text is thrown away that might have been kept, and no harm is done.
"""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import decimal

import orjson

_TAIL = 8
_SHORTEST_ID = 4
# What people put between digits. Every repetition ends, so that no text is slow.
_NUMBER = re.compile(r"\d(?:[ ().\-/\u00a0\u2010-\u2015]{0,3}\d){3,40}")
_RUN = re.compile(r"\d+")
_MAIL = re.compile(r"[^\s@<>\"'(),:;\\/]{1,64}@[^\s@<>\"'(),:;\\/]{1,255}")
_LONGEST_KEY = 200


def of_id(number: int | str) -> str:
    return f"number {number}"


def of_phone(said: str) -> str | None:
    """None for what has too few digits to be somebody's."""
    digits = _digits(said)
    return f"tail {digits[-_TAIL:]}" if len(digits) >= _TAIL else None


def of_mail(said: str) -> str:
    return f"mail {said.strip().lower()}"


def of_user(user_id: str) -> str:
    """By WhatsApp's id of a user."""
    return f"user {user_id}"


def mentions_in(text: bytes) -> Iterator[str]:
    """Every number and address in a text, each in all its forms; and, as they stand,
    the values of what is called a token; and the ids of users of WhatsApp."""
    try:
        yield from _in_value(orjson.loads(text))
    except (orjson.JSONDecodeError, RecursionError):
        yield from _in_string(text.decode("utf-8", "replace"))


def _in_value(value: Any) -> Iterator[str]:
    match value:
        case bool() | None:
            return
        case int():
            yield from _of_digits(str(value))
        case str():
            yield from _in_string(value)
        case dict():
            for name, part in value.items():
                yield from _in_string(name)
                if isinstance(part, str) and name.endswith("token"):
                    yield part[:_LONGEST_KEY]
                if isinstance(part, str) and name.endswith("user_id"):
                    yield of_user(part[:_LONGEST_KEY])
                yield from _in_value(part)
        case list():
            for part in value:
                yield from _in_value(part)
        case _:
            return


def _in_string(text: str) -> Iterator[str]:
    if len(text) < _SHORTEST_ID:
        return
    for found in _NUMBER.finditer(text):
        so_far = ""
        # Where one number ends and the next begins, nobody says.
        for digits in _RUN.findall(found[0]):
            yield from _of_digits(_digits(digits))
            so_far += _digits(digits)
            if len(so_far) >= _TAIL:
                yield f"tail {so_far[-_TAIL:]}"
    if "@" in text:
        for found in _MAIL.finditer(text):
            yield of_mail(found[0].strip("."))


def _of_digits(digits: str) -> Iterator[str]:
    if len(digits) >= _SHORTEST_ID:
        yield f"number {digits.lstrip('0')}"
    if len(digits) >= _TAIL:
        yield f"tail {digits[-_TAIL:]}"


def _digits(text: str) -> str:
    """The digits of a text, in any script, as ours."""
    if text.isascii():
        return "".join(each for each in text if each.isdigit())
    found = (decimal(each, None) for each in text)
    return "".join(str(each) for each in found if each is not None)
