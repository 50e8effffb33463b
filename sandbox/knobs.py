"""Behaviour that can be turned while a simulator runs, one named field at a time."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class BadControl(Exception):
    """The control API was asked for something that makes no sense; says what."""


def turn(knobs: "DataclassInstance", wanted: Mapping[str, Any]) -> None:
    """Change the named fields; nothing is changed where one of them is wrong.

    Raises:
        BadControl: a field is unknown, or its value has another shape.
    """
    known = {field.name for field in fields(knobs)}
    checked: dict[str, Any] = {}
    for name, value in wanted.items():
        if name not in known:
            raise BadControl(f"{name}: unknown; there are {', '.join(sorted(known))}")
        checked[name] = _like(getattr(knobs, name), value, name)
    for name, value in checked.items():
        setattr(knobs, name, value)


def turn_back(*all_knobs: "DataclassInstance") -> None:
    """Every field is what it is at the start of a simulator."""
    for knobs in all_knobs:
        first = type(knobs)()
        for field in fields(knobs):
            setattr(knobs, field.name, getattr(first, field.name))


def shown(knobs: "DataclassInstance") -> dict[str, Any]:
    return asdict(knobs)


def text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """The named text of a control request.

    Raises:
        BadControl: it is absent without a default, or no text.
    """
    value = body.get(name, default)
    if not isinstance(value, str) or not value:
        raise BadControl(f"{name}: must be a text")
    return value


def _like(present: object, value: Any, name: str) -> Any:
    if isinstance(present, bool):
        if not isinstance(value, bool):
            raise BadControl(f"{name}: must be true or false")
        return value
    if isinstance(present, tuple):
        return _pair(value, name)
    if isinstance(present, (int, float)):
        return _number(value, name)
    if isinstance(present, str):
        return text({name: value}, name)
    if not isinstance(value, type(present)):
        raise BadControl(f"{name}: must be a {type(present).__name__}")
    return value


def _pair(value: Any, name: str) -> tuple[float, float]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = [value, value]
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise BadControl(f"{name}: must be two numbers of milliseconds")
    low, high = (_number(each, name) for each in value)
    if low > high:
        raise BadControl(f"{name}: the first must not be above the second")
    return low, high


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise BadControl(f"{name}: must be a number of 0 or more")
    if name.endswith("_share") and value > 1:
        raise BadControl(f"{name}: must be between 0 and 1")
    return value
