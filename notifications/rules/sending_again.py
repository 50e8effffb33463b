"""When a person may have a message sent again: as a new one, about the same thing.

What stands against it going out is asked of the policy, as for any message. Here it is
only what no policy knows: that it may be under way, or is nothing to be repeated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.values import Scope
from notifications.rules.lifecycle import State

_OVER = frozenset({State.FAILED, State.SKIPPED, State.CANCELLED})


class Against(StrEnum):
    """Why nobody may have it sent again."""

    NOT_OVER = "not_over"
    IS_OFFER = "is_offer"
    IS_REPLY = "is_reply"
    IS_QUESTION = "is_question"
    TOO_OLD = "too_old"
    PERSON_GONE = "person_gone"
    SENT_AGAIN = "sent_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What is known of the message. ``lifetime`` is how long its news is worth telling,
    None for an answer in a chat; ``is_question`` is whether the buyer was to answer,
    and ``is_in_flow`` whether a flow goes on behind it."""

    state: State
    scope: Scope
    wanted_at: datetime
    lifetime: timedelta | None
    is_question: bool
    is_in_flow: bool
    is_erased: bool
    was_sent_again: bool


def against(message: Over, *, now: datetime) -> Against | None:
    """Why it may not be sent again; None where it may, if the policy lets it."""
    if message.state not in _OVER:
        return Against.NOT_OVER
    if message.is_erased:
        return Against.PERSON_GONE
    if message.was_sent_again:
        return Against.SENT_AGAIN
    if message.scope is Scope.MARKETING or message.is_in_flow:
        return Against.IS_OFFER
    if message.lifetime is None:
        return Against.IS_REPLY
    if message.is_question:
        return Against.IS_QUESTION
    if now - message.wanted_at > message.lifetime:
        return Against.TOO_OLD
    return None
