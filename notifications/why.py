"""Why somebody got a message, or did not: the whole story, out of what was written.

Nothing is decided anew here. Each decision left its line, with the values that it was
made on; this reads them in their order and says each in a plain sentence.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from core.errors import NotPossible
from core.values import ContactId, MessageId, OrderId, Phone, ShopId
from notifications import consenting, reasons
from notifications.consenting import Stand
from notifications.ports import Services
from notifications.reasons import Advice
from notifications.wording import Template
from storage import asking, inbox, orders, people
from storage.merging import moment_of
from storage.session import Transaction

_LATE = timedelta(minutes=1)
_HIDDEN = "…"

ReadValues: TypeAlias = Callable[[bytes], Mapping[str, str]]
"""The values in the body of a message as it went out, by their names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``sentence`` is what the code means, in plain words."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Made:
    """What an automation made of a webhook: a message, or the reason for none."""

    automation: str
    message_id: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A webhook. It is late when it came long after it had happened."""

    id: int
    topic: str
    happened_at: datetime
    came_at: datetime
    is_late: bool
    state: str
    reason: Reason | None
    made: Sequence[Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """``city`` and ``country`` are those of the newest scan, and ``expected_at`` is
    when its carrier means to deliver."""

    fulfillment_id: int
    milestone: str | None
    milestone_at: datetime | None
    scan_at: datetime | None
    city: str | None = field(repr=False)
    country: str | None
    expected_at: datetime | None
    is_cancelled: bool
    has_tracking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is known of an order now. ``as_of`` is the time of the newest word."""

    order_id: int
    name: str
    as_of: datetime
    placed_at: datetime
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    total: str | None
    currency: str | None
    country: str | None
    locale: str | None
    agreed: bool | None
    phone: str | None
    parcels: Sequence[Parcel]
    webhooks: Sequence[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a message's story. ``values`` are what was looked at."""

    at: datetime
    what: str
    sentence: str
    reason: Reason | None
    attempt: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and its story. ``text`` is what the buyer read, where it is kept;
    ``text_is_gone`` is whether there was one that is kept no more."""

    id: str
    automation: str
    order_name: str | None
    state: str
    reason: Reason | None
    scope: str
    to: str | None
    attempts: int
    sent_again: int
    wanted_at: datetime
    due_at: datetime
    provider_id: str | None
    template: str | None
    language: str | None
    text: str | None = field(repr=False)
    text_is_gone: bool
    errors: Any
    pricing: Any
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``stand`` is the consent of the person who was asked about, else None."""

    orders: Sequence[Order]
    messages: Sequence[Message]
    stand: Stand | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Tells the stories of one shop. ``advice`` explains Meta's codes."""

    shop_id: ShopId
    services: Services
    advice: Advice
    read_values: ReadValues

    def of_order(self, name: str) -> Story:
        """The orders with that name, ``#1001`` or ``1001``, and their messages.

        Raises:
            NotPossible: there is no such order.
        """
        with self.services.transactions.for_shop(self.shop_id) as tx:
            found = orders.orders_named(tx, self.shop_id, name)
            if not found:
                raise NotPossible(f"no order is called {name}")
            ids = {row["order_id"] for row in found}
            messages = asking.messages_of_orders(tx, self.shop_id, ids)
            return Story(
                orders=[self._order(tx, row, messages, shown=None) for row in found],
                messages=[self._message(row, shown=None) for row in messages],
            )

    def of_person(self, phone: Phone) -> Story:
        """What one person agreed to, ordered and got; they are found by a fingerprint.

        Raises:
            NotPossible: nobody has that number.
        """
        with self.services.transactions.for_shop(self.shop_id) as tx:
            contact = people.contact_with(
                tx, self.shop_id, phone, book=self.services.book
            )
            if contact is None:
                raise NotPossible("nobody has that number at this shop")
            found = asking.orders_of_contact(tx, self.shop_id, contact)
            ids = {row["order_id"] for row in found}
            messages = asking.messages_of_contact(tx, self.shop_id, contact, ids)
            return Story(
                orders=[self._order(tx, row, messages, shown=phone) for row in found],
                messages=[self._message(row, shown=phone) for row in messages],
                stand=consenting.stand_of(people.history(tx, self.shop_id, contact)),
            )

    def of_message(self, message_id: MessageId) -> Story:
        """One message, and the order it is about.

        Raises:
            NotPossible: there is no such message at this shop.
        """
        with self.services.transactions.for_shop(self.shop_id) as tx:
            row = asking.message(tx, self.shop_id, message_id)
            if row is None:
                raise NotPossible(f"there is no message {message_id} at this shop")
            order = None
            if row["order_id"] is not None:
                order = asking.order(tx, self.shop_id, OrderId(row["order_id"]))
            told = [] if order is None else [self._order(tx, order, [row], shown=None)]
            return Story(orders=told, messages=[self._message(row, shown=None)])

    def _order(
        self,
        tx: Transaction,
        row: Mapping[str, Any],
        messages: asking.Rows,
        *,
        shown: Phone | None,
    ) -> Order:
        ids = {message["occasion"]: message["id"] for message in messages}
        webhooks = inbox.of_order(tx, self.shop_id, row["order_id"])
        return Order(
            order_id=row["order_id"],
            name=row["name"],
            as_of=moment_of(row["version"]),
            placed_at=row["placed_at"],
            cancelled_at=row["cancelled_at"],
            payment=row["payment"],
            cash_on_delivery=row["cash_on_delivery"],
            total=None if row["total"] is None else str(row["total"]),
            currency=row["currency"],
            country=row["country"],
            locale=row["locale"],
            agreed=row["agreed"],
            phone=self._phone_of(tx, row["contact_id"], shown),
            parcels=[
                self._parcel(parcel)
                for parcel in orders.parcels_of(tx, self.shop_id, row["order_id"])
            ],
            webhooks=[self._told(webhook, ids) for webhook in webhooks],
        )

    def _parcel(self, row: Mapping[str, Any]) -> Parcel:
        scan = orders.opened_private(
            row["scan"], "scan", self.shop_id, self.services.sealer
        )
        expected = scan.get("expected")
        return Parcel(
            fulfillment_id=row["fulfillment_id"],
            milestone=row["milestone"],
            milestone_at=row["milestone_at"],
            scan_at=row["scan_at"],
            city=scan.get("city"),
            country=scan.get("country"),
            expected_at=datetime.fromisoformat(expected) if expected else None,
            is_cancelled=bool(row["is_cancelled"]),
            has_tracking=bool(row["tracking_key"]),
        )

    def _phone_of(
        self, tx: Transaction, contact: int | None, shown: Phone | None
    ) -> str | None:
        if contact is None:
            return None
        sealed = asking.sealed_phone(tx, self.shop_id, ContactId(contact))
        return self._phone(sealed, shown)

    def _phone(self, sealed: bytes | None, shown: Phone | None) -> str | None:
        """Only its end, unless it is the number that somebody asked for."""
        if sealed is None:
            return None
        phone = self.services.book.opened(self.shop_id, sealed)
        return phone.e164 if phone == shown else f"+{_HIDDEN}{phone.e164[-2:]}"

    def _told(self, row: Mapping[str, Any], ids: Mapping[str, str]) -> Told:
        outcome = row["outcome"] or {}
        return Told(
            id=row["id"],
            topic=row["topic"],
            happened_at=row["happened_at"],
            came_at=row["arrived_at"],
            is_late=row["arrived_at"] - row["happened_at"] > _LATE,
            state=row["state"],
            reason=self._reason(row["reason"]),
            made=[
                self._made(automation, str(what), ids)
                for automation, what in outcome.items()
                if automation != "events"
            ],
        )

    def _made(self, automation: str, what: str, ids: Mapping[str, str]) -> Made:
        # An occasion names its automation first; a reason is a single word.
        if ":" in what:
            return Made(automation, ids.get(what), None)
        return Made(automation, None, self._reason(what))

    def _message(self, row: Mapping[str, Any], *, shown: Phone | None) -> Message:
        return Message(
            id=row["id"],
            automation=row["automation"],
            order_name=row["order_name"],
            state=row["state"],
            reason=self._reason(row["reason"]),
            scope=row["scope"],
            to=self._phone(row["phone"], shown),
            attempts=row["attempt"],
            sent_again=row["resends"],
            wanted_at=row["wanted_at"],
            due_at=row["due_at"],
            provider_id=row["provider_id"],
            template=row["template"],
            language=row["language"],
            text=self._text(row),
            text_is_gone=row["body"] is None and row["attempt"] > 0,
            errors=row["errors"],
            pricing=row["pricing"],
            lines=[self._line(entry) for entry in row["story"]],
        )

    def _text(self, row: Mapping[str, Any]) -> str | None:
        return text_of(row, self.services, self.read_values)

    def _line(self, entry: Mapping[str, Any]) -> Line:
        what = str(entry["what"])
        code = entry.get("because") or entry.get("code")
        return Line(
            at=datetime.fromisoformat(entry["at"]),
            what=what,
            sentence=reasons.step(what, entry),
            reason=self._reason(code),
            attempt=entry.get("attempt"),
            values={
                name: value
                for name, value in {**entry, **entry.get("saw", {})}.items()
                if name not in _TOLD_ELSEWHERE and value is not None
            },
        )

    def _reason(self, code: str | None) -> Reason | None:
        if code is None:
            return None
        said = reasons.sentence(code, self.advice)
        return Reason(code, said)


_TOLD_ELSEWHERE = frozenset(
    {
        *("at", "what", "because", "code", "words", "attempt", "saw"),
        *("automation", "actor", "decision"),  # the sentence has them
    }
)


def text_of(
    row: Mapping[str, Any], services: Services, read_values: ReadValues
) -> str | None:
    """What the buyer read: the values that went out, in the template's own words.

    None where no text is kept. Where the template is no longer ours to know, only the
    values are told.
    """
    if row["body"] is None:
        return None
    plain = services.sealer.open(row["body"], context=f"message {row['id']}")
    values = read_values(plain)
    automation = services.automations.get(row["automation"])
    template = automation.template if automation is not None else None
    if template is None or template.name != row["template"]:
        return json.dumps(dict(values), ensure_ascii=False)
    return _filled(template, row["language"], values)


def _filled(template: Template, language: str, values: Mapping[str, str]) -> str | None:
    text = template.texts.get(language)
    if text is None:
        return None
    parts = (text.header, text.body, text.footer)
    return "\n\n".join(
        re.sub(
            r"\{\{(\w+)\}\}",
            lambda found: values.get(found[1], found[0]),
            part,
        )
        for part in parts
        if part
    )
