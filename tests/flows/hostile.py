"""Bodies that no store would send, and what must become of them all the same."""

import gzip
import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

from rq.registry import FailedJobRegistry

from integrations.job_queue import queue_on
from tests import samples

PLANTED = "planted-7f3a"
"""Stands in bodies, and must come up in no reason, log or error."""

GOOD_PHONE = "+4915119999999"
_GOOD_ORDER = 4_711

_DEEP = 100_000
_LARGEST = 5 * 1024 * 1024


def hostile_bodies() -> dict[str, bytes]:
    """Bodies by what is wrong with them."""
    order = json.dumps(samples.order(first_name=PLANTED)).encode()
    long_number = b"7" * 5_000
    return {
        "a list 100,000 deep": b"[" * _DEEP + b"]" * _DEEP,
        "an object 100,000 deep": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
        "100,000 brackets never closed": b"[" * _DEEP,
        "an order that is deep in one place": _with(
            order, b'"note":' + b"[" * _DEEP + b"]" * _DEEP
        ),
        "a number of 5,000 digits": b'{"id":' + long_number + b"}",
        "such a number in an order": _with(order, b'"weight":' + long_number),
        "such a fraction": _with(order, b'"weight":0.' + long_number),
        "1e999": _with(order, b'"weight":1e999'),
        "a price of 1e999": order.replace(b'"39.90"', b"1e999"),
        "1e999999999 as the id": b'{"id":1e999999999}',
        "-1e-999999999999999999999": _with(order, b'"a":-1e-999999999999999999999'),
        "NaN": _with(order, b'"weight":NaN'),
        "Infinity": _with(order, b'"weight":Infinity'),
        "-Infinity": b'{"id":-Infinity}',
        "invalid UTF-8": order.replace(PLANTED.encode(), b"planted-7f3a\xff\xfe"),
        "overlong UTF-8": order.replace(PLANTED.encode(), b"\xc0\xaf"),
        "Latin-1": '{"id":1,"name":"Müller"}'.encode("latin-1"),
        "UTF-16": order.decode().encode("utf-16"),
        "UTF-32": order.decode().encode("utf-32"),
        "a byte order mark": b"\xef\xbb\xbf" + order,
        "half a character as an escape": _with(order, b'"note":"\\ud83d"'),
        "half a character in a key": _with(order, b'"\\udc00":1'),
        "half a character, raw": order.replace(PLANTED.encode(), b"\xed\xa0\xbd"),
        "a NUL, raw": order.replace(PLANTED.encode(), b"\x00"),
        "a NUL as an escape": order.replace(PLANTED.encode(), b"\\u0000"),
        "a NUL in a key": _with(order, b'"\\u0000":1'),
        "one key twice": _with(order, b'"id":1'),
        "one key twice, once as an escape": _with(order, b'"\\u0069d":1'),
        "gzip": gzip.compress(order),
        "nothing": b"",
        "white space": b" \r\n\t ",
        "null": b"null",
        "true": b"true",
        "a number": b"4711",
        "a text": b'"planted-7f3a"',
        "a list": b"[" + order + b"]",
        "two objects": order + order,
        "an object and more": order + b"planted-7f3a",
        "cut off": order[:-20],
        "a form": b"id=1&name=planted-7f3a",
        "a page": b"<html>planted-7f3a</html>",
        "single quotes": b"{'id': 1}",
        "a comma too many": b'{"id":1,}',
        "a comment": b'{"id":1/*planted-7f3a*/}',
        "5 MiB of spaces": order + b" " * (_LARGEST - len(order)),
        "one text of 5 MiB less a byte": _filled(order, _LARGEST - 1),
        "prototypes": _with(
            order, b'"__proto__":{"id":2},"constructor":{"prototype":{"x":1}}'
        ),
        "Python's own names": _with(
            order, b'"__class__":"planted-7f3a","self":1,"__init__":{"__globals__":1}'
        ),
    }


def hostile_values() -> dict[str, Any]:
    """Values of the wrong kind, or of the right one and still unwelcome."""
    return {
        "null": None,
        "true": True,
        "a text": PLANTED,
        "no text": "",
        "a long text": PLANTED * 9_000,
        "control characters": f"\x07\x1b[31m{PLANTED}\r\n\x7f",
        "a turned text": f"\u202e{PLANTED}\u2066\u200f",
        "emoji": "👩🏽‍🚀🇰🇷" * 40,
        "Zalgo": "Z" + "\u0315\u0321" * 500,
        "a placeholder": "{{first_name}} {0} %s ${x}",
        "-1": -1,
        "0": 0,
        "2^63": 2**63,
        "10^40": 10**40,
        "a fraction": 1.5,
        "a large float": 1e300,
        "a number as text": "9007199254740993",
        "a list": [PLANTED],
        "a list of lists": [[[PLANTED]], None, 1],
        "an object": {PLANTED: PLANTED},
        "the year 1": "0001-01-01T00:00:00+14:00",
        "the year 9999": "9999-12-31T23:59:59-14:00",
        "a time without a zone": "2026-11-20T12:00:00",
        "leap second": "2016-12-31T23:59:60Z",
        "a phone with letters": "+49 151 PLANTED",
        "a phone with a pause": "+4915112345678,,1",
        "a phone in other digits": "+４９１５１１２３４５６７８",
        "a script as an address": "javascript:alert(1)",
        "an address with a name": "https://ada.example@evil.example/",
    }


def mutations(
    body: dict[str, Any], *, under: tuple[Any, ...] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with one place missing or of another kind, for every place in it.

    ``under`` names the part of the body whose places are meant.
    """
    for path in _places(body):
        if path[: len(under)] != under:
            continue
        name = ".".join(map(str, path))
        missing = deepcopy(body)
        del _parent(missing, path)[path[-1]]
        yield f"{name} missing", missing
        for kind, value in hostile_values().items():
            changed = deepcopy(body)
            _parent(changed, path)[path[-1]] = value
            yield f"{name}: {kind}", changed


def assert_all_settled(world) -> None:
    """Every webhook has an end, with a reason that repeats nothing, and no job died."""
    for row in world.rows("webhooks"):
        assert row.state in ("done", "ignored", "stuck"), (row.state, row.reason)
        if row.state == "stuck":
            assert row.reason.startswith("UnreadablePayload: "), row.reason
        assert PLANTED not in f"{row.reason} {row.outcome}"
    assert FailedJobRegistry(queue=queue_on(world.redis)).count == 0


def assert_still_works(world) -> None:
    """The next good webhook is taken, read and told to the buyer."""
    good = samples.order(order_id=_GOOD_ORDER, name="#4711", phone=GOOD_PHONE)
    assert world.shopify_says("orders/create", good) == 200
    world.work()
    for _ in range(30):
        if any(sent["to"] == GOOD_PHONE[1:] for sent in world.accepted):
            return
        world.pass_time(timedelta(seconds=1))
    raise AssertionError("the good webhook led to nothing")


def _with(order: bytes, member: bytes) -> bytes:
    """The object with one more member at its end."""
    return order[:-1] + b"," + member + b"}"


def _filled(order: bytes, size: int) -> bytes:
    empty = _with(order, b'"note":""')
    return _with(order, b'"note":"' + b"n" * (size - len(empty)) + b'"')


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, inner in children:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _parent(body: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        body = body[key]
    return body
