"""``/app/automations/…/test``: a message is sent to the phone of whoever minds the
store, and they see what becomes of it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, request

from core.errors import NotPossible
from core.words import N_
from integrations.meta.advice import meaning_of
from integrations.phones import phone_from
from notifications import cards, headings, reasons, terms, trying_out
from notifications.roles import Role
from notifications.rules.lifecycle import State
from notifications.trying_out import Wish
from webapp.pages.automations import one
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_TONES: Mapping[State, str] = {
    State.DELIVERED: "success",
    State.READ: "success",
    State.FAILED: "critical",
    State.SKIPPED: "critical",
    State.CANCELLED: "critical",
    State.UNSURE: "warning",
}


def add(pages: Pages) -> None:
    @pages.post("/automations/<name>/test", role=Role.AGENT)
    def send(visit: Visit, name: str) -> Response:
        return _send(visit, name)

    @pages.get("/automations/<name>/test/<press>", role=Role.VIEWER)
    def became(visit: Visit, name: str, press: str) -> Response:  # noqa: ARG001
        outcome = trying_out.came_of(
            visit.shop_id, trying_out.occasion_of(press), services=visit.services
        )
        if outcome is None:
            raise NotPossible(NOT_FOUND)
        words = visit.words
        reason = outcome.reason and reasons.explained(outcome.reason, meaning_of, words)
        return visit.shows(
            "pages/test_outcome.html",
            outcome=outcome,
            heading=words.gettext(
                N_("Your test: %(title)s, %(language)s"),
                title=headings.title_of(outcome.automation, words),
                language=words.tongue(outcome.language),
            ),
            state=words.gettext(terms.OF_MESSAGES[outcome.state].name),
            tone=_TONES.get(outcome.state, "info"),
            reason=reason,
        )


def _send(visit: Visit, name: str) -> Response:
    services, said = visit.services, request.form
    automation = services.automations.get(name)
    message = said.get("message", name)
    if automation is None or message not in cards.messages_of(automation, services):
        raise NotPossible(N_("There is no such automation."))
    known = trying_out.before(visit.shop_id, visit.actor, services=services)
    raw = said.get("phone", "")[:40]
    phone = phone_from(raw, country=known.country)
    errors = {}
    if phone is None:
        errors["phone"] = N_("Type a number with its country's code, such as +1 …")
    if said.get("is_mine") != "1":
        errors["is_mine"] = N_("Confirm that this is your own number.")
    press = said.get("press", "")
    if phone is not None and not errors and trying_out.is_press(press):
        wish = Wish(
            automation=message,
            language=said.get("language", ""),
            phone=phone,
            staff=visit.actor,
            press=press,
        )
        try:
            trying_out.send_test(visit.shop_id, wish, services=services)
        except NotPossible as error:
            reason = visit.words.gettext(error.sentence, **error.values)
            return _again(visit, name, raw, {"test": reason})
        return visit.done(
            f"/automations/{name}?{urlencode({'test': press})}", "test_sent"
        )
    shown = {each: visit.words.gettext(why) for each, why in errors.items()}
    return _again(visit, name, raw, shown)


def _again(visit: Visit, name: str, phone: str, errors: Mapping[str, str]) -> Response:
    chosen = {each: request.form.get(each, "") for each in ("language", "message")}
    return one(visit, name, test={"phone": phone, "errors": errors, **chosen})
