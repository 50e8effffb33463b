"""Why somebody got a message, or did not: the whole story, out of what was written.

Nothing is decided anew here. Each decision left its line, with the facts that it was
made on; this reads them in their order and says each in the reader's language.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.errors import NotPossible
from core.values import MessageId, OrderId, Phone, ShopId
from core.words import N_, Meaning, Words
from notifications import consenting, reasons, seen, terms
from notifications.checks import Check, checks_of
from notifications.consenting import Stand
from notifications.ports import Services
from notifications.reasons import Reason
from notifications.rules.decision import Decision, Send, decide
from notifications.rules.objections import Skip, Wait
from notifications.story import (
    Failure,
    Line,
    Made,
    Message,
    Order,
    Parcel,
    Story,
    Told,
)
from notifications.wording import Template
from storage import asking, orders, people
from storage.merging import moment_of
from storage.session import Transaction

_LATE = timedelta(minutes=1)
_HIDDEN = "…"


class Interpreter(Protocol):
    """Says what is in the words of the channel that messages go by."""

    def meaning_of(self, code: int) -> Meaning:
        """What a code of its errors means, and what can be done."""

    def values_in(self, body: bytes) -> Mapping[str, str]:
        """The values in the body of a message as it went out, by their names."""

    def as_sent(self, body: bytes, *, to: str | None) -> Any:
        """The body itself, fit for JSON, with its recipient written as ``to``."""

    def price_in(self, pricing: Mapping[str, Any], words: Words) -> str:
        """What it said of the price, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Tells the stories of one shop in ``words``, each with a few queries, however
    long it is."""

    shop_id: ShopId
    services: Services
    interpreter: Interpreter
    words: Words

    def of_order(self, name: str) -> Story:
        """The orders with that name, ``#1001`` or ``1001``, and their messages.

        Raises:
            NotPossible: there is no such order.
        """
        with self.services.transactions.for_shop(self.shop_id) as tx:
            found = asking.orders_named(tx, self.shop_id, name)
            if not found:
                raise NotPossible(N_("no order is called %(name)s"), name=name)
            messages = asking.messages_of_orders(tx, self.shop_id, _ids(found))
            return self._story(tx, found, messages)

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
                raise NotPossible(N_("nobody has that number at this shop"))
            found = asking.orders_of_contact(tx, self.shop_id, contact)
            messages = asking.messages_of_contact(
                tx, self.shop_id, contact, _ids(found)
            )
            stand = consenting.stand_of(people.history(tx, self.shop_id, contact))
            return self._story(tx, found, messages, shown=phone, stand=stand)

    def of_message(self, message_id: MessageId) -> Story:
        """One message, and the order it is about.

        Raises:
            NotPossible: there is no such message at this shop.
        """
        with self.services.transactions.for_shop(self.shop_id) as tx:
            row = asking.message(tx, self.shop_id, message_id)
            if row is None:
                raise NotPossible(
                    N_("there is no message %(message)s at this shop"),
                    message=message_id,
                )
            order_ids = [] if row["order_id"] is None else [OrderId(row["order_id"])]
            found = asking.orders_of(tx, self.shop_id, order_ids)
            return self._story(tx, found, [row])

    def _story(
        self,
        tx: Transaction,
        found: asking.Rows,
        messages: asking.Rows,
        *,
        shown: Phone | None = None,
        stand: Stand | None = None,
    ) -> Story:
        parcels = asking.parcels_of_orders(tx, self.shop_id, _ids(found))
        webhooks = asking.webhooks_of_orders(tx, self.shop_id, _ids(found))
        ids = {message["occasion"]: message["id"] for message in messages}
        return Story(
            orders=[
                self._order(
                    row,
                    parcels=[self._parcel(each) for each in _about(row, parcels)],
                    webhooks=[self._told(each, ids) for each in _about(row, webhooks)],
                    shown=shown,
                )
                for row in found
            ],
            messages=[self._message(row, shown=shown) for row in messages],
            stand=stand,
        )

    def _order(
        self,
        row: Mapping[str, Any],
        *,
        parcels: Sequence[Parcel],
        webhooks: Sequence[Told],
        shown: Phone | None,
    ) -> Order:
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
            phone=self._phone(row["phone"], shown),
            parcels=parcels,
            webhooks=webhooks,
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
            state_means=self.words.gettext(terms.OF_EVENTS[row["state"]].sentence),
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
        to = self._phone(row["phone"], shown)
        body, pricing = _opened(row, self.services), row["pricing"]
        return Message(
            id=row["id"],
            automation=row["automation"],
            order_name=row["order_name"],
            state=row["state"],
            state_means=self.words.gettext(terms.OF_MESSAGES[row["state"]].sentence),
            reason=self._reason(row["reason"]),
            scope=row["scope"],
            to=to,
            attempts=row["attempt"],
            sent_again=row["resends"],
            wanted_at=row["wanted_at"],
            due_at=row["due_at"],
            provider_id=row["provider_id"],
            template=row["template"],
            language=row["language"],
            text=None if body is None else self._text(row, body),
            text_is_gone=body is None and row["attempt"] > 0,
            sent=None if body is None else self.interpreter.as_sent(body, to=to),
            errors=[self._failure(error) for error in row["errors"] or ()],
            price=pricing and self.interpreter.price_in(pricing, self.words),
            pricing=pricing,
            lines=[self._line(entry, row) for entry in row["story"]],
        )

    def _text(self, row: Mapping[str, Any], body: bytes) -> str | None:
        return _worded(row, self.interpreter.values_in(body), self.services)

    def _failure(self, error: Mapping[str, Any]) -> Failure:
        code = error.get("code")
        return Failure(self._reason(code and f"meta_{code}"), error)

    def _line(self, entry: Mapping[str, Any], row: Mapping[str, Any]) -> Line:
        what, at = str(entry["what"]), datetime.fromisoformat(entry["at"])
        code = entry.get("because") or entry.get("code")
        checks, is_of_older_rules = self._checks(entry, row, at)
        return Line(
            at=at,
            what=what,
            sentence=reasons.step(what, entry, self.words),
            reason=self._reason(code),
            attempt=entry.get("attempt"),
            checks=checks,
            is_of_older_rules=is_of_older_rules,
            details={
                name: value
                for name, value in entry.items()
                if name not in _TOLD_ELSEWHERE and value is not None
            },
        )

    def _checks(
        self, entry: Mapping[str, Any], row: Mapping[str, Any], at: datetime
    ) -> tuple[Sequence[Check], bool]:
        automation = self.services.automations.get(row["automation"])
        if "saw" not in entry or automation is None:
            return (), False
        facts = seen.facts_again(entry["saw"], row, automation)
        if facts is None:
            return (), True
        is_same = _is_the_decision(decide(facts, now=at), entry)
        return checks_of(facts, at, self.words), not is_same

    def _reason(self, code: str | None) -> Reason | None:
        if code is None:
            return None
        return reasons.explained(code, self.interpreter.meaning_of, self.words)


_TOLD_ELSEWHERE = frozenset(
    {
        *("at", "what", "because", "code", "words", "attempt", "saw"),
        *("automation", "actor", "decision"),  # the sentence has them
    }
)


def _ids(rows: asking.Rows) -> Collection[OrderId]:
    return [OrderId(row["order_id"]) for row in rows]


def _about(order: Mapping[str, Any], rows: asking.Rows) -> asking.Rows:
    return [row for row in rows if row["order_id"] == order["order_id"]]


def _is_the_decision(decision: Decision, entry: Mapping[str, Any]) -> bool:
    """Whether that is what was decided when the line was written."""
    match decision:
        case Send():
            return bool(entry["what"] == "taken")
        case Wait(_, because):
            what = "waiting"
        case Skip(because):
            what = "skipped"
    return (entry["what"], entry.get("because")) == (what, because)


def text_of(
    row: Mapping[str, Any], services: Services, interpreter: Interpreter
) -> str | None:
    """What the buyer read: the values that went out, in the template's own words.

    None where no text is kept. Where the template is no longer ours to know, only the
    values are told.
    """
    body = _opened(row, services)
    if body is None:
        return None
    return _worded(row, interpreter.values_in(body), services)


def _opened(row: Mapping[str, Any], services: Services) -> bytes | None:
    if row["body"] is None:
        return None
    return services.sealer.open(row["body"], context=f"message {row['id']}")


def _worded(
    row: Mapping[str, Any], values: Mapping[str, str], services: Services
) -> str | None:
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
