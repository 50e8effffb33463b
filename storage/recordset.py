"""Many rows in one statement: sent as one JSON document, unfolded by PostgreSQL.

A statement for each row costs a message each way, and one statement with a place for
every value is a new text for each number of rows, to be parsed at both ends each time.
This one is always the same text with a single value.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql

_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def unfolded(columns: Mapping[str, str]) -> str:
    """SQL that is the rows of ``:rows``, with these columns of these types."""
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"json_to_recordset(CAST(:rows AS json)) AS new ({declared})"


def columns_of(table: Table, names: Sequence[str]) -> dict[str, str]:
    """The columns by these names, with their types."""
    return {name: str(table.c[name].type.compile(_POSTGRESQL)) for name in names}


def folded(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The rows as the value that ``unfolded`` takes."""
    together = list(rows)
    try:
        sent = orjson.dumps(
            together, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME
        ).decode()
    except orjson.JSONEncodeError:  # Meta's words, kept whole, may hold a huge number
        sent = json.dumps(
            together, default=_plain, ensure_ascii=False, separators=(",", ":")
        )
    return {"rows": sent}


def _plain(value: object) -> str:
    """PostgreSQL reads these as it reads them in a text of SQL."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for the database")
