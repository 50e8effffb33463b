"""A store's people: who has come in, and what each of them may do here.

Whoever opens the app first is its owner; whoever comes later looks, until an owner says
otherwise. There is always an owner: the last one stays it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_, Words
from notifications.ports import Services
from notifications.roles import Role
from storage import changes, staff
from storage.changes import By, Change
from storage.merging import opened, sealed
from storage.session import Transaction
from storage.staff import Colleague as Row

log = logging.getLogger(__name__)

ROLE_SET = "role_set"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a store's staff, as Shopify calls them."""

    user: str
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """``role`` is None where an owner has taken it away, ``last_seen_at`` where they
    have never been here."""

    user: str
    role: Role | None
    name: str | None = field(repr=False)
    first_seen_at: datetime
    last_seen_at: datetime | None


def role_of(
    shop_id: ShopId, user: str, *, session: int | None, services: Services
) -> Role | None:
    """What somebody may do who is here now. They are written down if they are new.

    ``session`` is what their browser remembers; None where Shopify itself has just said
    who they are. None for who may not come in: their role was taken away, or their
    session is over.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        known = _known(tx, shop_id, user, now)
        if known.role is None or session not in (None, known.session):
            return None
        staff.see(tx, shop_id, known, now=now)
    return Role(known.role)


def welcome(shop_id: ShopId, member: Member, *, services: Services) -> int | None:
    """Write down who has just signed in; answer the number of the session that their
    browser is to remember. None where their role was taken away."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        known = _known(tx, shop_id, member.user, now)
        if known.role is None:
            return None
        staff.see(tx, shop_id, known, now=now)
        if member.name is not None:
            name = sealed(member.name, "name", shop_id, services.sealer)
            staff.call(tx, shop_id, member.user, name)
    return known.session


def _known(tx: Transaction, shop_id: ShopId, user: str, now: datetime) -> Row:
    found = staff.one(tx, shop_id, user)
    if found is None:
        staff.be_alone(tx, shop_id)
        staff.add(tx, shop_id, user, first=Role.OWNER, later=Role.VIEWER, now=now)
        found = staff.one(tx, shop_id, user)
    if found is None:
        raise LookupError("somebody who has just been written down")
    return found


def everybody(shop_id: ShopId, *, services: Services) -> Sequence[Colleague]:
    """In the order in which they came."""
    with services.transactions.for_shop(shop_id) as tx:
        rows = staff.everybody(tx, shop_id)
    return [
        Colleague(
            user=row.user,
            role=None if row.role is None else Role(row.role),
            name=opened(row.name, "name", shop_id, services.sealer),
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]


def called(user: str, name: str | None, words: Words) -> str:
    """What a page calls a member of staff."""
    number = N_("Member of staff %(number)s")
    return name or words.gettext(number, number=user)


def set_role(
    shop_id: ShopId, user: str, role: Role | None, *, by: By, services: Services
) -> None:
    """Say what somebody may do from now on; None takes it all away. Their sessions end
    at once. That they have it already changes nothing.

    Raises:
        NotPossible: nobody of the store is called so, or they are its last owner.
    """
    with services.transactions.for_shop(shop_id) as tx:
        staff.be_alone(tx, shop_id)
        found = staff.one(tx, shop_id, user)
        if found is None:
            raise NotPossible(N_("nobody of this store's staff is called so"))
        _set(tx, shop_id, found, role, by, services)


def make_owner(shop_id: ShopId, user: str, *, by: By, services: Services) -> None:
    """Let a member of the store's staff be an owner, whether they have been here or
    not."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        staff.be_alone(tx, shop_id)
        found = _known(tx, shop_id, user, now)
        _set(tx, shop_id, found, Role.OWNER, by, services)


def _set(
    tx: Transaction,
    shop_id: ShopId,
    known: Row,
    role: Role | None,
    by: By,
    services: Services,
) -> None:
    if known.role == role:
        return
    if known.role == Role.OWNER and not staff.others_with(
        tx, shop_id, Role.OWNER, but=known.user
    ):
        raise NotPossible(N_("a store has an owner: make somebody else one before"))
    staff.set_role(tx, shop_id, known.user, role)
    change = Change(
        what=ROLE_SET,
        subject=f"staff {known.user}",
        before={"role": known.role},
        after={"role": role},
    )
    changes.note(tx, shop_id, by, change, now=services.clock())
    log.info("role_set shop=%s role=%s", shop_id, role)


def sign_out(shop_id: ShopId, user: str, *, services: Services) -> None:
    """End somebody's sessions, in every browser."""
    with services.transactions.for_shop(shop_id) as tx:
        staff.sign_out(tx, shop_id, user)
