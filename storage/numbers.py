"""A shop's WhatsApp numbers: their tokens and what holds them back; and the templates
of the accounts at Meta that they belong to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.sealing import Keyring
from core.values import Category, ShopId
from storage.recordset import folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import numbers, shops

_LOOK_AT_TEMPLATES_AFTER = timedelta(minutes=5)
"""Whoever connects a number has just looked at them."""


def number_context(shop_id: ShopId, phone_number_id: str) -> str:
    return f"meta token of number {phone_number_id} of shop {shop_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    """``countries`` are those whose buyers it is for, such as BR; the default number is
    for all others, and has none."""

    account_id: str
    phone_number_id: str
    token: str = field(repr=False)
    catalog_id: str | None
    display_phone: str | None
    countries: Collection[str] = ()


class NumberTaken(Exception):
    """The number belongs to another shop of the installation."""


def connect_number(
    tx: Transaction,
    shop_id: ShopId,
    number: NewNumber,
    *,
    sealer: Keyring,
    now: datetime,
) -> None:
    """Give the shop its default number. It takes the place of the one before, through
    which messages may have left; those may still be reported on.

    Raises:
        NumberTaken: another shop has it.
    """
    before = default_of(tx, shop_id)
    if before is not None and before["phone_number_id"] != number.phone_number_id:
        remove_number(tx, shop_id, before["phone_number_id"])
    _put(tx, shop_id, number, is_default=True, sealer=sealer, now=now)


def add_number(
    tx: Transaction,
    shop_id: ShopId,
    number: NewNumber,
    *,
    sealer: Keyring,
    now: datetime,
) -> None:
    """Give the shop one more number, beside its default one.

    Raises:
        NumberTaken: another shop has it.
    """
    _put(tx, shop_id, number, is_default=False, sealer=sealer, now=now)


def _put(
    tx: Transaction,
    shop_id: ShopId,
    number: NewNumber,
    *,
    is_default: bool,
    sealer: Keyring,
    now: datetime,
) -> None:
    """One that is there is connected anew: what held it back is over."""
    context = number_context(shop_id, number.phone_number_id)
    known = {
        "account_id": number.account_id,
        "is_default": is_default,
        "countries": sorted(number.countries),
        "token": sealer.of(shop_id).seal_text(number.token, context=context),
        "catalog_id": number.catalog_id,
        "display_phone": number.display_phone,
        "parked_until": None,
        "parked_because": None,
        "templates_due_at": now + _LOOK_AT_TEMPLATES_AFTER,
    }
    if number.catalog_id is None:
        del known["catalog_id"]  # what was said of it before stays
    own = update(numbers).where(*_is(shop_id, number.phone_number_id))
    if tx.connection.execute(own.values(known)).rowcount:
        return
    new = (
        insert(numbers)
        .values(
            shop_id=shop_id,
            phone_number_id=number.phone_number_id,
            next_slot_at=now,
            connected_at=now,
            **known,
        )
        .on_conflict_do_nothing()
        .returning(numbers.c.phone_number_id)
    )
    if tx.connection.scalar(new) is None:
        raise NumberTaken


def remove_number(tx: Transaction, shop_id: ShopId, phone_number_id: str) -> None:
    """Have no more messages leave through it; those that did may be reported on."""
    tx.connection.execute(delete(numbers).where(*_is(shop_id, phone_number_id)))
    former = func.array_append(
        func.array_remove(shops.c.former_numbers, phone_number_id), phone_number_id
    )
    tx.connection.execute(
        update(shops).where(shops.c.id == shop_id).values(former_numbers=former)
    )


def be_for(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, countries: Collection[str]
) -> None:
    """Have the number be for buyers of these countries."""
    tx.connection.execute(
        update(numbers)
        .where(*_is(shop_id, phone_number_id))
        .values(countries=sorted(countries))
    )


def numbers_of(tx: Transaction, shop_id: ShopId) -> Sequence[Mapping[str, Any]]:
    """All of the shop, the default one first; tokens in them are sealed."""
    return of_shops(tx, [shop_id]).get(shop_id, ())


def of_shops(
    tx: Transaction, shop_ids: Collection[ShopId]
) -> dict[ShopId, list[Mapping[str, Any]]]:
    """Those of each shop, the default one first; tokens in them are sealed."""
    found: dict[ShopId, list[Mapping[str, Any]]] = {}
    for row in tx.rows(
        select(numbers)
        .where(numbers.c.shop_id.in_(shop_ids))
        .order_by(numbers.c.is_default.desc(), numbers.c.connected_at)
    ):
        found.setdefault(ShopId(row["shop_id"]), []).append(row)
    return found


def show_catalog(
    tx: Transaction, shop_id: ShopId, account_id: str, catalog_id: str
) -> None:
    """Messages through the account's numbers may show what is in this catalog."""
    tx.connection.execute(
        update(numbers)
        .where(numbers.c.shop_id == shop_id, numbers.c.account_id == account_id)
        .values(catalog_id=catalog_id)
    )


