"""What people have agreed to by all that they did, worked out anew each time.

It knows nothing of the program: it keeps every word with the moment at which it was
said and the one at which it was told, and reads them through in order.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

GRACE = timedelta(seconds=5)
"""So long after an opt-out has come in something may still be on its way."""
WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
MOST, MOST_OF_FREQUENT = 2, 3
OPENS, CLOSES = 8, 21


class Kind(Enum):
    OWN = auto()
    RESTORED = auto()
    """A yes that takes back a no, and is nothing where there was none."""
    SWITCHED_OFF = auto()
    """In WhatsApp itself."""
    SWITCHED_ON = auto()


@dataclass(slots=True)
class Word:
    """``is_heard`` is whether the program has had all the time to read it."""

    is_about_offers: bool
    is_yes: bool
    at: datetime
    told_at: datetime
    kind: Kind = Kind.OWN
    is_confirmed: bool = False
    is_heard: bool = False


@dataclass(slots=True)
class Standing:
    """``is_agreed`` is None where nothing was said."""

    is_agreed: bool | None = None
    is_confirmed: bool = False
    at: datetime | None = None


def standing(words, *, since=None):
    """By all these words. A yes from ``since`` or before does not count any more. Of
    two at one moment the no counts."""
    now, own = Standing(), Standing()
    for word in sorted(words, key=lambda each: (each.at, not each.is_yes)):
        if word.is_yes and since is not None and word.at <= since:
            continue
        match word.kind:
            case Kind.SWITCHED_OFF:
                now = Standing(False, False, word.at)
            case Kind.SWITCHED_ON:
                if own.is_agreed:
                    now = Standing(True, own.is_confirmed, word.at)
            case Kind.RESTORED if now.is_agreed is not False:
                pass
            case _:
                is_confirmed = word.is_yes and (own.is_confirmed or word.is_confirmed)
                own = Standing(word.is_yes, is_confirmed, word.at)
                was_confirmed = word.is_yes and now.is_confirmed
                is_confirmed = was_confirmed or word.is_confirmed
                now = Standing(word.is_yes, is_confirmed, word.at)
    return now


@dataclass(slots=True)
class File:
    """One person at one store, who may have been two. ``renewed_at`` is from when on a
    yes to offers has to be said anew, for the number that is left."""

    store: str
    people: list = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    orders: list = field(default_factory=list)
    checkouts: list = field(default_factory=list)
    offers: list[tuple[datetime, str]] = field(default_factory=list)
    accepted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    asked: int = 0
    renewed_at: datetime | None = None

    @property
    def phones(self):
        return {person.phone for person in self.people}

    def offers_stand(self, now, *, with_recent=True):
        words = [word for word in self.words if word.is_about_offers]
        if not with_recent:
            words = [w for w in words if w.is_yes or w.told_at <= now - GRACE]
        return standing(words, since=self.renewed_at)

    def may_be_asked(self, now):
        """Whether they have said yes to offers, confirmed or not, and no no has been
        heard. A question advertises nothing: it waits for no reader."""
        words = [
            w for w in self.words if w.is_about_offers and (w.is_yes or w.is_heard)
        ]
        heard = standing(words, since=self.renewed_at)
        return heard.is_agreed or self.offers_stand(now).is_agreed

    def may_get_offers(self, now, *, must_confirm):
        def suffices(each):
            return each.is_agreed and (each.is_confirmed or not must_confirm)

        return any(self._standings(now, suffices))

    def _standings(self, now, suffices):
        for with_recent in (True, False):
            yield suffices(self.offers_stand(now, with_recent=with_recent))

    def may_get_news(self, order):
        """By all that has been heard, in which the box of an order counts for it."""
        now = standing(
            [
                word
                for word in self.words
                if not word.is_about_offers and (word.is_yes or word.is_heard)
            ]
        )
        if now.is_agreed:
            return True
        has_ticked = order is not None and order.is_ticked
        return has_ticked and (now.at is None or order.placed_at >= now.at)

    def most_offers(self, now):
        bought = [order for order in self.orders if order.placed_at > now - QUARTER]
        return MOST_OF_FREQUENT if len(bought) >= MOST_OF_FREQUENT else MOST

    def offers_of_a_week(self, now, failed):
        """How many reached them, or may have, in the week that ends now."""
        return sum(at > now - WEEK and id_ not in failed for at, id_ in self.offers)

    def join(self, other, *, now):
        """They were two in the store's eyes, and are one. A yes on the number that goes
        is none to offers on the one that stays."""
        has_agreed = self.offers_stand(now).is_agreed
        if other.offers_stand(now).is_agreed and not has_agreed:
            self.renewed_at = now
        self.people += other.people
        self.words += other.words
        self.orders += other.orders
        self.checkouts += other.checkouts
        self.offers += other.offers
        self.asked += other.asked
        for name, count in other.accepted.items():
            self.accepted[name] += count


def is_waking_hour(person, now):
    return OPENS <= now.astimezone(person.clock).hour < CLOSES
