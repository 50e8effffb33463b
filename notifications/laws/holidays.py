"""The public holidays of a country, by the rules that its law sets.

They are worked out and not listed, so no list runs out; and only for countries whose
hours ask for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

_MONDAY, _SUNDAY = 0, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day ``on`` a date («05-01»), or so many days after Easter Sunday.

    ``moves`` is ``to_monday`` where it is kept on the Monday on or after it, and
    ``off_sunday`` where the Monday after a Sunday is free as well.
    """

    on: str | None = None
    easter: int | None = None
    moves: str | None = None

    def days(self, year: int) -> list[date]:
        day = self._day(year)
        if self.moves == "to_monday":
            return [day + timedelta(days=(_MONDAY - day.weekday()) % 7)]
        if self.moves == "off_sunday" and day.weekday() == _SUNDAY:
            return [day, day + timedelta(days=1)]
        return [day]

    def _day(self, year: int) -> date:
        if self.on is not None:
            return date.fromisoformat(f"{year}-{self.on}")
        assert self.easter is not None
        sunday: date = easter(year)
        return sunday + timedelta(days=self.easter)


class Holidays:
    """A set of days without an end."""

    def __init__(self, holidays: Iterable[Holiday]) -> None:
        self._holidays = tuple(holidays)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _of_year(self._holidays, day.year)


@lru_cache(maxsize=64)
def _of_year(holidays: tuple[Holiday, ...], year: int) -> frozenset[date]:
    return frozenset(day for holiday in holidays for day in holiday.days(year))