def token_of_account(
    tx: Transaction, shop_id: ShopId, account_id: str, *, sealer: Keyring
) -> str | None:
    """A token that opens this account of the shop: its default number's, if that is
    there; None where it has no number of it any more."""
    for row in numbers_of(tx, shop_id):
        if row["account_id"] == account_id:
            context = number_context(shop_id, row["phone_number_id"])
            return sealer.of(shop_id).open_text(row["token"], context=context)
    return None


def default_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """The number for everybody whom no other of the shop's is for."""
    return next(iter(numbers_of(tx, shop_id)), None)


def be_alone_at(tx: Transaction, shop_id: ShopId) -> None:
    """Nobody else changes this shop's numbers until the transaction ends."""
    tx.connection.execute(
        select(shops.c.id).where(shops.c.id == shop_id).with_for_update()
    )


_IDS = Statement("""
SELECT s.id, s.former_numbers || ARRAY(
  SELECT n.phone_number_id FROM numbers n WHERE n.shop_id = s.id) AS numbers
FROM shops s WHERE s.id = ANY(CAST(:shops AS bigint[]))
""")


def ids_of(tx: Transaction, shop_ids: Collection[ShopId]) -> dict[ShopId, set[str]]:
    """Meta's ids of the numbers that these shops have or had."""
    rows = tx.ask(_IDS, {"shops": sorted(shop_ids)}) if shop_ids else []
    return {ShopId(row.id): set(row.numbers) for row in rows}


def park(
    tx: Transaction,
    shop_id: ShopId,
    phone_number_id: str,
    *,
    until: datetime,
    because: str,
) -> None:
    """Send nothing more through this number until then. A longer parking stays."""
    tx.connection.execute(
        update(numbers)
        .where(
            *_is(shop_id, phone_number_id),
            func.coalesce(numbers.c.parked_until < until, True),
        )
        .values(parked_until=until, parked_because=because)
    )


def unpark(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, *, since: datetime
) -> None:
    """Go on, unless it was parked anew for a time after ``since``."""
    tx.connection.execute(
        update(numbers)
        .where(*_is(shop_id, phone_number_id), numbers.c.parked_until <= since)
        .values(parked_until=None, parked_because=None)
    )


def slow_down(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, *, until: datetime
) -> None:
    """Give out no slot of this number before then."""
    tx.connection.execute(
        update(numbers)
        .where(*_is(shop_id, phone_number_id), numbers.c.next_slot_at < until)
        .values(next_slot_at=until)
    )


