"""What the simulated Meta keeps of catalogs: items, batches, sets, who shows which."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS catalogs (
  number INTEGER PRIMARY KEY, business TEXT NOT NULL, name TEXT NOT NULL,
  vertical TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
  catalog TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, review TEXT NOT NULL,
  review_at REAL NOT NULL, reasons TEXT NOT NULL, errors TEXT NOT NULL,
  local TEXT NOT NULL,
  PRIMARY KEY (catalog, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
  number INTEGER PRIMARY KEY, handle TEXT UNIQUE NOT NULL, catalog TEXT NOT NULL,
  begins_at REAL NOT NULL, ends_at REAL, requests TEXT NOT NULL,
  is_done INTEGER NOT NULL, errors TEXT NOT NULL, warnings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sets (
  number INTEGER PRIMARY KEY, catalog TEXT NOT NULL, own_id TEXT NOT NULL,
  name TEXT NOT NULL, filter TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attached (waba TEXT PRIMARY KEY, catalog TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (
  number TEXT PRIMARY KEY, has_cart INTEGER NOT NULL, is_visible INTEGER NOT NULL);
"""
_FIRST_CATALOG = 300_000_000_000_000
_FIRST_SET = 400_000_000_000_000


@dataclass(slots=True)
class Catalog:
    id: str
    business: str
    name: str
    vertical: str


@dataclass(slots=True)
class KeptItem:
    """``data`` is as it was sent; ``review`` is what becomes of it at ``review_at``,
    and ``pending`` is what it is before. ``errors`` are Meta's own words. ``local`` is
    what it is otherwise by languages and countries."""

    id: str
    data: dict[str, Any]
    review: str
    review_at: float
    reasons: list[str]
    errors: list[dict[str, str]]
    local: dict[str, dict[str, Any]] = field(default_factory=dict)

    def reviewed(self, now: float) -> str:
        return self.review if now >= self.review_at else "pending"


@dataclass(slots=True)
class Batch:
    """``ends_at`` is None where it never ends."""

    number: int
    handle: str
    catalog: str
    begins_at: float
    ends_at: float | None
    requests: list[dict[str, Any]]
    is_done: bool
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


@dataclass(slots=True)
class Set:
    id: str
    catalog: str
    own_id: str
    name: str
    filter: dict[str, Any]


