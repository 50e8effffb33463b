"""Who is who, as a person with access to this machine looks it up and says it; and as
a store says it of its customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import NotPossible
from core.events import CustomersMerged
from core.values import Act, ContactId, KeyKind, Phone, Scope, ShopId, UserId
from core.words import N_
from notifications import consenting
from notifications.consenting import Stand
from notifications.identities import Learned, register_of, write
from notifications.operating import Operator
from notifications.ports import Services
from notifications.rules.consent import NEVER_ALONE
from storage import asking, contact_keys, contact_merges, held, ledger, people
from storage.contact_keys import Row
from storage.contact_merges import Merge
from storage.merging import opened
from storage.session import Transaction

BY_OWNER = "owner"
BY_CUSTOMERS = "customers_merged"

_MOST_MESSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """A number, or WhatsApp's id of a user, and since when it is theirs. ``value`` is
    None once they were erased."""

    kind: KeyKind
    value: str | None = field(repr=False)
    since: datetime
    shown_at: datetime | None
    until: datetime | None
    how: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """All that is known of who somebody is. ``orders`` are the newest first,
    ``messages`` the newest last, and of both some; ``merges`` are those that still
    hold."""

    contact_id: ContactId
    known_by: Sequence[KnownBy]
    customers: Sequence[Mapping[str, Any]]
    stand: Stand
    marketing_since: datetime | None
    orders: Sequence[Mapping[str, Any]]
    messages: Sequence[Mapping[str, Any]]
    merges: Sequence[Mapping[str, Any]]


def whoever_is(
    shop_id: ShopId, named: Phone | UserId, *, services: Services
) -> ContactId | None:
    """Whoever has the number, or WhatsApp's id, or had it last."""
    with services.transactions.for_shop(shop_id) as tx:
        if isinstance(named, Phone):
            return people.contact_with(tx, shop_id, named, book=services.book)
        return people.contact_known_as(tx, shop_id, named, book=services.book)


def portrait(shop_id: ShopId, who: ContactId, *, services: Services) -> Portrait:
    """All that is known of who a contact is."""
    with services.transactions.for_shop(shop_id) as tx:
        rows = contact_keys.of_contact(tx, shop_id, who)
        said = ledger.history(tx, shop_id, who, sealer=services.sealer)
        orders = asking.orders_of_contact(tx, shop_id, who)
        about = [row["order_id"] for row in orders]
        messages = asking.messages_of_contact(tx, shop_id, who, about)
        merges = contact_merges.merges_of(tx, shop_id, who)
        customers = held.customers_with(tx, shop_id, who)
        since = contact_keys.marketing_since(tx, who)
    return Portrait(
        contact_id=who,
        known_by=[_known_by(row, shop_id, services) for row in rows],
        customers=[_customer(row, shop_id, services) for row in customers],
        stand=consenting.stand_of(said),
        marketing_since=since,
        orders=[_order(row) for row in orders],
        messages=[_message(row) for row in messages[-_MOST_MESSAGES:]],
        merges=[_merge(each) for each in merges if each.undone_at is None],
    )


def _known_by(row: Row, shop_id: ShopId, services: Services) -> KnownBy:
    value = None
    if row.value is not None:
        book = services.book
        is_phone = row.kind is KeyKind.PHONE
        value = (
            book.opened(shop_id, row.value).e164
            if is_phone
            else book.opened_user(shop_id, row.value)
        )
    return KnownBy(
        kind=row.kind,
        value=value,
        since=row.since,
        shown_at=row.shown_at,
        until=row.until,
        how=row.how,
        is_current=row.is_current,
    )


def _customer(
    row: Mapping[str, Any], shop_id: ShopId, services: Services
) -> Mapping[str, Any]:
    sealer = services.sealer
    return {
        "customer_id": row["customer_id"],
        "first_name": opened(row["first_name"], "first_name", shop_id, sealer),
        "email": opened(row["email"], "email", shop_id, sealer),
    }


def _order(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: row[name] for name in ("order_id", "name", "placed_at")}


def _message(row: Mapping[str, Any]) -> Mapping[str, Any]:
    names = ("id", "automation", "scope", "state", "reason", "order_name", "created_at")
    return {name: row[name] for name in names}


def _merge(merge: Merge) -> Mapping[str, Any]:
    return {
        "gone": merge.gone,
        "at": merge.at,
        "how": merge.how,
        "actor": merge.actor,
        "rows": {table: len(names) for table, names in merge.moved.items()},
    }


