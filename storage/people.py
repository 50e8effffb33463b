"""Contacts of a shop, and by what they are found: fingerprints alone.

A contact is one WhatsApp account as one shop knows it. What it was ever known by stays
on record in ``contact_keys``, with when that was so: a number that was named before its
owner left it is theirs, and one that is named after that is nobody's yet.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from core.sealing import Keyring, fingerprint
from core.values import ContactId, Phone, ShopId, UserId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contact_keys, contacts

Person: TypeAlias = tuple[ShopId, Phone]
"""A shop and a phone: the same phone is somebody else to another shop."""

Mention: TypeAlias = tuple[ShopId, Phone, datetime | None]
"""A number that was named, and when somebody gave it; None where nobody says."""


@dataclass(frozen=True, slots=True)
class PhoneBook:
    """Turns phones, and WhatsApp's ids of users, into what is stored of them, and back.

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

    def user_key(self, shop_id: ShopId, user_id: UserId) -> bytes:
        return fingerprint(self.pepper(), f"{shop_id} user {user_id}")

    def sealed_user(self, shop_id: ShopId, user_id: UserId) -> bytes:
        return self.sealer.of(shop_id).seal_text(
            user_id, context=f"user of shop {shop_id}"
        )

    def opened_user(self, shop_id: ShopId, sealed: bytes) -> UserId:
        return UserId(
            self.sealer.of(shop_id).open_text(sealed, context=f"user of shop {shop_id}")
        )


@dataclass(frozen=True, slots=True)
class _Row:
    contact_id: ContactId
    until: datetime | None
    is_hidden: bool


_Key: TypeAlias = tuple[ShopId, bytes]
_Found: TypeAlias = Mapping[_Key, Sequence[_Row]]

_NAMING = 104
# In the order of the shops, so that two who wait for several cannot block each other.
_NAME = Statement(
    "SELECT pg_advisory_xact_lock_shared(:lock, shop)"
    " FROM unnest(CAST(:shops AS int[])) WITH ORDINALITY AS asked (shop, place)"
)
_AWAIT_ALONE = Statement("SELECT pg_advisory_xact_lock(:lock, :shop)")


def await_alone(tx: Transaction, shop_id: ShopId) -> None:
    """Wait until no transaction that has named somebody of the shop is open, and let
    none begin: what it names could be made one with another meanwhile."""
    tx.ask(_AWAIT_ALONE, {"lock": _NAMING, "shop": shop_id})


_FIND = Statement(f"""
SELECT k.shop_id, k.key, k.contact_id, k.until, k.value IS NULL AS is_hidden
FROM {unfolded(columns_of(contact_keys, ("shop_id", "key")))}
JOIN contact_keys k
  ON k.shop_id = new.shop_id AND k.kind = 'phone' AND k.key = new.key
""")

_NEW_CONTACT = columns_of(contacts, ("shop_id", "phone_key", "phone", "created_at"))
_ADD = Statement(f"""
WITH made AS (
  INSERT INTO contacts ({", ".join(_NEW_CONTACT)})
  SELECT * FROM {unfolded(_NEW_CONTACT)}
  ON CONFLICT DO NOTHING RETURNING id, {", ".join(_NEW_CONTACT)})
INSERT INTO contact_keys (shop_id, kind, key, contact_id, value, since, how)
SELECT shop_id, 'phone', phone_key, id, phone, created_at, 'named' FROM made
RETURNING shop_id, key, contact_id, until, false AS is_hidden
""")

_SHOWN = columns_of(contact_keys, ("contact_id", "key", "value"))
_SHOW = (
    Statement(f"""
UPDATE contact_keys k SET value = new.value FROM {unfolded(_SHOWN)}
WHERE k.contact_id = new.contact_id AND k.key = new.key AND k.kind = 'phone'
"""),
    Statement(f"""
UPDATE contacts c SET phone = new.value FROM {unfolded(_SHOWN)}
WHERE c.id = new.contact_id AND c.phone_key = new.key
"""),
)


def contacts_of(
    tx: Transaction, people: Collection[Person], *, book: PhoneBook, now: datetime
) -> dict[Person, ContactId]:
    """Whoever has these numbers now, made where there is nobody yet. Who was erased and
    comes back has their number again."""
    mentions: list[Mention] = [(*person, now) for person in people]
    found = contacts_named(tx, mentions, book=book, now=now)
    return {(shop_id, phone): id_ for (shop_id, phone, _), id_ in found.items()}


