"""Yeses that a store has from elsewhere, out of a file, with a statement of where from.

The file is read twice: first to see whether every line can be read, then to write.
Nothing is written of a file with a bad line, unless that is wanted; and reading a file
again adds nothing. A yes has the time of its line. Where a line tells none it has that
of the file, and is none of whoever has said anything already.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO

from core.errors import NotPossible
from core.moments import is_believable
from core.values import Act, Phone, Scope, ShopId
from notifications.operating import Operator
from notifications.ports import Services
from notifications.rules.consent import NEVER_ALONE
from storage import ledger, people
from storage.ledger import Word

BY_IMPORT = "import"
_LONGEST_ORIGIN = 500
_LONGEST_LINE = 20_000
_SHORTEST_NAME = 3
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_AT_ONCE = 500

_NAMES: Mapping[str, frozenset[str]] = {
    "phone": frozenset(
        {
            *("phone", "phone number", "mobile", "mobile phone", "whatsapp"),
            *("telephone", "tel", "telefon", "telefonnummer", "handy", "mobil"),
            *("telefono", "teléfono", "celular", "movil", "móvil", "telefone"),
            *("telemóvel", "téléphone", "portable", "telepon", "nomor", "no hp"),
            *(
                "전화번호",
                "전화",
                "휴대폰",
                "휴대전화",
                "핸드폰",
                "電話",
                "手機",
                "手机",
            ),
            *("電話番号", "هاتف", "الهاتف", "फ़ोन"),
        }
    ),
    "country": frozenset(
        {
            *("country", "country code", "land", "pais", "país", "pays"),
            *("국가", "國家"),
        }
    ),
    "agreed_at": frozenset(
        {
            *("agreed_at", "agreed at", "date", "consent date", "opt-in date"),
            *("opted in at", "datum", "fecha", "data", "동의일", "동의 일시", "日期"),
        }
    ),
    "wording": frozenset({"wording", "consent text", "text", "문구", "동의 문구"}),
}
"""What files call what we read of them."""
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)

ReadPhone = Callable[[str, str | None], Phone | None]
"""A number as somebody typed it, dialled from a country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be imported, and how. ``origin`` says where these people agreed, and
    to what; ``columns`` are those that the file calls by names that we do not know."""

    path: Path
    origin: str
    scope: Scope
    country: str | None
    is_confirmed: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    skips_bad: bool = False

    def check(self) -> None:
        """Raises NotPossible."""
        if not self.origin.strip() or len(self.origin) > _LONGEST_ORIGIN:
            raise NotPossible(f"--origin must be 1 to {_LONGEST_ORIGIN} characters")
        if _NO_TEXT.search(self.origin):
            raise NotPossible("--origin holds what is no text")
        unknown = sorted(self.columns.keys() - _NAMES.keys())
        if unknown:
            known = ", ".join(_NAMES)
            raise NotPossible(f"--column knows no {unknown[0]!r} (there is: {known})")


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot be read; ``why`` names no value of it."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class _Yes:
    """``own_words`` is a sentence that names whoever agreed: the ledger's sentences
    stay when a person is erased, so it is kept with what goes."""

    line: int
    phone: Phone
    agreed_at: datetime
    is_dated: bool
    wording: str
    own_words: str | None


@dataclass(slots=True)
class Imported:
    """``bad`` are all lines that cannot be read, ``written`` is how many yeses were
    told of to the ledger: those that it had already are among them."""

    good: int = 0
    bad: list[Bad] = field(default_factory=list)
    written: int = 0


def look_through(
    wish: Wish, *, read_phone: ReadPhone, now: datetime, advance: Callable[[int], None]
) -> Imported:
    """Read every line, and write nothing.

    Raises:
        NotPossible: the file cannot be read as a table, or has no phones.
    """
    wish.check()
    found = Imported()
    for each in _lines(wish, read_phone, now):
        if isinstance(each, Bad):
            found.bad.append(each)
        else:
            found.good += 1
        advance(1)
    return found


def write(
    wish: Wish,
    found: Imported,
    shop_id: ShopId,
    *,
    read_phone: ReadPhone,
    operator: Operator,
    services: Services,
    advance: Callable[[int], None],
) -> None:
    """Add the yeses to the ledger, in portions. Twice is once.

    Raises:
        NotPossible: there are bad lines, and they are not to be skipped.
    """
    if found.bad and not wish.skips_bad:
        raise NotPossible(
            f"{len(found.bad)} lines cannot be read, the first is line"
            f" {found.bad[0].line}: {found.bad[0].why}. Nothing was written;"
            " --skip-bad leaves them out, --errors FILE lists them"
        )
    evidence = {
        "origin": wish.origin.strip(),
        "file": _digest(wish.path),
        "recorded_by": operator.name,
    }
    now = services.clock()
    yeses = (
        each for each in _lines(wish, read_phone, now) if not isinstance(each, Bad)
    )
    while portion := list(islice(yeses, _AT_ONCE)):
        found.written += _write(portion, wish, evidence, shop_id, now, services)
        advance(len(portion))


def _write(
    portion: Sequence[_Yes],
    wish: Wish,
    evidence: Mapping[str, str],
    shop_id: ShopId,
    now: datetime,
    services: Services,
) -> int:
    """Answers how many yeses were told of. One without a date may be older than all
    that was said here, so it is none of somebody who has said anything."""
    with services.transactions.for_shop(shop_id) as tx:
        mentions = {(shop_id, each.phone, each.agreed_at) for each in portion}
        found = people.contacts_named(tx, mentions, book=services.book, now=now)
        said = ledger.latest_words(tx, set(found.values()), not_from=NEVER_ALONE)
        whose = [(each, found[shop_id, each.phone, each.agreed_at]) for each in portion]
        words = [
            Word(
                shop_id=shop_id,
                contact_id=contact,
                scope=wish.scope,
                act=Act.CONFIRMED if wish.is_confirmed else Act.IMPORTED,
                source=BY_IMPORT,
                happened_at=each.agreed_at,
                wording=each.wording,
                who=each.phone.e164,
                evidence={**evidence, **_of_line(each)},
            )
            for each, contact in whose
            if each.is_dated or (contact, wish.scope, None) not in said
        ]
        ledger.record(tx, words, now=now, sealer=services.sealer)
    return len(words)


def _of_line(yes: _Yes) -> Mapping[str, object]:
    own = {} if yes.own_words is None else {"wording": yes.own_words}
    return {"line": yes.line, **own}


def _lines(wish: Wish, read_phone: ReadPhone, now: datetime) -> Iterator[_Yes | Bad]:
    with _opened(wish.path) as file:
        changed_at = datetime.fromtimestamp(wish.path.stat().st_mtime, UTC)
        changed_at = min(changed_at, now)
        rows = _rows(file)
        places = _places(next(rows, []), wish.columns)
        for row in rows:
            line = rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            try:
                yield _yes(row, line, places, wish, read_phone, changed_at, now)
            except ValueError as error:
                yield Bad(line, str(error))


def _yes(
    row: Sequence[str],
    line: int,
    places: Mapping[str, int],
    wish: Wish,
    read_phone: ReadPhone,
    changed_at: datetime,
    now: datetime,
) -> _Yes:
    def cell(name: str) -> str:
        place = places.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    country = cell("country") or wish.country or ""
    if country and not _COUNTRY.fullmatch(country):
        raise ValueError("the country is not two letters")
    phone = read_phone(cell("phone"), country.upper() or None)
    if phone is None:
        raise ValueError("no phone that WhatsApp could reach")
    wording, origin = cell("wording")[:2_000], wish.origin.strip()
    is_own = _names_somebody(wording, row, places)
    return _Yes(
        line=line,
        phone=phone,
        agreed_at=_moment(cell("agreed_at"), changed_at, now),
        is_dated=bool(cell("agreed_at")),
        wording=origin if is_own else wording or origin,
        own_words=wording if is_own else None,
    )


def _names_somebody(
    wording: str, row: Sequence[str], places: Mapping[str, int]
) -> bool:
    """Whether it repeats another cell of its line, such as a name or the number."""
    no_names = {places.get(name) for name in ("wording", "country", "agreed_at")}
    said = wording.casefold()
    cells = (
        cell.strip().casefold()
        for place, cell in enumerate(row)
        if place not in no_names
    )
    return any(
        cell in said
        for cell in cells
        if len(cell) >= (_SHORTEST_NAME if cell.isascii() else 2)
    )


def _moment(written: str, changed_at: datetime, now: datetime) -> datetime:
    """Of a day its beginning in UTC; the time of the file where none is told."""
    if not written:
        return changed_at
    try:
        moment = datetime.fromisoformat(written)
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("the date is not of the form 2026-11-28") from None
    if not is_believable(moment):
        raise ValueError("nobody agreed at that date")
    if moment > now:
        raise ValueError("the date is still to come")
    return moment


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
        is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        encoding = "utf-16" if is_wide else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            yield file
    except OSError as error:
        raise NotPossible(f"FILE cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise NotPossible("FILE is not UTF-8: save it as «CSV UTF-8»") from error
    except csv.Error as error:
        raise NotPossible("FILE is no table of comma-separated values") from error


class _Rows:
    """Cells of each line, and the number of the line."""

    def __init__(self, file: IO[str], delimiter: str) -> None:
        self._reader = csv.reader(_bounded(file), delimiter=delimiter, strict=True)

    @property
    def line_num(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        return next(self._reader)


def _rows(file: IO[str]) -> _Rows:
    head = file.readline(_LONGEST_LINE)
    file.seek(0)
    delimiter = max(",;\t", key=head.count)
    return _Rows(file, delimiter)


def _bounded(file: IO[str]) -> Iterator[str]:
    """Lines; a file without any would else be read into memory whole."""
    while line := file.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise csv.Error("a line is too long")
        yield line.replace("\x00", "")


def _places(header: Sequence[str], columns: Mapping[str, str]) -> Mapping[str, int]:
    """In which column each thing stands.

    Raises:
        NotPossible: there is none of phones, or one that was named is not there.
    """
    named = [" ".join(cell.strip().lower().split()) for cell in header]
    places: dict[str, int] = {}
    for thing, names in _NAMES.items():
        wanted = {columns[thing].strip().lower()} if thing in columns else names
        found = [place for place, name in enumerate(named) if name in wanted]
        if not found and thing in columns:
            raise NotPossible(f"FILE has no column {columns[thing]!r}")
        if found:
            places[thing] = found[0]
    if "phone" not in places:
        raise NotPossible("FILE has no column of phones: name it, --column phone=NAME")
    return places


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
