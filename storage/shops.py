"""Shops: their tokens, their settings, what they switched on."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.lanes import Lane, lane_of
from core.sealing import CannotOpen, Keyring, Sealer
from core.values import ShopDomain, ShopId
from storage import keys
from storage.merging import Facts, Kept, set_to, version_of
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import automations, shop_keys, shops

log = logging.getLogger(__name__)


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
class ShopFacts(Facts):
    """What a store says of itself."""

    name: str | None = None
    timezone: str | None = None
    currency: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop to be connected, or connected anew, with what Shopify tells of it.

    ``scopes`` are None where Shopify did not say.
    """

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
    refresh_token: str | None = None
    refresh_token_expires_at: datetime | None = None
    scopes: Collection[str] | None = None


def token_context(domain: ShopDomain | str) -> str:
    return f"shopify token of {domain}"


def refresh_context(domain: ShopDomain | str) -> str:
    return f"shopify refresh token of {domain}"


def secret_context(domain: ShopDomain | str) -> str:
    return f"client secret of {domain}"


def send_lane_of(domain: ShopDomain) -> Lane:
    """All messages of a shop share a lane, in which shops take turns."""
    return lane_of("send", domain.host)


def connect(
    tx: Transaction, shop: NewShop, *, sealer: Keyring, now: datetime
) -> ShopId:
    """Add the shop, or renew what is known of it; its settings stay as they are."""
    domain = shop.domain.host
    known = {
        "state": ShopState.ACTIVE,
        "token_kind": shop.token_kind,
        "token_expires_at": shop.token_expires_at,
        "refresh_token_expires_at": shop.refresh_token_expires_at,
        "scopes": None if shop.scopes is None else sorted(shop.scopes),
        "access_lost": None,
        "access_lost_at": None,
        "client_id": shop.client_id,
        "name": shop.name,
        "timezone": shop.timezone,
        "currency": shop.currency,
        "country": shop.country,
        "version": version_of(now),
        "earlier": None,
        "has_own_timezone": False,
        "connected_at": now,
        "uninstall_claimed_at": None,
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
    shop_id = ShopId(tx.connection.scalars(statement).one())
    # Its key is known by its id, so what is sealed comes last.
    own = keys.ensure(tx, shop_id, domain, sealer, now=now)
    secrets = {
        "token": _sealed(shop.token, token_context(domain), own),
        "refresh_token": _sealed(shop.refresh_token, refresh_context(domain), own),
        "client_secret": _sealed(shop.client_secret, secret_context(domain), own),
    }
    tx.connection.execute(update(shops).where(shops.c.id == shop_id).values(secrets))
    return shop_id


def add_unconnected(
    tx: Transaction,
    domain: str,
    settings: Mapping[str, Any],
    *,
    sealer: Keyring,
    now: datetime,
) -> ShopId:
    """A shop that has nothing but settings; ``connect`` makes it one like others."""
    new = (
        insert(shops)
        .values(
            domain=domain,
            lane=send_lane_of(ShopDomain(domain)),
            state=ShopState.UNINSTALLED,
            token_kind="permanent",  # noqa: S106 -- it has none
            version=version_of(now),
            connected_at=now,
            **settings,
        )
        .returning(shops.c.id)
    )
    shop_id = ShopId(tx.connection.scalars(new).one())
    keys.ensure(tx, shop_id, domain, sealer, now=now)
    return shop_id


def _sealed(plain: str | None, context: str, sealer: Sealer) -> bytes | None:
    return None if plain is None else sealer.seal_text(plain, context=context)


def find(tx: Transaction, domain: ShopDomain) -> Mapping[str, Any] | None:
    """The shop's row, or None. Tokens in it are sealed."""
    return tx.row(select(shops).where(shops.c.domain == domain.host))


def row_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """As ``find``, by the shop's id."""
    return tx.row(select(shops).where(shops.c.id == shop_id))


def has_other_than(tx: Transaction, domain: str) -> bool:
    """Whether there is any store but this one, connected now or once."""
    found = select(shops.c.id).where(shops.c.domain != domain).exists()
    return bool(tx.connection.scalar(select(found)))


def all_shops(tx: Transaction) -> Sequence[Mapping[str, Any]]:
    return tx.rows(select(shops).order_by(shops.c.domain))


def settings(
    tx: Transaction, shop_id: ShopId, *, to_change: bool = False
) -> Mapping[str, Any]:
    """What its owner may set; ``to_change``, nobody else changes it meanwhile."""
    own = shops.c
    asked = select(
        *(own.transactional_consent, own.purchase_wording, own.throughput),
        *(own.languages, own.timezone, own.product_answers, own.offers),
        *(own.webhook_days, own.message_days),
    ).where(own.id == shop_id)
    if to_change:
        asked = asked.with_for_update(key_share=True)
    found = tx.row(asked)
    if found is None:
        raise LookupError("a shop that is not there")
    return found


def change(tx: Transaction, shop_id: ShopId, settings: Mapping[str, Any]) -> None:
    tx.connection.execute(update(shops).where(shops.c.id == shop_id).values(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownShop:
    """What reading a webhook needs to know of its shop.

    ``offers`` is what its owner has set about offers, ``follows`` whether a tracking
    service follows its parcels.
    """

    id: ShopId
    lane: Lane
    consent_rule: ConsentRule
    purchase_wording: str
    timezone: str
    offers: Mapping[str, str]
    follows: bool


_KNOWN = """
SELECT domain, id, lane, transactional_consent, purchase_wording, timezone, offers,
  k.wrapped,
  EXISTS (SELECT 1 FROM tracking_feeds f WHERE f.shop_id = shops.id) AS follows
FROM shops JOIN shop_keys k ON k.shop_id = shops.id
WHERE state = :active AND
"""
_KNOWN_BY_DOMAIN = Statement(f"{_KNOWN} domain = ANY(CAST(:domains AS text[]))")
_KNOWN_BY_ID = Statement(f"{_KNOWN} id = ANY(CAST(:ids AS bigint[]))")


def known_shops(
    tx: Transaction, domains: Collection[str], *, sealer: Keyring
) -> dict[str, KnownShop]:
    """The connected shops among these domains, with their keys at hand."""
    if not domains:
        return {}
    asked = {"domains": list(domains), "active": ShopState.ACTIVE}
    rows = tx.ask(_KNOWN_BY_DOMAIN, asked)
    return {row.domain: _known(row, sealer) for row in rows}


def known_by_id(
    tx: Transaction, ids: Collection[ShopId], *, sealer: Keyring
) -> dict[ShopId, KnownShop]:
    """The connected shops among these, with their keys at hand."""
    if not ids:
        return {}
    rows = tx.ask(_KNOWN_BY_ID, {"ids": sorted(ids), "active": ShopState.ACTIVE})
    return {ShopId(row.id): _known(row, sealer) for row in rows}


def _known(row: Any, sealer: Keyring) -> KnownShop:
    sealer.learn(row.id, row.wrapped)
    sealer.learn(row.domain, row.wrapped)
    return KnownShop(
        id=ShopId(row.id),
        lane=Lane(row.lane),
        consent_rule=ConsentRule(row.transactional_consent),
        purchase_wording=row.purchase_wording,
        timezone=row.timezone,
        offers=row.offers or {},
        follows=row.follows,
    )


_SHOPS = Kept(facts=ShopFacts, table=shops, keys=())
_TOLD = columns_of(
    shops, ("version", "earlier", "name", "timezone", "currency", "country")
) | {"shop_id": "bigint"}
_MERGED = _SHOPS.merged_in_sql(old="shops", new="new")
_ZONE = (
    "CASE WHEN shops.has_own_timezone THEN shops.timezone"
    f" ELSE {_MERGED['timezone']} END"
)
_FOLLOW = Statement(f"""
UPDATE shops SET {set_to(_MERGED | {"timezone": _ZONE})}
FROM {unfolded(_TOLD)} WHERE shops.id = new.shop_id
""")


def follow(tx: Transaction, told: Iterable[ShopFacts], *, sealer: Keyring) -> None:
    """Let shops be called and be where they say, but for a timezone that its owner has
    set here."""
    if rows := _SHOPS.rows(_SHOPS.merged(told), sealer):
        tx.run(_FOLLOW, folded(rows))


_CLAIMED = {"shop_id": "bigint", "claimed_at": "timestamptz"}
_NOTE_CLAIMS = Statement(f"""
UPDATE shops SET
  uninstall_claimed_at = greatest(shops.uninstall_claimed_at, new.claimed_at)
FROM {unfolded(_CLAIMED)}
WHERE shops.id = new.shop_id AND new.claimed_at > shops.connected_at
""")


def note_uninstall_claims(tx: Transaction, claims: Mapping[ShopId, datetime]) -> None:
    """Note that the app is said to have been removed, unless it has been connected anew
    since. It goes on until somebody has checked."""
    if claims:
        rows = [
            {"shop_id": shop_id, "claimed_at": claims[shop_id]}
            for shop_id in sorted(claims)
        ]
        tx.run(_NOTE_CLAIMS, folded(rows))


_IDS = Statement("""
SELECT domain, id FROM shops WHERE domain = ANY(CAST(:domains AS text[]))
""")


def ids_of(tx: Transaction, domains: Collection[str]) -> dict[str, ShopId]:
    """The shops of these domains, those that removed the app included."""
    rows = tx.ask(_IDS, {"domains": sorted(domains)}) if domains else []
    return {row.domain: ShopId(row.id) for row in rows}


@dataclass(frozen=True, slots=True)
class Claim:
    """That a shop has removed the app, as somebody says."""

    shop_id: ShopId
    domain: ShopDomain
    connected_at: datetime


_CLAIMS = Statement("""
SELECT id, domain, connected_at FROM shops
WHERE uninstall_claimed_at IS NOT NULL AND state = :active
ORDER BY uninstall_claimed_at LIMIT :most
""")


def claims(tx: Transaction, *, limit: int) -> list[Claim]:
    """Those that nobody has checked yet, the oldest first."""
    asked = {"active": ShopState.ACTIVE, "most": limit}
    return [
        Claim(ShopId(row.id), ShopDomain(row.domain), row.connected_at.astimezone(UTC))
        for row in tx.ask(_CLAIMS, asked)
    ]


_REFUTE = Statement("""
UPDATE shops SET uninstall_claimed_at = NULL
WHERE id = :shop AND connected_at = :connected_at
""")


def refute(tx: Transaction, claim: Claim) -> None:
    """The app is still there."""
    asked = {"shop": claim.shop_id, "connected_at": claim.connected_at}
    tx.run(_REFUTE, asked)


# A shop that has been connected anew since is another story.
_UNINSTALL = Statement("""
UPDATE shops SET state = :uninstalled, token = NULL, token_expires_at = NULL,
  refresh_token = NULL, refresh_token_expires_at = NULL, uninstall_claimed_at = NULL
WHERE id = :shop AND state = :active AND connected_at = :connected_at
""")


def uninstall(tx: Transaction, claim: Claim) -> bool:
    """The app is gone: its tokens go too, and nothing is sent or read any more. Whether
    that was so; its settings and data stay until the store is to be forgotten."""
    asked = {
        "shop": claim.shop_id,
        "connected_at": claim.connected_at,
        "active": ShopState.ACTIVE,
        "uninstalled": ShopState.UNINSTALLED,
    }
    return bool(tx.count(_UNINSTALL, asked))


def claim_about(tx: Transaction, domain: ShopDomain | str) -> Claim | None:
    """The shop as it is connected now, as if somebody said that it is not."""
    row = tx.row(
        select(shops.c.id, shops.c.domain, shops.c.connected_at).where(
            shops.c.domain == str(domain)
        )
    )
    if row is None:
        return None
    return Claim(ShopId(row["id"]), ShopDomain(row["domain"]), row["connected_at"])


def own_secrets(tx: Transaction, *, sealer: Keyring) -> dict[str, str | None]:
    """The client secret of each shop that is connected through an app of its own; None
    where nobody can open it, which closes no other shop's door."""
    rows = tx.rows(
        select(shops.c.id, shops.c.domain, shops.c.client_secret, shop_keys.c.wrapped)
        .outerjoin(shop_keys, shop_keys.c.shop_id == shops.c.id)
        .where(shops.c.client_secret.is_not(None))
    )
    return {row["domain"]: _own_secret(row, sealer) for row in rows}


def _own_secret(row: Mapping[str, Any], sealer: Keyring) -> str | None:
    shop_id, context = ShopId(row["id"]), secret_context(row["domain"])
    try:
        if row["wrapped"] is not None:
            sealer.learn(shop_id, row["wrapped"])
        return sealer.of(shop_id).open_text(row["client_secret"], context=context)
    except CannotOpen:
        log.warning("client_secret_not_opened shop=%s", shop_id)
        return None


def switch(
    tx: Transaction,
    shop_id: ShopId,
    name: str,
    *,
    enabled: bool | None,
    config: Mapping[str, Any] | None,
    flow: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Set an automation; what is None stays as it is, and off and empty at first. An
    empty flow is none of the store's own."""
    wanted: dict[str, Any] = {}
    if enabled is not None:
        wanted["enabled"] = enabled
    if config is not None:
        wanted["config"] = dict(config)
    if flow is not None:
        wanted["flow"] = dict(flow) if flow else null()
    change_automation(tx, shop_id, name, wanted, now=now)


def change_automation(
    tx: Transaction,
    shop_id: ShopId,
    name: str,
    wanted: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Set these columns of an automation; one never touched is off and empty."""
    usual = {"enabled": False, "config": {}, "flow": null()}
    new = insert(automations).values(
        shop_id=shop_id, name=name, version=1, changed_at=now, **{**usual, **wanted}
    )
    changed = {"version": automations.c.version + 1, "changed_at": now, **wanted}
    tx.connection.execute(
        new.on_conflict_do_update(
            index_elements=[automations.c.shop_id, automations.c.name], set_=changed
        )
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """How a shop has set an automation. ``version`` counts its changes; ``flow`` are
    the steps as the owner has written them, None where they left them as they are.
    ``send_window`` is when it may be sent, as it is written, None at any hour; it is
    written in ``languages`` alone, those of the store where there are none."""

    enabled: bool
    config: Mapping[str, Any]
    version: int
    flow: Mapping[str, Any] | None = None
    send_window: str | None = None
    languages: Sequence[str] = ()


_SWITCHES = Statement("""
SELECT shop_id, name, enabled, config, version, flow, send_window, languages
FROM automations
WHERE shop_id = ANY(CAST(:shops AS bigint[]))
  AND (CAST(:names AS text[]) IS NULL OR name = ANY(CAST(:names AS text[])))
""")


def switches(
    tx: Transaction,
    shop_ids: Collection[ShopId],
    names: Collection[str] | None = None,
) -> dict[tuple[ShopId, str], Switch]:
    """How the shops have set their automations, or those by these names; one never
    touched is missing."""
    if not shop_ids:
        return {}
    asked = {"shops": list(shop_ids), "names": None if names is None else list(names)}
    rows = tx.ask(_SWITCHES, asked)
    return {
        (ShopId(row.shop_id), row.name): Switch(
            enabled=row.enabled,
            config=row.config,
            version=row.version,
            flow=row.flow,
            send_window=row.send_window,
            languages=row.languages,
        )
        for row in rows
    }
