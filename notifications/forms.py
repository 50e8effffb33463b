"""A yes to offers that somebody gives on a page of the store's.

Anybody may type anybody's number there. So the yes counts only once it was confirmed
from that number, and nothing that is answered tells whether a number is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.echoes import BY_FORM
from core.lanes import Work
from core.values import Act, Phone, Scope, ShopDomain
from notifications import asking_twice, proposing
from notifications.ports import Services
from storage import ledger, people, shops
from storage.ledger import Word
from storage.shops import KnownShop
from storage.tenancy import Crossing

ASKING = "confirm_offers"
_NO_WEBHOOK = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A store whose visitors may say yes. ``country`` is where it is."""

    shop: KnownShop
    name: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """``evidence`` is what shows it: from where, with what, on which page."""

    phone: Phone
    wording: str
    wording_version: str
    wording_language: str
    evidence: Mapping[str, Any] = field(repr=False)


def place_at(domain: ShopDomain, *, services: Services) -> Place | None:
    """None where the store is not connected, or asks nobody to confirm: a yes that
    nobody is asked about would never count."""
    with services.transactions.across(Crossing.SERVING) as tx:
        known = shops.known_shops(tx, [domain.host], sealer=services.sealer)
        shop, row = known.get(domain.host), shops.find(tx, domain)
        if shop is None or row is None:
            return None
        switch = shops.switches(tx, [shop.id]).get((shop.id, ASKING))
    if switch is None or not switch.enabled:
        return None
    return Place(shop, row["name"] or domain.host, row["country"])


def say_yes(shop: KnownShop, yes: Yes, *, services: Services) -> None:
    """Write it down, and have its number asked, at most once a day."""
    now = services.clock()
    with services.transactions.for_shop(shop.id) as tx:
        person = (shop.id, yes.phone)
        found = people.contacts_of(tx, [person], book=services.book, now=now)
        word = Word(
            shop_id=shop.id,
            contact_id=found[person],
            scope=Scope.MARKETING,
            act=Act.GRANTED,
            source=BY_FORM,
            happened_at=now,
            wording=yes.wording,
            wording_version=yes.wording_version,
            wording_language=yes.wording_language,
            who=yes.phone.e164,
            evidence=yes.evidence,
        )
        agreed = asking_twice.agreed(
            [word], {shop.id: shop}, tx=tx, now=now, services=services
        )
        events = agreed.get(shop.id, [])
        proposals = proposing.propose(
            [(_NO_WEBHOOK, shop, events)], {}, tx=tx, now=now, services=services
        )
        lanes = [(Work.SEND, lane) for lane in proposals.lanes]
        tx.after_commit(partial(services.hints.look_at_all, lanes))
        # As the last lock that is taken: see storage.ledger.
        ledger.record(tx, [word], now=now, sealer=services.sealer)
