"""A shop's WhatsApp number: its token, its pace, and its templates at Meta."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.sealing import Keyring
from core.values import Category, ShopId
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import numbers, templates

_LOOK_AT_TEMPLATES_AFTER = timedelta(minutes=5)
"""Whoever connects a number has just looked at them."""


def number_context(shop_id: ShopId) -> str:
    return f"meta token of shop {shop_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    account_id: str
    phone_number_id: str
    token: str
    catalog_id: str | None
    display_phone: str | None


def connect_number(
    tx: Transaction,
    shop_id: ShopId,
    number: NewNumber,
    *,
    sealer: Keyring,
    now: datetime,
) -> None:
    """Give the shop its WhatsApp number. A shop has one; a new one takes its place,
    and what held the old one back is over. What left through the old one may still be
    reported on."""
    known = {
        "account_id": number.account_id,
        "phone_number_id": number.phone_number_id,
        "token": sealer.of(shop_id).seal_text(
            number.token, context=number_context(shop_id)
        ),
        "catalog_id": number.catalog_id,
        "display_phone": number.display_phone,
        "parked_until": None,
        "parked_because": None,
        "templates_due_at": now + _LOOK_AT_TEMPLATES_AFTER,
        "connected_at": now,
    }
    earlier = case(
        (numbers.c.phone_number_id == number.phone_number_id, numbers.c.earlier_ids),
        else_=func.array_append(numbers.c.earlier_ids, numbers.c.phone_number_id),
    )
    tx.connection.execute(
        insert(numbers)
        .values(shop_id=shop_id, next_slot_at=now, **known)
        .on_conflict_do_update(
            index_elements=[numbers.c.shop_id], set_=known | {"earlier_ids": earlier}
        )
    )


def number_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    return tx.row(select(numbers).where(numbers.c.shop_id == shop_id))


_IDS = Statement("""
SELECT shop_id, phone_number_id, earlier_ids FROM numbers
WHERE shop_id = ANY(CAST(:shops AS bigint[]))
""")


def ids_of(tx: Transaction, shop_ids: Collection[ShopId]) -> dict[ShopId, set[str]]:
    """Meta's ids of the numbers that these shops have or had."""
    rows = tx.ask(_IDS, {"shops": sorted(shop_ids)}) if shop_ids else []
    return {
        ShopId(row.shop_id): {row.phone_number_id, *row.earlier_ids} for row in rows
    }


_OWNERS = Statement("""
SELECT phone_number_id, shop_id FROM numbers
WHERE phone_number_id = ANY(CAST(:numbers AS text[]))
""")


def shops_of_numbers(
    tx: Transaction, phone_number_ids: Collection[str]
) -> dict[str, ShopId]:
    """Whose these numbers are, by Meta's ids; those of others are missing."""
    asked = {"numbers": sorted(phone_number_ids)}
    rows = tx.ask(_OWNERS, asked) if phone_number_ids else []
    return {row.phone_number_id: ShopId(row.shop_id) for row in rows}


def park(tx: Transaction, shop_id: ShopId, *, until: datetime, because: str) -> None:
    """Send nothing more for this shop until then. A longer parking stays."""
    tx.connection.execute(
        update(numbers)
        .where(
            numbers.c.shop_id == shop_id,
            func.coalesce(numbers.c.parked_until < until, True),
        )
        .values(parked_until=until, parked_because=because)
    )


def unpark(tx: Transaction, shop_id: ShopId, *, since: datetime) -> None:
    """Go on, unless it was parked anew for a time after ``since``."""
    tx.connection.execute(
        update(numbers)
        .where(numbers.c.shop_id == shop_id, numbers.c.parked_until <= since)
        .values(parked_until=None, parked_because=None)
    )


def slow_down(tx: Transaction, shop_id: ShopId, *, until: datetime) -> None:
    """Give out no slot of this number before then."""
    tx.connection.execute(
        update(numbers)
        .where(numbers.c.shop_id == shop_id, numbers.c.next_slot_at < until)
        .values(next_slot_at=until)
    )


def shops_of_accounts(
    tx: Transaction, account_ids: Collection[str]
) -> dict[str, list[ShopId]]:
    """Which shops send through these WhatsApp Business Accounts."""
    found: dict[str, list[ShopId]] = {}
    if account_ids:
        for row in tx.connection.execute(
            select(numbers.c.account_id, numbers.c.shop_id).where(
                numbers.c.account_id.in_(account_ids)
            )
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


def keep_templates(
    tx: Transaction,
    shop_id: ShopId,
    rows: Sequence[TemplateRow],
    *,
    now: datetime,
    as_of: datetime | None = None,
    submitted_at: datetime | None = None,
) -> None:
    """Write down what Meta says of these, ``as_of`` the moment at which it was asked;
    what it said later stays.

    ``submitted_at`` is when we submitted them, if it was just now.
    """
    if not rows:
        return
    new = insert(templates)
    changed = {
        name: new.excluded[name]
        for name in (
            *("state", "category", "reason"),
            *("checked_at", "reviewed_at", "categorized_at"),
        )
    }
    if submitted_at is not None:
        changed["submitted_at"] = new.excluded["submitted_at"]
    tx.connection.execute(
        new.on_conflict_do_update(
            index_elements=["shop_id", "name", "language"],
            set_=changed,
            where=None
            if as_of is None
            else func.greatest(templates.c.reviewed_at, templates.c.categorized_at)
            <= as_of,
        ),
        [
            {
                "shop_id": shop_id,
                "name": row.name,
                "language": row.language,
                "state": row.state,
                "category": row.category,
                "reason": row.reason,
                "checked_at": now,
                "reviewed_at": as_of or now,
                "categorized_at": as_of or now,
                "submitted_at": submitted_at,
            }
            for row in rows
        ],
    )


# Meta tells whole seconds.
_REVIEW = Statement("""
UPDATE templates SET state = :state, reason = :reason, checked_at = :now,
  reviewed_at = :at
WHERE shop_id = :shop AND name = :name AND language = :language
  AND date_trunc('second', reviewed_at) <= :at
""")
_CATEGORIZE = Statement("""
UPDATE templates SET category = :category, reason = :reason, checked_at = :now,
  categorized_at = :at
WHERE shop_id = :shop AND name = :name AND language = :language
  AND date_trunc('second', categorized_at) <= :at
""")


def review_template(
    tx: Transaction,
    shop_id: ShopId,
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
SELECT shop_id, name, language, state, category, reason FROM templates
WHERE shop_id = ANY(CAST(:shops AS bigint[]))
  AND (CAST(:names AS text[]) IS NULL OR name = ANY(CAST(:names AS text[])))
""")


def templates_of(
    tx: Transaction,
    shop_ids: Collection[ShopId],
    *,
    names: Collection[str] | None = None,
) -> dict[tuple[ShopId, str, str], TemplateRow]:
    """Those by these names, or all; a shop has some two hundred."""
    if not shop_ids:
        return {}
    asked = {
        "shops": list(shop_ids),
        "names": None if names is None else list(names),
    }
    rows = tx.ask(_TEMPLATES, asked)
    return {
        (ShopId(row.shop_id), row.name, row.language): TemplateRow(
            row.name, row.language, row.state, row.category, row.reason
        )
        for row in rows
    }
