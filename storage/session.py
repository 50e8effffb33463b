"""Transactions: what is written together, for which shop, and what happens after."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy import exc as sql_errors
from sqlalchemy.engine import make_url

from core.errors import DatabaseAway
from core.guard import network_forbidden
from core.values import ShopId
from storage import planning, tenancy
from storage.statements import Statement, driver_of
from storage.tenancy import Border, Crossing

log = logging.getLogger(__name__)

_POOL_TIMEOUT_SECONDS = 3.0  # Shopify waits five for our answer
_CONNECT_TIMEOUT_SECONDS = 3


def open_engine(url: str, *, connections: int) -> Engine:
    """Connect to PostgreSQL; nothing is asked of it before the first transaction.

    At most ``connections`` are held, and those beyond the first two only while busy.
    """
    kept = min(2, connections)
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=kept,
        max_overflow=connections - kept,
        pool_timeout=_POOL_TIMEOUT_SECONDS,
        hide_parameters=True,  # errors are logged and kept; phone numbers must not be
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_SECONDS},
    )
    event.listen(engine, "connect", _get_to_know)
    return engine


def _get_to_know(connection: Any, record: Any) -> None:
    """Learn once for each connection what stands behind it.

    Statements are not prepared where a pooler may hand each transaction another
    server. A role above row-level security works as a lesser one: see tenancy.
    """
    if is_pooled(connection):
        connection.prepare_threshold = None
    [ignores_locks] = connection.execute(tenancy.ROLE_IGNORES_LOCKS).fetchone()
    connection.rollback()
    record.info[tenancy.IGNORES_LOCKS] = ignores_locks


def is_pooled(connection: Any) -> bool:
    """Whether something like pgbouncer stands between; ``connection`` is psycopg's.

    A pooler makes up the process id that it tells at the start, so the server's own
    word differs from it.
    """
    [process_id] = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    return bool(process_id != connection.info.backend_pid)


class Transaction:
    """An open transaction, and the effects that wait for it to succeed.

    Statements are sent down a pipeline: what needs no answer waits for none, and
    goes with the next that does. SQLAlchemy knows nothing of this, so whoever asks for
    its ``connection`` has the pipeline emptied and closed first.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: psycopg.Connection[Any] = driver_of(connection)
        self._effects: list[Callable[[], None]] = []
        self._savepoints = 0
        self.pipeline = ExitStack()
        self._open_pipeline: psycopg.Pipeline | None = self.pipeline.enter_context(
            self._driver.pipeline()
        )

    @property
    def connection(self) -> Connection:
        self.end_pipeline()
        return self._connection

    def end_pipeline(self) -> None:
        """Wait for all that was sent; what failed of it is raised here."""
        self._open_pipeline = None
        self.pipeline.close()

    def ask(self, statement: Statement, asked: Mapping[str, Any]) -> list[Any]:
        """All rows that answer a statement, with their columns as attributes."""
        return statement.rows_of(statement.sent(self._driver, asked))

    def run(self, statement: Statement, asked: Mapping[str, Any]) -> None:
        """Have a statement run. Should it fail, that is raised by a later one, by the
        end of the savepoint, or by the end of the transaction."""
        statement.sent(self._driver, asked)

    def count(self, statement: Statement, asked: Mapping[str, Any]) -> int:
        """Run a statement that writes; answer how many rows it wrote."""
        self.end_pipeline()
        return statement.sent(self._driver, asked).rowcount

    def rows(
        self, query: Executable, asked: Mapping[str, Any] | None = None
    ) -> list[Mapping[str, Any]]:
        """All rows that answer a query, each by the names of its columns."""
        found = self.connection.execute(query, asked)
        return [dict(row) for row in found.mappings()]

    def row(
        self, query: Executable, asked: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any] | None:
        """The first row that answers a query, or None."""
        found = self.connection.execute(query, asked).mappings().first()
        return None if found is None else dict(found)

    def forget_plans(self) -> None:
        """Have all that was prepared on this connection be planned anew when it is
        asked for again."""
        self._driver.execute(planning.FORGET)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails in here is undone; what was done before it stays."""
        self._savepoints += 1
        name = f"point_{self._savepoints}"
        self.run(Statement(f"SAVEPOINT {name}"), {})
        try:
            yield
            self._settle()
        except Exception:
            with suppress(psycopg.Error):
                self._settle()  # what was still on its way fails too
            self.run(Statement(f"ROLLBACK TO SAVEPOINT {name}"), {})
            self.run(Statement(f"RELEASE SAVEPOINT {name}"), {})
            self._settle()
            raise
        self.run(Statement(f"RELEASE SAVEPOINT {name}"), {})

    def _settle(self) -> None:
        """Wait for all that was sent, and raise the first failure."""
        if self._open_pipeline is not None:
            self._open_pipeline.sync()

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run ``effect`` once the rows are really there; never if they are not."""
        self._effects.append(effect)

    def run_effects(self) -> None:
        """Run them all. One that fails is logged and left for the scheduler.

        The rows are the truth and the effects only hurry them along, so a broken
        queue must not make a caller believe that nothing was written.
        """
        for effect in self._effects:
            try:
                effect()
            except Exception:
                log.exception("effect_failed")


class Transactions(Protocol):
    """Ways to open a transaction. All raise DatabaseAway when the database is."""

    def for_shop(self, shop_id: ShopId, /) -> AbstractContextManager[Transaction]: ...

    def across(self, crossing: Crossing, /) -> AbstractContextManager[Transaction]: ...

    def at_one_moment(
        self, crossing: Crossing, /
    ) -> AbstractContextManager[Transaction]:
        """As ``across``; all that is read in it is as it was when it began."""


@contextmanager
def database_may_be_away() -> Iterator[None]:
    """Tell all the ways in which a database can be away as one.

    Raises:
        DatabaseAway: no connection, none free in time, or it broke.
    """
    try:
        yield
    except (
        sql_errors.OperationalError,
        sql_errors.InterfaceError,
        sql_errors.TimeoutError,
        psycopg.OperationalError,
        psycopg.InterfaceError,
    ) as error:
        raise DatabaseAway(type(error.__cause__ or error).__name__) from error


class TransactionsOn:
    """Transactions on one engine. ``monotonic`` tells how old its plans are."""

    def __init__(
        self, engine: Engine, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._monotonic = monotonic

    @contextmanager
    def for_shop(self, shop_id: ShopId, /) -> Iterator[Transaction]:
        with self._opened(tenancy.only_for_shop(shop_id)) as tx:
            yield tx
        tx.run_effects()

    @contextmanager
    def across(self, crossing: Crossing, /) -> Iterator[Transaction]:
        with self._opened(tenancy.across_shops(crossing)) as tx:
            if crossing in planning.DRAINS:
                tx.run(planning.LOOK_UP, {})
            yield tx
        tx.run_effects()

    @contextmanager
    def at_one_moment(self, crossing: Crossing, /) -> Iterator[Transaction]:
        still = self._engine.execution_options(isolation_level="REPEATABLE READ")
        with self._opened(tenancy.across_shops(crossing), still) as tx:
            yield tx
        tx.run_effects()

    @contextmanager
    def _opened(
        self, border: Border, engine: Engine | None = None
    ) -> Iterator[Transaction]:
        with (
            database_may_be_away(),
            network_forbidden(),
            (engine or self._engine).begin() as connection,
        ):
            tx = Transaction(connection)
            with tx.pipeline:
                tx.run(*tenancy.opening(connection, border))
                if planning.are_old(connection.info, self._monotonic()):
                    tx.forget_plans()
                yield tx
