"""A shop's rows with everything in them opened, and rows again, sealed anew.

What goes along is what the shop has: not its keys and tokens, which open something
elsewhere, nor what only counts here, such as leases and points.
"""

import base64
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select

from core.sealing import Keyring, fingerprint
from core.values import KeyKind, Phone, ShopId, UserId
from storage import inbox, shops, tables
from storage.drafts import DRAFT_ORDERS
from storage.followed import NumberBook
from storage.ledger import mark_context, private_context
from storage.merging import opened, sealed
from storage.orders import ORDERS, PARCELS
from storage.people import PhoneBook
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.shoppers import CARTS, CHECKOUTS, CUSTOMERS
from storage.statements import Statement

Row = dict[str, Any]

MOVED: tuple[Table, ...] = (
    *(tables.staff, tables.automations, tables.templates),
    *(tables.contacts, tables.contact_keys),
    *(tables.contact_merges, tables.consents, tables.ledger_heads),
    *(tables.orders, tables.parcels, tables.payments, tables.refunds, tables.returns),
    *(tables.fulfillment_orders, tables.customers, tables.merged_customers),
    *(tables.checkouts, tables.carts, tables.draft_orders),
    *(tables.webhooks, tables.history),
    *(tables.forgotten, tables.products, tables.policy_overrules),
    *(tables.tracking_numbers, tables.tracking_parcels),
    *(tables.messages, tables.order_answers, tables.clicks, tables.access_log),
    tables.changes,
    tables.tallies,
)
"""In the order in which they are written again, since some point to others."""

LEFT_BEHIND = frozenset(
    {
        # Keys, tokens, and what has to be connected anew by them.
        *("numbers", "number_health", "signups", "number_pins"),
        *("shop_keys", "tracking_feeds", "api_tokens"),
        # What was done and counted here.
        *(
            "privacy_requests",
            "admin_api",
            "comparisons",
            "backfills",
            "consent_pushes",
        ),
        # What Meta was told from here; the store's products go along.
        *("catalogs", "catalog_batches", "catalog_items"),
        *("catalog_local_items", "catalog_sets", "catalog_set_products"),
        # Whoever minds the store there types theirs.
        "test_numbers",
        # Of a store that is asked within minutes, and from here.
        "chat_carts",
        # They lead by the address of this installation.
        "links",
        # Codes that count at the store, and are ended from here.
        *("discounts", "offer_codes"),
        # Of a past that is played again where it was lived.
        *("checkout_changes", "cart_looks", "flow_replays"),
    }
)

_SETTINGS = (
    *("name", "timezone", "currency", "country", "has_own_timezone"),
    *("transactional_consent", "purchase_wording", "throughput", "languages", "offers"),
    *("product_answers", "webhook_days", "message_days"),
)
"""Of the shop itself."""

_PAGE = 500

_NUMBERS = """
SELECT nextval(pg_get_serial_sequence(:table, 'id')) AS id
FROM generate_series(1, CAST(:count AS int))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A shop of this installation, and what opens and seals there."""

    shop_id: ShopId
    domain: str
    keys: Keyring
    book: PhoneBook

    @property
    def numbers(self) -> NumberBook:
        return NumberBook(self.keys, self.book.pepper)


@dataclass(frozen=True, slots=True)
class _Sealed:
    """How a sealed column is opened to something that JSON can hold, and sealed."""

    open: Callable[[Place, Row, bytes], Any]
    seal: Callable[[Place, Row, Any], bytes]


def _as_json(name: str) -> _Sealed:
    return _Sealed(
        lambda place, _row, value: opened(value, name, place.shop_id, place.keys),
        lambda place, _row, said: sealed(said, name, place.shop_id, place.keys),
    )


def _as_text(context: Callable[[Place, Row], str], *, packed: bool = False) -> _Sealed:
    def open_(place: Place, row: Row, value: bytes) -> str:
        plain = place.keys.of(place.shop_id).open(value, context=context(place, row))
        return (zlib.decompress(plain) if packed else plain).decode()

    def seal(place: Place, row: Row, said: str) -> bytes:
        plain = zlib.compress(said.encode(), 1) if packed else said.encode()
        return place.keys.of(place.shop_id).seal(plain, context=context(place, row))

    return _Sealed(open_, seal)


