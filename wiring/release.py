"""``python -m wiring.release``: the database brought up to date, before a start."""

import gc
import os
import sys

from core.errors import AppError
from core.sealing import Keyring
from core.settings import Settings
from storage import installation, keys
from storage.migrate import migrate
from storage.session import TransactionsOn, open_engine
from storage.tenancy import Crossing


def release(settings: Settings) -> str:
    """Migrate, and make what every installation has; answer the newest revision."""
    revision = migrate(
        owner_url=settings.database_owner_url, app_url=settings.database_url
    )
    engine = open_engine(settings.database_url, connections=1)
    try:
        with TransactionsOn(engine).across(Crossing.OPERATING) as tx:
            sealer = Keyring(settings.secret_keys)
            installation.ensure_pepper(tx, sealer)
            installation.rewrap_pepper(tx, sealer)
            keys.rewrap(tx, sealer)
    finally:
        engine.dispose()
    return revision


def main() -> None:
    try:
        revision = release(Settings.from_env(os.environ))
    except AppError as error:
        sys.exit(f"sosik release: {error}")
    print(f"database at revision {revision}")


if __name__ == "__main__":
    main()
    gc.freeze()  # what was loaded goes with the process, without being looked through
