"""How PostgreSQL plans what a batch asks for, in tables that begin to grow."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from storage.session import Transaction, TransactionsOn, open_engine
from storage.statements import Statement
from storage.tenancy import Crossing

_KNOWN = Statement("""
SELECT k.word FROM json_to_recordset(CAST(:rows AS json)) AS new (shop bigint, key text)
JOIN known k ON k.shop = new.shop AND k.kind = 'phone' AND k.key = new.key
""")
_UNTIL_ITS_PLAN_IS_KEPT = 12
"""The driver prepares after five, and PostgreSQL keeps a plan after five more."""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def monotonic() -> Clock:
    return Clock()


@pytest.fixture
def transactions(world, monotonic: Clock) -> Iterator[TransactionsOn]:
    """On one connection, which has a nearly empty table of its own."""
    engine = open_engine(world.settings.database_url, connections=1)
    transactions = TransactionsOn(engine, monotonic=monotonic)
    with transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(
            text(
                "CREATE TEMP TABLE known (shop bigint, kind text, key text,"
                " word text, PRIMARY KEY (shop, kind, key))"
            )
        )
    yield transactions
    engine.dispose()


def ask(transactions: TransactionsOn, crossing: Crossing) -> None:
    with transactions.across(crossing) as tx:
        tx.ask(_KNOWN, {"rows": "[]"})


def grow(transactions: TransactionsOn) -> None:
    with transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(
            text(
                "INSERT INTO known SELECT n % 20, 'phone', 'key ' || n, 'word'"
                " FROM generate_series(1, 20000) AS n"
            )
        )


def plan(tx: Transaction) -> str:
    """As it is kept by now."""
    name = tx.connection.scalar(
        text("SELECT name FROM pg_prepared_statements WHERE statement LIKE :so"),
        {"so": "%JOIN known k%"},
    )
    lines = tx.connection.scalars(text(f"EXPLAIN EXECUTE {name} ('[]')"))
    return "\n".join(lines)


@pytest.mark.parametrize("crossing", [Crossing.READING, Crossing.SENDING])
def test_a_batch_looks_its_rows_up_soon_after_a_table_has_grown(
    transactions, monotonic, crossing
):
    for _ in range(_UNTIL_ITS_PLAN_IS_KEPT):
        ask(transactions, crossing)
    grow(transactions)

    monotonic.now += 5
    for _ in range(2):
        ask(transactions, crossing)

    with transactions.across(crossing) as tx:
        found = plan(tx)
    assert "Index Cond: ((shop = new.shop) AND (kind = 'phone'::text) AND (key" in found
    assert "Seq Scan" not in found
    assert "Hash" not in found


def test_who_looks_through_all_may_read_tables_as_is_cheapest(transactions):
    with transactions.across(Crossing.KEEPING) as tx:
        assert tx.connection.scalar(text("SHOW enable_seqscan")) == "on"
    with transactions.across(Crossing.READING) as tx:
        assert tx.connection.scalar(text("SHOW enable_seqscan")) == "off"
    with transactions.across(Crossing.KEEPING) as tx:
        assert tx.connection.scalar(text("SHOW enable_seqscan")) == "on"
