"""What contacts are known by, for ``notifications.rules.identity``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, TypeAlias

from core.values import ContactId, KeyKind, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contact_keys, contacts

Key: TypeAlias = tuple[KeyKind, bytes]


class _Lock(IntEnum):
    IDENTITY = 103


_AWAIT = Statement(
    "SELECT set_config('lock_timeout', '2000', true),"
    " pg_advisory_xact_lock(:lock, shop)"
    " FROM unnest(CAST(:shops AS int[])) WITH ORDINALITY AS asked (shop, place)"
)


def await_turn(tx: Transaction, shop_ids: Collection[ShopId]) -> None:
    """Wait until nobody else is deciding who is who in these shops."""
    asked = {"lock": _Lock.IDENTITY.value, "shops": sorted(shop_ids)}
    tx.ask(_AWAIT, asked)


@dataclass(frozen=True, slots=True)
class Pair:
    """An id that WhatsApp showed, with the number beside it where there is one."""

    shop_id: ShopId
    user_key: bytes
    phone_key: bytes | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Whose the id is. ``is_news`` is whether the number beside it is not known to be
    theirs, or has long not been shown; ``is_hidden`` whether they were erased."""

    contact_id: ContactId
    is_news: bool
    is_hidden: bool


# A number that is shown every day is written down once a day.
_KNOWN = Statement("""
SELECT new.place, u.contact_id, u.value IS NULL AS is_hidden,
  u.until IS NOT NULL OR new.phone_key IS NOT NULL
    AND (p.shown_at > new.at - interval '1 day' AND p.until IS NULL) IS NOT TRUE
    AS is_news
FROM json_to_recordset(CAST(:rows AS json)) AS new (place int, shop_id bigint,
  user_key bytea, phone_key bytea, at timestamptz)
JOIN contact_keys u
  ON u.shop_id = new.shop_id AND u.kind = 'user_id' AND u.key = new.user_key
LEFT JOIN contact_keys p
  ON p.shop_id = new.shop_id AND p.kind = 'phone' AND p.key = new.phone_key
  AND p.contact_id = u.contact_id
""")


