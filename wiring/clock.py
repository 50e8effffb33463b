"""Which clock a process goes by: the system's, but for the sandbox's own time.

There days may pass in a moment. That never touches a real store: while any other store
than the simulated one is connected, time cannot be moved, and what was moved is over.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.clock import Clock, MovedClock, system_clock
from core.errors import DatabaseAway
from core.settings import SANDBOX_SHOP, Settings

_ASKED_EVERY_SECONDS = 1.0


def clock_of(settings: Settings) -> Clock:
    if not settings.sandbox:
        return system_clock
    return sandbox_clock(settings.data_dir, settings.database_url)


def sandbox_clock(data_dir: Path, database_url: str) -> MovedClock:
    return MovedClock(offset_file(data_dir), may_move=OnlySandbox(database_url))


def offset_file(data_dir: Path) -> Path:
    """Where it stands how far the sandbox's time is moved."""
    return data_dir / "sandbox" / "clock"


class OnlySandbox:
    """Whether no other store than the simulated one is connected; asked again after a
    second at most.

    Over a connection of its own, since whoever reads the clock may be in the middle of
    a transaction. While the database is away the last answer counts.
    """

    def __init__(
        self, database_url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = database_url
        self._monotonic = monotonic
        self._answer = False
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        now = self._monotonic()
        if self._asked_at is None or now - self._asked_at >= _ASKED_EVERY_SECONDS:
            self._asked_at = now
            with suppress(DatabaseAway):
                self._answer = _is_alone(self._url)
        return self._answer


def _is_alone(url: str) -> bool:
    """Closed again at once: a connection must not outlive a fork, nor be held by each
    process for what is asked now and then, while somebody travels.

    Raises:
        DatabaseAway: nobody can tell.
    """
    # Brings SQLAlchemy, which a simulator does without until time is moved.
    from storage import shops
    from storage.session import TransactionsOn, open_engine
    from storage.tenancy import Crossing

    engine = open_engine(url, connections=1)
    try:
        with TransactionsOn(engine).across(Crossing.LOOKING) as tx:
            return not shops.has_other_than(tx, SANDBOX_SHOP)
    finally:
        engine.dispose()