_PHONE = _Sealed(
    lambda place, _row, value: place.book.opened(place.shop_id, value).e164,
    lambda place, _row, said: place.book.sealed(place.shop_id, Phone(said)),
)
_USER = _Sealed(
    lambda place, _row, value: place.book.opened_user(place.shop_id, value),
    lambda place, _row, said: place.book.sealed_user(place.shop_id, UserId(said)),
)


def _of_kind(key: Row) -> _Sealed:
    return _PHONE if key["kind"] == KeyKind.PHONE else _USER


_SEALED: Mapping[tuple[str, str], _Sealed] = {
    **{
        (kept.table.name, name): _as_json(name)
        for kept in (ORDERS, PARCELS, CUSTOMERS, CHECKOUTS, CARTS, DRAFT_ORDERS)
        for name in kept.sealed
    },
    ("contacts", "phone"): _PHONE,
    ("staff", "name"): _as_json("name"),
    ("contacts", "user_id"): _USER,
    ("contact_keys", "value"): _Sealed(
        lambda place, row, value: _of_kind(row).open(place, row, value),
        lambda place, row, said: _of_kind(row).seal(place, row, said),
    ),
    ("consents", "private"): _Sealed(
        lambda place, _row, value: base64.b64encode(
            place.keys.of(place.shop_id).open(
                value, context=private_context(place.shop_id)
            )
        ).decode(),
        lambda place, _row, said: place.keys.of(place.shop_id).seal(
            base64.b64decode(said), context=private_context(place.shop_id)
        ),
    ),
    ("ledger_heads", "mark"): _as_text(lambda place, _row: mark_context(place.shop_id)),
    ("tracking_numbers", "number"): _Sealed(
        lambda place, _row, value: place.numbers.opened(place.shop_id, value),
        lambda place, _row, said: place.numbers.sealed(place.shop_id, said),
    ),
    ("history", "data"): _as_text(
        lambda place, _row: f"history of shop {place.shop_id}", packed=True
    ),
    ("messages", "body"): _as_text(lambda _place, row: f"message {row['id']}"),
    # A body need not be text.
    ("webhooks", "body"): _Sealed(
        lambda place, _row, value: base64.b64encode(
            inbox.unpack(value, place.domain, place.keys)
        ).decode(),
        lambda place, _row, said: inbox.pack(
            base64.b64decode(said), place.domain, place.keys
        ),
    ),
}


def settings_of(tx: Transaction, shop_id: ShopId) -> Row:
    own = tables.shops.c
    row = tx.row(select(*(own[name] for name in _SETTINGS)).where(own.id == shop_id))
    return dict(row or {})


def rows_of(tx: Transaction, table: Table, place: Place) -> Iterator[Row]:
    """Every row of a table that is the shop's, opened."""
    whose = (
        table.c.shop_domain == place.domain
        if table is tables.webhooks  # not all of them were read, and are its own
        else table.c.shop_id == place.shop_id
    )
    query = select(table).where(whose).order_by(*table.primary_key or table.c)
    found = tx.connection.execution_options(yield_per=_PAGE).execute(query)
    for row in found.mappings():
        yield {
            column.name: _out(table, column, dict(row), place)
            for column in table.columns
            if column.name != "shop_id" and column.computed is None
        }


def _out(table: Table, column: Column[Any], row: Row, place: Place) -> Any:
    value, codec = row[column.name], _SEALED.get((table.name, column.name))
    if value is None:
        return None
    if codec is not None:
        return codec.open(place, row, bytes(value))
    match value:
        case bytes() | memoryview():
            return bytes(value).hex()
        case date():  # a datetime is one, too
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


