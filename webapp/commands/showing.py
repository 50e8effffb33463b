"""How commands show what they found: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH_OF_A_FILE = 200


def show_json(document: Any) -> None:
    """One JSON document. Times are in UTC."""
    click.echo(_json(document, indent=2))


def show_json_lines(rows: Iterable[Any]) -> None:
    """One JSON document on each line."""
    for row in rows:
        click.echo(_json(row))


def json_line(row: Any) -> str:
    return _json(row)


def json_text(document: Any) -> str:
    """As ``show_json`` shows it, for a file."""
    return _json(document, indent=2) + "\n"


def _json(document: Any, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, default=_plain, indent=indent)


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Decimal():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case bytes() | memoryview():
            raise TypeError("sealed bytes are not for showing")
        case Mapping():
            return dict(value)
        case set() | frozenset() | tuple():
            return sorted(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {each.name: getattr(value, each.name) for each in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    console().print(table)


def show_entries(
    columns: Sequence[str], rows: Iterable[tuple[Sequence[object], str]]
) -> None:
    """Rows whose cells are never cut, each with what is said of it on lines below.

    For what is typed into other commands, such as ids, on a terminal of any width.
    """
    from rich.padding import Padding
    from rich.text import Text

    entries = [([clean(cell) for cell in cells], detail) for cells, detail in rows]
    lines = [list(columns), *(cells for cells, _detail in entries)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line_of(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return "  ".join(padded).rstrip()

    say(line_of(columns), style="bold")
    for cells, detail in entries:
        say(line_of(cells))
        console().print(Padding(Text(clean(detail)), (0, 0, 0, 4)))


def say(line: str = "", *, style: str = "") -> None:
    """A line for people, wrapped by the terminal and not by us."""
    from rich.text import Text

    console().print(Text(clean(line), style=style), soft_wrap=True)


def clean(value: object) -> str:
    """Text that cannot steer a terminal: strangers choose names."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "".join(
        character if character.isprintable() or character == "\n" else "\ufffd"
        for character in str(value)
    )


def console() -> "Console":
    return _console(None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)


@cache
def _console(width: int | None) -> "Console":
    """Kept, since a long story has hundreds of lines. It writes to whatever standard
    output is at the time."""
    from rich.console import Console

    return Console(width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def telling(label: str) -> Iterator[Callable[[str], None]]:
    """Shows on a terminal what is being done; gives the function to tell it with."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{label} ...") as status:
        yield lambda what: status.update(f"{clean(what)} ...")


@contextmanager
def counting(
    label: str, *, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; ``total`` is None where nobody knows the end."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=total)
        yield lambda count: progress.advance(task, count)


def zone_of(shop: Mapping[str, Any]) -> ZoneInfo:
    """The shop's time zone; UTC where the system does not know it."""
    try:
        return ZoneInfo(shop["timezone"])
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """A moment on the clock of the shop."""
    if value is None:
        return "-"
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
