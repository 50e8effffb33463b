"""What this installation keeps about itself for all its life."""

import os

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import ConfigurationError
from core.sealing import Sealer
from storage.session import Transaction, Transactions
from storage.tables import installation
from storage.tenancy import Crossing

_PEPPER = "pepper"
_CONTEXT = "pepper"


def ensure_pepper(tx: Transaction, sealer: Sealer) -> None:
    """Make the key of the fingerprints once; every later time changes nothing."""
    sealed = sealer.seal(os.urandom(32), context=_CONTEXT)
    tx.connection.execute(
        insert(installation).values(name=_PEPPER, value=sealed).on_conflict_do_nothing()
    )


def rewrap_pepper(tx: Transaction, sealer: Sealer) -> bool:
    """Seal it with the first of the keys, where one of them opens it; whether it was
    sealed with another."""
    row = tx.row(
        select(installation.c.value)
        .where(installation.c.name == _PEPPER)
        .with_for_update()
    )
    if row is None or sealer.is_newest(row["value"]):
        return False
    if not sealer.has_key_of(row["value"]):
        return False
    plain = sealer.open(row["value"], context=_CONTEXT)
    tx.connection.execute(
        update(installation)
        .where(installation.c.name == _PEPPER)
        .values(value=sealer.seal(plain, context=_CONTEXT))
    )
    return True


def pepper(transactions: Transactions, sealer: Sealer) -> bytes:
    """The key of the fingerprints.

    Raises:
        ConfigurationError: the migrations have not been run yet.
        CannotOpen: it was sealed with a key that SECRET_KEYS no longer holds.
    """
    with transactions.across(Crossing.LOOKING) as tx:
        sealed = tx.connection.scalar(
            select(installation.c.value).where(installation.c.name == _PEPPER)
        )
    if sealed is None:
        raise ConfigurationError("the database is not set up: run ./sosik release")
    return sealer.open(sealed, context=_CONTEXT)
