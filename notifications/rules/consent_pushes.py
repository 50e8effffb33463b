"""Whether a word about offers is written at Shopify: only where it is the newest."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.echoes import BY_SHOPIFY, Written, is_echo
from core.values import Act


class NotWritten(StrEnum):
    """Why Shopify is not told, until somebody says something new."""

    NO_PHONE = "no_phone"
    NO_CUSTOMER = "no_customer"
    SHOPIFY_IS_NEWER = "shopify_is_newer"
    SHOPIFY_KNOWS = "shopify_knows"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    ANOTHER_NUMBER = "another_number"


class Known(Protocol):
    """What Shopify has of a number: ``act`` is None where that is no yes and no no."""

    @property
    def act(self) -> Act | None: ...
    @property
    def said_at(self) -> datetime | None: ...


class Word(Protocol):
    """The newest in the ledger about offers."""

    @property
    def act(self) -> Act: ...
    @property
    def source(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...


def must_be_the_newest(
    act: Act, said_at: datetime, *, newest: Word | None
) -> NotWritten | None:
    """What Shopify has told since is not to be written over."""
    if newest is not None and newest.source == BY_SHOPIFY:
        return NotWritten.SHOPIFY_IS_NEWER
    if newest is None or (newest.act, newest.happened_at) != (act, said_at):
        return NotWritten.OVERTAKEN
    return None


def must_be_of_the_number(
    act: Act, said_at: datetime, *, yes_since: datetime | None
) -> NotWritten | None:
    """A yes on one number is none to offers on another; a no counts on all of them."""
    if act is not Act.REVOKED and yes_since is not None and said_at < yes_since:
        return NotWritten.ANOTHER_NUMBER
    return None


def must_be_news(
    act: Act, said_at: datetime, *, known: Known | None, written: Sequence[Written]
) -> NotWritten | None:
    """``known`` is None where the number is no customer's. At one moment a no counts
    for more than a yes; what we have ``written`` there is no newer word."""
    if known is None:
        return NotWritten.NO_CUSTOMER
    if known.said_at is None:
        return None
    is_no, was_no = act is Act.REVOKED, known.act is Act.REVOKED
    is_more = act is Act.CONFIRMED and known.act is not Act.CONFIRMED
    if known.act is not None and is_no == was_no and not is_more:
        return NotWritten.SHOPIFY_KNOWS
    if known.act is not None and is_echo(known.act, known.said_at, written):
        return None
    # Shopify has its times to the second.
    ours, theirs = said_at.replace(microsecond=0), known.said_at.replace(microsecond=0)
    is_newer = theirs > ours or (theirs == ours and was_no)
    return NotWritten.SHOPIFY_IS_NEWER if is_newer else None
