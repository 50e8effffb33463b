"""A flow as its owner writes it: a JSON file, checked word for word before it counts.

What is kept is what was written, so that it can be shown, changed and given again.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.errors import NotPossible
from core.words import N_
from notifications import offer_settings
from notifications.rules.flows import (
    LEAST_APART_MINUTES,
    STOP,
    Conditions,
    Flow,
    Limits,
    Offer,
    Show,
    Step,
)
from notifications.unfit import Unfit

MOST_STEPS = 5
LATEST_MINUTES = 14 * 24 * 60
MOST_HOLDOUT = 50

_MOST_PERCENT = 90
_LONGEST_HOURS = 72
_TAGS = (offer_settings.FREQUENT, offer_settings.CHURN_RISK)
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mistake:
    """``place`` is where in the file, such as ``steps[1].after_minutes``; what would
    be right there is a marked sentence and its values."""

    place: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        said = self.sentence % self.values if self.values else self.sentence
        return f"{self.place}: {said}" if self.place else said


class _Said(str):
    """A sentence in English that can be said in another language, too."""

    sentence: str
    values: Mapping[str, object]

    def __new__(cls, sentence: str, **values: object) -> "_Said":
        said = super().__new__(cls, sentence % values if values else sentence)
        said.sentence, said.values = sentence, values
        return said


_GENERAL = (
    *(N_("Not a valid integer."), N_("Not a valid boolean."), N_("Not a valid list.")),
    *(N_("Missing data for required field."), N_("Unknown field.")),
    N_("Field may not be null."),
)
"""What marshmallow says by itself."""


def _matching(pattern: re.Pattern[str], words: str) -> validate.Validator:
    return validate.Regexp(f"{pattern.pattern}\\Z", flags=re.ASCII, error=words)


def _from(least: int, most: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if not least <= value <= most:
            sentence = N_("Must be from %(least)s to %(most)s.")
            raise ValidationError(_Said(sentence, least=least, most=most))

    return check


class _Value(fields.Field[Any]):
    """An amount in the store's currency, whichever it is, or one for each currency."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Decimal]:
        named = value if isinstance(value, dict) else {"": value}
        amounts: dict[str, Decimal] = {}
        for currency, amount in named.items():
            if currency and not _CURRENCY.fullmatch(currency):
                sentence = N_("%(name)s is not a currency such as EUR.")
                raise ValidationError(_Said(sentence, name=currency))
            amounts[currency] = _amount(amount)
        if not amounts:
            raise ValidationError(N_("Must name a currency."))
        return amounts


def _amount(written: Any) -> Decimal:
    """As text, since a JSON number is not exact."""
    if not isinstance(written, str) or not re.fullmatch(
        r"\d{1,12}(\.\d{1,3})?", written, re.ASCII
    ):
        raise ValidationError(N_('Must be an amount as text, such as "50.00".'))
    return Decimal(written)


def _of(words: Collection[str]) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in words:
            known = ", ".join(sorted(words))
            raise ValidationError(_Said(N_("Must be one of: %(known)s."), known=known))

    return check


class _When(Schema):
    value_at_least = _Value()
    value_below = _Value()
    countries = fields.List(
        fields.String(validate=_matching(_COUNTRY, N_("Must be a country such as DE.")))
    )
    languages = fields.List(fields.String())
    first_time_buyer = fields.Boolean(truthy={True}, falsy={False})
    tags = fields.List(fields.String(validate=_of(_TAGS)))
    without_tags = fields.List(fields.String(validate=_of(_TAGS)))
    unread = fields.Boolean(truthy={True}, falsy={False})
    unclicked = fields.Boolean(truthy={True}, falsy={False})
    items_at_least = fields.Integer(strict=True, validate=_from(1, 1000))
    products = fields.List(
        fields.Integer(strict=True, validate=_from(1, 2**63 - 1)),
        validate=validate.Length(1, 100),
    )


class _Offer(Schema):
    percent = fields.Integer(
        strict=True, required=True, validate=_from(1, _MOST_PERCENT)
    )
    valid_hours = fields.Integer(
        strict=True, load_default=24, validate=_from(1, _LONGEST_HOURS)
    )
    one_customer = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class _Step(Schema):
    key = fields.String(
        required=True,
        validate=_matching(_KEY, N_("Must be 1 to 20 of a-z, 0-9, - and _.")),
    )
    message = fields.String(required=True)
    after_minutes = fields.Integer(
        strict=True,
        required=True,
        validate=_from(0, LATEST_MINUTES),
    )
    window = fields.String()
    when = fields.Nested(_When)
    then = fields.String()
    otherwise = fields.String()
    offer = fields.Nested(_Offer)
    show = fields.String(validate=_of([each.value for each in Show]))

    @validates_schema
    def _window_is_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if "window" in data:
            try:
                offer_settings.window(data["window"])
            except Unfit as error:
                said = _Said(error.sentence, **error.values)
                raise ValidationError({"window": [said]}) from None


