"""The database is never asked for the time: there is one clock, and it can be moved."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from storage.tables import metadata

ROOT = Path(__file__).parents[2]
ROOMS = (
    "core", "storage", "integrations", "notifications", "wiring", "webapp", "workers",
    "sandbox", "bench",
)  # fmt: skip
ASKS = re.compile(
    r"(?<!\.)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)"
    r"|\b(current_timestamp|localtimestamp|current_date|current_time|localtime)\b"
    r"|'now'",
    re.IGNORECASE,
)


def texts_in(file: Path) -> Iterator[str]:
    """Every text in the code of a file, but for what explains it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in explains:
            yield str(node.value)


def test_no_statement_asks_the_database_for_the_time():
    asking = [
        f"{file.relative_to(ROOT)}: {text.strip()[:60]}"
        for room in ROOMS
        for file in sorted((ROOT / room).rglob("*.py"))
        for text in texts_in(file)
        if ASKS.search(text)
    ]

    assert asking == []


def test_no_column_has_the_databases_time_by_itself():
    defaults = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if column.server_default is not None
        and ASKS.search(str(getattr(column.server_default, "arg", "")))
    ]

    assert defaults == []


def test_one_that_asked_would_be_found():
    for text in (
        "UPDATE shops SET at = now()",
        "SELECT CURRENT_TIMESTAMP",
        "at < clock_timestamp()",
        "SELECT 'now'::timestamptz",
    ):
        assert ASKS.search(text)
    assert not ASKS.search("UPDATE shops SET at = :now")
