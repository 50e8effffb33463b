"""A store's people, as their owner looks at them: who can be written to, in which
language, and whether they have said yes to offers.

Names are sealed, and found as ``notifications.finding_people`` finds them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.sealing import CannotOpen
from core.values import Act, ContactId, Scope, ShopId
from notifications import offering
from notifications.facts_told.parts import Names
from notifications.ports import Services
from notifications.rules.consent import NEVER_ALONE
from storage import customer_lists, ledger, offers
from storage.customer_lists import Row
from storage.ledger import Words
from storage.merging import opened
from storage.offers import Glimpse
from storage.session import Transaction

LOOKED_AT = 200
"""So many people are looked at for a page that is narrowed down."""


class Offers(StrEnum):
    """What somebody has said about offers as a whole."""

    YES = "yes"
    NO = "no"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people; all of a shop's where nothing is said."""

    offers: Offers | None = None
    language: str | None = None
    tag: str | None = None

    @property
    def is_any(self) -> bool:
        return (self.offers, self.language, self.tag) != (None, None, None)

    def has(self, person: "Customer") -> bool:
        return (
            self.offers in (None, person.offers)
            and self.language in (None, (person.language or "")[:2])
            and (self.tag is None or self.tag in person.tags)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """``phone`` is None for whom WhatsApp shows by an id alone. ``language`` is the one
    that they ordered in last."""

    contact_id: ContactId
    phone: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    country: str | None
    language: str | None
    offers: Offers
    tags: Sequence[str]
    known_since: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of them, and the people after whom those beside it begin."""

    rows: Sequence[Customer]
    newer: ContactId | None
    older: ContactId | None


def page(
    shop_id: ShopId,
    wanted: Wanted,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int,
    services: Services,
) -> Shown:
    """A page of the list. One that is narrowed down may have fewer rows than there is
    room for, and still an older page."""
    size = LOOKED_AT if wanted.is_any else limit
    with services.transactions.for_shop(shop_id) as tx:
        if before is not None:
            found = customer_lists.newer(tx, shop_id, than=before, limit=size + 1)
        else:
            found = customer_lists.older(tx, shop_id, than=after, limit=size + 1)
        has_more, found = len(found) > size, found[:size]
        people = _told(tx, shop_id, found, services)
    fitting = [each for each in people if wanted.has(each)]
    rows = fitting[:limit]
    last = rows[-1].contact_id if len(fitting) > limit else None
    if last is None and has_more:
        last = found[-1].contact_id
    if before is not None:
        rows.reverse()
        return Shown(rows, newer=last, older=_last(rows, before))
    return Shown(rows, newer=None if after is None else _first(rows, after), older=last)


def _first(rows: Sequence[Customer], after: int) -> ContactId:
    return rows[0].contact_id if rows else ContactId(after - 1)


def _last(rows: Sequence[Customer], before: int) -> ContactId:
    return rows[-1].contact_id if rows else ContactId(before + 1)


def these(
    shop_id: ShopId, contacts: Collection[ContactId], *, services: Services
) -> Sequence[Customer]:
    """Those of them who are there, the newest first."""
    with services.transactions.for_shop(shop_id) as tx:
        found = customer_lists.these(tx, shop_id, contacts)
        return _told(tx, shop_id, found, services)


def with_mail(
    shop_id: ShopId, address: str, *, limit: int, services: Services
) -> list[ContactId]:
    """Who has ordered with a mail address."""
    key = Names({}, services.book.pepper()).mail(shop_id, address.strip())
    with services.transactions.for_shop(shop_id) as tx:
        return customer_lists.with_mail(tx, shop_id, key or b"", limit=limit)


def _told(
    tx: Transaction, shop_id: ShopId, rows: Sequence[Row], services: Services
) -> list[Customer]:
    ids = [row.contact_id for row in rows]
    words = ledger.latest_words(tx, ids, not_from=NEVER_ALONE)
    now = services.clock()
    seen = offers.glimpses(tx, ids, now=now)
    return [
        _customer(row, shop_id, words, seen.get(row.contact_id), services, now=now)
        for row in rows
    ]


def _customer(
    row: Row,
    shop_id: ShopId,
    words: Words,
    known: Glimpse | None,
    services: Services,
    *,
    now: datetime,
) -> Customer:
    return Customer(
        contact_id=row.contact_id,
        phone=_phone(row, shop_id, services),
        first_name=_opened(row.first_name, "first_name", shop_id, services),
        email=_opened(row.email, "email", shop_id, services),
        country=None if known is None else known.country,
        language=None if known is None else known.locale,
        offers=_offers(row.contact_id, words, known),
        tags=() if known is None else offering.tags_of(known, now=now),
        known_since=row.created_at,
    )


def _offers(who: ContactId, words: Words, known: Glimpse | None) -> Offers:
    said = words.get((who, Scope.MARKETING, None))
    if said is None:
        return Offers.NOTHING
    if said.act is Act.REVOKED:
        return Offers.NO
    since = None if known is None else known.marketing_since
    # They have another number since, on which they have said nothing yet.
    is_of_before = since is not None and said.happened_at <= since
    return Offers.NOTHING if is_of_before else Offers.YES


def _phone(row: Row, shop_id: ShopId, services: Services) -> str | None:
    if row.phone is None:
        return None
    try:
        return services.book.opened(shop_id, row.phone).e164
    except CannotOpen:  # one lost key must not hide the whole list
        return None


def _opened(
    sealed: bytes | None, name: str, shop_id: ShopId, services: Services
) -> str | None:
    try:
        said = opened(sealed, name, shop_id, services.sealer)
    except CannotOpen:
        return None
    return None if said is None else str(said)
