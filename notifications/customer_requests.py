"""What a store's people ask for about one of its customers: all that is held of them,
or that they are forgotten. Both are done as when Shopify asks for it."""

from core.errors import NotPossible
from core.events import Named, PersonAsks, PersonToBeForgotten
from core.values import ContactId, CustomerId, ShopDomain, ShopId
from core.words import N_
from notifications.ports import Services
from notifications.privacy.requests import ask_for_store
from storage import customer_lists
from storage.changes import By, Change


def export(
    shop_id: ShopId,
    domain: ShopDomain,
    contact_id: ContactId,
    *,
    by: By,
    services: Services,
) -> int:
    """Ask for all that is held of a person; answer the number of the request, which is
    done within a minute. Asked again, it is all that is held then.

    Raises:
        NotPossible: there is no such person.
    """
    now = services.clock()
    event = PersonAsks(
        happened_at=now,
        shop=domain.host,
        person=_named(shop_id, contact_id, services),
        request_id=int(now.timestamp()),
    )
    change = Change(what="person_exported", subject=f"contact {contact_id}")
    return ask_for_store(event, shop_id, change, by=by, services=services)


def erase(
    shop_id: ShopId,
    domain: ShopDomain,
    contact_id: ContactId,
    *,
    by: By,
    services: Services,
) -> int:
    """Have a person forgotten, within a minute; answers and raises as ``export``."""
    event = PersonToBeForgotten(
        happened_at=services.clock(),
        shop=domain.host,
        person=_named(shop_id, contact_id, services),
    )
    change = Change(what="person_erased", subject=f"contact {contact_id}")
    return ask_for_store(event, shop_id, change, by=by, services=services)


def _named(shop_id: ShopId, contact_id: ContactId, services: Services) -> Named:
    with services.transactions.for_shop(shop_id) as tx:
        found = customer_lists.these(tx, shop_id, [contact_id])
    for row in found:
        customer = None if row.customer_id is None else CustomerId(row.customer_id)
        if row.phone is not None:
            phone = services.book.opened(shop_id, row.phone)
            return Named(customer_id=customer, phone=phone)
        if customer is not None:
            return Named(customer_id=customer)
        raise NotPossible(
            N_(
                "WhatsApp shows this person by an id alone, and the store knows no"
                " customer of theirs: whoever runs the installation can do this."
            )
        )
    raise NotPossible(N_("There is no such person, or they were erased."))
