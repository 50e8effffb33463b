"""By what webhooks are searched for a person: keyed fingerprints of their numbers and
addresses, so that looking for somebody does not mean keeping who it was.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from core import mentions
from core.events import Named
from core.sealing import CannotOpen, fingerprint
from core.values import Phone, ShopId, UserId
from notifications.facts_told.parts import Names
from notifications.ports import Services
from storage import inbox
from storage.erasing import Person
from storage.inbox import Kept, Source
from storage.tenancy import Crossing

Marks = frozenset[bytes]

_AT_ONCE = 500
_OF_SHOP = (Source.SHOPIFY, Source.SEVENTEEN_TRACK)


def marks_of(
    named: Named,
    person: Person | None,
    phones: Collection[Phone],
    mails: Collection[str],
    user_ids: Collection[UserId],
    *,
    services: Services,
) -> Marks:
    """By whatever name the person may be called in a webhook."""
    called = {mentions.of_mail(mail) for mail in mails}
    called |= {mentions.of_user(each) for each in user_ids}
    if named.email is not None:
        called.add(mentions.of_mail(named.email))
    said = [phone.e164 for phone in phones]
    said += [each for each in (named.said_phone,) if each is not None]
    called |= {form for each in said if (form := mentions.of_phone(each)) is not None}
    ids = {*named.orders, *(person.orders if person else ())}
    ids |= person.customers if person else set()
    ids |= {named.customer_id} if named.customer_id is not None else set()
    called |= {mentions.of_id(each) for each in ids}
    keys = {*person.checkouts, *person.carts} if person else set()
    return frozenset({*(mark_of(form, services) for form in called), *keys})


def mark_of(form: str, services: Services) -> bytes:
    return fingerprint(services.book.pepper(), f"mark {form}")


def empty_webhooks(
    domain: str,
    shop_id: ShopId | None,
    marks: Marks,
    *,
    since: datetime | None,
    unread_until: datetime,
    services: Services,
) -> int:
    """Empty every webhook that mentions the person, and came at or after ``since``, in
    portions; answer how many that were.

    A bundle of Meta's may be about several stores, so all of these are looked at.
    """
    found = 0
    for page in _pages(domain, since, services):
        named = [each.id for each in page if _mentions(each, shop_id, marks, services)]
        if named:
            with services.transactions.across(Crossing.KEEPING) as tx:
                found += inbox.empty(tx, named, unread_until=unread_until)
    return found


def webhooks_about(
    domain: str, shop_id: ShopId | None, marks: Marks, *, services: Services
) -> list[int]:
    """The ids of the store's own webhooks that mention the person."""
    return [
        each.id
        for page in _pages(domain, None, services, sources=_OF_SHOP)
        for each in page
        if _mentions(each, shop_id, marks, services)
    ]


def _pages(
    domain: str,
    since: datetime | None,
    services: Services,
    sources: Collection[Source] = tuple(Source),
) -> Iterator[list[Kept]]:
    for source in sources:
        after = ""
        whose = "" if source is Source.META else domain
        while True:
            with services.transactions.across(Crossing.KEEPING) as tx:
                page = inbox.kept(
                    tx, source, whose, after=after, since=since, limit=_AT_ONCE
                )
            yield page
            if len(page) < _AT_ONCE:
                break
            after = page[-1].place


def _mentions(
    webhook: Kept, shop_id: ShopId | None, marks: Marks, services: Services
) -> bool:
    """What nobody can open tells nobody anything."""
    try:
        body = inbox.unpack(webhook.sealed_body, webhook.domain, services.sealer)
    except CannotOpen:
        return False
    names = Names({}, services.book.pepper())
    seen: set[str] = set()
    for form in mentions.mentions_in(body):
        if form in seen:
            continue
        seen.add(form)
        if mark_of(form, services) in marks:
            return True
        if shop_id is not None and " " not in form:  # a token, as it stands
            keys = (names.checkout(shop_id, form), names.cart(shop_id, form))
            if not marks.isdisjoint(keys):
                return True
    return False
