"""Tokens for programs of a store's: made by an owner, shown once, and taken back."""

import hashlib
import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from notifications.roles import Role
from storage import api_tokens, changes
from storage.api_tokens import NewToken, TokenRow
from storage.changes import By, Change
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

ROLES = (Role.VIEWER, Role.AGENT)
"""What a program may be. It changes nothing, so none is an owner."""

_BEGINS = "sosik_"
_FORM = re.compile(rf"{_BEGINS}[\w-]{{43}}", re.ASCII)
_LONGEST_NAME = 60
_MOST_LIVE = 20
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class MadeToken:
    """``plain`` is kept nowhere: whoever made it sees it now or never."""

    id: int
    plain: str = field(repr=False)


def make(
    shop_id: ShopId, name: str, role: str, *, by: By, services: Services
) -> MadeToken:
    """A new token.

    Raises:
        NotPossible: it has no name, no role of a program, or there are too many.
    """
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise NotPossible(
            N_("Give the token a name of 1 to %(most)s characters."),
            most=_LONGEST_NAME,
        )
    if role not in ROLES:
        raise NotPossible(N_("A token is for a viewer or for an agent."))
    plain = f"{_BEGINS}{secrets.token_urlsafe(32)}"
    new = NewToken(name=name, role=role, digest=_digest(plain), made_by=by.actor)
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        if api_tokens.live(tx, shop_id) >= _MOST_LIVE:
            raise NotPossible(
                N_("There are %(most)s tokens already: take one back first."),
                most=_MOST_LIVE,
            )
        token_id = api_tokens.add(tx, shop_id, new, now=now)
        change = Change(
            what="token_made", subject=f"token {token_id}", after={"role": role}
        )
        changes.note(tx, shop_id, by, change, now=now)
    log.info("token_made shop=%s token=%s role=%s", shop_id, token_id, role)
    return MadeToken(token_id, plain)


def revoke(shop_id: ShopId, token_id: int, *, by: By, services: Services) -> None:
    """Take it back: from now on it opens nothing. A second time changes nothing.

    Raises:
        NotPossible: there is no such token of the shop.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        known = api_tokens.of_shop(tx, shop_id, limit=_MOST_SHOWN)
        if token_id not in {token.id for token in known}:
            raise NotPossible(N_("There is no such token."))
        if api_tokens.revoke(tx, shop_id, token_id, now=now):
            change = Change(what="token_revoked", subject=f"token {token_id}")
            changes.note(tx, shop_id, by, change, now=now)
            log.info("token_revoked shop=%s token=%s", shop_id, token_id)


def of_shop(shop_id: ShopId, *, services: Services) -> Sequence[TokenRow]:
    """Those that count first; the newest hundred."""
    with services.transactions.for_shop(shop_id) as tx:
        return api_tokens.of_shop(tx, shop_id, limit=_MOST_SHOWN)


def bearer(plain: str, *, services: Services) -> TokenRow | None:
    """What a program shows, if it counts; that it is used is written down."""
    if not _FORM.fullmatch(plain):
        return None
    with services.transactions.across(Crossing.SERVING) as tx:
        found = api_tokens.find(tx, _digest(plain))
        if found is not None:
            api_tokens.use(tx, found, now=services.clock())
    return found


def _digest(plain: str) -> bytes:
    """Of 256 random bits, which nobody finds by trying: it needs no salt."""
    return hashlib.sha256(plain.encode()).digest()