def _is(
    shop_id: ShopId, phone_number_id: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return numbers.c.shop_id == shop_id, numbers.c.phone_number_id == phone_number_id


def shops_of_accounts(
    tx: Transaction, account_ids: Collection[str]
) -> dict[str, list[ShopId]]:
    """Which shops send through these WhatsApp Business Accounts."""
    found: dict[str, list[ShopId]] = {}
    if account_ids:
        for row in tx.connection.execute(
            select(numbers.c.account_id, numbers.c.shop_id)
            .where(numbers.c.account_id.in_(account_ids))
            .distinct()
        ):
            found.setdefault(row.account_id, []).append(ShopId(row.shop_id))
    return found


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What Meta says of one language of a template: state and category in capitals."""

    name: str
    language: str
    state: str
    category: str
    reason: str | None


_TOLD_OF_TEMPLATES = tuple(each.name for each in fields(TemplateRow))
_KEEP_TEMPLATES = Statement(f"""
INSERT INTO templates AS t (shop_id, account_id, name, language, state, category,
  reason, checked_at, reviewed_at, categorized_at, submitted_at)
SELECT :shop, :account, new.name, new.language, new.state, new.category, new.reason,
  :now, :at, :at, :submitted
FROM {unfolded(dict.fromkeys(_TOLD_OF_TEMPLATES, "text"))}
ON CONFLICT (shop_id, account_id, name, language) DO UPDATE SET
  state = excluded.state, category = excluded.category, reason = excluded.reason,
  checked_at = excluded.checked_at, reviewed_at = excluded.reviewed_at,
  categorized_at = excluded.categorized_at,
  submitted_at = coalesce(excluded.submitted_at, t.submitted_at)
WHERE :is_newest OR greatest(t.reviewed_at, t.categorized_at) <= excluded.reviewed_at
""")


def keep_templates(
    tx: Transaction,
    shop_id: ShopId,
    account_id: str,
    rows: Sequence[TemplateRow],
    *,
    now: datetime,
    as_of: datetime | None = None,
    submitted_at: datetime | None = None,
) -> None:
    """Write down what Meta says of these of an account, ``as_of`` the moment at which
    it was asked; what it said later stays.

    ``submitted_at`` is when we submitted them, if it was just now.
    """
    # Meta's pages may overlap, and one statement touches no row twice.
    once = {(row.name, row.language): row for row in rows}
    told = [{n: getattr(r, n) for n in _TOLD_OF_TEMPLATES} for r in once.values()]
    tx.run(
        _KEEP_TEMPLATES,
        {
            "shop": shop_id,
            "account": account_id,
            "now": now,
            "at": as_of or now,
            "is_newest": as_of is None,
            "submitted": submitted_at,
            **folded(told),
        },
    )


# Meta tells whole seconds.
_REVIEW = Statement("""
UPDATE templates SET state = :state, reason = :reason, checked_at = :now,
  reviewed_at = :at
WHERE shop_id = :shop AND account_id = :account AND name = :name
  AND language = :language
  AND date_trunc('second', reviewed_at) <= :at
""")
_CATEGORIZE = Statement("""
UPDATE templates SET category = :category, reason = :reason, checked_at = :now,
  categorized_at = :at
WHERE shop_id = :shop AND account_id = :account AND name = :name
  AND language = :language
  AND date_trunc('second', categorized_at) <= :at
""")


def review_template(
    tx: Transaction,
    shop_id: ShopId,
    account_id: str,
    name: str,
    language: str,
    *,
    state: str | None,
    category: Category | None,
    reason: str | None,
    at: datetime,
    now: datetime,
) -> bool:
    """Note what Meta said of a template at ``at``, where that is not older than what is
    known; answer whether it was news. A stranger's template is left out.

    State and category are told apart, and each has its own newest word.
    """
    said = {
        "shop": shop_id,
        "account": account_id,
        "name": name,
        "language": language,
        "reason": reason,
        "at": at,
        "now": now,
    }
    changed = 0
    if state is not None:
        changed += tx.count(_REVIEW, said | {"state": state})
    if category is not None:
        changed += tx.count(_CATEGORIZE, said | {"category": category})
    return bool(changed)


_TEMPLATES = Statement("""
SELECT shop_id, account_id, name, language, state, category, reason FROM templates
WHERE shop_id = ANY(CAST(:shops AS bigint[]))
  AND (CAST(:names AS text[]) IS NULL OR name = ANY(CAST(:names AS text[])))
""")

Templates: TypeAlias = dict[tuple[ShopId, str, str, str], TemplateRow]
"""By their shop, the account, their name and their language."""


def templates_of(
    tx: Transaction,
    shop_ids: Collection[ShopId],
    *,
    names: Collection[str] | None = None,
) -> Templates:
    """Those by these names, or all; an account has some two hundred."""
    if not shop_ids:
        return {}
    asked = {
        "shops": list(shop_ids),
        "names": None if names is None else list(names),
    }
    rows = tx.ask(_TEMPLATES, asked)
    return {
        (ShopId(row.shop_id), row.account_id, row.name, row.language): TemplateRow(
            row.name, row.language, row.state, row.category, row.reason
        )
        for row in rows
    }
