"""What a country asks of an offer: a file for each, with dates, sources and sentences.

To add one, add a file here, called after the country's two letters. A rule holds from
its date, and until another where it has an end. ``basis`` says whether a law says so
(``law``), or only what senders keep to (``practice``) or Meta does (``platform``). None
of it is legal advice.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from notifications.laws.holidays import Holiday, Holidays
from notifications.rules.hours import NEVER, Day, Week, merged

_FOLDER = Path(__file__).parent
ELSEWHERE = "default"
"""The file of what holds where a country's own names no hours, or there is none."""
NIGHT_CONSENT = "night_consent"


class Kind(StrEnum):
    HOURS = "hours"
    CONSENT = "consent"
    DOUBLE_OPT_IN = "double_opt_in"
    RECONFIRM = "reconfirm"
    LABEL = "label"
    UNDELIVERED = "undelivered"
    NOTE = "note"


class Basis(StrEnum):
    LAW = "law"
    PRACTICE = "practice"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is asked, in all of a country or in some of its ``states``.

    ``says`` is a sentence for the store's owner, by language. ``checked`` is when the
    rule was last compared with its source or a report of it, None where it was written
    down without. ``week`` is of rules about hours, ``waived_by`` the yes that lifts
    them; ``label`` and ``needs`` are of what has to stand in the text, ``years`` of how
    long a yes holds.
    """

    kind: Kind
    since: date
    until: date | None = None
    states: frozenset[str] = frozenset()
    basis: Basis
    checked: date | None = None
    source: str
    says: Mapping[str, str] = field(hash=False)
    week: Week | None = field(default=None, hash=False)
    waived_by: str | None = None
    label: str | None = None
    needs: tuple[str, ...] = ()
    years: int | None = None

    def holds(self, on: date, state: str | None) -> bool:
        """Where the state is not known, the rules of every state hold."""
        is_there = not self.states or state is None or state in self.states
        return is_there and self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Place:
    """A country whose law may hold, and its state where that is known."""

    country: str
    state: str | None = None


@dataclass(frozen=True)
class Law:
    """All that holds for an offer to one person on one day, from every country whose
    law may. What it asks for is found once."""

    rules: tuple[Rule, ...]

    def of(self, kind: Kind) -> Sequence[Rule]:
        return [rule for rule in self.rules if rule.kind is kind]

    def weeks(self, yeses: Collection[str] = ()) -> Sequence[Week]:
        """The hours that remain where the person has given these further yeses, as
        ``night_consent``."""
        return [
            rule.week
            for rule in self.of(Kind.HOURS)
            if rule.week is not None and rule.waived_by not in yeses
        ]

    @cached_property
    def asks_twice(self) -> bool:
        return bool(self.of(Kind.DOUBLE_OPT_IN))

    @cached_property
    def reconfirmed_after_years(self) -> int | None:
        years = [rule.years for rule in self.of(Kind.RECONFIRM) if rule.years]
        return min(years, default=None)

    @cached_property
    def label(self) -> str | None:
        """What has to stand at the head of an offer."""
        labels = {rule.label for rule in self.of(Kind.LABEL) if rule.label is not None}
        return " ".join(sorted(labels)) or None


def law_for(places: Iterable[Place], *, on: date) -> Law:
    """The law of all these places together; the stricter wins by all of it holding."""
    return _law_for(tuple(places), on)


@lru_cache(maxsize=4096)
def _law_for(places: Sequence[Place], on: date) -> Law:
    rules: dict[Rule, None] = {}
    for place in places:
        rules |= dict.fromkeys(_holding(place, on))
    return Law(tuple(rules) or tuple(_of_file(ELSEWHERE)))


def _holding(place: Place, on: date) -> Sequence[Rule]:
    own = rules_of(place.country) if place.country in countries() else ()
    holding = [rule for rule in own if rule.holds(on, place.state)]
    if any(rule.kind is Kind.HOURS for rule in holding):
        return holding
    return [*holding, *_of_file(ELSEWHERE)]


@cache
def countries() -> frozenset[str]:
    """Those that have a file."""
    files = {file.stem for file in _FOLDER.glob("*.toml")}
    return frozenset(name.upper() for name in files - {ELSEWHERE})


def rules_of(country: str) -> Sequence[Rule]:
    """All rules of the country, of today and of other days.

    Raises:
        LookupError: the country has no file.
    """
    if country not in countries():
        raise LookupError(f"no file of laws for {country!r}")
    return _of_file(country.lower())


@cache
def _of_file(name: str) -> tuple[Rule, ...]:
    told = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    holidays = Holidays(Holiday(**each) for each in told.get("holiday", ()))
    return tuple(_rule(dict(each), holidays) for each in told["rule"])


def _rule(told: dict[str, Any], holidays: Holidays) -> Rule:
    hours = told.pop("hours", None)
    return Rule(
        kind=Kind(told.pop("kind")),
        since=told.pop("from"),
        basis=Basis(told.pop("basis")),
        states=frozenset(told.pop("states", ())),
        needs=tuple(told.pop("needs", ())),
        says=MappingProxyType({"en": told.pop("en"), "ko": told.pop("ko")}),
        week=None if hours is None else _week(hours, holidays),
        **told,
    )


def _week(hours: Mapping[str, list[str]], holidays: Holidays) -> Week:
    def day(name: str, otherwise: str = "every_day") -> Day:
        return _day(hours.get(name, hours.get(otherwise, ())))

    working = day("monday_to_friday")
    return Week(
        (working,) * 5 + (day("saturday"), day("sunday")),
        on_holidays=day("holidays") if "holidays" in hours else None,
        holidays=holidays,
    )


def _day(spans: Iterable[str]) -> Day:
    """Of «08:00-21:00»."""
    told = [tuple(map(time.fromisoformat, each.split("-"))) for each in spans]
    return (
        merged(
            (first.hour * 60 + first.minute, last.hour * 60 + last.minute)
            for first, last in told
        )
        or NEVER
    )
