"""What buyers tick on their way to an order, and with it, as words for the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from core.events import OrderSeen
from core.shopping import CheckoutSeen
from core.values import Act, ContactId, Scope, ShopId
from notifications.facts_told.parts import Names
from notifications.rules.consent import BY_BOX, BY_ORDER, BY_PURCHASE
from storage import ledger
from storage.history import Telling
from storage.ledger import Word
from storage.session import Transaction
from storage.shops import ConsentRule, KnownShop


def words_of_order(shop: KnownShop, event: OrderSeen, contact: ContactId) -> list[Word]:
    """The yes that came with the order, with the sentence it was said to."""
    if event.agreed:
        source, wording = BY_ORDER, event.wording
    elif shop.consent_rule is ConsentRule.PURCHASE:
        source, wording = BY_PURCHASE, shop.purchase_wording
    else:
        return []
    return [
        Word(
            shop_id=shop.id,
            contact_id=contact,
            scope=Scope.TRANSACTIONAL,
            act=Act.GRANTED,
            source=source,
            happened_at=event.placed_at,
            wording=wording,
            who=None if event.phone is None else event.phone.e164,
            evidence=_evidence_of(event),
        )
    ]


def word_about_offers(
    shop_id: ShopId, event: OrderSeen | CheckoutSeen, contact: ContactId
) -> list[Word]:
    """The yes of a box for offers that is ticked. It does not end with the order.

    A checkout is told of again and again, and nobody says when its box was ticked: it
    counts from the beginning, so that a no said meanwhile is the newer one.
    """
    if not event.offers_agreed:
        return []
    word = _box_ticked(shop_id, event, contact)
    return [] if word is None else [word]


def _box_ticked(
    shop_id: ShopId, event: OrderSeen | CheckoutSeen, contact: ContactId
) -> Word | None:
    at = event.placed_at if isinstance(event, OrderSeen) else event.started_at
    if at is None:
        return None
    return Word(
        shop_id=shop_id,
        contact_id=contact,
        scope=Scope.MARKETING,
        act=Act.GRANTED,
        source=BY_BOX,
        happened_at=at,
        wording=event.offers_wording,
        who=None if event.phone is None else event.phone.e164,
        evidence=_evidence_of(event),
    )


def unticked(
    tx: Transaction, tellings: Iterable[Telling], words: Sequence[Word], names: Names
) -> list[Word]:
    """A no for each checkout whose box was ticked before and is not any more.

    It is said at the very moment of the yes, where a no counts for more: so it takes
    back that one, and nothing that was said since.
    """
    maybe: list[Word] = []
    for told in tellings:
        event = told.event
        if isinstance(event, CheckoutSeen) and event.offers_agreed is False:
            contact = names.contact(told.shop_id, event)
            word = contact and _box_ticked(told.shop_id, event, contact)
            maybe += [word] if word else []
    ticked = ledger.known(tx, maybe)
    for word in maybe:
        if any(_are_of_one_checkout(word, each) for each in words):
            ticked.append(word)
    return [replace(word, act=Act.REVOKED, wording=None) for word in ticked]


def _are_of_one_checkout(one: Word, other: Word) -> bool:
    same = one.contact_id == other.contact_id and one.source == other.source
    return same and one.happened_at == other.happened_at


def _evidence_of(event: OrderSeen | CheckoutSeen) -> dict[str, Any]:
    if isinstance(event, CheckoutSeen):
        return {"checkout_token": event.token}
    evidence: dict[str, Any] = {"order_id": event.order_id, "order": event.name}
    if event.checkout_token is not None:
        evidence["checkout_token"] = event.checkout_token
    return evidence
