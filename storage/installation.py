"""What this installation keeps about itself for all its life."""

import os

from sqlalchemy import select
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
