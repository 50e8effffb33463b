"""A shop's access to its store at Shopify: the tokens, and what became of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from core.values import ShopDomain, ShopId
from storage.session import Transaction
from storage.shops import ShopState
from storage.tables import shops


class TokenKind(StrEnum):
    """How a shop's token was had, which is how the next one is had."""

    PERMANENT = "permanent"
    CLIENT_CREDENTIALS = "client_credentials"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """As it is written down: tokens and secrets are sealed.

    ``lost_because`` is Shopify's word for why the last token could not be renewed or
    was refused; None while all is well.
    """

    shop_id: ShopId
    domain: ShopDomain
    state: ShopState
    kind: TokenKind
    token: bytes | None = field(repr=False)
    ends_at: datetime | None
    refresh: bytes | None = field(repr=False)
    refresh_ends_at: datetime | None
    client_id: str | None
    client_secret: bytes | None = field(repr=False)
    scopes: frozenset[str] | None
    lost_because: str | None
    lost_at: datetime | None


_COLUMNS = (
    *(shops.c.id, shops.c.domain, shops.c.state, shops.c.token_kind, shops.c.token),
    *(shops.c.token_expires_at, shops.c.refresh_token, shops.c.client_id),
    *(shops.c.refresh_token_expires_at, shops.c.client_secret, shops.c.scopes),
    *(shops.c.access_lost, shops.c.access_lost_at),
)


def of_shop(tx: Transaction, shop_id: ShopId) -> Access | None:
    return _access(tx, shops.c.id == shop_id)


def of_domain(tx: Transaction, domain: ShopDomain) -> Access | None:
    """To be asked across shops, for whoever comes with nothing but a domain."""
    return _access(tx, shops.c.domain == domain.host)


def _access(tx: Transaction, which: object) -> Access | None:
    row = tx.row(select(*_COLUMNS).where(which))  # type: ignore[arg-type]
    if row is None:
        return None
    return Access(
        shop_id=ShopId(row["id"]),
        domain=ShopDomain(row["domain"]),
        state=ShopState(row["state"]),
        kind=TokenKind(row["token_kind"]),
        token=row["token"],
        ends_at=row["token_expires_at"],
        refresh=row["refresh_token"],
        refresh_ends_at=row["refresh_token_expires_at"],
        client_id=row["client_id"],
        client_secret=row["client_secret"],
        scopes=None if row["scopes"] is None else frozenset(row["scopes"]),
        lost_because=row["access_lost"],
        lost_at=row["access_lost_at"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A new token, sealed. What is None of the rest stays as it is."""

    token: bytes = field(repr=False)
    ends_at: datetime | None
    refresh: bytes | None = field(repr=False)
    refresh_ends_at: datetime | None
    scopes: Collection[str]


def keep(tx: Transaction, shop_id: ShopId, renewed: Renewed) -> None:
    """Put the token in the place of the last one; what was lost is found."""
    values: dict[str, object] = {
        "token": renewed.token,
        "token_expires_at": renewed.ends_at,
        "access_lost": None,
        "access_lost_at": None,
    }
    if renewed.refresh is not None:
        values["refresh_token"] = renewed.refresh
        values["refresh_token_expires_at"] = renewed.refresh_ends_at
    if renewed.scopes:
        values["scopes"] = sorted(renewed.scopes)
    tx.connection.execute(update(shops).where(shops.c.id == shop_id).values(values))


def note_lost(
    tx: Transaction, shop_id: ShopId, *, because: str | None, now: datetime
) -> None:
    """Write down that Shopify lets us no longer in, or, with None, that it does."""
    tx.connection.execute(
        update(shops)
        .where(shops.c.id == shop_id)
        .values(access_lost=because, access_lost_at=now if because else None)
    )


def to_be_kept_up(tx: Transaction, *, before: datetime, limit: int) -> list[ShopId]:
    """Shops that can be renewed only until ``before``, the most urgent first."""
    query = (
        select(shops.c.id)
        .where(
            shops.c.refresh_token_expires_at < before,
            shops.c.state == ShopState.ACTIVE,
            shops.c.access_lost.is_(None),
        )
        .order_by(shops.c.refresh_token_expires_at)
        .limit(limit)
    )
    return [ShopId(each) for each in tx.connection.scalars(query)]
