"""A shop written to a file, with all that is its own, and read from one elsewhere.

A line of JSON for each row, opened; the first line says what it is, the last how many
there were. It holds every name and number of every buyer: it is to be kept as safe as
the database with its keys.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from notifications.operating import Operator, crossing
from notifications.ports import Services
from storage import moving, shops
from storage.moving import MOVED, Arriving, Place
from storage.session import Transaction
from storage.tables import metadata
from storage.tenancy import Crossing

_FORM = 1
_AT_ONCE = 500

Advance = Callable[[int], None]
"""Told how many more rows are done."""


def export(
    domain: ShopDomain,
    shop_id: ShopId,
    file: IO[str],
    *,
    services: Services,
    advance: Advance,
) -> Mapping[str, int]:
    """Write all of a shop; answer how many rows of each table that were. As it was at
    one moment, whatever is told meanwhile."""
    counts: Counter[str] = Counter()
    place = _place(shop_id, domain, services)
    with services.transactions.at_one_moment(Crossing.OPERATING) as tx:
        head = {
            "sosik": _FORM,
            "domain": domain.host,
            "made_at": services.clock().isoformat(),
            "settings": moving.settings_of(tx, shop_id),
        }
        _write(file, head)
        for table in MOVED:
            for row in moving.rows_of(tx, table, place):
                _write(file, {"table": table.name, "row": row})
                counts[table.name] += 1
                advance(1)
    _write(file, {"end": dict(counts)})
    return counts


def _place(shop_id: ShopId, domain: ShopDomain, services: Services) -> Place:
    return Place(shop_id, domain.host, services.sealer, services.book)


def _write(file: IO[str], line: Mapping[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def import_(
    file: Iterable[str],
    *,
    operator: Operator,
    services: Services,
    advance: Advance,
) -> tuple[ShopDomain, Mapping[str, int]]:
    """Make a shop of a file, whole or not at all; answer which, and how many rows of
    each table that were. It is not connected: that is done like for a new one.

    Raises:
        NotPossible: the file is none of ours, or not whole, or the shop is there.
    """
    lines = _lines(file)
    head = next(lines, {})
    domain = _domain(head)
    counts: Counter[str] = Counter()
    doing = f"shop import {domain}"
    with crossing(doing, operator=operator, services=services) as tx:
        if shops.find(tx, domain) is not None:
            raise NotPossible("the store is here already: erase it first")
        shop_id = moving.new_shop(
            tx,
            domain.host,
            head["settings"],
            keys=services.sealer,
            now=services.clock(),
        )
        arriving = Arriving(_place(shop_id, domain, services))
        end = _arrive(lines, arriving, counts, tx, advance)
        if end != dict(counts):
            raise NotPossible("the file is not whole: its last line says otherwise")
    return domain, counts


def _lines(file: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file, 1):
        try:
            said = json.loads(line)
        except ValueError as error:
            raise NotPossible(f"line {number} of the file is not JSON") from error
        if not isinstance(said, dict):
            raise NotPossible(f"line {number} of the file is no object")
        yield said


def _domain(head: Mapping[str, Any]) -> ShopDomain:
    if head.get("sosik") != _FORM or not isinstance(head.get("settings"), dict):
        raise NotPossible("this is no file of ./sosik shop export")
    try:
        return ShopDomain(str(head.get("domain")))
    except ValueError as error:
        raise NotPossible("the file names no store") from error


def _arrive(
    lines: Iterator[Mapping[str, Any]],
    arriving: Arriving,
    counts: Counter[str],
    tx: Transaction,
    advance: Advance,
) -> Mapping[str, int] | None:
    """Answers what the last line says, None where it is missing."""
    known = {table.name for table in MOVED}
    rows: list[dict[str, Any]] = []
    name = ""

    def flush() -> None:
        if rows:
            try:
                arriving.write(tx, metadata.tables[name], rows)
            except (LookupError, TypeError, ValueError) as error:
                raise NotPossible(f"a row of {name} lacks something") from error
            counts[name] += len(rows)
            advance(len(rows))
            rows.clear()

    for line in lines:
        if "end" in line:
            flush()
            end: Mapping[str, int] = line["end"]
            return end
        if line.get("table") not in known or not isinstance(line.get("row"), dict):
            raise NotPossible("the file holds rows that this version does not know")
        if line["table"] != name or len(rows) >= _AT_ONCE:
            flush()
            name = line["table"]
        rows.append(line["row"])
    return None
