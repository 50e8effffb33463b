"""A store that has removed the app, and one that is to be forgotten altogether.

The names on an envelope are not signed, so nobody's word for it is enough: the store is
asked whether it still lets us in.
"""

import logging
from datetime import datetime, timedelta

from core.errors import NotPossible, OutsideError, TryLater, Unsure, WillNotWork
from core.mentions import of_id
from core.values import ShopDomain, ShopId
from notifications.access import NO_MORE, LiveTokens
from notifications.connecting import Store
from notifications.ports import Services
from notifications.privacy.marks import empty_webhooks, mark_of
from storage import (
    access,
    consent_pushes,
    erasing,
    feeds,
    inbox,
    leases,
    numbers,
    offer_codes,
    open_answers,
    shops,
)
from storage.shops import Claim, ShopState
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_CLAIMS_AT_ONCE = 20
_CHECKED_FOR = timedelta(minutes=1)
"""For so long nobody else asks; a store that does not answer is asked again then."""
_GONE = NO_MORE | {"shopify_404"}
_LETS_IN = frozenset({"shopify_access_denied", "shopify_user_error"})
"""The token is good, if not for that question."""
_AT_ONCE = 5_000


def check_claims(store: Store, *, services: Services) -> int:
    """Find out which stores have removed the app, of those that are said to have;
    answer how many have. Twice, or in two places, comes to the same."""
    with services.transactions.across(Crossing.LOOKING) as tx:
        claims = shops.claims(tx, limit=_CLAIMS_AT_ONCE)
    gone = 0
    for claim in claims:
        turn, holder = f"claim about {claim.domain}", services.new_id("turn")
        now = services.clock()
        with services.transactions.across(Crossing.SERVING) as tx:
            until = now + _CHECKED_FOR
            is_ours = leases.take(tx, turn, holder=holder, now=now, until=until)
        if not is_ours:
            continue
        try:
            gone += _checked(claim, store, services)
        except OutsideError as trouble:
            log.warning(
                "claim_not_checked shop=%s code=%s", claim.shop_id, trouble.code
            )
            continue
        with services.transactions.across(Crossing.SERVING) as tx:
            leases.give_back(tx, turn, holder=holder)
    return gone


def _checked(claim: Claim, store: Store, services: Services) -> bool:
    if is_installed(claim.shop_id, store, services=services):
        log.warning("uninstall_claim_refuted shop=%s", claim.shop_id)
        with services.transactions.for_shop(claim.shop_id) as tx:
            shops.refute(tx, claim)
        return False
    return leave(claim, services=services)


def leave(claim: Claim, *, services: Services) -> bool:
    """The store has removed the app: forget its tokens, and have nothing followed any
    more. Whether it was connected still."""
    with services.transactions.for_shop(claim.shop_id) as tx:
        is_gone = shops.uninstall(tx, claim)
        if is_gone:
            feeds.switch_off(tx, claim.shop_id)
            consent_pushes.drop(tx, claim.shop_id)
            offer_codes.drop(tx, claim.shop_id)
            open_answers.drop(tx, claim.shop_id)
    if is_gone:
        log.info("shop_uninstalled shop=%s", claim.shop_id)
    return is_gone


def is_installed(shop_id: ShopId, store: Store, *, services: Services) -> bool:
    """Whether the store still lets us in, asked now.

    Raises:
        OutsideError: nobody can tell.
    """
    tokens = LiveTokens(store, services)
    try:
        tokens.asking(shop_id, store.profile)
    except (TryLater, Unsure):
        raise
    except WillNotWork as refusal:
        if refusal.code in _GONE:
            return False
        if refusal.code in _LETS_IN:
            return True
        raise  # about our own app, our address, or a store that has not paid
    except NotPossible:
        return not _is_lost(shop_id, services)
    return True


def _is_lost(shop_id: ShopId, services: Services) -> bool:
    """Whether there is no way in, as far as is written down."""
    with services.transactions.for_shop(shop_id) as tx:
        known = access.of_shop(tx, shop_id)
    return (
        known is None
        or known.state is not ShopState.ACTIVE
        or known.lost_because in _GONE
        or (known.token is None and known.client_id is None)
    )


class StillConnected(Exception):
    """The store has the app, so its data is not to be forgotten."""


def forget(
    domain: str, *, asked_at: datetime, store: Store | None, services: Services
) -> dict[str, int]:
    """Delete all that is the store's, and its key with it, so that no copy of it can be
    read any more; answer what went. A second time there is nothing.

    Without a ``store`` to ask, it is forgotten whether it has the app or not.

    Raises:
        StillConnected: it has the app, or has it again.
        OutsideError: nobody can tell whether it has.
    """
    with services.transactions.across(Crossing.KEEPING) as tx:
        claim = shops.claim_about(tx, domain)
        known = access.of_domain(tx, ShopDomain(domain))
    if claim is None or known is None:
        return {"webhooks": _drop_webhooks(domain, services)}
    if known.state is ShopState.ACTIVE:
        if store is not None and is_installed(claim.shop_id, store, services=services):
            raise StillConnected
        leave(claim, services=services)
    emptied = _empty_reports(domain, claim.shop_id, asked_at, services)
    while True:
        with services.transactions.for_shop(claim.shop_id) as tx:
            if not erasing.erase_portion(tx, claim.shop_id):
                break
    dropped = _drop_webhooks(domain, services)
    with services.transactions.for_shop(claim.shop_id) as tx:
        if not erasing.erase_shop(tx, claim.shop_id):
            raise StillConnected
    log.info("shop_erased shop=%s", claim.shop_id)
    return {"shops": 1, "webhooks": dropped, "reports": emptied}


def _empty_reports(
    domain: str, shop_id: ShopId, asked_at: datetime, services: Services
) -> int:
    """What Meta told of the store's numbers; its webhooks are nobody's own."""
    with services.transactions.for_shop(shop_id) as tx:
        own = numbers.ids_of(tx, [shop_id]).get(shop_id, set())
    if not own:
        return 0
    marks = frozenset(mark_of(of_id(number), services) for number in own)
    return empty_webhooks(
        domain, None, marks, since=None, unread_until=asked_at, services=services
    )


def _drop_webhooks(domain: str, services: Services) -> int:
    now, dropped = services.clock(), 0
    while True:
        with services.transactions.across(Crossing.KEEPING) as tx:
            count = inbox.drop_of_domain(tx, domain, until=now, limit=_AT_ONCE)
        dropped += count
        if count < _AT_ONCE:
            return dropped