class _Flow(Schema):
    steps = fields.List(
        fields.Nested(_Step), required=True, validate=validate.Length(1, MOST_STEPS)
    )
    holdout = fields.Integer(strict=True, validate=_from(0, MOST_HOLDOUT))


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
    found = mistakes(written, messages=messages, languages=languages, limits=limits)
    for mistake in found:
        raise NotPossible(str(mistake))
    return written


def mistakes(
    written: Mapping[str, Any],
    *,
    messages: Mapping[str, bool],
    languages: Collection[str],
    limits: Limits,
) -> list[Mistake]:
    """All that ``checked`` would refuse; of what only shows in a flow whose fields are
    right, nothing while one is not."""
    try:
        flow = _Flow().load(dict(written))
    except ValidationError as error:
        return list(_told(error.messages))
    return [
        *_beyond(flow, limits),
        *_mistakes(flow["steps"], messages, languages),
    ]


def _told(messages: Any, place: str = "") -> Iterator[Mistake]:
    """``steps[1].after_minutes: Must be ...``"""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _told(inner, _place(place, name))
    elif isinstance(messages, list):
        yield from _told(messages[0], place)
    elif isinstance(messages, _Said):
        yield Mistake(place, messages.sentence, messages.values)
    else:
        yield Mistake(place, str(messages))


def _place(place: str, name: object) -> str:
    if isinstance(name, int):
        return f"{place}[{name}]"
    if name == "_schema":
        return place
    return f"{place}.{name}" if place else str(name)


def _beyond(flow: Mapping[str, Any], limits: Limits) -> Iterator[Mistake]:
    if "holdout" in flow and not limits.is_held_out:
        yield Mistake("holdout", N_("This is news, which is held back from nobody"))
    for number, step in enumerate(flow["steps"]):
        least = limits.earliest_minutes
        if step["after_minutes"] < least:
            place = f"steps[{number}].after_minutes"
            yield Mistake(place, N_("Must be at least %(least)s"), {"least": least})
        if "show" in step and step["message"] not in limits.showing:
            sentence = N_("%(message)s shows no products")
            said = {"message": step["message"]}
            yield Mistake(f"steps[{number}].show", sentence, said)
        for name in step.get("when", {}):
            if name in limits.unasked:
                yield Mistake(f"steps[{number}].when.{name}", limits.unasked[name])


def _mistakes(
    steps: list[dict[str, Any]],
    messages: Mapping[str, bool],
    languages: Collection[str],
) -> Iterator[Mistake]:
    """What no field of one step alone can tell."""
    keys = [step["key"] for step in steps]
    for number, step in enumerate(steps):
        place, before = f"steps[{number}]", keys[:number]
        if step["key"] == STOP or step["key"] in before:
            taken = N_("%(key)r is taken; each step has its own")
            yield Mistake(f"{place}.key", taken, {"key": step["key"]})
        yield from _of_message(step, place, messages)
        if number and step["after_minutes"] < (
            steps[number - 1]["after_minutes"] + LEAST_APART_MINUTES
        ):
            sentence = N_("Must be at least %(least)s more than the step before")
            least = {"least": LEAST_APART_MINUTES}
            yield Mistake(f"{place}.after_minutes", sentence, least)
        for way in ("then", "otherwise"):
            if step.get(way, STOP) not in (STOP, *keys[number + 1 :]):
                sentence = N_("Must be the key of a later step, or %(stop)s")
                yield Mistake(f"{place}.{way}", sentence, {"stop": STOP})
        for language in step.get("when", {}).get("languages", ()):
            if language not in languages:
                known = {"known": ", ".join(sorted(languages))}
                sentence = N_("Must be of: %(known)s")
                yield Mistake(f"{place}.when.languages", sentence, known)


def _of_message(
    step: Mapping[str, Any], place: str, messages: Mapping[str, bool]
) -> Iterator[Mistake]:
    message = step["message"]
    if message not in messages:
        known = {"known": ", ".join(sorted(messages))}
        yield Mistake(f"{place}.message", N_("Must be one of: %(known)s"), known)
    elif messages[message] != ("offer" in step):
        needs = N_("%(message)s needs an offer")
        wanted = needs if messages[message] else N_("%(message)s has no offer")
        yield Mistake(f"{place}.offer", wanted, {"message": message})


def read(kept: Mapping[str, Any], *, holdout: int) -> Flow:
    """A flow that was checked once. ``holdout`` is for one that names none.

    Raises:
        ValueError: this version allows it no more.
    """
    try:
        flow = _Flow().load(dict(kept))
    except ValidationError as error:
        raise ValueError(str(next(_told(error.messages)))) from None
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
        show=Show(data["show"]) if "show" in data else None,
    )
