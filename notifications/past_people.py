"""What was known of somebody at a moment, as deciding wants to know it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.values import Act, Scope, ShopId
from storage.ledger import LatestWord, Words
from storage.offers import QUARTER, KnownPerson
from storage.replays import PastPerson

_NIGHT = "night"


def words_at(person: PastPerson, at: datetime) -> Words:
    """The last words of each kind that had been said by then."""
    found: dict[str | None, LatestWord] = {
        said.topic: said.word for said in person.words if said.word.happened_at <= at
    }
    contact, scope = person.contact_id, Scope.MARKETING
    return {(contact, scope, topic): word for topic, word in found.items()}


def person_at(
    person: PastPerson, shop_id: ShopId, sent: Sequence[datetime], at: datetime
) -> KnownPerson:
    """``sent`` are the offers that were played already."""
    said = [each for each in person.words if each.word.happened_at <= at]
    plain = [each.word for each in said if each.topic is None]
    night = [each.word for each in said if each.topic == _NIGHT]
    homes = [home for home in person.homes if home.at <= at] or person.homes[:1]
    home = homes[-1] if homes else None
    ordered = [moment for moment in person.ordered if moment <= at]
    return KnownPerson(
        shop_id=shop_id,
        sealed_phone=person.sealed_phone,
        sealed_user_id=person.sealed_user_id,
        marketing_since=person.marketing_since,
        unreachable_at=_last(person.unreachable, at),
        reached_at=_last([*person.reached, *sent], at),
        wrote_at=None,
        known_since=person.known_since,
        confirmed_at=_when(plain, Act.CONFIRMED),
        refused_at=_when(plain, Act.REVOKED),
        night_at=_when(night, Act.GRANTED, Act.CONFIRMED, Act.IMPORTED),
        no_night_at=_when(night, Act.REVOKED),
        sent=sorted([*(each for each in person.sent if each <= at), *sent]),
        orders=sum(moment > at - QUARTER for moment in ordered),
        ordered_at=ordered[-1] if ordered else None,
        country=home.country if home else None,
        locale=home.locale if home else None,
        place=home.place if home else {},
    )


def _last(moments: Iterable[datetime], at: datetime) -> datetime | None:
    return max((moment for moment in moments if moment <= at), default=None)


def _when(words: Iterable[LatestWord], *acts: Act) -> datetime | None:
    found = [word.happened_at for word in words if word.act in acts]
    return max(found, default=None)
