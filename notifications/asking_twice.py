"""Whoever said yes to offers is asked whether it was them, where that is needed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.echoes import BY_FORM
from core.events import OffersAgreed
from core.values import Act, ContactId, Phone, Scope, ShopId
from notifications import offering
from notifications.offering import Audience
from notifications.ports import Services
from notifications.rules.wished import BY_BUTTON, BY_KEYWORD
from storage import offers
from storage.ledger import Word
from storage.session import Transaction
from storage.shops import KnownShop

_ASKS = "confirm_offers"
_AT_MOST = 3
"""So often in a year: the number may be somebody else's, who never asked for it."""
_NEW = timedelta(days=1)
"""Nobody is asked about the past."""
_ASKED_IN_THE_CHAT = (BY_KEYWORD, BY_BUTTON)


def wishes(words: Sequence[Word], *, now: datetime) -> list[Word]:
    """Those of the words that are a yes which may have to be confirmed."""
    return [
        word
        for word in words
        if word.scope is Scope.MARKETING
        and word.topic is None
        and word.act in (Act.GRANTED, Act.IMPORTED)
        and word.source not in _ASKED_IN_THE_CHAT
        and word.happened_at > now - _NEW
    ]


def agreed(
    words: Sequence[Word],
    shops: Mapping[ShopId, KnownShop],
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> dict[ShopId, list[OffersAgreed]]:
    """Who is to be asked, of those whose words are about to be recorded, as what
    happened at each shop."""
    wishing = [word for word in wishes(words, now=now) if word.shop_id in shops]
    if not wishing:
        return {}
    contacts = {word.contact_id for word in wishing}
    audience = offering.audience_of(tx, contacts, book=services.book, now=now)
    asked = offers.times_asked(tx, contacts, _ASKS, since=now - timedelta(days=365))
    events: dict[ShopId, list[OffersAgreed]] = {}
    for word in wishing:
        phone = _to_ask(word, shops[word.shop_id], audience, asked, now)
        if phone is not None:
            events.setdefault(word.shop_id, []).append(
                OffersAgreed(
                    happened_at=word.happened_at,
                    phone=phone,
                    contact_id=word.contact_id,
                    language=word.wording_language if word.source == BY_FORM else None,
                )
            )
    return events


def _to_ask(
    word: Word,
    shop: KnownShop,
    audience: Audience,
    asked: Mapping[ContactId, int],
    now: datetime,
) -> Phone | None:
    """The number to ask at; None where nobody has to be asked, or too often was."""
    contact = word.contact_id
    phone = offering.phone_of(contact, audience)
    if phone is None or asked.get(contact, 0) >= _AT_MOST:
        return None
    if offering.has_confirmed(contact, audience):
        return None
    must = word.source == BY_FORM or offering.has_to_confirm(
        contact, audience, offers=shop.offers, timezone=shop.timezone, now=now
    )
    return phone if must else None
