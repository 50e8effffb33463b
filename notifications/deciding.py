"""What is known about each due message, turned into the facts that rules look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.values import ContactId, Debt, Money, Scope, ShopId
from notifications import wording
from notifications.automations import Automation, Known
from notifications.rules import pacing
from notifications.rules.consent import BY_ORDER, BY_PURCHASE
from notifications.rules.decision import Decision, decide
from notifications.rules.objections import Facts, Yes
from storage import numbers, people, shops
from storage.facts import KnownMessage
from storage.numbers import TemplateRow
from storage.people import LatestWord
from storage.session import Transaction
from storage.shops import ConsentRule, Switch


@dataclass(slots=True)
class Surroundings:
    """What is known about everybody in one batch, read in a few queries.

    ``debts`` and ``under_way`` also count what this very batch has decided, since
    the next message to the same person must know.
    """

    words: Mapping[tuple[ContactId, Scope], LatestWord]
    switches: Mapping[tuple[ShopId, str], Switch]
    templates: Mapping[tuple[ShopId, str, str], TemplateRow]
    debts: dict[ContactId, Debt] = field(default_factory=dict)
    under_way: set[ContactId] = field(default_factory=set)


def surroundings_of(tx: Transaction, batch: Iterable[KnownMessage]) -> Surroundings:
    messages = list(batch)
    shop_ids = {message.shop_id for message in messages}
    contacts = {m.contact_id for m in messages if m.contact_id is not None}
    return Surroundings(
        words=people.latest_words(tx, contacts, not_from=(BY_ORDER, BY_PURCHASE)),
        switches=shops.switches(tx, shop_ids),
        templates=numbers.templates_of(tx, shop_ids),
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and the facts that it was made on."""

    decision: Decision
    facts: Facts
    language: str


def decided(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    *,
    now: datetime,
) -> Decided:
    language = language_of(message, around, automation)
    facts = facts_of(message, around, automation, language)
    return Decided(decide(facts, now=now), facts, language)


def language_of(
    message: KnownMessage, around: Surroundings, automation: Automation[Any]
) -> str:
    """The buyer's, where the shop speaks it and Meta has approved it; else English."""
    texts = automation.template.texts
    offered = {
        language: text
        for language, text in texts.items()
        if not message.languages or language in message.languages
    }
    wanted = wording.language_for(
        message.order.locale if message.order else None, offered
    )
    template = automation.template.name
    row = around.templates.get((message.shop_id, template, wanted))
    return (
        wanted
        if row and row.state == "APPROVED"
        else _fallback(wanted, around, message, template)
    )


def _fallback(
    wanted: str, around: Surroundings, message: KnownMessage, template: str
) -> str:
    default = around.templates.get(
        (message.shop_id, template, wording.DEFAULT_LANGUAGE)
    )
    is_ready = default is not None and default.state == "APPROVED"
    return wording.DEFAULT_LANGUAGE if is_ready else wanted


def facts_of(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    language: str,
) -> Facts:
    order, parcel, contact = message.order, message.parcel, message.contact_id
    switch = around.switches.get((message.shop_id, automation.name))
    template = around.templates.get(
        (message.shop_id, automation.template.name, language)
    )
    word = around.words.get((contact, message.scope)) if contact else None
    return Facts(
        is_on=switch is not None and switch.enabled,
        shop_is_active=message.shop_is_active,
        scope=message.scope,
        wanted_at=message.wanted_at,
        lifetime=automation.lifetime,
        order_is_known=order is not None,
        order_cancelled_at=order.cancelled_at if order else None,
        is_about_parcel=message.is_about_parcel,
        tracking_key=message.tracking_key,
        parcel_is_cancelled=parcel is not None and parcel.is_cancelled,
        parcel_tracking_key=parcel.tracking_key if parcel else message.tracking_key,
        parcel_milestone=parcel.milestone if parcel else None,
        has_phone=message.sealed_phone is not None,
        yes=_yes(message, word),
        revoked_at=word.happened_at if word and word.act == "revoked" else None,
        number_is_connected=message.phone_number_id is not None,
        parked_until=message.parked_until,
        template_state=template.state if template else None,
        template_category=template.category if template else None,
        another_is_under_way=message.under_way or contact in around.under_way,
        debt=around.debts.get(contact, message.debt) if contact else None,
    )


def _yes(message: KnownMessage, word: LatestWord | None) -> Yes | None:
    """The buyer's yes with the order, one in the ledger, or the purchase itself."""
    order = message.order
    if message.scope is Scope.TRANSACTIONAL and order is not None and order.agreed:
        return Yes(BY_ORDER, order.placed_at)
    if word is not None and word.act == "granted":
        return Yes(word.source, word.happened_at)
    is_by_purchase = message.consent_rule == ConsentRule.PURCHASE
    if message.scope is Scope.TRANSACTIONAL and order is not None and is_by_purchase:
        return Yes(BY_PURCHASE, order.placed_at)
    return None


def told_of(message: KnownMessage, language: str) -> Known:
    """What the message may tell."""
    order, parcel = message.order, message.parcel
    private = order.private if order else {}
    label = parcel.private if parcel else {}
    total = None
    if order and order.total is not None and order.currency:
        total = Money(order.total, order.currency)
    return Known(
        language=language,
        shop_name=message.shop_name,
        order_name=order.name if order else "",
        first_name=private.get("first_name"),
        total=total,
        order_link=private.get("status_url"),
        tracking_numbers=tuple(label.get("numbers", "").split("\n"))
        if label.get("numbers")
        else (),
        tracking_link=label.get("link"),
        carrier=label.get("carrier"),
    )


def told_values(facts: Facts) -> dict[str, Any]:
    """The values a decision used, for the story: no names, no numbers."""
    return {
        "yes": facts.yes.source if facts.yes else None,
        "yes_given_at": facts.yes.given_at.isoformat() if facts.yes else None,
        "revoked_at": facts.revoked_at.isoformat() if facts.revoked_at else None,
        "order_is_known": facts.order_is_known,
        "has_phone": facts.has_phone,
        "template_state": facts.template_state,
        "template_category": facts.template_category,
        "parcel": facts.parcel_milestone,
        "parked_until": facts.parked_until.isoformat() if facts.parked_until else None,
    }


def count(around: Surroundings, message: KnownMessage, *, now: datetime) -> Debt:
    """Note that this message leaves ``now``; answer what the person is owed then."""
    contact = message.contact_id
    if contact is None:
        raise ValueError("a message without a person cannot leave")
    owed = around.debts.get(contact, message.debt)
    around.debts[contact] = pacing.after_one_more(owed, now=now)
    around.under_way.add(contact)
    return around.debts[contact]
