"""JSON from strangers: read once, strictly, and refused without repeating it."""

import json
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NoReturn

from core.errors import UnreadablePayload

_BAD_TEXT = re.compile("[\0\ud800-\udfff]")
_MARKS_OF_BAD_TEXT = (b"\\ud", b"\\uD", b"\\u0000")


def read_object(
    body: bytes,
    *,
    parse_float: Callable[[str], object] = Decimal,
    mends_text: bool = False,
) -> dict[str, Any]:
    """The JSON object in ``body``; ``parse_float`` makes the numbers with a point.

    With ``mends_text`` a NUL and half a character become U+FFFD, but in a key: for what
    people type, beside which stands what somebody else has said.

    Raises:
        UnreadablePayload: not UTF-8, not JSON, too deep, an endless number, one key
            twice, half a character, a NUL, or not an object. The reason holds none
            of the body, since bodies are personal data.
    """
    try:
        value = _decoded(body, body.decode("utf-8"), parse_float)
    except _Refused as refusal:
        raise UnreadablePayload(str(refusal)) from None
    except UnicodeDecodeError:
        raise UnreadablePayload("the body is not UTF-8") from None
    except RecursionError:
        raise UnreadablePayload("the body is nested too deeply") from None
    except (ArithmeticError, ValueError):
        # Python refuses to read whole numbers of more than 4,300 digits.
        raise UnreadablePayload("the body is not JSON") from None
    if not isinstance(value, dict):
        raise UnreadablePayload("the body is not an object")
    # Such text can be neither stored nor sent; it is written only as an escape, so
    # the walk is needed only where one of these is seen.
    is_suspect = b"\\u" in body and any(mark in body for mark in _MARKS_OF_BAD_TEXT)
    if is_suspect and mends_text:
        try:
            value = {key: _mended(each) for key, each in value.items()}
        except RecursionError:
            raise UnreadablePayload("the body is nested too deeply") from None
    if is_suspect and _holds_bad_text(value):
        raise UnreadablePayload("the body holds a NUL or half a character")
    return value


def objects_in(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


def finite_float(text: str) -> float:
    """For what will be written as JSON again, which has no Decimal."""
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("a number is not finite")
    return number


class _Refused(Exception):
    pass


def _decoded(body: bytes, text: str, parse_float: Callable[[str], object]) -> object:
    """Decode, and see that no key stands twice in one object.

    Looking at each pair doubles the time of parsing, so we count first: every key is
    followed by a colon, so as many distinct keys as quotes with a colon means that
    there is no second one. Only where a text spoils the count are pairs looked at.
    """
    objects: list[dict[str, Any]] = []
    note = objects.append

    def noted(found: dict[str, Any]) -> dict[str, Any]:
        note(found)
        return found

    decoder = json.JSONDecoder(
        object_hook=noted, parse_float=parse_float, parse_constant=_refuse_constant
    )
    value = decoder.decode(text)
    # One byte is found much faster than two, and most bodies hold no space but this.
    is_spaced = b" :" in body or any(
        space in body and space + b":" in body for space in (b"\n", b"\t", b"\r")
    )
    if is_spaced or body.count(b'":') != sum(map(len, objects)):
        json.JSONDecoder(object_pairs_hook=_refuse_twins).decode(text)
    return value


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    """Two readers of one body must not see different things in it."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise _Refused("a key stands twice in one object")


def _refuse_constant(_name: str) -> NoReturn:
    raise _Refused("a number is not finite")


def _holds_bad_text(value: object) -> bool:
    waiting: list[object] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if _is_bad(each):
                return True
        elif isinstance(each, dict):
            if any(map(_is_bad, each)):
                return True
            waiting.extend(each.values())
        elif isinstance(each, Iterable):
            waiting.extend(each)
    return False


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _BAD_TEXT.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _mended(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_mended(each) for each in value]
    return value


def _is_bad(text: str) -> bool:
    if "\0" in text:
        return True
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
