"""Lists of any length, a page at a time, and whole as a file.

A page begins after a row, and not after so many: what was added meanwhile moves
nothing, and the thousandth page costs what the first does. The place is written into
the address, where somebody may have changed it.
"""

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import BadRequest

from webapp.pages.shell import Visit
from webapp.readable import is_text
from webapp.spreadsheets import cell

T = TypeVar("T")
K = TypeVar("K")
P = TypeVar("P")
T_co = TypeVar("T_co", covariant=True)
P_co = TypeVar("P_co", covariant=True)

PAGE = 50
"""Rows that are shown at once."""

_LONGEST_PLACE = 400

Place = Sequence[str | int]
"""The values of a row by which the list is ordered."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in the order in which they are shown. ``newer`` and ``older`` are addresses
    of the pages before and after, or None."""

    rows: Sequence[T]
    newer: str | None
    older: str | None


def after() -> Place | None:
    """After which row the page begins, as the address says; None for the first.

    Raises:
        BadRequest: it is no place.
    """
    return _place("after")


def before() -> Place | None:
    """Before which row the page ends: for going back. Raises as ``after``."""
    return _place("before")


def number_in(place: Place | None) -> int | None:
    """The one number of a place in a list that is ordered by it alone.

    Raises:
        BadRequest: it is another place.
    """
    if place is None:
        return None
    [number] = place if len(place) == 1 else [""]
    if not isinstance(number, int) or not 0 <= number < 2**63:
        raise BadRequest
    return number


def page_of(
    found: Sequence[T], key: Callable[[T], Place], *, size: int = PAGE
) -> Page[T]:
    """A page of what a query answered that was asked for one row more than ``size``.

    Who goes back has asked from the place upwards: what was ``found`` is turned round.
    """
    is_back = before() is not None
    rows = list(found[:size])
    if is_back:
        rows.reverse()
    has_more = len(found) > size
    has_newer = has_more if is_back else after() is not None
    has_older = True if is_back else has_more
    return Page(
        rows,
        newer=_address(before=key(rows[0])) if rows and has_newer else None,
        older=_address(after=key(rows[-1])) if rows and has_older else None,
    )


def beside(
    rows: Sequence[T],
    newer: K | None,
    older: K | None,
    *,
    key: Callable[[K], Place],
) -> Page[T]:
    """A page of which somebody knows already where those beside it begin."""
    return Page(
        rows,
        newer=None if newer is None else _address(before=key(newer)),
        older=None if older is None else _address(after=key(older)),
    )


def address(**more: str) -> str:
    """Of the first page of the same list, with something more asked for."""
    return f"{request.path}?{urlencode([*_kept(), *more.items()])}"


def wants_file(of: str | None = None) -> bool:
    """Whether the list is asked for as a file; where a page has several, which ``of``
    them."""
    args = request.args
    return args.get("format") == "csv" and args.get("list") == of


def file_address(of: str | None = None) -> str:
    """Of the same list, as a file; where the page has several, ``of`` one of them."""
    which = [] if of is None else [("list", of)]
    asked = [*_kept(), *which, ("format", "csv")]
    return f"{request.path}?{urlencode(asked)}"


def as_file(
    visit: Visit, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """A table for spreadsheets, sent as it is read; ``rows`` come page by page.

    ``head`` are marked sentences; moments and numbers are to be written by whoever
    has the rows.
    """
    columns = [visit.words.gettext(each) for each in head]
    answer = Response(_written(columns, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="sosik-{name}.csv"'
    return answer


def in_pages(
    read: Callable[[Place | None], Sequence[T]], key: Callable[[T], Place]
) -> Iterator[T]:
    """All rows, for ``as_file``; ``read`` answers those after a place, and none when
    there are no more."""
    place: Place | None = None
    while rows := read(place):
        yield from rows
        place = key(rows[-1])


class Portion(Protocol[T_co, P_co]):
    """Some rows of a list, and where the next begin; None where there are no more."""

    @property
    def rows(self) -> Sequence[T_co]: ...

    @property
    def older(self) -> P_co | None: ...


def in_portions(read: Callable[[P | None], Portion[T, P]]) -> Iterator[T]:
    """As ``in_pages``, of a list that tells itself where it goes on: a portion may have
    no rows, and still others after it."""
    found = read(None)
    yield from found.rows
    while found.older is not None:
        found = read(found.older)
        yield from found.rows


def _written(
    columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # else Excel reads it in the machine's old encoding
    writer.writerow(map(cell, columns))
    for row in rows:
        writer.writerow(map(cell, row))
        if buffer.tell() > 16_384:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _place(name: str) -> Place | None:
    written = request.args.get(name)
    if written is None:
        return None
    try:
        if len(written) > _LONGEST_PLACE:
            raise BadRequest
        padded = written + "=" * (-len(written) % 4)
        said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(said, list) or not said or not all(map(_is_part, said)):
        raise BadRequest
    return list(said)


def _is_part(said: object) -> bool:
    return is_text(said) if isinstance(said, str) else type(said) is int


def _address(**place: Place) -> str:
    [(name, values)] = place.items()
    packed = json.dumps(list(values), separators=(",", ":")).encode()
    written = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return f"{request.path}?{urlencode([*_kept(), (name, written)])}"


def _kept() -> list[tuple[str, str]]:
    """The filter: all of the address but the place, and what is for one look only."""
    gone = {"after", "before", "format", "list", "said", "live", *_OF_SHOPIFY}
    items: Mapping[str, Any] = request.args.to_dict()
    return [(name, str(value)) for name, value in items.items() if name not in gone]


_OF_SHOPIFY = frozenset(
    {
        *("hmac", "host", "id_token", "session", "shop", "timestamp", "embedded"),
        *("locale", "again"),
    }
)
"""What Shopify adds to an address, and what is not to be in one of ours."""
