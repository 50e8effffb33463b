"""Contacts of a shop. A number is found by its fingerprint alone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select

from core.sealing import Keyring, fingerprint
from core.values import ContactId, Phone, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contacts

Person: TypeAlias = tuple[ShopId, Phone]
"""A shop and a phone: the same phone is somebody else to another shop."""


@dataclass(frozen=True, slots=True)
class PhoneBook:
    """Turns phones into what is stored of them, and back.

    ``pepper`` keys the fingerprints. It outlives the keys that seal, so that a
    rotation does not make everybody a stranger.
    """

    sealer: Keyring
    pepper: Callable[[], bytes]

    def key(self, shop_id: ShopId, phone: Phone) -> bytes:
        return fingerprint(self.pepper(), f"{shop_id} {phone.e164}")

    def sealed(self, shop_id: ShopId, phone: Phone) -> bytes:
        return self.sealer.of(shop_id).seal_text(
            phone.e164, context=f"phone of shop {shop_id}"
        )

    def opened(self, shop_id: ShopId, sealed: bytes) -> Phone:
        return Phone(
            self.sealer.of(shop_id).open_text(
                sealed, context=f"phone of shop {shop_id}"
            )
        )


_NEW_CONTACT = columns_of(contacts, ("shop_id", "phone_key", "phone", "created_at"))
_ADD = Statement(f"""
INSERT INTO contacts ({", ".join(_NEW_CONTACT)})
SELECT * FROM {unfolded(_NEW_CONTACT)}
ON CONFLICT DO NOTHING RETURNING id, shop_id, phone_key, false AS is_hidden
""")

_FIND = Statement(f"""
SELECT c.id, c.shop_id, c.phone_key, c.phone IS NULL AS is_hidden
FROM {unfolded(columns_of(contacts, ("shop_id", "phone_key")))}
JOIN contacts c ON c.shop_id = new.shop_id AND c.phone_key = new.phone_key
""")

_SHOW = Statement(f"""
UPDATE contacts c SET phone = new.phone
FROM {unfolded(columns_of(contacts, ("shop_id", "phone_key", "phone")))}
WHERE c.shop_id = new.shop_id AND c.phone_key = new.phone_key AND c.phone IS NULL
""")


def contacts_of(
    tx: Transaction, people: Collection[Person], *, book: PhoneBook, now: datetime
) -> dict[Person, ContactId]:
    """Everybody's contact, made where there is none yet. Who was erased and comes back
    has their number again."""
    if not people:
        return {}
    keys = {(shop, book.key(shop, phone)): (shop, phone) for shop, phone in set(people)}
    hidden: set[tuple[ShopId, bytes]] = set()
    found = _ids(tx, _FIND, [_key_row(key) for key in keys], hidden)
    if hidden:
        back = [
            _key_row(key) | {"phone": book.sealed(*keys[key])} for key in sorted(hidden)
        ]
        tx.run(_SHOW, folded(back))
    # In one order everywhere, so that two who add the same people cannot each wait
    # for the other.
    missing = sorted(keys.keys() - found.keys())
    if missing:
        new = [
            _key_row(key) | {"phone": book.sealed(*keys[key]), "created_at": now}
            for key in missing
        ]
        found |= _ids(tx, _ADD, new)
    if overtaken := keys.keys() - found.keys():
        found |= _ids(tx, _FIND, [_key_row(key) for key in overtaken])
    return {keys[person]: contact for person, contact in found.items()}


def _key_row(key: tuple[ShopId, bytes]) -> dict[str, Any]:
    shop_id, phone_key = key
    return {"shop_id": shop_id, "phone_key": phone_key}


def _ids(
    tx: Transaction,
    query: Statement,
    asked: Sequence[Mapping[str, Any]],
    hidden: set[tuple[ShopId, bytes]] | None = None,
) -> dict[tuple[ShopId, bytes], ContactId]:
    """``hidden`` gets those whose number is not kept."""
    found = tx.ask(query, folded(asked))
    if hidden is not None:
        hidden |= {_key_of(row) for row in found if row.is_hidden}
    return {_key_of(row): ContactId(row.id) for row in found}


def _key_of(row: Any) -> tuple[ShopId, bytes]:
    return ShopId(row.shop_id), bytes(row.phone_key)


def contacts_found(
    tx: Transaction, people: Collection[Person], *, book: PhoneBook
) -> dict[Person, ContactId]:
    """The contacts of those who have one."""
    keys = {(shop, book.key(shop, phone)): (shop, phone) for shop, phone in set(people)}
    if not keys:
        return {}
    found = _ids(tx, _FIND, [_key_row(key) for key in keys])
    return {keys[key]: contact for key, contact in found.items()}


def contact_with(
    tx: Transaction, shop_id: ShopId, phone: Phone, *, book: PhoneBook
) -> ContactId | None:
    found = tx.connection.scalar(
        select(contacts.c.id).where(
            contacts.c.shop_id == shop_id,
            contacts.c.phone_key == book.key(shop_id, phone),
        )
    )
    return None if found is None else ContactId(found)
