"""A flow as its owner writes it: a JSON file, checked word for word before it counts.

What is kept is what was written, so that it can be shown, changed and given again.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.errors import NotPossible
from notifications import offer_settings
from notifications.rules.flows import (
    LEAST_APART_MINUTES,
    STOP,
    Conditions,
    Flow,
    Limits,
    Offer,
    Step,
)

MOST_STEPS = 5
LATEST_MINUTES = 14 * 24 * 60
MOST_HOLDOUT = 50

_MOST_PERCENT = 90
_LONGEST_HOURS = 72
_TAGS = (offer_settings.FREQUENT, offer_settings.CHURN_RISK)
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def _matching(pattern: re.Pattern[str], words: str) -> validate.Validator:
    return validate.Regexp(f"{pattern.pattern}\\Z", flags=re.ASCII, error=words)


class _Value(fields.Field[Any]):
    """An amount in the store's currency, whichever it is, or one for each currency."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Decimal]:
        named = value if isinstance(value, dict) else {"": value}
        amounts: dict[str, Decimal] = {}
        for currency, amount in named.items():
            if currency and not _CURRENCY.fullmatch(currency):
                raise ValidationError(f"{currency} is not a currency such as EUR.")
            amounts[currency] = _amount(amount)
        if not amounts:
            raise ValidationError("Must name a currency.")
        return amounts


def _amount(written: Any) -> Decimal:
    """As text, since a JSON number is not exact."""
    if not isinstance(written, str) or not re.fullmatch(
        r"\d{1,12}(\.\d{1,3})?", written, re.ASCII
    ):
        raise ValidationError('Must be an amount as text, such as "50.00".')
    return Decimal(written)


def _of(words: Collection[str]) -> validate.OneOf:
    return validate.OneOf(sorted(words), error="Must be one of: {choices}.")


class _When(Schema):
    value_at_least = _Value()
    value_below = _Value()
    countries = fields.List(
        fields.String(validate=_matching(_COUNTRY, "Must be a country such as DE."))
    )
    languages = fields.List(fields.String())
    first_time_buyer = fields.Boolean(truthy={True}, falsy={False})
    tags = fields.List(fields.String(validate=_of(_TAGS)))
    without_tags = fields.List(fields.String(validate=_of(_TAGS)))
    unread = fields.Boolean(truthy={True}, falsy={False})
    unclicked = fields.Boolean(truthy={True}, falsy={False})
    items_at_least = fields.Integer(strict=True, validate=validate.Range(1, 1000))
    products = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1)),
        validate=validate.Length(1, 100),
    )


class _Offer(Schema):
    percent = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, _MOST_PERCENT)
    )
    valid_hours = fields.Integer(
        strict=True, load_default=24, validate=validate.Range(1, _LONGEST_HOURS)
    )
    one_customer = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class _Step(Schema):
    key = fields.String(
        required=True,
        validate=_matching(_KEY, "Must be 1 to 20 of a-z, 0-9, - and _."),
    )
    message = fields.String(required=True)
    after_minutes = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(0, LATEST_MINUTES),
    )
    window = fields.String()
    when = fields.Nested(_When)
    then = fields.String()
    otherwise = fields.String()
    offer = fields.Nested(_Offer)

    @validates_schema
    def _window_is_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if "window" in data:
            try:
                offer_settings.window(data["window"])
            except ValueError as error:
                raise ValidationError({"window": [f"It {error}."]}) from None


class _Flow(Schema):
    steps = fields.List(
        fields.Nested(_Step), required=True, validate=validate.Length(1, MOST_STEPS)
    )
    holdout = fields.Integer(strict=True, validate=validate.Range(0, MOST_HOLDOUT))