@dataclass(slots=True)
class Arriving:
    """Rows of a file on their way into an empty shop. What was numbered by the other
    installation is numbered anew, and found by its new keys."""

    place: Place
    contacts: dict[int, int] = field(default_factory=dict)
    webhooks: dict[int, int] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    def write(self, tx: Transaction, table: Table, rows: Sequence[Row]) -> None:
        """Write rows of one table; those that it points to have been written."""
        ready = [self._in(table, row) for row in rows]
        sent = folded(ready)
        names = [
            each.name
            for each in table.columns
            if each.computed is None and each.identity is None
        ]
        columns = ", ".join(names)
        put = f"""
INSERT INTO {table.name} ({columns})
SELECT {columns} FROM {unfolded(columns_of(table, names))}"""
        numbered = {"contacts": self.contacts, "webhooks": self.webhooks}.get(
            table.name
        )
        if numbered is None:
            tx.run(Statement(put), sent)
            return
        new = tx.ask(Statement(_NUMBERS), {"table": table.name, "count": len(rows)})
        for before, now, given in zip(rows, ready, new, strict=True):
            numbered[before["id"]] = now["id"] = given.id
        columns = f"id, {columns}"
        tx.run(
            Statement(f"""
INSERT INTO {table.name} ({columns})
SELECT {columns} FROM {unfolded(columns_of(table, ["id", *names]))}"""),
            folded(ready),
        )

    def _in(self, table: Table, row: Row) -> Row:
        told = dict(row)
        self._rename(table, told)
        ready = {
            column.name: self._value(table, column, told)
            for column in table.columns
            if column.name in told and column.identity is None
        }
        # Of the webhooks, only those that were read are the shop's own.
        is_own = table is not tables.webhooks or row["state"] == "done"
        return {**ready, "shop_id": self.place.shop_id if is_own else None}

    def _rename(self, table: Table, row: Row) -> None:
        place = self.place
        if row.get("contact_id") is not None:
            row["contact_id"] = self.contacts[row["contact_id"]]
        match table.name:
            case "contacts":
                if row["phone"] is not None:
                    row["phone_key"] = self._key(KeyKind.PHONE, row["phone"])
                if row["user_id"] is not None:
                    row["user_key"] = self._key(KeyKind.USER_ID, row["user_id"])
            case "contact_keys" if row["value"] is not None:
                new = self._key(row["kind"], row["value"])
                self.keys[row["key"]] = bytes.fromhex(new)
                row["key"] = new
            case "contact_merges":
                self._rename_merge(row)
            case "history":
                row["webhook_id"] = self.webhooks.get(row["webhook_id"] or 0)
                named = f"{row['kind']} {row['data']}"
                row["key"] = fingerprint(place.book.pepper(), named).hex()
            case "tracking_numbers":
                key = place.numbers.key(place.shop_id, row["number"])
                self.keys[row["number_key"]] = key
                row["number_key"] = key.hex()
            case "tracking_parcels":
                row["number_key"] = self.keys[row["number_key"]].hex()
            case _:
                pass

    def _rename_merge(self, row: Row) -> None:
        """How both stood before names them and their keys, for a split."""
        for name in ("kept", "gone"):
            row[name] = self.contacts[row[name]]
        before = row["before"]
        row["before"] = {
            "contacts": [
                {
                    **each,
                    "id": self.contacts[each["id"]],
                    "phone_key": self._renamed(each["phone_key"]),
                    "user_key": self._renamed(each["user_key"]),
                }
                for each in before["contacts"]
            ],
            "keys": [
                {
                    **each,
                    "contact_id": self.contacts[each["contact_id"]],
                    "key": self._renamed(each["key"]),
                }
                for each in before["keys"] or ()
            ],
        }

    def _renamed(self, key: str | None) -> str | None:
        """A key that was written before; one of which the value is gone stays."""
        new = None if key is None else self.keys.get(key)
        return key if new is None else new.hex()

    def _key(self, kind: str, value: str) -> str:
        shop_id, book = self.place.shop_id, self.place.book
        if kind == KeyKind.PHONE:
            return book.key(shop_id, Phone(value)).hex()
        return book.user_key(shop_id, UserId(value)).hex()

    def _value(self, table: Table, column: Column[Any], row: Row) -> Any:
        value, codec = row[column.name], _SEALED.get((table.name, column.name))
        if value is None:
            return None
        if codec is not None:
            return codec.seal(self.place, row, value)
        is_bytes = isinstance(column.type, LargeBinary)
        return bytes.fromhex(value) if is_bytes else value


def new_shop(
    tx: Transaction, domain: str, settings: Row, *, keys: Keyring, now: datetime
) -> ShopId:
    """A shop with these settings, which is not connected to anything yet."""
    return shops.add_unconnected(
        tx, domain, {name: settings[name] for name in _SETTINGS}, sealer=keys, now=now
    )
