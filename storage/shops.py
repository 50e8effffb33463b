"""Shops: their tokens, their WhatsApp numbers, what they switched on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.lanes import Lane, lane_of
from core.sealing import Sealer
from core.values import Category, ShopDomain, ShopId
from storage.session import Transaction
from storage.tables import automations, numbers, shops, templates


class ShopState(StrEnum):
    ACTIVE = "active"
    UNINSTALLED = "uninstalled"


class ConsentRule(StrEnum):
    """What counts as a buyer's yes to order and parcel news."""

    EXPLICIT = "explicit"
    PURCHASE = "purchase"


DEFAULT_THROUGHPUT = 80
DEFAULT_PURCHASE_WORDING = (
    "By placing an order you agree to get news about it on WhatsApp."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop to be connected, or connected anew, with what Shopify tells of it."""

    domain: ShopDomain
    token_kind: str
    token: str | None
    token_expires_at: datetime | None
    client_id: str | None
    client_secret: str | None
    name: str
    timezone: str
    currency: str
    country: str | None


def token_context(domain: ShopDomain | str) -> str:
    return f"shopify token of {domain}"


def secret_context(domain: ShopDomain | str) -> str:
    return f"client secret of {domain}"


def number_context(shop_id: ShopId) -> str:
    return f"meta token of shop {shop_id}"


def send_lane_of(domain: ShopDomain) -> Lane:
    """All messages of a shop share a lane, in which shops take turns."""
    return lane_of("send", domain.host)


def connect(tx: Transaction, shop: NewShop, *, sealer: Sealer, now: datetime) -> ShopId:
    """Add the shop, or renew what is known of it; its settings stay as they are."""
    domain = shop.domain.host
    known = {
        "state": ShopState.ACTIVE,
        "token_kind": shop.token_kind,
        "token": _sealed(shop.token, token_context(domain), sealer),
        "token_expires_at": shop.token_expires_at,
        "client_id": shop.client_id,
        "client_secret": _sealed(shop.client_secret, secret_context(domain), sealer),
        "name": shop.name,
        "timezone": shop.timezone,
        "currency": shop.currency,
        "country": shop.country,
        "connected_at": now,
    }
    new = insert(shops).values(
        domain=domain,
        lane=send_lane_of(shop.domain),
        transactional_consent=ConsentRule.EXPLICIT,
        purchase_wording=DEFAULT_PURCHASE_WORDING,
        throughput=DEFAULT_THROUGHPUT,
        languages=[],
        **known,
    )
    statement = new.on_conflict_do_update(
        index_elements=[shops.c.domain], set_=known
    ).returning(shops.c.id)
    return ShopId(tx.connection.scalars(statement).one())


def _sealed(plain: str | None, context: str, sealer: Sealer) -> bytes | None:
    return None if plain is None else sealer.seal_text(plain, context=context)


def find(tx: Transaction, domain: ShopDomain) -> Mapping[str, Any] | None:
    """The shop's row, or None. Tokens in it are sealed."""
    return tx.row(select(shops).where(shops.c.domain == domain.host))


def all_shops(tx: Transaction) -> Sequence[Mapping[str, Any]]:
    return tx.rows(
        select(shops, numbers.c.display_phone, numbers.c.parked_because)
        .outerjoin(numbers, numbers.c.shop_id == shops.c.id)
        .order_by(shops.c.domain)
    )


def change(tx: Transaction, shop_id: ShopId, settings: Mapping[str, Any]) -> None:
    tx.connection.execute(update(shops).where(shops.c.id == shop_id).values(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownShop:
    """What reading a webhook needs to know of its shop."""

    id: ShopId
    lane: Lane
    consent_rule: ConsentRule
    purchase_wording: str


def known_shops(tx: Transaction, domains: Collection[str]) -> dict[str, KnownShop]:
    """The connected shops among these domains."""
    if not domains:
        return {}
    rows = tx.connection.execute(
        select(
            shops.c.domain,
            shops.c.id,
            shops.c.lane,
            shops.c.transactional_consent,
            shops.c.purchase_wording,
        ).where(shops.c.domain.in_(domains), shops.c.state == ShopState.ACTIVE)
    )
    return {
        row.domain: KnownShop(
            id=ShopId(row.id),
            lane=Lane(row.lane),
            consent_rule=ConsentRule(row.transactional_consent),
            purchase_wording=row.purchase_wording,
        )
        for row in rows
    }


def own_secrets(tx: Transaction, *, sealer: Sealer) -> dict[str, str]:
    """The client secret of each shop that is connected through an app of its own."""
    rows = tx.connection.execute(
        select(shops.c.domain, shops.c.client_secret).where(
            shops.c.client_secret.is_not(None)
        )
    )
    return {
        row.domain: sealer.open_text(
            row.client_secret, context=secret_context(row.domain)
        )
        for row in rows
    }


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
    sealer: Sealer,
    now: datetime,
) -> None:
    """Give the shop its WhatsApp number. A shop has one; a new one takes its place,
    and what held the old one back is over."""
    known = {
        "account_id": number.account_id,
        "phone_number_id": number.phone_number_id,
        "token": sealer.seal_text(number.token, context=number_context(shop_id)),
        "catalog_id": number.catalog_id,
        "display_phone": number.display_phone,
        "parked_until": None,
        "parked_because": None,
        "connected_at": now,
    }
    tx.connection.execute(
        insert(numbers)
        .values(shop_id=shop_id, next_slot_at=now, **known)
        .on_conflict_do_update(index_elements=[numbers.c.shop_id], set_=known)
    )


def number_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    return tx.row(select(numbers).where(numbers.c.shop_id == shop_id))


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


def switch(
    tx: Transaction,
    shop_id: ShopId,
    name: str,
    *,
    enabled: bool | None,
    config: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Set an automation; what is None stays as it is, and off and empty at first."""
    new = insert(automations).values(
        shop_id=shop_id,
        name=name,
        enabled=bool(enabled),
        config=dict(config or {}),
        version=1,
        changed_at=now,
    )
    changed: dict[str, Any] = {
        "version": automations.c.version + 1,
        "changed_at": now,
    }
    if enabled is not None:
        changed["enabled"] = enabled
    if config is not None:
        changed["config"] = dict(config)
    tx.connection.execute(
        new.on_conflict_do_update(
            index_elements=[automations.c.shop_id, automations.c.name], set_=changed
        )
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """How a shop has set an automation. ``version`` counts its changes."""

    enabled: bool
    config: Mapping[str, Any]
    version: int


def switches(
    tx: Transaction, shop_ids: Collection[ShopId]
) -> dict[tuple[ShopId, str], Switch]:
    """How the shops have set their automations; one never touched is missing."""
    if not shop_ids:
        return {}
    rows = tx.connection.execute(
        select(
            automations.c.shop_id,
            automations.c.name,
            automations.c.enabled,
            automations.c.config,
            automations.c.version,
        ).where(automations.c.shop_id.in_(shop_ids))
    )
    return {
        (ShopId(row.shop_id), row.name): Switch(row.enabled, row.config, row.version)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What Meta says of one language of a template: state and category in capitals."""

    name: str
    language: str
    state: str
    category: str
    reason: str | None


def keep_templates(
    tx: Transaction, shop_id: ShopId, rows: Sequence[TemplateRow], *, now: datetime
) -> None:
    if not rows:
        return
    new = insert(templates)
    tx.connection.execute(
        new.on_conflict_do_update(
            index_elements=["shop_id", "name", "language"],
            set_={
                name: new.excluded[name]
                for name in ("state", "category", "reason", "checked_at")
            },
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
            }
            for row in rows
        ],
    )


def review_template(
    tx: Transaction,
    shop_id: ShopId,
    name: str,
    language: str,
    *,
    state: str | None,
    category: Category | None,
    reason: str | None,
    now: datetime,
) -> None:
    """Note Meta's newest word about a template we know; a stranger's is left out."""
    changed: dict[str, Any] = {"reason": reason, "checked_at": now}
    if state is not None:
        changed["state"] = state
    if category is not None:
        changed["category"] = category
    tx.connection.execute(
        update(templates)
        .where(
            templates.c.shop_id == shop_id,
            templates.c.name == name,
            templates.c.language == language,
        )
        .values(changed)
    )


def templates_of(
    tx: Transaction, shop_ids: Collection[ShopId]
) -> dict[tuple[ShopId, str, str], TemplateRow]:
    if not shop_ids:
        return {}
    rows = tx.connection.execute(
        select(
            templates.c.shop_id,
            templates.c.name,
            templates.c.language,
            templates.c.state,
            templates.c.category,
            templates.c.reason,
        ).where(templates.c.shop_id.in_(shop_ids))
    )
    return {
        (ShopId(row.shop_id), row.name, row.language): TemplateRow(
            row.name, row.language, row.state, row.category, row.reason
        )
        for row in rows
    }
