"""Whether somebody waits for somebody else at the database."""

from typing import Any

from storage.statements import Statement
from storage.tenancy import Crossing

_WAITING = Statement("SELECT 1 AS one FROM pg_locks WHERE NOT granted")


def someone_waits(world: Any) -> bool:
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        return bool(tx.ask(_WAITING, {}))
