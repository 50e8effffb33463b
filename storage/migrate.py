"""Brings the database to the newest tables, grants and locks; safe to run at once."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from core.errors import ConfigurationError
from storage import tenancy
from storage.session import database_may_be_away, open_engine
from storage.tables import metadata

log = logging.getLogger(__name__)

_ONE_AT_A_TIME = 7_305_001
_OLDEST_SERVER = 15
_FOLDER = Path(__file__).parent / "migrations"


def migrate(*, owner_url: str, app_url: str) -> str:
    """Run what is missing, as the owner; answer the newest revision.

    Two who start at once take turns, and the second finds nothing to do. All is one
    transaction: a migration that fails leaves everything as it was.

    Raises:
        ConfigurationError: the server is too old, or a table is left unlocked.
        DatabaseAway: it did not answer.
    """
    app, owner = (
        open_engine(app_url, connections=1),
        open_engine(owner_url, connections=1),
    )
    try:
        with database_may_be_away():
            with app.connect() as connection:
                app_role = str(connection.scalar(text("SELECT current_user")))
            with owner.begin() as connection:
                _refuse_old_server(connection)
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME}
                )
                command.upgrade(_config(connection), "head")
                _refuse_unreleased(connection)
                _grant(connection, app_role)
                _refuse_unlocked(connection)
        return newest_revision()
    finally:
        app.dispose()
        owner.dispose()


def newest_revision() -> str:
    revision = ScriptDirectory(str(_FOLDER)).get_current_head()
    if revision is None:
        raise LookupError("there are no migrations")
    return revision


def is_migrated(engine: Engine) -> bool:
    """Whether the database has just the tables that this program knows."""
    with database_may_be_away(), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == newest_revision()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def _refuse_old_server(connection: Connection) -> None:
    version = int((connection.dialect.server_version_info or (0,))[0])
    if version < _OLDEST_SERVER:
        raise ConfigurationError(
            f"DATABASE_URL leads to PostgreSQL {version}; "
            f"{_OLDEST_SERVER} or newer is needed"
        )


def _refuse_unreleased(connection: Connection) -> None:
    """Until the first release the first migration is changed in place, so there may be
    tables of an earlier day that bear its name and have not all that it makes."""
    rows = connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
    )
    there = {(table, column) for table, column in rows}
    wanted = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
    }
    if missing := sorted(wanted - there):
        table, column = missing[0]
        raise ConfigurationError(
            f"the tables are of a version before the first release ({table} has no "
            f"{column}) and cannot be brought up to date; ./sosik up --reset makes new "
            "ones, and deletes all that is in them"
        )


def _grant(connection: Connection, app_role: str) -> None:
    """Let the daily role read and write rows, and nothing else.

    Where it is a superuser, it works as the role ``sosik_app``, made here.
    """
    me = str(connection.scalar(text("SELECT current_user")))
    if connection.scalar(text(tenancy.ROLE_IGNORES_LOCKS)) and app_role == me:
        app_role = tenancy.APP_ROLE
        if not connection.scalar(
            text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": app_role}
        ):
            connection.execute(text(f"CREATE ROLE {app_role} NOLOGIN"))
    if app_role == me:
        return
    role = connection.dialect.identifier_preparer.quote(app_role)
    for right in (
        "GRANT USAGE ON SCHEMA public TO",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO",
        "REVOKE UPDATE, DELETE ON audit FROM",
        "REVOKE UPDATE, DELETE ON access_log FROM",
        "REVOKE UPDATE, DELETE ON changes FROM",
        "REVOKE UPDATE ON history FROM",
        "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM",
    ):
        connection.execute(text(f"{right} {role}"))


def _refuse_unlocked(connection: Connection) -> None:
    if unlocked := tenancy.tables_without_lock(connection):
        raise ConfigurationError(
            f"tables without row-level security: {', '.join(unlocked)}"
        )
