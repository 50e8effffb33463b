"""The lanes, and whose turn it is in one. A turn ends with its transaction."""

from enum import IntEnum

from sqlalchemy import TableValuedAlias, func, select, text

from core.lanes import LANES, Lane
from storage.session import Transaction


class _Turn(IntEnum):
    READING = 101
    SENDING = 102


_AWAIT = text(
    "SELECT set_config('lock_timeout', '2000', true),"
    " pg_advisory_xact_lock(:turn, :lane)"
)


def take_to_read(tx: Transaction, lane: Lane) -> bool:
    """Become the one reader of the lane; answer False when somebody else is."""
    taken = tx.connection.scalar(
        select(func.pg_try_advisory_xact_lock(_Turn.READING.value, lane))
    )
    return bool(taken)


def await_to_send(tx: Transaction, lane: Lane) -> None:
    """Wait until nobody else is choosing what to send in the lane.

    Raises:
        DatabaseAway: somebody has been choosing for too long: paused, or dead.
    """
    tx.connection.execute(_AWAIT, {"turn": _Turn.SENDING.value, "lane": lane})


def every_lane() -> TableValuedAlias:
    """All lanes as a table with one column, ``lane``."""
    numbers = func.generate_series(0, LANES - 1).table_valued("lane")
    return numbers.render_derived(name="lanes")