class CatalogStore:
    def __init__(self, path: Path) -> None:
        # One thread at a time: it is made in one, and served in another.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All of what is changed in there, or nothing."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add_catalog(self, business: str, name: str, vertical: str) -> Catalog:
        given = self._db.execute(
            "INSERT INTO catalogs (number, business, name, vertical) SELECT"
            " COALESCE(MAX(number), ?) + 1, ?, ?, ? FROM catalogs",
            (_FIRST_CATALOG, business, name, vertical),
        )
        return Catalog(str(given.lastrowid), business, name, vertical)

    def catalog(self, id_: str) -> Catalog | None:
        found = self._db.execute(
            "SELECT business, name, vertical FROM catalogs WHERE number = ?", (id_,)
        ).fetchone()
        return Catalog(id_, *found) if found else None

    def catalogs(self, business: str | None = None) -> list[Catalog]:
        rows = self._db.execute(
            "SELECT number, business, name, vertical FROM catalogs"
            " WHERE ?1 IS NULL OR business = ?1 ORDER BY number",
            (business,),
        )
        return [Catalog(str(number), *rest) for number, *rest in rows]

    def attach(self, waba: str, catalog: str) -> None:
        self._db.execute("REPLACE INTO attached VALUES (?, ?)", (waba, catalog))

    def detach(self, waba: str) -> None:
        self._db.execute("DELETE FROM attached WHERE waba = ?", (waba,))

    def attached(self, waba: str) -> str | None:
        found = self._db.execute(
            "SELECT catalog FROM attached WHERE waba = ?", (waba,)
        ).fetchone()
        return found[0] if found else None

    def settings(self, number: str) -> tuple[bool, bool]:
        """Whether there is a cart, and whether the catalog is seen: Meta's defaults
        where nobody has said."""
        found = self._db.execute(
            "SELECT has_cart, is_visible FROM settings WHERE number = ?", (number,)
        ).fetchone()
        return (bool(found[0]), bool(found[1])) if found else (True, False)

    def set_settings(self, number: str, has_cart: bool, is_visible: bool) -> None:
        self._db.execute(
            "REPLACE INTO settings VALUES (?, ?, ?)", (number, has_cart, is_visible)
        )

    def item(self, catalog: str, id_: str) -> KeptItem | None:
        return next(iter(self.items_of(catalog, [id_])), None)

    def items_of(self, catalog: str, ids: Iterable[str]) -> Iterator[KeptItem]:
        for id_ in ids:
            row = self._db.execute(
                "SELECT id, data, review, review_at, reasons, errors, local FROM items"
                " WHERE catalog = ? AND id = ?",
                (catalog, id_),
            ).fetchone()
            if row:
                yield _item(row)

    def items(self, catalog: str, *, after: str = "", most: int) -> list[KeptItem]:
        rows = self._db.execute(
            "SELECT id, data, review, review_at, reasons, errors, local FROM items"
            " WHERE catalog = ? AND id > ? ORDER BY id LIMIT ?",
            (catalog, after, most),
        )
        return [_item(row) for row in rows]

    def count(self, catalog: str) -> int:
        (found,) = self._db.execute(
            "SELECT COUNT(*) FROM items WHERE catalog = ?", (catalog,)
        ).fetchone()
        return int(found)

    def put_items(self, catalog: str, items: Iterable[KeptItem]) -> None:
        self._db.executemany(
            "REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(catalog, each.id, json.dumps(each.data), each.review),
                    *(each.review_at, json.dumps(each.reasons)),
                    *(json.dumps(each.errors), json.dumps(each.local)),
                )
                for each in items
            ),
        )

    def delete_items(self, catalog: str, ids: Iterable[str]) -> None:
        self._db.executemany(
            "DELETE FROM items WHERE catalog = ? AND id = ?",
            ((catalog, id_) for id_ in ids),
        )

    def add_batch(
        self,
        handle: str,
        catalog: str,
        begins_at: float,
        ends_at: float | None,
        requests: Sequence[Mapping[str, Any]],
    ) -> None:
        self._db.execute(
            "INSERT INTO batches (handle, catalog, begins_at, ends_at, requests,"
            " is_done, errors, warnings) VALUES (?, ?, ?, ?, ?, 0, '[]', '[]')",
            (handle, catalog, begins_at, ends_at, json.dumps(requests)),
        )

    def batch(self, catalog: str, handle: str) -> Batch | None:
        row = self._db.execute(
            "SELECT * FROM batches WHERE catalog = ? AND handle = ?", (catalog, handle)
        ).fetchone()
        return _batch(row) if row else None

    def due_batches(self, catalog: str, now: float) -> list[Batch]:
        """Those that have ended by now and are not done, in their order."""
        rows = self._db.execute(
            "SELECT * FROM batches WHERE catalog = ? AND is_done = 0"
            " AND ends_at <= ? ORDER BY number",
            (catalog, now),
        )
        return [_batch(row) for row in rows]

    def note_done(self, batch: Batch) -> None:
        self._db.execute(
            "UPDATE batches SET is_done = 1, requests = '[]', errors = ?,"
            " warnings = ? WHERE number = ?",
            (json.dumps(batch.errors), json.dumps(batch.warnings), batch.number),
        )

    def set_ends(self, handle: str, ends_at: float | None) -> bool:
        changed = self._db.execute(
            "UPDATE batches SET ends_at = ? WHERE handle = ? AND is_done = 0",
            (ends_at, handle),
        )
        return changed.rowcount > 0

    def forget_batches(self) -> None:
        self._db.execute("DELETE FROM batches WHERE is_done = 1")

    def newest_batches(self, most: int) -> list[Batch]:
        rows = self._db.execute(
            "SELECT * FROM batches ORDER BY number DESC LIMIT ?", (most,)
        )
        return [_batch(row) for row in rows]

    def add_set(self, catalog: str, own_id: str, name: str, filter_: Any) -> Set:
        given = self._db.execute(
            "INSERT INTO sets (number, catalog, own_id, name, filter) SELECT"
            " COALESCE(MAX(number), ?) + 1, ?, ?, ?, ? FROM sets",
            (_FIRST_SET, catalog, own_id, name, json.dumps(filter_)),
        )
        return Set(str(given.lastrowid), catalog, own_id, name, filter_)

    def sets(self, catalog: str) -> list[Set]:
        rows = self._db.execute(
            "SELECT number, catalog, own_id, name, filter FROM sets"
            " WHERE catalog = ? ORDER BY number",
            (catalog,),
        )
        return [_set(row) for row in rows]

    def set(self, id_: str) -> Set | None:
        row = self._db.execute(
            "SELECT number, catalog, own_id, name, filter FROM sets WHERE number = ?",
            (id_,),
        ).fetchone()
        return _set(row) if row else None

    def change_set(self, id_: str, name: str, filter_: Any) -> None:
        self._db.execute(
            "UPDATE sets SET name = ?, filter = ? WHERE number = ?",
            (name, json.dumps(filter_), id_),
        )

    def delete_set(self, id_: str) -> None:
        self._db.execute("DELETE FROM sets WHERE number = ?", (id_,))


def _item(row: Sequence[Any]) -> KeptItem:
    id_, data, review, review_at, reasons, errors, local = row
    return KeptItem(
        id_,
        json.loads(data),
        review,
        review_at,
        json.loads(reasons),
        json.loads(errors),
        json.loads(local),
    )


def _batch(row: Sequence[Any]) -> Batch:
    number, handle, catalog, begins_at, ends_at, requests, is_done, *told = row
    return Batch(
        number,
        handle,
        catalog,
        begins_at,
        ends_at,
        json.loads(requests),
        bool(is_done),
        *map(json.loads, told),
    )


def _set(row: Sequence[Any]) -> Set:
    number, catalog, own_id, name, filter_ = row
    return Set(str(number), catalog, own_id, name, json.loads(filter_))
