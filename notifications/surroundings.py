"""What is known about everybody in a batch of due messages, before any of them is
decided about: as many queries for many as for a few."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.values import (
    ContactId,
    Debt,
    MessageId,
    OrderId,
    Scope,
    ShopId,
)
from notifications import (
    cart_products,
    chat_carts,
    gathering,
    offering,
)
from notifications.automations import every_template_of
from notifications.flows import Flows
from notifications.offering import Audience
from notifications.rules.chat import READ_WITHIN
from notifications.rules.consent import BY_ORDER, BY_PURCHASE, NEVER_ALONE
from storage import (
    bills,
    chats,
    ledger,
    left_carts,
    numbers,
    offer_codes,
    order_answers,
    policy_overrules,
    shops,
)
from storage import cart_looks as known_looks
from storage import cart_products as shelves
from storage import chat_carts as filled_carts
from storage.bills import KnownBill
from storage.cart_looks import KnownLook
from storage.cart_products import Shelf
from storage.chats import Answered
from storage.facts import KnownMessage
from storage.ledger import Words
from storage.left_carts import LeftCart
from storage.numbers import Templates
from storage.offer_codes import KnownOffer
from storage.order_answers import OrderKey, OrderStanding
from storage.people import PhoneBook
from storage.policy_overrules import Overrules
from storage.session import Transaction
from storage.shops import Switch
from storage.trials import TEST


@dataclass(slots=True)
class Surroundings:
    """What is known about everybody in one batch, read in a few queries.

    ``words`` are those that count; ``asked_about`` also those that somebody is to
    confirm before they do. ``unread`` is whether something that people said still is.
    ``shelves`` is what the catalogs have of carts that are to be shown.
    ``buyers`` are what those have typed at a checkout who are answered about a cart.
    ``decided``, ``debts``, ``answered`` and ``under_way`` also count what this very
    batch has decided, since the next message to the same person must know.
    """

    words: Words
    asked_about: Words
    switches: Mapping[tuple[ShopId, str], Switch]
    templates: Templates
    automations: gathering.Automations
    flows: Flows
    batch: Collection[MessageId]
    audience: Audience
    carts: Mapping[MessageId, LeftCart] = field(default_factory=dict)
    overrules: Mapping[ShopId, Overrules] = field(default_factory=dict)
    bills: Mapping[MessageId, KnownBill] = field(default_factory=dict)
    looks: Mapping[MessageId, KnownLook] = field(default_factory=dict)
    shelves: Mapping[ShopId, Shelf] = field(default_factory=dict)
    offers: Mapping[MessageId, KnownOffer] = field(default_factory=dict)
    ordered: Mapping[OrderKey, OrderStanding] = field(default_factory=dict)
    unread: bool = False
    answered: dict[tuple[ContactId, str], Answered] = field(default_factory=dict)
    buyers: Mapping[ContactId, Mapping[str, str]] = field(default_factory=dict)
    decided: gathering.Decided = field(default_factory=dict)
    debts: dict[ContactId, Debt] = field(default_factory=dict)
    under_way: set[ContactId] = field(default_factory=set)


def switches_of(
    tx: Transaction, batch: Iterable[KnownMessage], automations: gathering.Automations
) -> Mapping[tuple[ShopId, str], Switch]:
    """What the stores of these messages have set for them."""
    messages = list(batch)
    named = {message.automation for message in messages}
    owners = {automations[name].owner for name in named if name in automations}
    return shops.switches(tx, {message.shop_id for message in messages}, named | owners)


def surroundings_of(
    tx: Transaction,
    batch: Iterable[KnownMessage],
    automations: gathering.Automations,
    switches: Mapping[tuple[ShopId, str], Switch],
    flows: Flows,
    *,
    book: PhoneBook,
    now: datetime,
) -> Surroundings:
    messages = list(batch)
    # Before anybody's words are read: who reads them meanwhile leaves nothing unread,
    # and nothing unseen.
    unread = _has_unread(tx, messages, now)
    shop_ids = {message.shop_id for message in messages}
    contacts = {m.contact_id for m in messages if m.contact_id is not None}
    about_carts = [each for each in messages if each.checkout_key is not None]
    about_bills = flows.about_bills(messages)
    carts = left_carts.left_carts(
        tx,
        [each.id for each in about_carts],
        asks_before=flows.ask_what_was_bought_before(about_carts),
        sealer=book.sealer,
    )
    return Surroundings(
        words=ledger.latest_words(tx, contacts, not_from=NEVER_ALONE),
        asked_about=ledger.latest_words(
            tx, _who_is_asked(messages, automations), not_from=(BY_ORDER, BY_PURCHASE)
        ),
        switches=switches,
        flows=flows,
        templates=numbers.templates_of(
            tx, shop_ids, names=_template_names(messages, automations)
        ),
        automations=automations,
        batch={message.id for message in messages},
        carts=carts,
        shelves=shelves.of_shops(
            tx, cart_products.to_be_shown(about_carts, carts, flows)
        ),
        overrules=policy_overrules.of_shops(tx, {each.shop_id for each in about_carts}),
        bills=bills.known_bills(
            tx,
            [each.id for each in about_bills],
            asks_before=flows.ask_what_was_bought_before(about_bills),
            sealer=book.sealer,
        ),
        looks=known_looks.of_messages(tx, [each.id for each in about_carts]),
        offers=offer_codes.of_messages(tx, _with_codes(messages, automations)),
        ordered=order_answers.standings(tx, _asked_about(messages, automations)),
        audience=offering.audience_of(
            tx,
            _who_matters(messages, about_bills, switches, automations),
            book=book,
            now=now,
        ),
        unread=unread,
        answered=chats.answered(tx, _replied_to(messages)),
        buyers=filled_carts.buyers(tx, _with_carts(messages), sealer=book.sealer),
    )


def _has_unread(
    tx: Transaction, messages: Iterable[KnownMessage], now: datetime
) -> bool:
    """Whether people may have said what an offer in here must not overlook."""
    return any(m.scope is Scope.MARKETING for m in messages) and chats.has_unread(
        tx, before=now - READ_WITHIN, now=now
    )


def _replied_to(messages: Iterable[KnownMessage]) -> set[ContactId]:
    return {
        m.contact_id
        for m in messages
        if m.automation == chats.REPLY and m.contact_id is not None
    }


def _worded_by(message: KnownMessage) -> str:
    """The automation whose template it is to have."""
    is_trial = message.automation == TEST
    return message.told.get("automation", "") if is_trial else message.automation


def _template_names(
    messages: Iterable[KnownMessage], automations: gathering.Automations
) -> set[str]:
    worded = [
        automations[name]
        for message in messages
        if (name := _worded_by(message)) in automations
    ]
    return {each.name for each in every_template_of(worded)}


def _with_carts(messages: Iterable[KnownMessage]) -> Mapping[ContactId, ShopId]:
    """Who is answered about a cart that they filled in a chat."""
    replies = [each for each in messages if each.automation == chats.REPLY]
    return chat_carts.people_of(
        (each.contact_id, each.shop_id, each.told) for each in replies
    )


def _with_codes(
    messages: Iterable[KnownMessage], automations: gathering.Automations
) -> list[MessageId]:
    return [
        each.id
        for each in messages
        if each.automation in automations and automations[each.automation].makes_offer
    ]


def _who_is_asked(
    messages: Iterable[KnownMessage], automations: gathering.Automations
) -> set[ContactId]:
    return {
        message.contact_id
        for message in messages
        if message.contact_id is not None
        and message.automation in automations
        and automations[message.automation].asks_for_yes
    }


def _asked_about(
    messages: Iterable[KnownMessage], automations: gathering.Automations
) -> set[OrderKey]:
    """The orders whose buyers are asked whether they want them."""
    return {
        (message.shop_id, OrderId(message.order_id))
        for message in messages
        if message.order_id is not None
        and message.automation in automations
        and automations[message.automation].asks_buyer
    }


def _who_matters(
    messages: Iterable[KnownMessage],
    about_bills: Iterable[KnownMessage],
    switches: Mapping[tuple[ShopId, str], Switch],
    automations: gathering.Automations,
) -> set[ContactId]:
    """Whom an offer is for, whom a store does not want to wake with news, or to send it
    at other hours than its own, and of whom a step of a flow may ask where they are."""
    hours = (
        message
        for message in messages
        if message.scope is Scope.MARKETING
        or "news_quiet_hours" in message.offers
        or send_window_of(message, switches, automations)
    )
    return {
        message.contact_id
        for message in (*hours, *about_bills)
        if message.contact_id is not None
    }


def send_window_of(
    message: KnownMessage,
    switches: Mapping[tuple[ShopId, str], Switch],
    automations: gathering.Automations,
) -> str | None:
    switch = _switch_of(message, switches, automations)
    return None if switch is None else switch.send_window


def _switch_of(
    message: KnownMessage,
    switches: Mapping[tuple[ShopId, str], Switch],
    automations: gathering.Automations,
) -> Switch | None:
    automation = automations.get(message.automation)
    if automation is None:
        return None
    return switches.get((message.shop_id, automation.owner))
