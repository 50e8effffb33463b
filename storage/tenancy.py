"""The second lock between shops: row-level security, from the first table on.

Every table with a ``shop_id`` gets one policy, forced upon its owner too. A
transaction names the one shop it is for, or the *crossing* by which it may see all;
one that names neither sees nothing and can write nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, text

from storage.statements import Statement


class Crossing(StrEnum):
    """The named ways over the border between shops. There are no others.

    Work that drains queues serves all shops at once. What a person does across
    shops, by the command line, is written to ``audit`` as well.
    """

    READING = "reading"
    SENDING = "sending"
    LOOKING = "looking"
    SERVING = "serving"
    KEEPING = "keeping"
    OPERATING = "operating"


FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION sosik_shop() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('app.shop', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION sosik_crosses() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('app.crossing', true), '') IN
   ({", ".join(f"'{crossing}'" for crossing in Crossing)}) $$;
"""
"""``current_setting`` answers '' once a transaction that has set it is over."""


def policy_on(table: str, *, column: str = "shop_id") -> str:
    """SQL that locks ``table``: to be run by the migration that creates it.

    The sub-selects make PostgreSQL ask once for a statement, not once for a row.
    """
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_of_shop ON {table}
  USING ({column} = (SELECT sosik_shop()) OR (SELECT sosik_crosses()));
"""


APP_ROLE = "sosik_app"
"""The role for daily work, where the one that logs in would pass every lock."""


@dataclass(frozen=True, slots=True)
class Border:
    """What a transaction may see and write until it ends. Its first statement."""

    setting: str
    value: str


def only_for_shop(shop_id: int) -> Border:
    """This shop's rows alone."""
    return Border("app.shop", str(shop_id))


def across_shops(crossing: Crossing) -> Border:
    """The rows of all shops."""
    return Border("app.crossing", crossing)


_IDLE_MILLISECONDS = 10_000
"""No transaction of ours is ever idle for long. A process that was paused in the
middle of one must not keep its locks, so the server ends it."""

_SETTINGS = (
    "SELECT set_config(:name, :value, true),"
    f" set_config('idle_in_transaction_session_timeout', '{_IDLE_MILLISECONDS}', true)"
)
_BEGIN = Statement(_SETTINGS)
_BEGIN_AS_APP = Statement(f"{_SETTINGS}, set_config('role', '{APP_ROLE}', true)")


def opening(
    connection: Connection, border: Border
) -> tuple[Statement, Mapping[str, str]]:
    """What draws the border, to be sent before all else."""
    # Local to the transaction: behind a pooler the next one has another client.
    begin = _BEGIN_AS_APP if connection.info.get(IGNORES_LOCKS) else _BEGIN
    return begin, {"name": border.setting, "value": border.value}


IGNORES_LOCKS = "ignores_locks"
"""Set in a connection's ``info`` when its role is above row-level security."""

ROLE_IGNORES_LOCKS = (
    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
)


_UNLOCKED = text("""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
  AND (c.relname = 'shops' OR EXISTS (
        SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
          AND NOT a.attisdropped AND a.attname LIKE 'shop%'))
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid
          AND pg_get_expr(p.polqual, p.polrelid) LIKE '%sosik_shop()%'))
ORDER BY c.relname
""")


def tables_without_lock(connection: Connection) -> list[str]:
    """Tables that hold a shop's data and have no forced policy: must be none."""
    return list(connection.scalars(_UNLOCKED))
