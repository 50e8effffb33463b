"""One person, found in all that is kept, and forgotten."""

from dataclasses import dataclass, field
from datetime import datetime

from core.events import Named
from core.values import Phone, ShopId
from notifications.ports import Services
from notifications.privacy.marks import Marks, empty_webhooks, marks_of
from storage import erasing, people
from storage.erasing import Person
from storage.merging import opened
from storage.session import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """A person, and by which marks webhooks are searched for them."""

    person: Person
    marks: Marks
    phones: frozenset[Phone] = field(repr=False)
    mails: frozenset[str] = field(repr=False)


def find(
    named: Named, shop_id: ShopId, *, tx: Transaction, services: Services
) -> Found:
    """All that is held of somebody, found by whatever they are called."""
    book, contact_id = services.book, None
    if named.phone is not None:
        contact_id = people.contact_with(tx, shop_id, named.phone, book=book)
    person = erasing.person_of(
        tx,
        shop_id,
        customer_id=named.customer_id,
        contact_id=contact_id,
        orders=named.orders,
    )
    sealed = erasing.sealed_names_of(tx, person)
    phones = {book.opened(shop_id, each) for each in sealed.phones}
    phones |= {named.phone} if named.phone is not None else set()
    mails = {
        str(opened(each, "email", shop_id, services.sealer)) for each in sealed.mails
    }
    user_ids = {book.opened_user(shop_id, each) for each in sealed.user_ids}
    marks = marks_of(named, person, phones, mails, user_ids, services=services)
    return Found(person, marks, frozenset(phones), frozenset(mails))


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, and by which marks late words about the person are found.

    ``is_over`` is False where a message was on its way to them in that moment: nothing
    else has been touched then.
    """

    is_over: bool
    counts: dict[str, int]
    marks: Marks


def erase(
    named: Named,
    domain: str,
    shop_id: ShopId | None,
    *,
    asked_at: datetime,
    services: Services,
) -> Erased:
    """Forget somebody; ``shop_id`` is None where the shop has gone, and webhooks that
    nobody has read may still name them. A second time there is nothing left."""

    def search(shop_id: ShopId | None, marks: Marks) -> int:
        return empty_webhooks(
            domain,
            shop_id,
            marks,
            since=None,
            unread_until=asked_at,
            services=services,
        )

    if shop_id is None:
        marks = marks_of(named, None, (), (), (), services=services)
        return Erased(True, {"webhooks": search(None, marks)}, marks)
    with services.transactions.for_shop(shop_id) as tx:
        found = find(named, shop_id, tx=tx, services=services)
        cancelled, under_way = erasing.stop_messages(tx, found.person)
    if under_way:
        return Erased(False, {"cancelled": cancelled}, found.marks)
    # First, for the tables say what to search for, should we not get any further.
    emptied = search(shop_id, found.marks)
    with services.transactions.for_shop(shop_id) as tx:
        found = find(named, shop_id, tx=tx, services=services)
        more, under_way = erasing.stop_messages(tx, found.person)
        if under_way:
            return Erased(False, {"cancelled": cancelled + more}, found.marks)
        counts = erasing.erase(
            tx, found.person, now=services.clock(), sealer=services.sealer
        )
    counts |= {"cancelled": cancelled + more, "webhooks": emptied}
    return Erased(True, counts, found.marks)
