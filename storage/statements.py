"""Statements that are run for every batch: written once, and sent as they are.

SQLAlchemy compiles, looks up and wraps each time, which costs more than PostgreSQL
takes to answer. The hot ones go to the driver, over the same connection and in the
same transaction. Whoever builds a query by its parts still has SQLAlchemy.

Who takes some rows for itself (``LIMIT ... FOR UPDATE SKIP LOCKED``) chooses them in a
``MATERIALIZED`` part of the statement. As a subquery of ``IN`` they may be chosen anew
for each row that is compared, whenever the planner finds that cheaper, and each choice
finds others: more would be taken than anybody sees to.
"""

import re
from collections import namedtuple
from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection

_PLACE = re.compile(r"(?<!:):([a-z_]+)\b")


def driver_of(connection: Connection) -> Any:
    """The driver's connection below one of SQLAlchemy's, and in its transaction."""
    return connection.connection.dbapi_connection


class Statement:
    """SQL with its values at places named ``:so``."""

    def __init__(self, sql: str) -> None:
        self.text = sql
        self._sql = _PLACE.sub(r"%(\1)s", sql.replace("%", "%%")).encode()
        self._row: Any = None

    def sent(
        self, connection: psycopg.Connection[Any], asked: Mapping[str, Any]
    ) -> psycopg.Cursor[Any]:
        """Send it. In a pipeline its answer, and its failure, come later."""
        cursor = connection.cursor()
        cursor.execute(self._sql, asked)
        return cursor

    def rows_of(self, cursor: psycopg.Cursor[Any]) -> list[Any]:
        """All rows; each has its columns as attributes, in the order asked for."""
        found = cursor.fetchall()
        if self._row is None:
            names = [column.name for column in cursor.description or ()]
            self._row = namedtuple("Row", names)  # type: ignore[misc]
        return [self._row._make(row) for row in found]
