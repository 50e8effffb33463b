"""Connecting a shop.

Strangers are asked first and the answers written down after, never both at once: no
transaction is open while Shopify is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from core.errors import NotPossible, TryLater
from core.sealing import KEYS_KEPT_FOR
from core.values import ShopDomain, ShopId
from notifications.access import (
    LiveToken,
    LiveTokens,
    NewToken,
    TokenDesk,
    Turn,
    ends_at,
)
from notifications.operating import Operator, crossing
from notifications.ports import Services
from notifications.staff import Member
from storage import backfills, comparisons, privacy, shops
from storage.access import TokenKind
from storage.session import Transaction
from storage.shops import NewShop


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a store says of itself."""

    name: str
    timezone: str
    currency: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """Topics by what became of them; ``refused`` has the store's reason for each.

    ``ended`` counts those that led to us and were not as they have to be, and
    ``elsewhere`` those that lead to somebody else, and stay.
    """

    created: Sequence[str]
    already: Sequence[str]
    refused: Mapping[str, str]
    ended: int = 0
    elsewhere: int = 0


class Store(TokenDesk, Protocol):
    """The Admin API of a store. Every call may raise an OutsideError."""

    def profile(self, shop: ShopDomain, token: LiveToken) -> Profile: ...

    def member_by_code(self, shop: ShopDomain, code: str) -> Member:
        """Who of the store's staff brought it."""

    def subscribe(self, shop: ShopDomain, token: LiveToken) -> Subscriptions | None:
        """Ask for the webhooks that are missing; None where the store could not
        reach us with any, so none was asked for."""

    def unsubscribe(self, shop: ShopDomain, token: LiveToken) -> int:
        """Give up those that were asked for so; answer how many there were."""


_FIRST_COMPARISON = timedelta(minutes=5)
"""Before that there is nothing that a webhook could have failed to tell."""

Tell = Callable[[str], None]
"""Told what is being done, for whoever waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A permanent token, or an app's id and secret that give one for a day.

    ``client_secret`` beside a permanent token is what signs the store's webhooks.
    """

    access_token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def checked(self) -> "Credentials":
        """Itself.

        Raises:
            NotPossible: they are neither the one nor the other.
        """
        if self.access_token is None and not (self.client_id and self.client_secret):
            raise NotPossible(
                "give --access-token, or --client-id together with --client-secret"
            )
        if self.access_token is not None and self.client_id is not None:
            raise NotPossible("give --access-token or --client-id, not both")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedShop:
    shop_id: ShopId
    domain: ShopDomain
    profile: Profile
    subscriptions: Subscriptions | None


def connect_shop(
    domain: ShopDomain,
    credentials: Credentials,
    *,
    store: Store,
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> ConnectedShop:
    """Connect a store, or connect it anew; the second time only the token changes.

    Raises:
        NotPossible: the credentials make no sense together.
        OutsideError: Shopify does not accept them, or does not answer.
    """
    given = credentials.checked()
    tokens = LiveTokens(store, services)
    with tokens.own_turn(domain) as turn:
        made = _token_for(domain, given, store, tell)
        tell("asking the store who it is")
        profile = store.profile(domain, made.secret)
        new = NewShop(
            domain=domain,
            token_kind=_kind_of(given),
            token=made.secret,
            token_expires_at=ends_at(services.clock(), made.lifetime),
            client_id=given.client_id,
            client_secret=given.client_secret,
            name=profile.name,
            timezone=profile.timezone,
            currency=profile.currency,
            country=profile.country,
            scopes=made.scopes or None,
        )
        with crossing(f"shop add {domain}", operator=operator, services=services) as tx:
            shop_id = write_down(tx, new, turn, services)
    tell("subscribing to the store's webhooks")
    return ConnectedShop(
        shop_id=shop_id,
        domain=domain,
        profile=profile,
        subscriptions=tokens.asking(shop_id, store.subscribe),
    )


def write_down(
    tx: Transaction, shop: NewShop, turn: Turn, services: Services
) -> ShopId:
    """The shop with its new token.

    Raises:
        TryLater: somebody else has connected it, or renewed its token, meanwhile; or it
            was forgotten so lately that processes may still have its old key at hand.
    """
    if turn.is_over(tx):
        raise TryLater("the store is being connected twice", code="connected_twice")
    now = services.clock()
    erased_at = privacy.erased_at(tx, shop.domain.host)
    if erased_at is not None and now - erased_at < 2 * KEYS_KEPT_FOR:
        said = "the store was forgotten a moment ago: connect it in two minutes"
        raise TryLater(said, code="forgotten_lately")
    shop_id = shops.connect(tx, shop, sealer=services.sealer, now=now)
    comparisons.begin(tx, shop_id, now=now, due_at=now + _FIRST_COMPARISON)
    backfills.begin(tx, shop_id, now=now)
    return shop_id


def _token_for(
    domain: ShopDomain, given: Credentials, store: Store, tell: Tell
) -> NewToken:
    if given.access_token is not None:
        return NewToken(secret=LiveToken(given.access_token), lifetime=None)
    tell("asking Shopify for a token")
    return store.by_credentials(
        domain,
        client_id=given.client_id or "",
        client_secret=given.client_secret or "",
    )


def _kind_of(given: Credentials) -> TokenKind:
    return TokenKind.CLIENT_CREDENTIALS if given.client_id else TokenKind.PERMANENT
