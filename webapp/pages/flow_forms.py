"""A flow as fields of a form, and what was typed into them as a flow again.

Nothing is judged here: what cannot be read goes on as it was typed, and is refused by
``notifications.flow_files`` with its place, which ``field_of`` finds again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from notifications import send_windows
from notifications.flow_files import MOST_STEPS
from notifications.rules.flows import LEAST_APART_MINUTES
from webapp.pages import windows
from webapp.pages.windows import Form

UNITS: Mapping[str, int] = {"minutes": 1, "hours": 60, "days": 1440}

_MOST_READ = 2 * MOST_STEPS
"""So many steps of a form are looked for: more is told to be too many."""
_LONGEST_NUMBER = 9
_DEFAULT_HOURS = "24"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFields:
    """One step, each field as it stands in the form. A box that is ticked is ``1``."""

    key: str = ""
    message: str = ""
    after: str = ""
    unit: str = "hours"
    window: str = ""
    value_at_least: str = ""
    value_below: str = ""
    countries: str = ""
    languages: tuple[str, ...] = ()
    first_time_buyer: str = ""
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    unread: str = ""
    unclicked: str = ""
    items_at_least: str = ""
    products: str = ""
    then: str = ""
    otherwise: str = ""
    percent: str = ""
    valid_hours: str = _DEFAULT_HOURS
    one_customer: str = ""
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFields:
    """``holdout`` is None for a flow that holds out nobody."""

    steps: tuple[StepFields, ...]
    holdout: str | None


_SEVERAL = frozenset({"languages", "tags", "without_tags"})


# A flow to be shown


def shown(flow: Mapping[str, Any], *, is_held_out: bool) -> FlowFields:
    """A flow that was checked, as it is written in a file."""
    holdout = str(flow.get("holdout", 0)) if is_held_out else None
    return FlowFields(steps=tuple(map(_shown_step, flow["steps"])), holdout=holdout)


def _shown_step(step: Mapping[str, Any]) -> StepFields:
    when, offer = step.get("when", {}), step.get("offer", {})
    after, unit = _in_units(step["after_minutes"])
    first = when.get("first_time_buyer")
    return StepFields(
        key=step["key"],
        message=step["message"],
        after=after,
        unit=unit,
        window=step.get("window", ""),
        value_at_least=_shown_value(when.get("value_at_least")),
        value_below=_shown_value(when.get("value_below")),
        countries=", ".join(when.get("countries", ())),
        languages=tuple(when.get("languages", ())),
        first_time_buyer="" if first is None else "yes" if first else "no",
        tags=tuple(when.get("tags", ())),
        without_tags=tuple(when.get("without_tags", ())),
        unread=_ticked(when.get("unread")),
        unclicked=_ticked(when.get("unclicked")),
        items_at_least=str(when.get("items_at_least", "")),
        products=", ".join(map(str, when.get("products", ()))),
        then=step.get("then", ""),
        otherwise=step.get("otherwise", ""),
        percent=str(offer.get("percent", "")),
        valid_hours=str(offer.get("valid_hours", _DEFAULT_HOURS)),
        one_customer=_ticked(offer.get("one_customer")),
        show=step.get("show", ""),
    )


def _in_units(minutes: int) -> tuple[str, str]:
    """In the largest unit that it is a whole number of."""
    for unit, length in reversed(list(UNITS.items())):
        if minutes % length == 0 and minutes >= length:
            return str(minutes // length), unit
    return str(minutes), "minutes"


def _shown_value(value: Any) -> str:
    if value is None:
        return ""
    named = value if isinstance(value, dict) else {"": value}
    return ", ".join(
        f"{amount} {currency}".strip() for currency, amount in named.items()
    )


def _ticked(value: object) -> str:
    return "1" if value else ""


# What was typed


def typed(form: Form, *, is_held_out: bool) -> FlowFields:
    """The fields as they were sent."""
    steps = [
        _typed_step(form, number)
        for number in range(_MOST_READ)
        if name_of(number, "key") in form
    ]
    holdout = form.get("holdout", "").strip() if is_held_out else None
    return FlowFields(steps=tuple(steps), holdout=holdout)


def _typed_step(form: Form, number: int) -> StepFields:
    given: dict[str, Any] = {}
    for each in fields(StepFields):
        name = name_of(number, each.name)
        if each.name in _SEVERAL:
            given[each.name] = tuple(dict.fromkeys(form.getlist(name)))
        elif each.name == "window":
            given[each.name] = windows.typed(form, name).removeprefix(send_windows.NONE)
        elif name in form or each.name != "valid_hours":
            given[each.name] = " ".join(form.get(name, "").split())
    return StepFields(**given)


def name_of(number: int, field: str) -> str:
    """What a field of a step, counted from 0, is called in the form."""
    return f"steps-{number}-{field}"


def in_order(found: FlowFields) -> FlowFields:
    """The steps by their times, where all of these can be read."""
    times = [_minutes(step) for step in found.steps]
    if any(not isinstance(each, int) for each in times):
        return found
    by_time = sorted(zip(times, found.steps, strict=True), key=lambda each: each[0])
    return replace(found, steps=tuple(step for _, step in by_time))


def with_another(found: FlowFields) -> FlowFields:
    """One step more at the end, an hour after the last, worded as that one is where it
    makes no offer."""
    taken = {step.key for step in found.steps}
    key = next(str(number) for number in range(1, 2**31) if str(number) not in taken)
    last = found.steps[-1] if found.steps else StepFields()
    minutes = _minutes(last)
    after, unit = "", last.unit
    if isinstance(minutes, int):
        after, unit = _in_units(minutes + LEAST_APART_MINUTES)
    more = StepFields(
        key=key,
        message="" if last.percent else last.message,
        after=after,
        unit=unit,
    )
    return replace(found, steps=(*found.steps, more))


def without(found: FlowFields, number: int) -> FlowFields:
    """Without the step of that number, from 0 on; what led to it goes on as if nobody
    had said where."""
    if not 0 <= number < len(found.steps):
        return found
    gone = found.steps[number].key
    left = (*found.steps[:number], *found.steps[number + 1 :])
    return replace(found, steps=tuple(_not_leading_to(step, gone) for step in left))


def _not_leading_to(step: StepFields, gone: str) -> StepFields:
    return replace(
        step,
        then="" if step.then == gone else step.then,
        otherwise="" if step.otherwise == gone else step.otherwise,
    )


def written(found: FlowFields) -> dict[str, Any]:
    """The flow as it would stand in a file."""
    flow: dict[str, Any] = {"steps": [_written_step(step) for step in found.steps]}
    if found.holdout is not None:
        flow["holdout"] = _number(found.holdout or "0")
    return flow


def _written_step(step: StepFields) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "key": step.key,
        "message": step.message,
        "after_minutes": _minutes(step),
    }
    for name in ("window", "then", "otherwise", "show"):
        if value := getattr(step, name):
            kept[name] = value
    if when := dict(_conditions(step)):
        kept["when"] = when
    if step.percent:
        kept["offer"] = {
            "percent": _number(step.percent),
            "valid_hours": _number(step.valid_hours or _DEFAULT_HOURS),
            "one_customer": step.one_customer == "1",
        }
    return kept


def _conditions(step: StepFields) -> Iterator[tuple[str, Any]]:
    for name in ("value_at_least", "value_below"):
        if value := getattr(step, name):
            yield name, _value(value)
    if step.countries:
        yield "countries", [each.upper() for each in _listed(step.countries)]
    for name in ("languages", "tags", "without_tags"):
        if chosen := getattr(step, name):
            yield name, list(chosen)
    if step.first_time_buyer:
        # Anything else than these two is refused, as nobody could have chosen it.
        known: dict[str, Any] = {"yes": True, "no": False}
        yield "first_time_buyer", known.get(step.first_time_buyer, "")
    for name in ("unread", "unclicked"):
        if getattr(step, name):
            yield name, True
    if step.items_at_least:
        yield "items_at_least", _number(step.items_at_least)
    if step.products:
        yield "products", [_number(each) for each in _listed(step.products)]


def _minutes(step: StepFields) -> int | str:
    number = _number(step.after)
    length = UNITS.get(step.unit)
    return number * length if isinstance(number, int) and length else step.after


def _number(text: str) -> int | str:
    is_number = text.isascii() and text.isdigit()
    # Products have longer ones than anything else.
    return int(text) if is_number and len(text) <= 2 * _LONGEST_NUMBER + 1 else text


def _listed(text: str) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", text) if each]


def _value(text: str) -> Any:
    """``80.00 EUR, 100000 KRW``, or one amount without a currency."""
    amounts: dict[str, str] = {}
    for piece in filter(None, map(str.strip, re.split(r"[,;]", text))):
        words = piece.split()
        by_name = [word for word in words if word.isalpha()]
        others = [word for word in words if not word.isalpha()]
        currency = by_name[0].upper() if by_name else ""
        amounts[currency] = " ".join((*others, *by_name[1:]))
    return amounts[""] if list(amounts) == [""] else amounts


# Where a mistake belongs

_PLACE = re.compile(r"steps\[(\d+)\](?:\.when|\.offer)?(?:\.(\w+))?(?:\[\d+\])?")
_CALLED = {"after_minutes": "after", None: "percent"}


def field_of(place: str) -> str:
    """The field that a mistake is shown at; ``""`` where it is of none."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return place if place == "holdout" else ""
    name = _CALLED.get(found[2], found[2])
    known = {each.name for each in fields(StepFields)}
    return name_of(int(found[1]), name) if name in known else ""
