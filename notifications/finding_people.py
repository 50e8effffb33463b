"""Whom somebody means who types a phone, or a name.

A phone is found by its fingerprint. Names are sealed and have none: they are opened and
compared among those who ordered last, so many of them.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from core.sealing import CannotOpen
from core.values import ContactId, Phone, ShopId
from notifications.listing import end_of
from notifications.ports import Services
from storage import asking, order_lists, people
from storage.merging import opened
from storage.session import Transaction

MOST_ORDERS = 2_000
"""Among so many of the newest orders a name is looked for."""
MOST_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """``to`` is the end of their phone; ``order_name`` is the newest order that bears
    the name, and both are None where a phone was asked for."""

    contact_id: ContactId
    to: str | None
    first_name: str | None = field(default=None, repr=False)
    order_name: str | None = None
    ordered_at: datetime | None = None


class ReadPhone(Protocol):
    def __call__(self, raw: str, /, *, country: str | None) -> Phone | None:
        """The phone that somebody has typed; None where it is none."""


def found(
    shop_id: ShopId, typed: str, *, read_phone: ReadPhone, services: Services
) -> list[Person]:
    """Those who are meant, whoever ordered last first; nobody for an empty text."""
    if not _plain(typed):
        return []
    with services.transactions.for_shop(shop_id) as tx:
        shop = asking.shop(tx, shop_id) or {}
        phone = read_phone(typed, country=shop.get("country"))
        if phone is not None:
            return _with_phone(tx, shop_id, phone, services)
        rows = order_lists.newest_with_people(tx, shop_id, limit=MOST_ORDERS)
    every: dict[ContactId, Person] = {}
    for each in _called(typed, rows, shop_id, services):
        every.setdefault(each.contact_id, each)
        if len(every) == MOST_FOUND:
            break
    return list(every.values())


def _with_phone(
    tx: Transaction, shop_id: ShopId, phone: Phone, services: Services
) -> list[Person]:
    contact = people.contact_with(tx, shop_id, phone, book=services.book)
    if contact is None:
        return []
    return [Person(contact_id=contact, to=end_of(phone))]


def _called(
    typed: str,
    rows: Sequence[Mapping[str, Any]],
    shop_id: ShopId,
    services: Services,
) -> Iterator[Person]:
    wanted, sealer = _plain(typed), services.sealer
    for row in rows:
        try:
            name = opened(row["first_name"], "first_name", shop_id, sealer)
            if name is None or not _plain(name).startswith(wanted):
                continue
            sealed = row["phone"]
            phone = None if sealed is None else services.book.opened(shop_id, sealed)
        except CannotOpen:
            continue
        yield Person(
            contact_id=ContactId(row["contact_id"]),
            to=None if phone is None else end_of(phone),
            first_name=name,
            order_name=row["name"],
            ordered_at=row["placed_at"],
        )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
