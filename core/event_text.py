"""Events as text that outlives the program that wrote it, and events again.

A field that is silent is not written. One that a later program adds is silent in older
texts, and one that it knows no more is passed over.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import orjson

from core import events, shopping
from core.events import Event

_Read: TypeAlias = Callable[[Any], Any]


def kind_of(event: Event) -> str:
    """What an event is called in a text. Renaming its class would orphan old texts."""
    return type(event).__name__


def written(event: Event) -> bytes:
    """All that an event tells; equal events are written alike, to the byte."""
    told = {
        name: value
        for name in _readings_of(kind_of(event))
        if (value := getattr(event, name)) is not None
    }
    return orjson.dumps(told, default=_plain)


def read(kind: str, text: bytes) -> Event:
    """The event that was written.

    Raises:
        LookupError: no event is called so.
    """
    event: Event = _made(_kinds()[kind], _readings_of(kind), orjson.loads(text))
    return event


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for a text")


@cache
def _kinds() -> Mapping[str, Any]:
    named = (*vars(events).items(), *vars(shopping).items())
    return {
        name: made
        for name, made in named
        if isinstance(made, type) and issubclass(made, Event)
    }


_Readings: TypeAlias = Mapping[str, tuple[_Read, bool]]
"""How each field is read, and whether it has to be given."""


@cache
def _readings_of(kind: str) -> _Readings:
    return _readings(_kinds()[kind])


def _readings(made: Any) -> _Readings:
    hints = get_type_hints(made)
    return {
        each.name: (
            _reading(hints[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(made)
    }


def _made(made: Any, readings: _Readings, told: Mapping[str, Any]) -> Any:
    said = {
        name: None if told.get(name) is None else reading(told[name])
        for name, (reading, is_needed) in readings.items()
        if is_needed or name in told
    }
    return made(**said)


def _reading(hint: Any) -> _Read:
    """From what JSON can hold to a value of this type."""
    hint = getattr(hint, "__supertype__", hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        [only] = [each for each in inner if each is not type(None)]
        return _reading(only)
    if origin is tuple:
        return _reading_of_tuple(inner)
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum | Decimal):
        return hint
    if is_dataclass(hint):
        readings = _readings(hint)
        return lambda told: _made(hint, readings, told)
    return lambda value: value


def _reading_of_tuple(inner: tuple[Any, ...]) -> _Read:
    """Of many alike, some of which may be None, or of one each."""
    if inner[-1] is Ellipsis:
        each = _reading(inner[0])
        return lambda values: tuple(
            None if value is None else each(value) for value in values
        )
    parts = [_reading(part) for part in inner]
    return lambda values: tuple(
        part(value) for part, value in zip(parts, values, strict=True)
    )
