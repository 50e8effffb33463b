"""A store's owner opens the app: the shop is connected, if it is not yet.

Shopify has already asked the owner whether the app may be installed, and proven to us
who is there. A token is had for that proof, once; from then on it is renewed.
"""

import logging
from datetime import datetime

from core.errors import NotPossible, OutsideError
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.access import LiveTokens, NewToken, Turn, ends_at
from notifications.connecting import Store, write_down
from notifications.ports import Services
from storage import access
from storage.access import Access, TokenKind
from storage.shops import NewShop, ShopState
from storage.tenancy import Crossing

log = logging.getLogger(__name__)


def open_app(
    domain: ShopDomain, id_token: str, *, store: Store, services: Services
) -> ShopId:
    """The shop whose owner looks at us; ``id_token`` has been checked.

    Connects it where it is new, was uninstalled, or lets us in no more. Two pages that
    are opened at once do so once.

    Raises:
        OutsideError: Shopify gives no token for it, or does not answer.
    """
    known = _known(domain, services)
    if known is not None and is_settled(known, services.clock()):
        return known.shop_id
    tokens = LiveTokens(store, services)
    with tokens.own_turn(domain) as turn:
        known = _known(domain, services)  # somebody may just have connected it
        if known is not None and is_settled(known, services.clock()):
            return known.shop_id
        made = store.by_id_token(domain, id_token)
        shop_id = _connect(domain, made, turn, store, services)
    _leave_webhooks_to_the_app(shop_id, tokens, store)
    return shop_id


def come_back(
    domain: ShopDomain, code: str, *, store: Store, services: Services
) -> ShopId:
    """The shop whose owner comes back from Shopify's question whether we may, with a
    ``code`` that Shopify takes once. Raises as ``open_app``."""
    tokens = LiveTokens(store, services)
    with tokens.own_turn(domain) as turn:
        made = store.by_code(domain, code)
        shop_id = _connect(domain, made, turn, store, services)
    _leave_webhooks_to_the_app(shop_id, tokens, store)
    return shop_id


def shop_of_owner(domain: ShopDomain, services: Services) -> ShopId:
    """The shop of an owner who signed in a while ago.

    Raises:
        NotPossible: it has been uninstalled since.
    """
    known = _known(domain, services)
    if known is None or known.state is not ShopState.ACTIVE:
        raise NotPossible(N_("the shop is not connected"))
    return known.shop_id


def is_settled(known: Access, now: datetime) -> bool:
    """Whether the shop is connected, and the store lets us in."""
    can_be_renewed = known.kind is not TokenKind.EXPIRING or (
        known.refresh is not None
        and (known.refresh_ends_at is None or known.refresh_ends_at > now)
    )
    return (
        known.state is ShopState.ACTIVE
        and known.token is not None
        and known.lost_because is None
        and can_be_renewed
    )


def _known(domain: ShopDomain, services: Services) -> Access | None:
    with services.transactions.across(Crossing.SERVING) as tx:
        return access.of_domain(tx, domain)


def _connect(
    domain: ShopDomain, made: NewToken, turn: Turn, store: Store, services: Services
) -> ShopId:
    profile = store.profile(domain, made.secret)
    now = services.clock()
    new = NewShop(
        domain=domain,
        token_kind=TokenKind.EXPIRING,
        token=made.secret,
        token_expires_at=ends_at(now, made.lifetime),
        refresh_token=made.refresh,
        refresh_token_expires_at=ends_at(now, made.refresh_lifetime),
        scopes=made.scopes,
        client_id=None,
        client_secret=None,
        name=profile.name,
        timezone=profile.timezone,
        currency=profile.currency,
        country=profile.country,
    )
    with services.transactions.across(Crossing.SERVING) as tx:
        shop_id = write_down(tx, new, turn, services)
    log.info("shop_connected shop=%s", shop_id)
    return shop_id


def _leave_webhooks_to_the_app(
    shop_id: ShopId, tokens: LiveTokens, store: Store
) -> None:
    """The app's own subscriptions deliver all there is, so what an earlier connection
    asked for by the API would deliver it once more. Twice does no harm, so a failure
    is no reason to keep the owner waiting."""
    try:
        ended = tokens.asking(shop_id, store.unsubscribe)
    except OutsideError as error:
        log.warning("subscriptions_not_ended shop=%s code=%s", shop_id, error.code)
    else:
        if ended:
            log.info("subscriptions_ended shop=%s count=%s", shop_id, ended)
