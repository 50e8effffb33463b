"""What is known about each due message, turned into the facts that rules look at."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.values import (
    Act,
    Debt,
    Milestone,
    OrderId,
    Scope,
)
from notifications import (
    cart_looks,
    cart_news,
    cart_products,
    gathering,
    offer_terms,
    offering,
    parcel_news,
)
from notifications.automations import Automation, Known, Told
from notifications.bills import bill_of
from notifications.cart_products import Plain, Showing
from notifications.flows import Stepping
from notifications.gathering import Gathered
from notifications.offering import Reader
from notifications.rules import pacing, silence
from notifications.rules.consent import BY_ORDER, BY_PURCHASE
from notifications.rules.decision import Decision, decide
from notifications.rules.news import is_paid_at_door, is_payment_awaited
from notifications.rules.objections import Facts, Ordered, Yes
from notifications.rules.standing import Standing
from notifications.senders import Sender
from notifications.speaking import language_of, template_of
from notifications.surroundings import Surroundings, send_window_of
from notifications.telling_of import part_of, told_of
from notifications.wording import Text
from storage.bills import KnownBill
from storage.facts import KnownMessage, KnownParcel
from storage.ledger import LatestWord
from storage.left_carts import LeftCart
from storage.offer_codes import KnownOffer
from storage.shops import ConsentRule


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, the facts that it was made on, and what the message is to tell;
    ``label`` is what has to stand at its head, and ``stepping`` where it stands in a
    flow. ``priority`` is the line that it stands
    in: 0 for news, 1 for offers. ``offer`` is the code that it carries, if it does, and
    ``showing`` what it shows, or why it does not show what it was to."""

    decision: Decision
    facts: Facts
    language: str
    told: Told
    cart: LeftCart | None
    label: str | None
    priority: int
    stepping: Stepping | None
    offer: KnownOffer | None = None
    bill: KnownBill | None = None
    showing: Showing | Plain | None = None

    @property
    def changed_at(self) -> datetime | None:
        """From when on the steps of its flow count their time."""
        if self.cart is not None:
            return self.cart.changed_at
        return None if self.bill is None else self.bill.since

    def tells(
        self, message: KnownMessage, *, cart_link: str | None = None, at: datetime
    ) -> Known:
        """``at`` is when it leaves."""
        return told_of(
            message,
            self.told,
            self.cart,
            self.bill,
            language=self.language,
            label=self.label,
            cart_link=cart_link,
            offer=self.offer,
            at=at,
        )


def decided(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    sender: Sender | None,
    *,
    now: datetime,
) -> Decided:
    """``sender`` is the number that it would leave through, if the shop has any."""
    stepping = around.flows.stepping_of(message)
    person = _person_of(message, around, automation, stepping, now=now)
    language = language_of(message, around, automation, sender)
    gathered = gathering.gathered(
        message, around.automations, around.batch, around.decided, now=now
    )
    facts = facts_of(
        *(message, around, automation, sender, language, gathered, person, stepping),
        now=now,
    )
    offer = around.offers.get(message.id)
    decision = decide(facts, now=now)
    gathering.note(gathered, decision, around.decided, now=now)
    bill = around.bills.get(message.id)
    told = gathered.told or message.told
    cart = cart_looks.without_gone(
        around.carts.get(message.id), around.looks.get(message.id), facts.look, now=now
    )
    label, priority = person.reader.label, automation.priority
    return Decided(
        *(decision, facts, language, told, cart, label, priority, stepping, offer),
        bill,
        _showing(message, around, automation, sender, language, cart, stepping),
    )


