"""Reports come twice, late and out of order; a message's state only moves on."""

from enum import StrEnum


class State(StrEnum):
    """The contract's words for where a message is."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


_ARRIVED = frozenset({State.SENT, State.DELIVERED, State.READ})
_REPORTED = _ARRIVED | {State.FAILED}

_MOVES: dict[State, frozenset[State]] = {
    # A message that was put back may turn out to have gone out after all.
    State.WAITING: _REPORTED | {State.SENDING, State.SKIPPED, State.CANCELLED},
    State.SENDING: _REPORTED | {State.WAITING, State.UNSURE},
    State.UNSURE: _REPORTED | {State.WAITING, State.CANCELLED},
    State.SENT: frozenset({State.DELIVERED, State.READ, State.FAILED}),
    State.DELIVERED: frozenset({State.READ}),
    State.READ: frozenset(),
    # A report may overtake the one before it, and a failure be taken back by fact.
    State.FAILED: frozenset({State.DELIVERED, State.READ}),
    State.SKIPPED: _ARRIVED,
    State.CANCELLED: _ARRIVED,
}


def after(current: State, reported: State) -> State:
    """The state to keep once ``reported`` has been heard."""
    return reported if reported in _MOVES[current] else current
