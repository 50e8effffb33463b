"""What was told about one thing at many times, merged into what is known of it.

The rules are said once, here, for two who follow them: Python, which merges a batch and
rebuilds the past, and PostgreSQL, which merges with the row that is there, under its
lock. In whatever order, batches and repetitions a thing was told, the same is known of
it in the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, NewType, TypeAlias, TypeVar

import orjson
from sqlalchemy import Table, select

from core.sealing import Keyring
from core.values import OrderId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement

Version = NewType("Version", str)
"""A place in the order of all that is told of a thing; a later one sorts behind."""


def version_of(moment: datetime, *, rank: int = 0, key: bytes = b"") -> Version:
    """Words count by the time at which they were true. Of one moment the one that is
    further along counts, by ``rank``, else one of them, and always the same."""
    told_at = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return Version(f"{told_at} {rank:020} {key.hex()}")


def moment_of(version: Version) -> datetime:
    return datetime.fromisoformat(version.partition(" ")[0])


def rank_of(version: Version) -> int:
    return int(version.split(" ")[1])


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest word about the column alone, where none is silence. A version other
    than the row's own stands in the row's ``earlier``."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What goes with the newest version in ``column``, silence included."""

    column: str


@dataclass(frozen=True, slots=True)
class Least:
    """The first of all moments that were told."""


@dataclass(frozen=True, slots=True)
class Greatest:
    """The last of all moments that were told; true once it was true."""


@dataclass(frozen=True, slots=True)
class Together:
    """All numbers that were ever told, in their order."""


Rule: TypeAlias = Newest | Follows | Least | Greatest | Together


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one thing of a shop, or what one event tells of it.

    The fields are columns of the thing's table. None is silence. ``earlier`` has the
    versions of those fields that are of another than ``version``.
    """

    shop_id: ShopId
    version: Version | None = None
    earlier: Mapping[str, Version] | None = None


F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, kw_only=True)
class Kept(Generic[F]):
    """How facts of one kind are merged, and how they lie in their table.

    ``keys`` name the thing within its shop. Columns that ``rules`` does not name are
    ``Newest``; those of a thing that is always told whole follow its version.
    ``sealed`` columns are sealed on their way to the disk. ``answers`` is SQL for what
    keeping answers of each row besides its keys. ``unless_forgotten`` is SQL for
    whether the row ``f`` of what has been forgotten is about the row ``new``.
    """

    facts: type[F]
    table: Table
    keys: tuple[str, ...]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    is_told_whole: bool = False
    sealed: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()
    unless_forgotten: str | None = None

    def keep(self, tx: Transaction, facts: Iterable[F], *, sealer: Keyring) -> None:
        """Keep what is told beside what is known."""
        if told := self.merged(facts):
            tx.run(self._keep, folded(self.rows(told, sealer)))

    def keep_and_answer(
        self, tx: Transaction, facts: Iterable[F], *, sealer: Keyring
    ) -> list[Any]:
        """Keep it, and answer of each thing what it is to answer."""
        told = self.merged(facts)
        return tx.ask(self._keep, folded(self.rows(told, sealer))) if told else []

    def overwrite(
        self, tx: Transaction, facts: Iterable[F], *, sealer: Keyring
    ) -> None:
        """Put this in the place of what is known; what is not known stays unknown."""
        if known := self.merged(facts):
            tx.run(self._overwrite, folded(self.rows(known, sealer)))

    def merged(self, facts: Iterable[F]) -> list[F]:
        """All that is told of each thing as one, in the order of their keys, so that
        two writers cannot block each other."""
        by_key: dict[tuple[Any, ...], F] = {}
        for fact in facts:
            key = tuple([getattr(fact, name) for name in ("shop_id", *self.keys)])
            known = by_key.get(key)
            by_key[key] = fact if known is None else self._of_two(known, fact)
        return [by_key[key] for key in sorted(by_key)]

    def of_order(
        self, tx: Transaction, shop_id: ShopId, order_id: OrderId, *, sealer: Keyring
    ) -> list[F]:
        """What is known of those that belong to an order, by their ids."""
        own = self.table.c
        query = (
            select(self.table)
            .where(own.shop_id == shop_id, own.order_id == order_id)
            .order_by(*(own[key] for key in self.keys))
        )
        return [self.of_row(row, sealer) for row in tx.rows(query)]

    def of_row(self, row: Mapping[str, Any], sealer: Keyring) -> F:
        """The facts that lie in a row."""
        found = {name: row[name] for name in self._names}
        for name in self.sealed:
            found[name] = opened(found[name], name, row["shop_id"], sealer)
        return self.facts(**found)

    def merged_in_sql(self, *, old: str, new: str) -> dict[str, str]:
        """What each column of the row ``old`` is to be, told the row ``new``."""
        told = {name: _merged(rule, name, old, new) for name, rule in self._ruled}
        told["version"] = f"greatest({new}.version {_BYTEWISE}, {old}.version)"
        own = [name for name, rule in self._ruled if isinstance(rule, Newest)]
        if own:
            told["earlier"] = _earlier(own, old, new)
        return told

    @cached_property
    def _names(self) -> tuple[str, ...]:
        names = [each.name for each in fields(self.facts)]
        return tuple(
            name for name in names if name != "earlier" or not self.is_told_whole
        )

    @cached_property
    def _ruled(self) -> list[tuple[str, Rule]]:
        usual: Rule = Follows("version") if self.is_told_whole else Newest()
        apart = ("shop_id", "version", "earlier", *self.keys)
        return [
            (name, self.rules.get(name, usual))
            for name in self._names
            if name not in apart
        ]

    @cached_property
    def _keep(self) -> Statement:
        columns = columns_of(self.table, self._names)
        keys = ", ".join(("shop_id", *self.keys))
        answer = f"RETURNING {', '.join((keys, *self.answers))}" if self.answers else ""
        return Statement(f"""