def merge(
    shop_id: ShopId,
    kept: Phone,
    gone: Phone,
    *,
    operator: Operator,
    services: Services,
) -> ContactId:
    """Make one of two contacts, which are the same person; answer which stays.

    Raises:
        NotPossible: one of them is unknown, both are the same, or they are two accounts
            of WhatsApp.
    """
    with services.transactions.for_shop(shop_id) as tx:
        contact_keys.await_turn(tx, [shop_id])
        first, second = (
            people.contact_with(tx, shop_id, phone, book=services.book)
            for phone in (kept, gone)
        )
        if first is None or second is None:
            raise NotPossible(N_("nobody with that number is known to this store"))
        if first == second:
            raise NotPossible(N_("both are the same person already"))
        if not _join(
            first,
            second,
            shop_id,
            how=BY_OWNER,
            actor=operator.name,
            tx=tx,
            now=services.clock(),
        ):
            raise NotPossible(
                N_("they are two accounts of WhatsApp, and stay two persons here")
            )
    return first


def split(shop_id: ShopId, phone: Phone, *, services: Services) -> ContactId:
    """Undo the last merge of whoever has the number; answer who is there again.

    Raises:
        NotPossible: nobody has the number, or nobody was made one with them.
    """
    with services.transactions.for_shop(shop_id) as tx:
        contact_keys.await_turn(tx, [shop_id])
        who = people.contact_with(tx, shop_id, phone, book=services.book)
        merges = [] if who is None else contact_merges.merges_of(tx, shop_id, who)
        last = next((each for each in merges if each.undone_at is None), None)
        if last is None:
            raise NotPossible(N_("nobody was made one with whoever has that number"))
        contact_merges.be_alone(tx, shop_id)
        contact_merges.split(tx, shop_id, last, now=services.clock())
    return last.gone


def join_customers(
    told: Sequence[tuple[ShopId, CustomersMerged]],
    *,
    tx: Transaction,
    now: datetime,
) -> None:
    """What a store says of two customers, it says of whoever has their numbers. Two
    accounts of WhatsApp stay two, with one customer."""
    if not told:
        return
    contact_keys.await_turn(tx, {shop_id for shop_id, _ in told})
    for shop_id, event in sorted(told, key=lambda each: each[1].happened_at):
        kept, gone = (
            held.contact_of_customer(tx, shop_id, customer)
            for customer in (event.kept, event.gone)
        )
        if kept is not None and gone is not None and kept != gone:
            _join(kept, gone, shop_id, how=BY_CUSTOMERS, actor=None, tx=tx, now=now)


def _join(
    kept: ContactId,
    gone: ContactId,
    shop_id: ShopId,
    *,
    how: str,
    actor: str | None,
    tx: Transaction,
    now: datetime,
) -> bool:
    """Whether they could be made one."""
    rows = contact_keys.near(tx, {shop_id: ()}, (kept, gone)).get(shop_id, [])
    users = {row.key for row in rows if _is_user_of(row, (kept, gone))}
    if len(users) > 1:
        return False
    register = register_of(rows)
    register.join(kept, gone, how)
    if _is_yes_of_one(kept, gone, tx):
        register.marketing_since[kept] = now
    values = {(row.kind, row.key): row.value for row in rows if row.value is not None}
    learned = Learned(shop_id, register, rows, values)
    write([learned], actor=actor, tx=tx, now=now)
    return True


def _is_user_of(row: Row, contacts: Sequence[ContactId]) -> bool:
    is_theirs = row.contact_id in contacts and row.until is None
    return is_theirs and row.kind is KeyKind.USER_ID


def _is_yes_of_one(kept: ContactId, gone: ContactId, tx: Transaction) -> bool:
    """Whether the one who is gone agreed to offers, or to a part of them, and the other
    did not on the number that they have: a yes on one number is none to offers on
    another. A no counts, whoever said it."""
    words = ledger.latest_words(tx, (kept, gone), not_from=NEVER_ALONE)
    has_agreed = any(
        who == gone and scope is Scope.MARKETING and word.act is not Act.REVOKED
        for (who, scope, _topic), word in words.items()
    )
    mine = words.get((kept, Scope.MARKETING, None))
    if mine is None or mine.act is Act.REVOKED:
        return has_agreed
    since = contact_keys.marketing_since(tx, kept)
    return has_agreed and since is not None and mine.happened_at <= since
