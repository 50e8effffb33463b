"""Messages about one order, and which of them tell the same story."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.values import MessageId


class Story(StrEnum):
    """What several messages tell of, a chapter each."""

    PARCEL = "parcel"
    RETURN = "return"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where in a story the news of an automation stands; a later one tells it along.

    Of one moment that is worded in two ways the one that says more has the next number.
    ``looks_back`` is by how much older the later chapter's news may be for that. For
    most there is no time: a parcel that was out for delivery may come to another town
    afterwards, and that is news. What ``adds_up`` is several pieces of news of one
    chapter, of which the newest tells them all.
    """

    story: Story
    number: int
    looks_back: timedelta = timedelta()
    adds_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """One of several messages about an order, as the others look at it.

    ``about`` is what its story is of, such as the parcel. ``due_at`` is when it is
    looked at next. ``is_of_this_batch`` is whether it is being decided about together
    with the others: it tells what these were told as well.
    """

    id: MessageId
    chapter: Chapter | None
    about: str
    tracking_key: str | None
    state: str
    reason: str | None
    wanted_at: datetime
    created_at: datetime
    due_at: datetime
    is_of_this_batch: bool


def is_told_along(one: Sibling, later: Sibling) -> bool:
    """Whether ``later``, if it goes out, leaves nothing of ``one`` to tell.

    This never leads in a circle: a later chapter is told along by none before it, and
    of one chapter the newer news tells the older along.
    """
    if one.chapter is None or later.chapter is None or one.about != later.about:
        return False
    if one.chapter.story != later.chapter.story:
        return False
    if one.chapter.number == later.chapter.number:
        return (later.wanted_at, later.id) > (one.wanted_at, one.id)
    is_later = later.chapter.number > one.chapter.number
    return is_later and one.wanted_at - later.wanted_at <= one.chapter.looks_back


def are_twins(one: Sibling, other: Sibling) -> bool:
    """A parcel leaves once with the same numbers, however that is worded."""
    if one.tracking_key is None or one.about != other.about:
        return False
    return one.tracking_key == other.tracking_key


def is_older(one: Sibling, other: Sibling) -> bool:
    """Whether ``one`` comes first, in the order in which things happened."""
    return (one.wanted_at, one.created_at, one.id) < (
        other.wanted_at,
        other.created_at,
        other.id,
    )