INSERT INTO {self.table.name} ({", ".join(columns)})
SELECT * FROM {unfolded(columns)}
{where_not_forgotten(self.unless_forgotten) if self.unless_forgotten else ""}
ON CONFLICT ({keys}) DO UPDATE SET
  {set_to(self.merged_in_sql(old=self.table.name, new="excluded"))}
{answer}
""")

    @cached_property
    def _overwrite(self) -> Statement:
        columns = columns_of(self.table, self._names)
        keys = ("shop_id", *self.keys)
        put = ", ".join(f"{name} = new.{name}" for name in columns if name not in keys)
        is_same = " AND ".join(f"old.{key} = new.{key}" for key in keys)
        return Statement(f"""
UPDATE {self.table.name} old SET {put} FROM {unfolded(columns)} WHERE {is_same}
""")

    def rows(self, facts: Iterable[F], sealer: Keyring) -> list[dict[str, Any]]:
        """As rows, which are silent where the facts are."""
        rows = []
        for fact in facts:
            row = {
                name: value
                for name in self._names
                if (value := getattr(fact, name)) is not None
            }
            for name in self.sealed & row.keys():
                row[name] = sealed(row[name], name, fact.shop_id, sealer)
            rows.append(row)
        return rows

    def _of_two(self, one: F, other: F) -> F:
        version = max(filter(None, (one.version, other.version)), default=None)
        told: dict[str, Any] = {}
        earlier: dict[str, Version] = {}
        for name, rule in self._ruled:
            mine, yours = getattr(one, name), getattr(other, name)
            match rule:
                case Newest():
                    at, of_other = _told_at(one, name), _told_at(other, name)
                    told[name] = mine if at >= of_other else yours
                    at = max(at, of_other)
                    if at and at != version:
                        earlier[name] = at
                case Follows(column):
                    is_mine = (getattr(one, column) or "") >= (
                        getattr(other, column) or ""
                    )
                    told[name] = mine if is_mine else yours
                case Least():
                    told[name] = min(_given(mine, yours), default=None)
                case Greatest():
                    told[name] = max(_given(mine, yours), default=None)
                case Together():
                    told[name] = sorted({*(mine or ()), *(yours or ())}) or None
        return replace(one, version=version, earlier=earlier or None, **told)


def _told_at(fact: Facts, name: str) -> Version:
    """The version of what a fact tells under ``name``; '' for silence."""
    if getattr(fact, name) is None or fact.version is None:
        return Version("")
    return (fact.earlier or {}).get(name, fact.version)


def _given(*values: Any) -> list[Any]:
    return [value for value in values if value is not None]


# The same rules in SQL. Versions are compared as Python compares them, by their bytes.
_BYTEWISE = 'COLLATE "C"'


def _merged(rule: Rule, name: str, old: str, new: str) -> str:
    a, b = f"{new}.{name}", f"{old}.{name}"
    match rule:
        case Newest():
            is_newer = f"{_at(name, new)} {_BYTEWISE} >= {_at(name, old)}"
            is_told = f"{b} IS NULL OR {is_newer}"
            return f"CASE WHEN {is_told} THEN coalesce({a}, {b}) ELSE {b} END"
        case Follows(column):
            newest = f"coalesce({new}.{column}, '') {_BYTEWISE}"
            is_newer = f"{newest} >= coalesce({old}.{column}, '')"
            return f"CASE WHEN {is_newer} THEN {a} ELSE {b} END"
        case Least():
            return f"least({a}, {b})"
        case Greatest():
            return f"greatest({a}, {b})"
        case Together():
            every = f"unnest({b} || {a})"
            return f"(SELECT array_agg(DISTINCT n ORDER BY n) FROM {every} AS n)"


def _at(name: str, row: str) -> str:
    return f"coalesce({row}.earlier->>'{name}', {row}.version)"


def _earlier(names: Iterable[str], old: str, new: str) -> str:
    """The versions of these columns after merging, where they are not the row's."""
    newest = f"greatest({new}.version {_BYTEWISE}, {old}.version)"
    versions = []
    for name in names:
        mine = f"CASE WHEN {new}.{name} IS NOT NULL THEN {_at(name, new)} END"
        yours = f"CASE WHEN {old}.{name} IS NOT NULL THEN {_at(name, old)} END"
        later = f"greatest({mine} {_BYTEWISE}, {yours})"
        versions.append(f"'{name}', nullif({later}, {newest})")
    return (
        f"nullif(jsonb_strip_nulls(jsonb_build_object({', '.join(versions)})), '{{}}')"
    )


def set_to(values: Mapping[str, str]) -> str:
    """SQL that sets columns to values of SQL."""
    return ",\n  ".join(f"{name} = {value}" for name, value in values.items())


def where_not_forgotten(is_about: str) -> str:
    """SQL that passes over the rows ``new`` about what has been forgotten.

    As a value and not as a join, which might turn the order of the rows around: two who
    lock the same ones would each wait for the other.
    """
    return f"""WHERE (SELECT true FROM forgotten f
  WHERE f.shop_id = new.shop_id AND {is_about} LIMIT 1) IS NULL"""


def sealed(said: object, name: str, shop_id: ShopId, sealer: Keyring) -> bytes:
    """What may be read in no column, for the column ``name``."""
    return sealer.of(shop_id).seal(
        orjson.dumps(said), context=f"{name} of shop {shop_id}"
    )


def opened(said: bytes | None, name: str, shop_id: ShopId, sealer: Keyring) -> Any:
    if said is None:
        return None
    plain = sealer.of(shop_id).open(said, context=f"{name} of shop {shop_id}")
    return orjson.loads(plain)
