"""When it is a decent hour on every clock that somebody may live by.

An hour is looked at as the clock on the wall shows it. So a night that loses an hour is
shorter, one that has an hour twice is longer, and a window that begins in the lost hour
begins when the clock is on again.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TypeAlias

HORIZON = timedelta(days=14)
"""So far ahead an hour is looked for. Where there is none by then, none will come."""
_DAY = timedelta(days=1)
_PIECE = timedelta(days=2)
_END = 24 * 60

Span: TypeAlias = tuple[int, int]
"""Minutes of one day, from the first to before the last: (480, 1260) is 8 to 21."""
Day: TypeAlias = tuple[Span, ...]

WHOLE_DAY: Day = ((0, _END),)
NEVER: Day = ()


@dataclass(frozen=True, slots=True)
class Week:
    """The hours that are allowed, from Monday to Sunday, and on holidays."""

    days: tuple[Day, Day, Day, Day, Day, Day, Day]
    on_holidays: Day | None = None
    """None: as on any other day."""
    holidays: Container[date] = frozenset()

    def allows(self, on_the_wall: datetime) -> bool:
        minute = on_the_wall.hour * 60 + on_the_wall.minute
        today = self.day(on_the_wall.date())
        return any(first <= minute < last for first, last in today)

    def day(self, day: date) -> Day:
        if self.on_holidays is not None and day in self.holidays:
            return self.on_holidays
        return self.days[day.weekday()]


ALWAYS = Week((WHOLE_DAY,) * 7)


def between(opens: time, closes: time, weekdays: Iterable[int] = range(7)) -> Week:
    """A window on each of the weekdays (0 is Monday). One that closes no later than it
    opens goes on past midnight, and one with equal ends is none."""
    week = [NEVER] * 7
    first, last = _minute(opens), _minute(closes)
    for weekday in weekdays:
        if first < last:
            week[weekday] = (*week[weekday], (first, last))
        elif last < first:
            after = (weekday + 1) % 7
            week[weekday] = (*week[weekday], (first, _END))
            week[after] = (*week[after], (0, last))
    return _week(map(merged, week))


def on_whole_days(weekdays: Iterable[int]) -> Week:
    """All hours of these days (0 is Monday), and none of the others."""
    allowed = frozenset(weekdays)
    return _week(WHOLE_DAY if each in allowed else NEVER for each in range(7))


def outside(begins: time, ends: time) -> Week:
    """All but the quiet hours, which may run over midnight. Equal ends mean none."""
    return ALWAYS if begins == ends else between(ends, begins)


def either(weeks: Iterable[Week]) -> Week:
    """Several windows of one owner: what any of them allows. Not for holidays."""
    every = list(weeks)
    return _week(
        merged(span for week in every for span in week.days[weekday])
        for weekday in range(7)
    )


def merged(spans: Iterable[Span]) -> Day:
    """The same minutes, in order, and no two spans that touch."""
    kept: list[Span] = []
    for first, last in sorted(spans):
        if kept and first <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(last, kept[-1][1])
        else:
            kept.append((first, last))
    return tuple(kept)


def next_allowed(
    now: datetime,
    clocks: Sequence[tzinfo],
    weeks: Sequence[Week],
    *,
    horizon: timedelta = HORIZON,
) -> datetime | None:
    """The earliest moment from ``now`` that every week allows on every clock, in UTC.

    None where there is none before ``horizon``: the windows of two far zones may never
    meet. The caller decides what becomes of it then.
    """
    start = now.astimezone(UTC)
    if is_allowed(start, clocks, weeks):
        return start
    end = start + horizon
    # A piece at a time: nearly always it is within the first.
    while start < end:
        until = min(start + _PIECE, end)
        begins = {
            moment
            for clock in clocks
            for moment in _beginnings(start, until, clock, weeks)
            if start <= moment < until
        }
        for each in sorted(begins):
            if is_allowed(each, clocks, weeks):
                return each
        start = until
    return None


def is_allowed(now: datetime, clocks: Iterable[tzinfo], weeks: Sequence[Week]) -> bool:
    return all(
        week.allows(on_the_wall)
        for on_the_wall in map(now.astimezone, clocks)
        for week in weeks
    )


def _beginnings(
    start: datetime, end: datetime, clock: tzinfo, weeks: Sequence[Week]
) -> Iterator[datetime]:
    """Every moment at which a window may open on this clock."""
    yield from _changes(start, end, clock)
    day = start.astimezone(clock).date()
    last_day = end.astimezone(clock).date()
    while day <= last_day:
        yield from _openings(
            day, clock, frozenset(first for week in weeks for first, _ in week.day(day))
        )
        day += _DAY


@lru_cache(maxsize=4096)
def _openings(
    day: date, clock: tzinfo, minutes: Collection[int]
) -> tuple[datetime, ...]:
    """The moments of one day at which a clock shows these minutes, once or twice."""
    return tuple(
        datetime.combine(day, time(*divmod(minute, 60), fold=fold), clock).astimezone(
            UTC
        )
        for minute in minutes
        for fold in (0, 1)
    )


def _changes(start: datetime, end: datetime, clock: tzinfo) -> Iterator[datetime]:
    """Every moment at which the clock is put on or back."""
    before = start
    while before < end:
        after = before + _DAY
        if _offset(before, clock) != _offset(after, clock):
            yield _change(before, after, clock)
        before = after


def _change(before: datetime, after: datetime, clock: tzinfo) -> datetime:
    """To the second. The offset differs between the two moments."""
    old, seconds = _offset(before, clock), int((after - before).total_seconds())
    # Whole seconds, so that the moment is the one that the tables have.
    earliest = before.replace(microsecond=0)
    first, last = 0, seconds + 1
    while last - first > 1:
        middle = (first + last) // 2
        is_old = _offset(earliest + timedelta(seconds=middle), clock) == old
        first, last = (middle, last) if is_old else (first, middle)
    return earliest + timedelta(seconds=last)


def _offset(moment: datetime, clock: tzinfo) -> timedelta | None:
    return moment.astimezone(clock).utcoffset()


def _minute(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _week(days: Iterable[Day]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday))
