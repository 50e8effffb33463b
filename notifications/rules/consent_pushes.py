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


class Known(Protocol):
    """What Shopify has of a number. ``act`` is None where that is no yes and no no:
    where there is a time, the person has been asked and has not answered."""

    @property
    def act(self) -> Act | None: ...
    @property
    def said_at(self) -> datetime | None: ...


def must_be_the_newest(source: str | None) -> NotWritten | None:
    """``source`` is where the newest word in the ledger was said."""
    if source is None or source == BY_SHOPIFY:
        return NotWritten.SHOPIFY_IS_NEWER
    return None


def must_be_news(
    act: Act | None,
    said_at: datetime,
    *,
    known: Known | None,
    written: Sequence[Written],
) -> NotWritten | None:
    """``act`` is None for a yes that has yet to be confirmed, ``known`` where the
    number is no customer's. At one moment a no counts for more than a yes; what we have
    ``written`` there is no newer word."""
    if known is None:
        return NotWritten.NO_CUSTOMER
    if known.said_at is None:
        return None
    is_no, was_no = act is Act.REVOKED, known.act is Act.REVOKED
    is_more = _weight(act) > _weight(known.act)
    if is_no == was_no and not is_more:
        return NotWritten.SHOPIFY_KNOWS
    if is_echo(known.act, known.said_at, written):
        return None
    # Shopify has its times to the second.
    ours, theirs = said_at.replace(microsecond=0), known.said_at.replace(microsecond=0)
    is_newer = theirs > ours or (theirs == ours and was_no)
    return NotWritten.SHOPIFY_IS_NEWER if is_newer else None


def _weight(act: Act | None) -> int:
    """Of yeses: one that has yet to be confirmed, one, and one that has been."""
    return {None: 0, Act.CONFIRMED: 2}.get(act, 1)
