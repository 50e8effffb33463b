"""Rows and facts, told again in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.values import Phone, ShopId
from core.words import Meaning, Words
from notifications import headings, reasons, seen, terms
from notifications.checks import Check, checks_of
from notifications.happenings import ParcelNames, told_by
from notifications.past import Entry
from notifications.ports import Services
from notifications.reasons import Reason
from notifications.replies import REPLY
from notifications.rules.decision import Decision, Send, decide
from notifications.rules.objections import Skip, Wait
from notifications.sent_text import ReadsBodies, body_of, worded
from notifications.story import (
    Failure,
    Happening,
    Line,
    Made,
    Message,
    MessageThen,
    Order,
    Parcel,
    Told,
)
from notifications.trials import TRIAL
from storage.merging import Version, moment_of
from storage.orders import OrderFacts, ParcelFacts

_LATE = timedelta(minutes=1)
_HIDDEN = "…"


class Interpreter(ReadsBodies, Protocol):
    """Says what is in the words of the channel that messages go by."""

    def meaning_of(self, code: int) -> Meaning:
        """What a code of its errors means, and what can be done."""

    def as_sent(self, body: bytes, *, to: str | None) -> Any:
        """The body itself, fit for JSON, with its recipient written as ``to``."""

    def price_in(self, pricing: Mapping[str, Any], words: Words) -> str:
        """What it said of the price, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retelling:
    """Tells again in ``words``. Of phones only the end is told, but for ``shown``;
    automations have their codes, or are ``titled``."""

    shop_id: ShopId
    services: Services
    interpreter: Interpreter
    words: Words
    shown: Phone | None = None
    titled: bool = False

    def order(
        self,
        facts: OrderFacts,
        parcels: Iterable[ParcelFacts],
        *,
        phone: bytes | None,
        led_to_by: Mapping[str, Any] | None = None,
        webhooks: Sequence[Told] = (),
    ) -> Order:
        """An order that is known whole. ``phone`` is sealed, and ``led_to_by`` the row
        of the message that led to it."""
        return Order(
            order_id=facts.order_id,
            name=facts.name or "",
            as_of=moment_of(facts.version or Version("")),
            placed_at=facts.placed_at,
            cancelled_at=facts.cancelled_at,
            payment=facts.payment,
            cash_on_delivery=bool(facts.cash_on_delivery),
            total=None if facts.total is None else str(facts.total),
            currency=facts.currency,
            country=facts.country,
            locale=facts.locale,
            agreed=facts.agreed,
            phone=self._phone(phone),
            led_to_by=None if led_to_by is None else led_to_by["id"],
            parcels=[_parcel(parcel) for parcel in parcels],
            webhooks=webhooks,
        )

    def webhook(self, row: Mapping[str, Any], ids: Mapping[str, str]) -> Told:
        """``ids`` are those of messages, by their occasions."""
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

    def message(self, row: Mapping[str, Any]) -> Message:
        to = self._phone(row["phone"])
        body, pricing = body_of(row, self.services), row["pricing"]
        return Message(
            id=row["id"],
            automation=row["automation"],
            order_name=row["order_name"],
            state=row["state"],
            state_means=self.words.gettext(terms.OF_MESSAGES[row["state"]].sentence),
            reason=self._reason(row["reason"]),
            scope=row["scope"],
            to=to,
            through=row["display_phone"] or row["phone_number_id"],
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
            clicked_at=row["clicked_at"],
            last_clicked_at=row["last_clicked_at"],
            clicks=row["clicks"],
            errors=[self._failure(error) for error in row["errors"] or ()],
            price=pricing and self.interpreter.price_in(pricing, self.words),
            pricing=pricing,
            lines=[self._line(entry, row) for entry in row["story"]],
        )

    def message_then(self, row: Mapping[str, Any], at: datetime) -> MessageThen:
        lines = [self._line(entry, row) for entry in row["story"]]
        return MessageThen(
            id=row["id"],
            automation=row["automation"],
            order_name=row["order_name"],
            lines=[line for line in lines if line.at <= at],
        )

    def happening(self, entry: Entry, at: datetime, parcels: ParcelNames) -> Happening:
        told = entry.told
        return Happening(
            happened_at=told.event.happened_at,
            came_at=told.arrived_at,
            known_at=told.read_at,
            kind=type(told.event).__name__,
            sentence=told_by(told.event, self.words, parcels),
            is_late=entry.is_late,
            was_known=told.read_at <= at,
        )

    def _phone(self, sealed: bytes | None) -> str | None:
        if sealed is None:
            return None
        phone = self.services.book.opened(self.shop_id, sealed)
        is_shown = phone == self.shown
        return phone.e164 if is_shown else f"+{_HIDDEN}{phone.e164[-2:]}"

    def _text(self, row: Mapping[str, Any], body: bytes) -> str | None:
        return worded(row, body, self.services, self.interpreter)

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
            sentence=reasons.step(what, self._named(entry), self.words),
            reason=self._reason(code),
            attempt=entry.get("attempt"),
            checks=checks,
            is_of_older_rules=is_of_older_rules,
            own=entry.get("said"),
            details={
                name: value
                for name, value in entry.items()
                if name not in TOLD_ELSEWHERE and value is not None
            },
        )

    def _named(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self.titled or "automation" not in entry:
            return entry
        title = headings.title_of(entry["automation"], self.words)
        return {**entry, "automation": title}

    def _checks(
        self, entry: Mapping[str, Any], row: Mapping[str, Any], at: datetime
    ) -> tuple[Sequence[Check], bool]:
        """The rules that were asked, and whether today's would decide otherwise."""
        name = row["automation"]
        of_ours = {REPLY.name: REPLY, TRIAL.name: TRIAL}
        automation = of_ours.get(name) or self.services.automations.get(name)
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


TOLD_ELSEWHERE = frozenset(
    {
        *("at", "what", "because", "code", "attempt", "saw", "said"),
        # The sentence has them.
        *("automation", "actor", "decision", "before"),
        *("things", "can_be_bought", "differences", "showing", "shown"),
    }
)
"""What of a line is not among its details."""


def _parcel(facts: ParcelFacts) -> Parcel:
    scan = facts.scan or {}
    expected = scan.get("expected")
    return Parcel(
        fulfillment_id=facts.fulfillment_id,
        milestone=facts.milestone,
        milestone_at=facts.milestone_at,
        scan_at=facts.scan_at,
        city=scan.get("city"),
        country=scan.get("country"),
        expected_at=datetime.fromisoformat(expected) if expected else None,
        is_cancelled=bool(facts.is_cancelled),
        has_tracking=bool(facts.tracking_key),
    )


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