def _showing(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    sender: Sender | None,
    language: str,
    cart: LeftCart | None,
    stepping: Stepping | None,
) -> Showing | Plain | None:
    if automation.showing is None:
        return None
    return cart_products.showing_of(
        stepping,
        automation.showing,
        template_of(message, around, sender, automation.showing.name, language),
        cart,
        around.shelves.get(message.shop_id),
        account_id=sender.number.account_id if sender else None,
        language=language,
        last=message.reason,
    )


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody has said about a message's scope, and what counts where they are.
    ``revoked_at`` is when they took a yes back, if that was their last word."""

    yes: Yes | None
    revoked_at: datetime | None
    reader: Reader


def _person_of(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    stepping: Stepping | None,
    *,
    now: datetime,
) -> Person:
    word = _word(message, around, automation)
    yes = _yes(message, word)
    is_confirmed = word is not None and word.act is Act.CONFIRMED
    reader = offering.reader_of(
        message,
        around.audience,
        agreed_at=yes.given_at if yes else None,
        confirmed_at=yes.given_at if yes and is_confirmed else None,
        stepping=stepping,
        send_window=send_window_of(message, around.switches, around.automations),
        now=now,
    )
    is_no = word is not None and word.act is Act.REVOKED
    return Person(yes, word.happened_at if word and is_no else None, reader)


def facts_of(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    sender: Sender | None,
    language: str,
    gathered: Gathered,
    person: Person,
    stepping: Stepping | None,
    *,
    now: datetime,
) -> Facts:
    order, parcel, contact = message.order, message.parcel, message.contact_id
    switch = around.switches.get((message.shop_id, automation.owner))
    template = template_of(message, around, sender, automation.template.name, language)
    return Facts(
        is_on=switch is not None and switch.enabled,
        shop_is_active=message.shop_is_active,
        scope=message.scope,
        wanted_at=message.wanted_at,
        lifetime=automation.lifetime,
        order_is_known=order is not None
        or automation.asks_for_yes
        or message.draft_order_id is not None,
        order_cancelled_at=order.cancelled_at if order else None,
        outlives_cancellation=automation.outlives_cancellation,
        awaits_payment=automation.awaits_payment,
        tells_part=automation.tells_part,
        parcel_is_part=part_of(message) is not None,
        order_is_unpaid=order is not None
        and is_payment_awaited(order.payment, order.cash_on_delivery),
        is_about_parcel=message.fulfillment_id is not None,
        tracking_key=message.tracking_key,
        parcel_is_cancelled=parcel is not None and parcel.is_cancelled,
        parcel_tracking_key=parcel.tracking_key if parcel else message.tracking_key,
        milestone=automation.milestone,
        is_told_daily=automation.is_told_daily,
        place=message.told.get("place"),
        silence=silence.days(message.told.get("silent_days")),
        parcel_milestone=parcel.milestone if parcel else None,
        parcel_milestone_at=parcel.milestone_at if parcel else None,
        parcel_was_under_way=parcel is not None and parcel.was_under_way,
        parcel_moved_at=parcel.moved_at if parcel else None,
        parcel_set_out_at=parcel.set_out_at if parcel else None,
        scan_milestone=_scanned_milestone(parcel),
        scan_at=parcel.scan_at if parcel else None,
        scan_place=parcel_news.place_of(parcel.scan) if parcel else None,
        cart=cart_news.cart_of(
            around.carts.get(message.id),
            message.told,
            stepping,
            around.overrules.get(message.shop_id, {}),
            language=language,
            country=person.reader.country,
            tags=person.reader.tags,
        ),
        bill=bill_of(
            around.bills.get(message.id),
            message.told,
            stepping,
            language=language,
            country=person.reader.country,
            tags=person.reader.tags,
        ),
        is_reachable=message.sealed_phone is not None
        or message.sealed_user_id is not None,
        yes=person.yes,
        revoked_at=person.revoked_at,
        number_is_connected=sender is not None,
        parked_until=sender.number.parked_until if sender else None,
        number_free_at=sender.free_at(automation.priority, now=now) if sender else None,
        template_state=template.state if template else None,
        template_category=template.category if template else None,
        another_is_under_way=message.under_way or contact in around.under_way,
        debt=around.debts.get(contact, message.debt) if contact else None,
        itself=gathered.itself,
        siblings=gathered.siblings,
        has_something_to_tell=gathered.told is not None,
        standing=_standing(person.reader, automation, language),
        hour=person.reader.hour,
        is_reply=False,
        wrote_at=None,
        said_at=None,
        unread=around.unread and message.scope is Scope.MARKETING,
        code=offer_terms.code_of(
            automation, stepping, around.offers.get(message.id), now=now
        ),
        ordered=_ordered(message, around),
        look=cart_looks.look_of(
            around.carts.get(message.id), around.looks.get(message.id)
        ),
    )


def _ordered(message: KnownMessage, around: Surroundings) -> Ordered | None:
    """None for what asks nothing."""
    order = message.order
    if order is None or message.order_id is None:
        return None
    known = around.ordered.get((message.shop_id, OrderId(message.order_id)))
    automation = around.automations.get(message.automation)
    if known is None or automation is None or not automation.asks_buyer:
        return None
    return Ordered(
        said=known.said,
        is_to_be_paid=is_paid_at_door(order.payment, order.cash_on_delivery),
        is_on_its_way=known.is_on_its_way,
    )


def _standing(
    reader: Reader, automation: Automation[Any], language: str
) -> Standing | None:
    """None for what is no offer: news, and who is asked whether they want any."""
    if automation.asks_for_yes:
        return None
    return _labelled(reader, automation.template.texts[language])


def _labelled(reader: Reader, text: Text) -> Standing | None:
    has_room = offering.has_room_for_label(text)
    if reader.standing is None or reader.label is None or has_room:
        return reader.standing
    return replace(reader.standing, lacks_label=True)


def _word(
    message: KnownMessage, around: Surroundings, automation: Automation[Any]
) -> LatestWord | None:
    """The last word about this scope, or about what the automation tells of under it,
    whichever is newer. At one moment a no counts for more than a yes."""
    contact = message.contact_id
    if contact is None:
        return None
    topics = {None, automation.topic}
    words = around.asked_about if automation.asks_for_yes else around.words
    said = [words.get((contact, message.scope, topic)) for topic in topics]
    return max(
        filter(None, said),
        key=lambda word: (word.happened_at, word.act is Act.REVOKED),
        default=None,
    )


def _scanned_milestone(parcel: KnownParcel | None) -> Milestone | None:
    named = parcel.scan.get("milestone") if parcel else None
    return None if named is None else Milestone(named)


def _yes(message: KnownMessage, word: LatestWord | None) -> Yes | None:
    """The buyer's yes with the order, one in the ledger, or the purchase itself."""
    order = message.order
    if message.scope is Scope.TRANSACTIONAL and order is not None and order.agreed:
        return Yes(BY_ORDER, order.placed_at)
    if (
        word is not None
        and word.act is not Act.REVOKED
        and not _is_outlived(word, message)
    ):
        return Yes(word.source, word.happened_at)
    is_by_purchase = message.consent_rule == ConsentRule.PURCHASE
    if message.scope is Scope.TRANSACTIONAL and order is not None and is_by_purchase:
        return Yes(BY_PURCHASE, order.placed_at)
    return None


def _is_outlived(word: LatestWord, message: KnownMessage) -> bool:
    """Whether it was a yes to offers on a number that they have no more."""
    since = message.marketing_since
    is_before = since is not None and word.happened_at <= since
    return message.scope is Scope.MARKETING and is_before


def count(around: Surroundings, message: KnownMessage, *, now: datetime) -> Debt:
    """Note that this message leaves ``now``; answer what the person is owed then."""
    contact = message.contact_id
    if contact is None:
        raise ValueError("a message without a person cannot leave")
    owed = around.debts.get(contact, message.debt)
    around.debts[contact] = pacing.after_one_more(owed, now=now)
    around.under_way.add(contact)
    automation = around.automations.get(message.automation)
    is_offer = automation is not None and not automation.asks_for_yes
    if message.scope is Scope.MARKETING and is_offer:
        around.audience.count(contact, at=now)
    return around.debts[contact]