def checked(
    written: object,
    *,
    messages: Mapping[str, bool],
    languages: Collection[str],
    limits: Limits,
) -> Mapping[str, Any]:
    """The flow as it is kept. ``messages`` are the automations that may word a step,
    each with whether it makes an offer; ``languages`` those that there are; ``limits``
    are of what it reminds people of.

    Raises:
        NotPossible: the place of the first mistake, and what would be right there.
    """
    if not isinstance(written, dict):
        raise NotPossible('a flow is a JSON object such as {"steps": [...]}')
    try:
        flow = _Flow().load(written)
    except ValidationError as error:
        raise NotPossible(_first(error.messages)) from None
    if "holdout" in flow and not limits.is_held_out:
        raise NotPossible("holdout: this is news, which is held back from nobody")
    found = (
        *_beyond(flow["steps"], limits),
        *_mistakes(flow["steps"], messages, languages),
    )
    for place, because in found:
        raise NotPossible(f"{place}: {because}")
    return written


def _first(messages: Any, place: str = "") -> str:
    """``steps[1].after_minutes: Must be ...``"""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        if isinstance(name, int):
            return _first(inner, f"{place}[{name}]")
        if name == "_schema":
            return _first(inner, place)
        return _first(inner, f"{place}.{name}" if place else str(name))
    said = messages[0] if isinstance(messages, list) else messages
    if isinstance(said, dict):
        return _first(said, place)
    return f"{place}: {said}" if place else str(said)


def _beyond(steps: list[dict[str, Any]], limits: Limits) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(steps):
        least = limits.earliest_minutes
        if step["after_minutes"] < least:
            yield f"steps[{number}].after_minutes", f"must be at least {least}"
        for name in step.get("when", {}):
            if name in limits.unasked:
                yield f"steps[{number}].when.{name}", limits.unasked[name]


def _mistakes(
    steps: list[dict[str, Any]],
    messages: Mapping[str, bool],
    languages: Collection[str],
) -> Iterator[tuple[str, str]]:
    """What no field of one step alone can tell."""
    keys = [step["key"] for step in steps]
    for number, step in enumerate(steps):
        place = f"steps[{number}]"
        if step["key"] == STOP or step["key"] in keys[:number]:
            yield f"{place}.key", f"{step['key']!r} is taken; each step has its own"
        if step["message"] not in messages:
            known = ", ".join(sorted(messages))
            yield f"{place}.message", f"must be one of: {known}"
        elif messages[step["message"]] != ("offer" in step):
            wanted = "needs an offer" if messages[step["message"]] else "has no offer"
            yield f"{place}.offer", f"{step['message']} {wanted}"
        if number and step["after_minutes"] < (
            steps[number - 1]["after_minutes"] + LEAST_APART_MINUTES
        ):
            yield (
                f"{place}.after_minutes",
                f"must be at least {LEAST_APART_MINUTES} more than the step before",
            )
        for way in ("then", "otherwise"):
            if step.get(way, STOP) not in (STOP, *keys[number + 1 :]):
                yield f"{place}.{way}", f"must be the key of a later step, or {STOP}"
        for language in step.get("when", {}).get("languages", ()):
            if language not in languages:
                known = ", ".join(sorted(languages))
                yield f"{place}.when.languages", f"must be of: {known}"


def read(kept: Mapping[str, Any], *, holdout: int) -> Flow:
    """A flow that was checked once. ``holdout`` is for one that names none.

    Raises:
        ValueError: this version allows it no more.
    """
    try:
        flow = _Flow().load(dict(kept))
    except ValidationError as error:
        raise ValueError(_first(error.messages)) from None
    return Flow(
        steps=tuple(map(_step, flow["steps"])), holdout=flow.get("holdout", holdout)
    )


def _step(data: Mapping[str, Any]) -> Step:
    offer, when = data.get("offer"), dict(data.get("when", {}))
    for name in ("countries", "languages", "tags", "without_tags", "products"):
        when[name] = frozenset(when.get(name, ()))
    return Step(
        key=data["key"],
        message=data["message"],
        after=timedelta(minutes=data["after_minutes"]),
        window=offer_settings.window(data["window"]) if "window" in data else None,
        when=Conditions(**when),
        then=data.get("then"),
        otherwise=data.get("otherwise"),
        offer=None
        if offer is None
        else Offer(
            percent=Decimal(offer["percent"]),
            valid_hours=offer["valid_hours"],
            one_customer=offer["one_customer"],
        ),
    )
