"""Whoever is shown personal data is written down first: who, when, and whose.
The line comes before the look. Where it cannot be written nothing is shown.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.values import MessageId, Phone, ShopId
from notifications.ports import Services
from storage import access_log, asking, people
from storage.access_log import Look


class Door(StrEnum):
    """How somebody came to see it."""

    COMMAND = "command"
    PAGE = "page"
    TOKEN = "token"  # noqa: S105 -- a word


class Kind(StrEnum):
    """Of which kind the data was."""

    NUMBERS = "numbers"
    ORDERS = "orders"
    TEXTS = "texts"
    CONSENT = "consent"
    EVERYTHING = "everything"


def note(
    shop_id: ShopId,
    kinds: Collection[Kind],
    *,
    door: Door,
    actor: str,
    doing: str,
    subject: str | None,
    services: Services,
) -> None:
    """Write down that somebody is about to see it. ``doing`` and ``subject`` hold no
    word that a person chose."""
    look = Look(door=door, actor=actor, doing=doing, kinds=kinds, subject=subject)
    with services.transactions.for_shop(shop_id) as tx:
        access_log.note(tx, shop_id, look, now=services.clock())


def newest(
    shop_id: ShopId, *, limit: int, services: Services
) -> Sequence[Mapping[str, Any]]:
    with services.transactions.for_shop(shop_id) as tx:
        return access_log.newest(tx, shop_id, limit=limit)


NOBODY = "nobody"
"""The subject of a look for somebody or something that is not there."""


def whoever_has(shop_id: ShopId, phone: Phone, services: Services) -> str:
    """The person with that number, as the log calls them."""
    with services.transactions.for_shop(shop_id) as tx:
        contact = people.contact_with(tx, shop_id, phone, book=services.book)
    return NOBODY if contact is None else f"contact {contact}"


def orders_called(shop_id: ShopId, name: str, services: Services) -> str:
    with services.transactions.for_shop(shop_id) as tx:
        found = asking.orders_named(tx, shop_id, name)
    named = ", ".join(str(row["order_id"]) for row in found)
    return f"order {named}" if named else NOBODY


def message_with(shop_id: ShopId, message_id: MessageId, services: Services) -> str:
    with services.transactions.for_shop(shop_id) as tx:
        found = asking.message(tx, shop_id, message_id)
    return NOBODY if found is None else f"message {found['id']}"
