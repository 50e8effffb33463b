"""What was written at Shopify of a person's consent, and how its echo is known.

Shopify tells of whatever is written there. What it tells of our own writing is nobody's
word, and least of all a yes to the news of orders.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.values import Act

BY_FORM = "form"
"""The source of a yes that anybody may have typed for anybody: it is asked about at
the number, and is none by itself."""

BY_SHOPIFY = "shopify"
"""The source of a word that the store's own records tell."""

LEASE = timedelta(minutes=2)
"""For so long whoever tells a store of people's words is alone with it, and a word that
was being written may have been."""
_CLOCKS_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written between two moments, and when the person had said it. ``act`` is
    None for a yes that has yet to be confirmed; ``until`` where no answer was noted."""

    act: Act | None
    said_at: datetime
    since: datetime
    until: datetime | None = None

    def is_told_by(self, act: Act | None, at: datetime) -> bool:
        """Whether a consent at Shopify is this one.

        Shopify has the time to the second. It is given that at which it was said, and
        may take that at which it was written instead.
        """
        if _answer(act) != _answer(self.act):
            return False
        if at.replace(microsecond=0) == self.said_at.replace(microsecond=0):
            return True
        until = self.until or self.since + LEASE
        return self.since - _CLOCKS_DIFFER <= at <= until + _CLOCKS_DIFFER


def _answer(act: Act | None) -> bool | None:
    """Yes or no; None for none yet."""
    return None if act is None else act is not Act.REVOKED


def is_echo(act: Act | None, at: datetime, written: Iterable[Written]) -> bool:
    return any(each.is_told_by(act, at) for each in written)
