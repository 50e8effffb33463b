"""Charts that need no script: figures become geometry here, which
``templates/pages/charts.html`` draws as SVG, with the same figures in a table beside.

Every length is a share of a hundred: the drawing stretches to where it stands, and what
is to be read stands around it as text of the page, which does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import floor, log10

from core.words import N_, Words

_WHOLE = 100.0
MOST_SERIES = 4
"""Each has a colour and a pattern of its own, so that none hangs on colour alone."""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure for each day; None where there is none."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """``tone`` counts from 1. ``paths`` are what stands between gaps."""

    name: str
    tone: int
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """The table beside a chart: what it is drawn from, as text. ``summary`` opens it,
    and a column without a name is that of the rows' own names."""

    summary: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A chart of lines over days. ``label`` tells who cannot see it what is there."""

    kind: str = "lines"
    title: str
    label: str
    lines: Sequence[Line]
    top: str
    bottom: str
    first: str
    last: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of bars. ``low`` and ``high`` are the ends of the interval in which its
    value lies, where one is known. Without a value nothing is drawn, and ``instead``
    is said. ``more`` are further cells of its row in the table, before its value."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    instead: str = ""
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    """From ``x`` on so ``wide``; ``whisker`` are both ends of its interval."""

    name: str
    shown: str
    x: float
    wide: float
    is_below: bool
    whisker: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart of rows, ``bars`` or a ``funnel``. ``zero`` is where nothing is."""

    kind: str
    title: str
    label: str
    bars: Sequence[DrawnBar]
    zero: float | None
    figures: Figures


def over_days(
    title: str, days: Sequence[date], series: Sequence[Series], words: Words
) -> Lines:
    """Up to four figures of each of some days, one at least."""
    assert 0 < len(series) <= MOST_SERIES
    every = [value for each in series for value in each.values if value is not None]
    top = _round_above(max(every, default=0))
    return Lines(
        title=title,
        label=_told_of_days(title, days, series, words),
        lines=[
            Line(each.name, tone, list(_paths(each.values, top)))
            for tone, each in enumerate(series, start=1)
        ],
        top=words.number(top),
        bottom=words.number(0),
        first=words.day(days[0]),
        last=words.day(days[-1]),
        figures=_figures(
            words,
            [words.gettext(N_("Day")), *(each.name for each in series)],
            [
                [words.day(day), *(_said(each.values[at], words) for each in series)]
                for at, day in enumerate(days)
            ],
        ),
    )


def bars(
    title: str,
    rows: Sequence[Bar],
    words: Words,
    *,
    shown: Callable[[float], str],
    column: str,
    more: Sequence[str] = (),
) -> Bars:
    """Rows with their intervals. ``shown`` writes a value, and ``column`` is what the
    values are called; ``more`` are the columns of what the rows have besides."""
    ends = [0.0, *(end for row in rows for end in _ends(row))]
    least, most = min(ends), max(ends)
    if most == least:
        most = least + 1.0

    def place(value: float) -> float:
        return _rounded((value - least) / (most - least) * _WHOLE)

    zero = place(0.0)
    drawn = [
        DrawnBar(
            name=row.name,
            shown=_with_interval(row, shown, words),
            x=min(zero, place(row.value or 0.0)),
            wide=_rounded(abs(place(row.value or 0.0) - zero)),
            is_below=(row.value or 0.0) < 0,
            whisker=None
            if row.low is None or row.high is None
            else (place(row.low), place(row.high)),
        )
        for row in rows
    ]
    told = [
        [each.name, *row.more, each.shown]
        for each, row in zip(drawn, rows, strict=True)
    ]
    figures = _figures(words, ["", *more, column], told)
    return _rows_chart("bars", title, drawn, zero, figures)


def funnel(title: str, stages: Sequence[tuple[str, int]], words: Words) -> Bars:
    """How many are left after each stage, of those in the first."""
    most = max([1, *(count for _, count in stages)])
    begun = stages[0][1] if stages else 0
    drawn = []
    told = []
    for name, count in stages:
        wide = _rounded(count / most * _WHOLE)
        share = "" if begun == 0 else f"{100 * count / begun:.0f} %"
        number = words.number(count)
        told.append([name, number, share])
        drawn.append(
            DrawnBar(
                name=name,
                shown=f"{number} ({share})" if share else number,
                x=_rounded((_WHOLE - wide) / 2),
                wide=wide,
                is_below=False,
                whisker=None,
            )
        )
    columns = ["", words.gettext(N_("Number")), words.gettext(N_("Share"))]
    return _rows_chart("funnel", title, drawn, None, _figures(words, columns, told))


def _figures(
    words: Words, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> Figures:
    return Figures(words.gettext(N_("The figures as a table")), columns, rows)


def _rows_chart(
    kind: str,
    title: str,
    drawn: Sequence[DrawnBar],
    zero: float | None,
    figures: Figures,
) -> Bars:
    told = "; ".join(f"{each.name}: {each.shown}" for each in drawn)
    return Bars(
        kind=kind,
        title=title,
        label=f"{title}. {told}",
        bars=drawn,
        zero=zero,
        figures=figures,
    )


def _ends(bar: Bar) -> Iterator[float]:
    yield from (end for end in (bar.value, bar.low, bar.high) if end is not None)


def _with_interval(bar: Bar, shown: Callable[[float], str], words: Words) -> str:
    if bar.value is None:
        return bar.instead
    if bar.low is None or bar.high is None:
        return shown(bar.value)
    return words.gettext(
        N_("%(value)s (%(low)s to %(high)s)"),
        value=shown(bar.value),
        low=shown(bar.low),
        high=shown(bar.high),
    )


def _told_of_days(
    title: str, days: Sequence[date], series: Sequence[Series], words: Words
) -> str:
    parts = [
        words.gettext(
            N_("%(title)s, %(first)s to %(last)s."),
            title=title,
            first=words.day(days[0]),
            last=words.day(days[-1]),
        )
    ]
    for each in series:
        total = sum(value or 0 for value in each.values)
        most = max((value or 0 for value in each.values), default=0)
        parts.append(
            words.gettext(
                N_("%(name)s: %(total)s in all, %(most)s on one day at most."),
                name=each.name,
                total=words.number(total),
                most=words.number(most),
            )
        )
    return " ".join(parts)


def _said(value: int | None, words: Words) -> str:
    return "–" if value is None else words.number(value)


def _paths(values: Sequence[int | None], top: int) -> Iterator[str]:
    step = _WHOLE / max(1, len(values) - 1)
    points = [
        (at, None if value is None else _WHOLE - value / top * _WHOLE)
        for at, value in enumerate(values)
    ]
    for is_there, part in groupby(points, key=lambda point: point[1] is not None):
        if not is_there:
            continue
        placed = [f"{_rounded(at * step)} {_rounded(y or 0.0)}" for at, y in part]
        # One point alone is a line of no length, whose round ends make a dot.
        yield "M" + " L".join(placed if len(placed) > 1 else placed * 2)


def _round_above(most: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    if most <= 1:
        return 1
    power = int(10 ** floor(log10(most)))
    return next(each for n in (1, 2, 5, 10) if (each := n * power) >= most)


def _rounded(length: float) -> float:
    return round(length, 2)
