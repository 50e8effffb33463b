"""The facts of a decision, as its line of the message's story keeps them.

Rules are pure, so whoever has the facts and the time can ask them again and show what
each saw. Only what is unusual is written down: nearly every message is decided on
facts that are as they should be, and a line is written for each.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from itertools import compress
from operator import attrgetter, ne
from types import NoneType
from typing import Any, get_args, get_type_hints

from core.values import Debt, Scope
from notifications.automations import Automation
from notifications.rules.objections import Facts, Yes

_ELSEWHERE = frozenset(
    {
        *("scope", "wanted_at", "is_about_parcel", "tracking_key", "place"),
        *("lifetime", "outlives_cancellation", "milestone", "is_told_daily"),
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
    "has_phone": True,
    "number_is_connected": True,
    "template_state": "APPROVED",
    "template_category": "UTILITY",
}


def _usual(name: str, kind: object) -> object:
    return _USUAL.get(name, False if kind is bool else None)


_KINDS = get_type_hints(Facts)
_PLAINLY_KEPT = {
    field.name: _usual(field.name, _KINDS[field.name])
    for field in fields(Facts)
    if field.name not in _ELSEWHERE and field.name not in _LIKE
}
_NAMES, _USUALLY = tuple(_PLAINLY_KEPT), tuple(_PLAINLY_KEPT.values())
_values_of = attrgetter(*_NAMES)

_WRITTEN: Mapping[type, Callable[[Any], Any]] = {
    datetime: datetime.isoformat,
    Yes: lambda yes: [yes.source, yes.given_at.isoformat()],
    Debt: lambda debt: [debt.burst_at.isoformat(), debt.paid_at.isoformat()],
}
_READ: Mapping[type, Callable[[Any], Any]] = {
    bool: bool,
    str: str,
    datetime: datetime.fromisoformat,
    Yes: lambda said: Yes(said[0], datetime.fromisoformat(said[1])),
    Debt: lambda said: Debt(*map(datetime.fromisoformat, said)),
}
"""How each kind of fact is written into JSON and read from it; enums are texts."""


def kept(facts: Facts) -> dict[str, Any]:
    """What is unusual about these facts, and stands neither in the message's row nor
    in its automation; fit for JSON. No names, no numbers."""
    values = _values_of(facts)
    unusual = dict(
        compress(zip(_NAMES, values, strict=True), map(ne, values, _USUALLY))
    )
    for name, like in _LIKE.items():
        if (value := getattr(facts, name)) != getattr(facts, like):
            unusual[name] = value
    for name, value in unusual.items():
        if (write := _WRITTEN.get(type(value))) is not None:
            unusual[name] = write(value)
    return unusual


def facts_again(
    said: Mapping[str, Any], message: Mapping[str, Any], automation: Automation[Any]
) -> Facts:
    """The facts that ``kept`` was told; ``message`` is the row of a message.

    What belongs to the automation is as it is today, and so may differ from what it
    was for a decision that an earlier version of the program made.
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
        "milestone": automation.milestone,
        "is_told_daily": automation.is_told_daily,
    }
    values |= {name: values[like] for name, like in _LIKE.items()}
    values |= {name: _read(_KINDS[name], said[name]) for name in said if name in values}
    return Facts(**values)


def _read(kind: Any, said: Any) -> Any:
    if said is None:
        return None
    [only] = [each for each in get_args(kind) or (kind,) if each is not NoneType]
    return _READ.get(only, only)(said)
