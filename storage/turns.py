"""The lanes, and whose turn it is in one. A turn ends with its transaction."""

from collections.abc import Sequence
from enum import IntEnum

from sqlalchemy import TableValuedAlias, func

from core.lanes import LANES, Lane
from storage.session import Transaction
from storage.statements import Statement


class _Turn(IntEnum):
    READING = 101
    SENDING = 102


# In the order of the lanes, so that two who wait for several cannot block each other.
_AWAIT = Statement(
    "SELECT set_config('lock_timeout', '2000', true),"
    " pg_advisory_xact_lock(:turn, lane)"
    " FROM unnest(CAST(:lanes AS int[])) WITH ORDINALITY AS asked (lane, place)"
)

# A lock is tried as its row is read; LIMIT ends the reading.
_TAKE_FREE = Statement(
    "SELECT lane FROM unnest(CAST(:lanes AS int[])) AS lane"
    " WHERE pg_try_advisory_xact_lock(:turn, lane) LIMIT :most"
)


def take_to_read(tx: Transaction, lanes: Sequence[Lane], most: int) -> list[Lane]:
    """Become the one reader of the first ``most`` of these lanes that nobody reads."""
    asked = {"turn": _Turn.READING.value, "lanes": list(lanes), "most": most}
    return [Lane(row.lane) for row in tx.ask(_TAKE_FREE, asked)]


def await_to_send(tx: Transaction, lanes: Sequence[Lane]) -> None:
    """Wait until nobody else is choosing what to send in these lanes.

    Raises:
        DatabaseAway: somebody has been choosing for too long: paused, or dead.
    """
    asked = {"turn": _Turn.SENDING.value, "lanes": sorted(lanes)}
    tx.ask(_AWAIT, asked)  # not run: the turn is to have come when this returns


def every_lane() -> TableValuedAlias:
    """All lanes as a table with one column, ``lane``."""
    numbers = func.generate_series(0, LANES - 1).table_valued("lane")
    return numbers.render_derived(name="lanes")
