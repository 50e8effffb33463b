"""``/app/messages/ID``: why a message went out or not, from the webhook that led to it
to the last report; and what somebody can do about it."""

from flask import Response, request

from core.errors import NotPossible
from core.values import MessageId
from core.words import N_
from notifications import (
    previews,
    raw_payloads,
    sending_again,
    terms,
    topics_said,
    witnessing,
)
from notifications.listing import called
from notifications.retelling import Interpreter, Retelling
from notifications.roles import Role
from notifications.rules.lifecycle import State
from notifications.sending_again import WHY_NOT, Again
from notifications.story import Message, Told
from notifications.weighing import settle_by_person
from notifications.why import Reader
from notifications.witnessing import Kind
from storage import asking
from storage.message_lists import OUT
from webapp.pages.messages import TONES
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_DECISIONS = {
    "arrived": State.SENT,
    "send_again": State.WAITING,
    "drop": State.CANCELLED,
}
_NOT_UNSURE = N_("Somebody else, or a report of Meta's, has decided it meanwhile.")


def add(pages: Pages) -> None:
    @pages.get("/messages/<message_id>", role=Role.VIEWER)
    def message(visit: Visit, message_id: str) -> Response:
        return _one(visit, MessageId(message_id))

    @pages.get("/messages/<message_id>/raw", role=Role.AGENT)
    def raw(visit: Visit, message_id: str) -> Response:
        return _raw(visit, MessageId(message_id))

    @pages.post("/messages/<message_id>/decide", role=Role.AGENT)
    def decide(visit: Visit, message_id: str) -> Response:
        decision = _DECISIONS.get(request.form.get("decision", ""))
        if decision is None:
            raise NotPossible(N_("Choose what is to become of it."))
        settled = settle_by_person(
            visit.shop_id,
            MessageId(message_id),
            decision=decision,
            by=visit.by,
            services=visit.services,
        )
        if not settled:
            raise NotPossible(_NOT_UNSURE)
        return visit.done(f"/messages/{message_id}", "saved")

    @pages.post("/messages/<message_id>/again", role=Role.AGENT)
    def again(visit: Visit, message_id: str) -> Response:
        new = sending_again.send_again(
            visit.shop_id,
            MessageId(message_id),
            by=visit.by,
            services=visit.services,
        )
        return visit.done(f"/messages/{new}", "begun")


def retelling_for(visit: Visit) -> Retelling:
    return Retelling(
        shop_id=visit.shop_id,
        services=visit.services,
        interpreter=_interpreter(),
        words=visit.words,
        titled=True,
    )


def _interpreter() -> Interpreter:
    from wiring.outside import MetasWords

    return MetasWords()


def _one(visit: Visit, message_id: MessageId) -> Response:
    again, person = _known(visit, message_id)
    subject = f"message {message_id}"
    visit.notes_look("message", Kind.ORDERS, Kind.TEXTS, subject=subject)
    story = Reader(retelling_for(visit)).of_message(message_id)
    [message] = story.messages
    order = story.orders[0] if story.orders else None
    return visit.shows(
        "pages/message.html",
        message=message,
        called=called(message.automation, visit.words),
        state=terms.state_of(message.state, terms.OF_MESSAGES, visit.words),
        tone=TONES[State(message.state)],
        scope=terms.name_of(message.scope, terms.SCOPES, visit.words),
        order=order,
        buttons=_buttons(visit, message),
        webhooks=[told for told in order.webhooks if _led_to(told, message)]
        if order
        else [],
        topic_said=lambda topic: topics_said.said(topic, visit.words),
        again=again,
        person=person,
        why_not=again.why_not and WHY_NOT[again.why_not],
        is_out=message.state in OUT,
        is_over=message.state in ("failed", "skipped", "cancelled"),
    )


def _buttons(visit: Visit, message: Message) -> tuple[str, ...]:
    """Those of its template, where that is still ours to know."""
    automation = visit.services.automations.get(message.automation)
    if automation is None or automation.template.name != message.template:
        return ()
    text = automation.template.texts.get(message.language or "")
    return () if text is None else previews.buttons_of(text)


def _led_to(told: Told, message: Message) -> bool:
    return any(made.message_id == message.id for made in told.made)


def _known(visit: Visit, message_id: MessageId) -> tuple[Again, int | None]:
    """Whether it may be sent again, and whom it is for, by our number for them."""
    services = visit.services
    with services.transactions.for_shop(visit.shop_id) as tx:
        row = asking.message(tx, visit.shop_id, message_id)
        if row is None:
            raise NotPossible(NOT_FOUND)
        again = sending_again.may_be_sent_again(tx, visit.shop_id, row, services)
    return again, row["person"]


def _raw(visit: Visit, message_id: MessageId) -> Response:
    """A part of the message's page, and a page of its own where no script asks."""
    subject = witnessing.message_with(visit.shop_id, message_id, visit.services)
    kinds = (Kind.NUMBERS, Kind.ORDERS, Kind.TEXTS)
    visit.notes_look("message raw", *kinds, subject=subject)
    found = raw_payloads.of_message(
        visit.shop_id,
        message_id,
        interpreter=_interpreter(),
        services=visit.services,
    )
    if found is None:
        raise NotPossible(NOT_FOUND)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    template = "pages/raw_part.html" if is_part else "pages/raw.html"
    return visit.shows(template, raw=found, message_id=message_id)
