"""What was known of somebody at a moment, as deciding wants to know it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import Act, Scope, ShopId
from storage.ledger import LatestWord, Words
from storage.offers import QUARTER, KnownPerson
from storage.replays import PastPerson, Said

_NIGHT = "night"


@dataclass(frozen=True, slots=True)
class _Heard:
    """What some words together say; ``last`` are the last of each kind."""

    last: Words
    confirmed_at: datetime | None
    refused_at: datetime | None
    night_at: datetime | None
    no_night_at: datetime | None


class Past:
    """One person's. It is looked at from many moments, between which little is said."""

    def __init__(self, person: PastPerson, shop_id: ShopId) -> None:
        self.person = person
        self._shop_id = shop_id
        self._said_at = [said.word.happened_at for said in person.words]
        self._lived_since = [home.at for home in person.homes]
        self._heard: dict[int, _Heard] = {}

    def words_at(self, at: datetime) -> Words:
        """The last words of each kind that had been said by then."""
        return self._heard_at(at).last

    def _heard_at(self, at: datetime) -> _Heard:
        count = bisect_right(self._said_at, at)
        if (heard := self._heard.get(count)) is None:
            heard = self._heard[count] = self._heard_of(self.person.words[:count])
        return heard

    def _heard_of(self, said: Sequence[Said]) -> _Heard:
        plain = [each.word for each in said if each.topic is None]
        night = [each.word for each in said if each.topic == _NIGHT]
        contact, scope = self.person.contact_id, Scope.MARKETING
        return _Heard(
            last={(contact, scope, each.topic): each.word for each in said},
            confirmed_at=_when(plain, Act.CONFIRMED),
            refused_at=_when(plain, Act.REVOKED),
            night_at=_when(night, Act.GRANTED, Act.CONFIRMED, Act.IMPORTED),
            no_night_at=_when(night, Act.REVOKED),
        )

    def person_at(self, sent: Sequence[datetime], at: datetime) -> KnownPerson:
        """``sent`` are the offers that were played already, the oldest first."""
        person, heard = self.person, self._heard_at(at)
        homes = person.homes
        home = homes[max(0, bisect_right(self._lived_since, at) - 1)] if homes else None
        ordered = bisect_right(person.ordered, at)
        before = person.sent[: bisect_right(person.sent, at)]
        return KnownPerson(
            shop_id=self._shop_id,
            sealed_phone=person.sealed_phone,
            sealed_user_id=person.sealed_user_id,
            marketing_since=person.marketing_since,
            unreachable_at=_last(person.unreachable, at),
            reached_at=_last([*person.reached, *sent], at),
            wrote_at=None,
            known_since=person.known_since,
            confirmed_at=heard.confirmed_at,
            refused_at=heard.refused_at,
            night_at=heard.night_at,
            no_night_at=heard.no_night_at,
            sent=sorted([*before, *sent]),
            orders=ordered - bisect_right(person.ordered, at - QUARTER),
            ordered_at=person.ordered[ordered - 1] if ordered else None,
            country=home.country if home else None,
            locale=home.locale if home else None,
            place=home.place if home else {},
        )


def _last(moments: Iterable[datetime], at: datetime) -> datetime | None:
    return max((moment for moment in moments if moment <= at), default=None)


def _when(words: Iterable[LatestWord], *acts: Act) -> datetime | None:
    found = [word.happened_at for word in words if word.act in acts]
    return max(found, default=None)
