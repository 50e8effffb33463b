"""Hours of the day as fields of a form, and what was typed into them as it is kept:
such as ``tue 10:00-12:00, 18:00-20:00``.

Nothing is judged here: what cannot be hours goes on as it was typed, and is refused by
whoever keeps it. So the fields can be shown again as they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Protocol

from core.words import Words
from notifications.offer_settings import WEEKDAYS, days_by_hours, in_order
from notifications.send_windows import NONE


class Form(Protocol):
    """What a form has sent, as Werkzeug keeps it."""

    def get(self, name: str, default: str, /) -> str: ...
    def getlist(self, name: str, /) -> Sequence[str]: ...
    def __contains__(self, name: object, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Hours:
    """One row of fields. ``days`` are weekdays; none of them is every day."""

    first: str = ""
    last: str = ""
    days: frozenset[str] = frozenset()


def one_row(written: str) -> list[Hours]:
    """For hours that are the same on every day, and once a day: quiet ones."""
    return _rows(written)[:1] or [Hours()]


def rows(written: str) -> list[Hours]:
    """A row for what is written with the same hours, and an empty one for more."""
    return [*_rows(written), Hours()]


def typed(form: Form, name: str) -> str:
    """As it is kept; ``none`` where every row was left empty."""
    return ", ".join(_written(form, name)) or NONE


def weekdays(words: Words) -> list[tuple[str, str]]:
    """Pairs of a day and what it is called."""
    return [(day, words.weekday(number)) for number, day in enumerate(WEEKDAYS)]


def _rows(written: str) -> list[Hours]:
    return [_row(hours, days) for hours, days in days_by_hours(written).items()]


def _row(hours: str, days: Sequence[str]) -> Hours:
    first, _, last = hours.partition("-")
    return Hours(first, last, frozenset(days or WEEKDAYS))


def _written(form: Form, name: str) -> Iterator[str]:
    numbers = takewhile(lambda number: f"{name}-{number}-from" in form, count())
    for each in (f"{name}-{number}" for number in numbers):
        first, last = (form.get(f"{each}-{end}", "").strip() for end in ("from", "to"))
        days = set(form.getlist(f"{each}-day"))
        if first or last or days:
            named = [] if days.issuperset(WEEKDAYS) else in_order(days)
            yield from (f"{day} {first}-{last}".strip() for day in named or [""])
