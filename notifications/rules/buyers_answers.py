"""What is done at the store about a buyer's answer, or about their silence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from core.values import Answer

CONFIRM, CANCEL = "cod_confirm", "cod_cancel"
"""The names of the buttons, of which each comes back with the id of its message."""

TAGS = {
    Answer.CONFIRMED: "cod-confirmed",
    Answer.CANCELLED: "cod-cancelled",
    Answer.SILENT: "cod-unconfirmed",
}
"""What an order is tagged with at the store."""

_MOST_CANCELS = 3
_TIME_TO_CANCEL = timedelta(minutes=2)
"""Shopify cancels an order after it has answered, mostly within seconds."""
_LOOK_AGAIN = timedelta(seconds=10)


class Outcome(StrEnum):
    """What came of it at the store; kept, so never rename a value."""

    TAGGED = "tagged"
    CANCELLED = "cancelled"
    HELD = "held"
    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    NOT_CANCELLED = "not_cancelled"
    NOT_REACHED = "not_reached"
    GONE = "gone"
    WITHHELD = "withheld"
    LET_BE = "let_be"


class AtStore(Protocol):
    """An order as the store has it at this moment."""

    @property
    def tags(self) -> Collection[str]: ...
    @property
    def is_cancelled(self) -> bool: ...
    @property
    def is_on_its_way(self) -> bool: ...
    @property
    def is_to_be_paid(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the owner wants. ``on_silence`` is nothing, hold or cancel."""

    cancels_at_once: bool
    on_silence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How often Shopify may have been asked to cancel the order, the last time at
    ``since``."""

    cancels: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddTag:
    tag: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """``is_wish`` is whether the buyer wants it."""

    is_wish: bool


@dataclass(frozen=True, slots=True)
class HoldShipping:
    """All of it that can be held."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    outcome: Outcome


Step: TypeAlias = AddTag | CancelOrder | HoldShipping | LookAgain | Done


def next_step(
    answer: Answer,
    order: AtStore | None,
    *,
    wanted: Wanted,
    tried: Tried,
    was_reached: bool,
    now: datetime,
) -> Step:
    """What is to be done next, by how the order stands now: so it does not matter what
    was done before, and by whom. ``order`` is None where there is none any more, and
    ``was_reached`` whether a question came to the buyer's phone."""
    if order is None:
        return Done(Outcome.GONE)
    settled = _settled(order)
    if answer is Answer.SILENT and settled is not None:
        return settled  # nobody has to know any more that no answer came
    if (tag := TAGS[answer]) not in order.tags:
        return AddTag(tag)
    if answer is Answer.CONFIRMED:
        return Done(Outcome.TAGGED)
    if settled is not None:
        return settled
    if answer is Answer.CANCELLED:
        if not wanted.cancels_at_once:
            return Done(Outcome.TAGGED)
        return _cancelling(tried, now, is_wish=True)
    if wanted.on_silence == "nothing":
        return Done(Outcome.TAGGED)
    if not was_reached:
        # Silence of somebody who never got the question is no answer.
        return Done(Outcome.NOT_REACHED)
    if wanted.on_silence == "hold":
        return HoldShipping()
    return _cancelling(tried, now, is_wish=False)


def _settled(order: AtStore) -> Done | None:
    """What leaves nothing to decide about."""
    if order.is_cancelled:
        return Done(Outcome.CANCELLED)
    if order.is_on_its_way:
        return Done(Outcome.ON_ITS_WAY)
    return None if order.is_to_be_paid else Done(Outcome.PAID)


def _cancelling(tried: Tried, now: datetime, *, is_wish: bool) -> Step:
    """It is asked for again only where Shopify has had time for it, and only a few
    times."""
    if tried.since is not None and now < tried.since + _TIME_TO_CANCEL:
        return LookAgain(now + _LOOK_AGAIN)
    if tried.cancels >= _MOST_CANCELS:
        return Done(Outcome.NOT_CANCELLED)
    return CancelOrder(is_wish)
