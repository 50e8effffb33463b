"""The facts of a decision, as its line of the message's story keeps them.

Rules are pure, so whoever has the facts and the time can ask them again and show what
each saw. Only what is unusual is written down: nearly every message is decided on
facts that are as they should be, and a line is written for each.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import compress
from operator import attrgetter, ne
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from core.values import Scope
from notifications.automations import Automation
from notifications.replies import Reply
from notifications.rules.objections import Facts

_ELSEWHERE = frozenset(
    {
        *("scope", "wanted_at", "is_about_parcel", "tracking_key", "place"),
        *("lifetime", "outlives_cancellation", "awaits_payment", "milestone"),
        *("tells_part", "is_told_daily"),
    }
)
"""What the message's row has, and what its automation has."""

_LIKE = {"parcel_tracking_key": "tracking_key", "scan_place": "place"}
"""What is usually the same as what the message is about."""

# What was left out of a story meant this: never change a value here.
_USUAL: Mapping[str, Any] = {
    "is_on": True,
    "shop_is_active": True,
    "order_is_known": True,
    "is_reachable": True,
    "number_is_connected": True,
    "has_something_to_tell": True,
    "template_state": "APPROVED",
    "template_category": "UTILITY",
}


def _usual(name: str, kind: object) -> object:
    """Where nothing is said: no, nothing, or none of them."""
    if get_origin(kind) is tuple:
        return ()
    return _USUAL.get(name, False if kind is bool else None)


_KINDS = get_type_hints(Facts)
_PLAINLY_KEPT = {
    field.name: _usual(field.name, _KINDS[field.name])
    for field in fields(Facts)
    if field.name not in _ELSEWHERE and field.name not in _LIKE
}
_NAMES, _USUALLY = tuple(_PLAINLY_KEPT), tuple(_PLAINLY_KEPT.values())
_values_of = attrgetter(*_NAMES)


def kept(facts: Facts, *, now: datetime) -> dict[str, Any]:
    """What is unusual about these facts, and stands neither in the message's row nor
    in its automation; fit for JSON. No names, no numbers.

    What is owed no more ``now`` is left out: nearly everybody owed something once.
    """
    values = _values_of(facts)
    unusual = dict(
        compress(zip(_NAMES, values, strict=True), map(ne, values, _USUALLY))
    )
    for name, like in _LIKE.items():
        if (value := getattr(facts, name)) != getattr(facts, like):
            unusual[name] = value
    if facts.debt is not None and facts.debt.paid_at <= now:
        del unusual["debt"]
    return {name: _written(value) for name, value in unusual.items()}


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


def _written(value: Any) -> Any:
    """As JSON has it, and short. A dataclass is the list of its values, a time is in
    microseconds; enums are texts."""
    match value:
        case None | bool() | str() | int():
            return value
        case datetime():
            return (value - _EPOCH) // _UNIT
        case timedelta():
            return value // _UNIT
        case tuple():
            return [_written(each) for each in value]
        case _:
            return [_written(getattr(value, each.name)) for each in fields(value)]


def facts_again(
    said: Mapping[str, Any],
    message: Mapping[str, Any],
    automation: Automation[Any] | Reply,
) -> Facts | None:
    """The facts that ``kept`` was told; ``message`` is the row of a message.

    What belongs to the automation is as it is today, and so may differ from what it
    was for a decision that an earlier version of the program made. None where that one
    knew other kinds of facts.
    """
    values: dict[str, Any] = {
        **_PLAINLY_KEPT,
        "scope": Scope(message["scope"]),
        "wanted_at": message["wanted_at"],
        "is_about_parcel": message["fulfillment_id"] is not None,
        "tracking_key": message["tracking_key"],
        "place": (message["told"] or {}).get("place"),
        "lifetime": automation.lifetime,
        "outlives_cancellation": automation.outlives_cancellation,
        "awaits_payment": automation.awaits_payment,
        "tells_part": automation.tells_part,
        "milestone": automation.milestone,
        "is_told_daily": automation.is_told_daily,
    }
    values |= {name: values[like] for name, like in _LIKE.items()}
    known = {name: value for name, value in said.items() if name in values}
    try:
        values |= {name: _read(_KINDS[name], value) for name, value in known.items()}
    except (OverflowError, TypeError, ValueError):
        return None
    return Facts(**values)


def _read(kind: Any, said: Any) -> Any:
    """What ``_written`` made, as the kind of value that it was."""
    kinds = [each for each in get_args(kind) if each not in (NoneType, Ellipsis)]
    match kind:
        case _ if said is None:
            return None
        case _ if get_origin(kind) is tuple:
            return tuple(_read(kinds[0], each) for each in said)
        case _ if kinds:
            return _read(kinds[0], said)
        case _ if is_dataclass(kind):
            make: Any = kind
            values = zip(_hints_of(make).items(), said, strict=True)
            return make(**{name: _read(of, each) for (name, of), each in values})
        case _ if kind is datetime:
            return _EPOCH + said * _UNIT
        case _ if kind is timedelta:
            return said * _UNIT
        case _:
            return kind(said)


@cache
def _hints_of(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