def known(tx: Transaction, pairs: Sequence[Pair]) -> dict[Pair, Known]:
    """What is known of these ids; one that nobody has is missing."""
    rows = [
        {
            "place": place,
            "shop_id": pair.shop_id,
            "user_key": pair.user_key,
            "phone_key": pair.phone_key,
            "at": pair.at,
        }
        for place, pair in enumerate(pairs)
    ]
    found = tx.ask(_KNOWN, folded(rows)) if rows else []
    return {
        pairs[row.place]: Known(ContactId(row.contact_id), row.is_news, row.is_hidden)
        for row in found
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A key as it lies in its table; ``is_current`` is whether they are written to
    by it."""

    kind: KeyKind
    key: bytes
    contact_id: ContactId
    value: bytes | None
    since: datetime
    shown_at: datetime | None
    until: datetime | None
    how: str
    is_current: bool = False


_COLUMNS = "kind, key, contact_id, value, since, shown_at, until, how"

_ASKED = columns_of(contact_keys, ("shop_id", "kind", "key"))

# Of everybody who has or had one of these keys, or is named, and of everybody who has
# or had one of theirs.
_NEAR = Statement(f"""
WITH near AS (
  SELECT k.contact_id FROM {unfolded(_ASKED)}
  JOIN contact_keys k
    ON k.shop_id = new.shop_id AND k.kind = new.kind AND k.key = new.key
  UNION SELECT unnest(CAST(:contacts AS bigint[]))),
beside AS (
  SELECT contact_id FROM near
  UNION SELECT b.contact_id FROM near
  JOIN contact_keys a ON a.contact_id = near.contact_id
  JOIN contact_keys b ON b.shop_id = a.shop_id AND b.kind = a.kind AND b.key = a.key)
SELECT k.shop_id, {", ".join(f"k.{name}" for name in _COLUMNS.split(", "))},
  k.key = CASE k.kind WHEN 'phone' THEN c.phone_key ELSE c.user_key END AS is_current
FROM beside JOIN contact_keys k ON k.contact_id = beside.contact_id
JOIN contacts c ON c.id = k.contact_id
WHERE k.shop_id = ANY(CAST(:shops AS bigint[]))
""")


def near(
    tx: Transaction,
    keys: Mapping[ShopId, Collection[Key]],
    contacts: Collection[ContactId],
) -> dict[ShopId, list[Row]]:
    """All keys of all whom evidence about these keys and contacts may concern, by
    their shop; of those shops alone that ``keys`` names."""
    asked = [
        {"shop_id": shop_id, "kind": kind, "key": key}
        for shop_id, named in sorted(keys.items())
        for kind, key in sorted(named)
    ]
    of_whom = {"shops": sorted(keys), "contacts": sorted(contacts)}
    found: dict[ShopId, list[Row]] = {}
    for row in tx.ask(_NEAR, {**folded(asked), **of_whom}):
        found.setdefault(ShopId(row.shop_id), []).append(_row(row))
    return found


def _row(row: Any) -> Row:
    return Row(
        kind=KeyKind(row.kind),
        key=bytes(row.key),
        contact_id=ContactId(row.contact_id),
        value=None if row.value is None else bytes(row.value),
        since=row.since.astimezone(UTC),
        shown_at=None if row.shown_at is None else row.shown_at.astimezone(UTC),
        until=None if row.until is None else row.until.astimezone(UTC),
        how=row.how,
        is_current=bool(row.is_current),
    )


_MAKE = Statement("""
INSERT INTO contacts (shop_id, created_at)
SELECT :shop, :now FROM generate_series(1, :count) RETURNING id
""")


def make_contacts(
    tx: Transaction, shop_id: ShopId, count: int, *, now: datetime
) -> list[ContactId]:
    """New contacts, which are known by nothing yet."""
    asked = {"shop": shop_id, "count": count, "now": now}
    return [ContactId(row.id) for row in tx.ask(_MAKE, asked)] if count else []


_PUT = columns_of(contact_keys, ("shop_id", *_COLUMNS.split(", ")))
_KEEP = Statement(f"""
INSERT INTO contact_keys ({", ".join(_PUT)}) SELECT * FROM {unfolded(_PUT)}
ON CONFLICT (shop_id, kind, key, contact_id) DO UPDATE SET since = excluded.since,
  shown_at = excluded.shown_at, until = excluded.until, how = excluded.how,
  value = coalesce(excluded.value, contact_keys.value)
""")


def keep(tx: Transaction, rows: Mapping[ShopId, Iterable[Row]]) -> None:
    """Write these keys down, new ones and such as have changed."""
    ready = [
        {name: getattr(row, name) for name in _COLUMNS.split(", ")}
        | {"shop_id": shop_id}
        for shop_id, of_shop in sorted(rows.items())
        for row in sorted(of_shop, key=lambda row: (row.kind, row.key, row.contact_id))
    ]
    if ready:
        tx.run(_KEEP, folded(ready))


_CLEAR = Statement("""
UPDATE contacts SET phone_key = NULL, phone = NULL, user_key = NULL, user_id = NULL
WHERE id = ANY(CAST(:contacts AS bigint[]))
""")
_CURRENT = columns_of(contacts, ("id", "phone_key", "phone", "user_key", "user_id"))
_SET = Statement(f"""
UPDATE contacts c SET phone_key = new.phone_key, phone = new.phone,
  user_key = new.user_key, user_id = new.user_id
FROM {unfolded(_CURRENT)} WHERE c.id = new.id
""")


def set_current(
    tx: Transaction,
    current: Mapping[ContactId, tuple[Row | None, Row | None]],
    letting_go: Collection[ContactId],
) -> None:
    """By which number and which id each is written to. First those let go who have
    something no longer, since it may be another's now."""
    if not current:
        return
    if letting_go:
        tx.run(_CLEAR, {"contacts": sorted(letting_go)})
    rows = []
    for contact_id in sorted(current):
        phone, user = current[contact_id]
        rows.append(
            {
                "id": contact_id,
                "phone_key": phone.key if phone else None,
                "phone": phone.value if phone else None,
                "user_key": user.key if user else None,
                "user_id": user.value if user else None,
            }
        )
    tx.run(_SET, folded(rows))


_BAR = Statement(f"""
UPDATE contacts c SET marketing_since = greatest(c.marketing_since, new.marketing_since)
FROM {unfolded(columns_of(contacts, ("id", "marketing_since")))} WHERE c.id = new.id
""")


def ask_anew(tx: Transaction, since: Mapping[ContactId, datetime]) -> None:
    """Their yes to offers counts only from these moments on."""
    rows = [{"id": id_, "marketing_since": since[id_]} for id_ in sorted(since)]
    if rows:
        tx.run(_BAR, folded(rows))


_OF_CONTACT = Statement(f"""
SELECT {", ".join(f"k.{name}" for name in _COLUMNS.split(", "))},
  k.key = CASE k.kind WHEN 'phone' THEN c.phone_key ELSE c.user_key END AS is_current
FROM contact_keys k JOIN contacts c ON c.id = k.contact_id
WHERE k.shop_id = :shop AND k.contact_id = :contact
ORDER BY k.since, k.kind, k.key
""")


def of_contact(tx: Transaction, shop_id: ShopId, contact_id: ContactId) -> list[Row]:
    """All that somebody was ever known by, oldest first."""
    asked = {"shop": shop_id, "contact": contact_id}
    return [_row(each) for each in tx.ask(_OF_CONTACT, asked)]


_SINCE = Statement("SELECT marketing_since FROM contacts WHERE id = :contact")


def marketing_since(tx: Transaction, contact_id: ContactId) -> datetime | None:
    """From when on their yes to offers counts; None where every one does."""
    [row] = tx.ask(_SINCE, {"contact": contact_id})
    since: datetime | None = row.marketing_since
    return None if since is None else since.astimezone(UTC)


_WRITTEN_TO = Statement("""
SELECT shop_id, id, contact_id FROM messages
WHERE id = ANY(CAST(:ids AS text[])) AND contact_id IS NOT NULL
""")


def written_to(
    tx: Transaction, message_ids: Collection[str]
) -> dict[tuple[ShopId, str], ContactId]:
    """To whom these messages went, each with the shop whose it is."""
    asked = {"ids": sorted(message_ids)}
    found = tx.ask(_WRITTEN_TO, asked) if message_ids else []
    return {(ShopId(row.shop_id), row.id): ContactId(row.contact_id) for row in found}
