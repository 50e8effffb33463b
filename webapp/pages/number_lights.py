"""How a number stands, in the words and tones of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.words import N_, Meaning, Words
from integrations.meta.advice import meaning_of
from notifications.rules import signup
from notifications.rules.health_lines import Light, Line, Topic
from notifications.standing_of_numbers import Standing
from webapp.pages.templates import STOPPED

LIGHTS = {
    Light.GREEN: ("success", N_("All is well")),
    Light.YELLOW: ("warning", N_("Needs attention")),
    Light.RED: ("critical", N_("Stopped")),
}
"""The tone and the word of each light."""

_PATHS = {Topic.TEMPLATES: f"/templates?state={STOPPED}"}
"""Where more is to be seen of what a line is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    tone: str
    light: str
    says: str
    step: str
    more: str
    meta: Sequence[str]
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberShown:
    """A number as its page shows it."""

    id: str
    shown: str
    account: str
    is_default: bool
    countries: str
    tone: str
    light: str
    why: str
    step: str
    lines: Sequence[LineShown]
    read_at: str
    is_being_looked_at: bool


def number_shown(standing: Standing, words: Words) -> NumberShown:
    tone, light = LIGHTS[standing.light]
    next_ = standing.next_step
    first = None if next_ is None else linenumber_shown(next_, words)
    return NumberShown(
        id=standing.phone_number_id,
        shown=standing.shown,
        account=standing.account_id,
        is_default=standing.is_default,
        countries=", ".join(sorted(standing.countries)),
        tone=tone,
        light=words.gettext(light),
        why="" if first is None else first.says,
        step="" if first is None else first.step,
        lines=[linenumber_shown(each, words) for each in standing.lines],
        read_at="" if standing.read_at is None else words.minute(standing.read_at),
        is_being_looked_at=standing.is_being_looked_at,
    )


def linenumber_shown(line: Line, words: Words) -> LineShown:
    tone, light = LIGHTS[line.light]
    values = {name: _value(value, words) for name, value in line.values.items()}
    found = None if line.code is None else meaning(line.code)
    more = ""
    if found is not None:
        more = f"{words.gettext(found.sentence)} {words.gettext(found.advice)}"
    return LineShown(
        tone=tone,
        light=words.gettext(light),
        says=words.gettext(line.says, **values) if values else words.gettext(line.says),
        step="" if line.step is None else words.gettext(line.step),
        more=more,
        meta=line.meta,
        path=_PATHS.get(line.topic) if line.step else None,
    )


def _value(value: Any, words: Words) -> str:
    if isinstance(value, datetime):
        return words.minute(value)
    if isinstance(value, int):
        return words.number(value)
    return str(value)


def meaning(code: str) -> Meaning:
    """What a code of ours or of Meta's means; any other is a disturbance."""
    if code in signup.MEANINGS:
        return signup.MEANINGS[code]
    number = code.removeprefix("meta_")
    if number == code or not number.isdigit():
        return _AWAY
    return meaning_of(int(number))


_AWAY = Meaning(
    N_("Meta does not answer as it should at the moment."),
    N_("Nothing has to be done: Sosik asks again by itself."),
)