def contacts_named(
    tx: Transaction, mentions: Collection[Mention], *, book: PhoneBook, now: datetime
) -> dict[Mention, ContactId]:
    """Whoever had these numbers when they were given, made like ``contacts_of``."""
    if not mentions:
        return {}
    tx.run(_NAME, {"lock": _NAMING, "shops": sorted({each[0] for each in mentions})})
    keys = _keys_of(mentions, book)
    known = _find(tx, keys.values())
    named = {
        mention: _who(known.get(key, ()), mention[2]) for mention, key in keys.items()
    }
    # In one order everywhere, so that two who add the same people cannot each wait
    # for the other.
    missing = sorted({keys[each] for each, row in named.items() if row is None})
    if missing:
        phones = {key: mention[1] for mention, key in keys.items()}
        new = [
            _key_row(key)
            | {
                "phone_key": key[1],
                "phone": book.sealed(key[0], phones[key]),
                "created_at": now,
            }
            for key in missing
        ]
        made = _by_key(tx.ask(_ADD, folded(new)))
        if overtaken := [key for key in missing if key not in made]:
            made |= _find(tx, overtaken)
        for mention, row in named.items():
            if row is None:
                named[mention] = made[keys[mention]][-1]
    found = {mention: row for mention, row in named.items() if row is not None}
    _show_again(tx, found, keys, book)
    return {mention: row.contact_id for mention, row in found.items()}


def contacts_found(
    tx: Transaction, mentions: Collection[Mention], *, book: PhoneBook
) -> dict[Mention, ContactId]:
    """The contacts of those that have one."""
    if not mentions:
        return {}
    keys = _keys_of(mentions, book)
    known = _find(tx, keys.values())
    return {
        mention: row.contact_id
        for mention, key in keys.items()
        if (row := _who(known.get(key, ()), mention[2])) is not None
    }


def contact_with(
    tx: Transaction, shop_id: ShopId, phone: Phone, *, book: PhoneBook
) -> ContactId | None:
    """Whoever has the number, or else had it last."""
    mention: Mention = (shop_id, phone, None)
    return contacts_found(tx, [mention], book=book).get(mention)


_USER = Statement("""
SELECT contact_id FROM contact_keys
WHERE shop_id = :shop AND kind = 'user_id' AND key = :key
ORDER BY until DESC NULLS FIRST, contact_id DESC LIMIT 1
""")


def contact_known_as(
    tx: Transaction, shop_id: ShopId, user_id: UserId, *, book: PhoneBook
) -> ContactId | None:
    """Whoever WhatsApp calls so, or else called so last."""
    asked = {"shop": shop_id, "key": book.user_key(shop_id, user_id)}
    found = list(tx.ask(_USER, asked))
    return ContactId(found[0].contact_id) if found else None


def _keys_of(mentions: Collection[Mention], book: PhoneBook) -> dict[Mention, _Key]:
    return {each: (each[0], book.key(each[0], each[1])) for each in set(mentions)}


def _key_row(key: _Key) -> dict[str, Any]:
    return {"shop_id": key[0], "key": key[1]}


def _find(tx: Transaction, keys: Collection[_Key]) -> dict[_Key, list[_Row]]:
    return _by_key(tx.ask(_FIND, folded(_key_row(key) for key in set(keys))))


def _by_key(rows: Iterable[Any]) -> dict[_Key, list[_Row]]:
    """Those of each key, the one who left it first before the others."""
    found: defaultdict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        until = None if row.until is None else row.until.astimezone(UTC)
        known = _Row(ContactId(row.contact_id), until, row.is_hidden)
        found[ShopId(row.shop_id), bytes(row.key)].append(known)
    for every in found.values():
        every.sort(key=lambda row: (row.until is None, row.until, row.contact_id))
    return dict(found)


def _who(rows: Sequence[_Row], at: datetime | None) -> _Row | None:
    """Whoever had it at a moment; without one whoever had it last."""
    if at is None:
        return rows[-1] if rows else None
    return next((row for row in rows if row.until is None or at <= row.until), None)


def _show_again(
    tx: Transaction,
    found: Mapping[Mention, _Row],
    keys: Mapping[Mention, _Key],
    book: PhoneBook,
) -> None:
    hidden = {
        (row.contact_id, keys[mention][1]): book.sealed(mention[0], mention[1])
        for mention, row in found.items()
        if row.is_hidden
    }
    if hidden:
        rows = [
            {"contact_id": contact_id, "key": key, "value": hidden[contact_id, key]}
            for contact_id, key in sorted(hidden)
        ]
        for statement in _SHOW:
            tx.run(statement, folded(rows))
