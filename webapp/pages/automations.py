"""``/app/automations``: what the store sends by itself, each with its switch, what it
did lately, its settings, and how it looks on a phone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, request

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_, P_, Words
from integrations.meta.advice import meaning_of
from integrations.meta.pricing import kind_named
from notifications import (
    cards,
    headings,
    previews,
    reasons,
    setting_automations,
    setting_texts,
    trying_out,
)
from notifications.automations import Automation, Choice, Setting
from notifications.cards import Card
from notifications.previews import Preview
from notifications.roles import Role
from notifications.setting_automations import Wanted
from notifications.tallying import Results
from notifications.unfit import SettingRefused
from notifications.witnessing import Kind
from webapp.pages import automation_limits, forms, listing
from webapp.pages.forms import Saved
from webapp.pages.shell import Pages, Visit

_PATH = "/automations"
_NEXT_STEPS: Mapping[str, tuple[str, str]] = {
    cards.NO_NUMBER: ("/whatsapp", N_("Connect a number")),
    cards.NUMBER_HELD: ("/whatsapp", N_("Look at the number")),
    cards.NOT_APPROVED: ("/templates", N_("Look at the templates")),
    cards.COUNTED_AS_MARKETING: ("/templates", N_("Look at the templates")),
}
_HEAD = (
    *(N_("Group"), N_("Message"), P_("automation", "Switch")),
    *(P_("messages", "Sent"), P_("messages", "Delivered"), P_("messages", "Read")),
    *(P_("messages", "Failed"), P_("messages", "Not sent")),
    *(N_("Cost at Meta"), N_("What holds it up")),
)


def add(pages: Pages) -> None:
    pages.place(_PATH, N_("Automations"))

    @pages.get(_PATH, role=Role.VIEWER)
    def every(visit: Visit) -> Response:
        found = cards.cards_of(visit.shop_id, _today(visit), visit.services)
        if listing.wants_file():
            rows = _as_rows(found, visit.words)
            return listing.as_file(visit, "automations", _HEAD, rows)
        groups = [
            (group.title, [_shown(card, visit) for card in found[group.name]])
            for group in headings.GROUPS
            if group.name in found
        ]
        return visit.shows(
            "pages/automations.html",
            groups=groups,
            shared=_shared([card for _, some in groups for card in some]),
            may_set=visit.may(Role.OWNER),
            file=listing.file_address(),
        )

    @pages.post(f"{_PATH}/<name>/switch", role=Role.OWNER)
    def switch(visit: Visit, name: str) -> Response:
        is_on = request.form.get("enabled") == "1"
        back = f"{_PATH}/{name}" if request.form.get("back") else _PATH
        saved = _save(visit, name, Wanted(enabled=is_on))
        if saved is Saved.CHANGED_MEANWHILE:
            return one(visit, name, problem=forms.CHANGED_MEANWHILE)
        return visit.done(back, "switched_on" if is_on else "switched_off")

    @pages.get(f"{_PATH}/<name>", role=Role.VIEWER)
    def show(visit: Visit, name: str) -> Response:
        return one(visit, name)

    @pages.post(f"{_PATH}/<name>", role=Role.OWNER)
    def set_(visit: Visit, name: str) -> Response:
        card = cards.card_of(visit.shop_id, name, _today(visit), visit.services)
        typed, errors = _typed(card.automation, visit.words)
        if errors:
            return one(visit, name, errors=errors)
        own = {key: value for key, value in typed.items() if _is_own(card, key, value)}
        window, languages = automation_limits.typed(request.form)
        wanted = Wanted(config=own, send_window=window, languages=languages)
        try:
            saved = _save(visit, name, wanted)
        except SettingRefused as error:
            refused = automation_limits.refusal(error, visit.words)
            return one(visit, name, errors=refused)
        if saved is Saved.CHANGED_MEANWHILE:
            return one(visit, name, problem=forms.CHANGED_MEANWHILE)
        return visit.done(f"{_PATH}/{name}", "saved")


def one(
    visit: Visit,
    name: str,
    *,
    problem: str | None = None,
    errors: Mapping[str, str] | None = None,
    test: Mapping[str, Any] | None = None,
) -> Response:
    """The page of one automation. ``problem`` and ``errors`` are about what the request
    has typed into its settings, ``test`` about the form for a test."""
    card = cards.card_of(visit.shop_id, name, _today(visit), visit.services)
    typed = request.form if errors else {}
    status = HTTPStatus.OK
    if errors or (test and test.get("errors")):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if problem:
        status = HTTPStatus.CONFLICT
    return visit.shows(
        "pages/automation.html",
        status=status,
        card=_shown(card, visit),
        problem=None if problem is None else visit.words.gettext(problem),
        fields=[
            _field(card, setting, errors or {}, typed, visit.words)
            for setting in card.automation.settings
        ],
        limits=automation_limits.shown(
            card, request.form if errors else None, errors or {}, visit.words
        ),
        version=_version(visit.shop_id, name, visit),
        messages=_messages(card, visit),
        may_set=visit.may(Role.OWNER),
        test=_test_form(card, visit, test or {}),
    )


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.words.zone).date()


def _save(visit: Visit, name: str, wanted: Wanted) -> Saved:
    return forms.save(
        visit,
        f"automation {name}",
        current=lambda: _current(visit.shop_id, name, visit),
        act=lambda: setting_automations.change_automation(
            visit.shop_id, name, wanted, by=visit.by, services=visit.services
        ),
    )


def _current(shop_id: ShopId, name: str, visit: Visit) -> Mapping[str, Any]:
    return setting_automations.automation_as_set(shop_id, name, services=visit.services)


def _version(shop_id: ShopId, name: str, visit: Visit) -> str:
    return forms.version_of(_current(shop_id, name, visit))


def _is_own(card: Card, name: str, value: object) -> bool:
    """Whether it is to be kept: what is as it is by itself follows our defaults."""
    defaults = {each.name: each.default for each in card.automation.settings}
    return value != defaults[name]


def _typed(
    automation: Automation[Any], words: Words
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as the form says them, and what is wrong with them."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for setting in automation.settings:
        said: Any = request.form.get(setting.name, "").strip()
        is_number = said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS
        if not isinstance(setting, Choice) and is_number:
            said = int(said)
        try:
            values[setting.name] = setting.checked(said)
        except NotPossible:
            errors[setting.name] = _refusal(setting, words)
    return values, errors


_MOST_DIGITS = 9


def _refusal(setting: Setting, words: Words) -> str:
    if isinstance(setting, Choice):
        return words.gettext(N_("Choose one of these."))
    return words.gettext(
        N_("This must be a whole number from %(least)s to %(most)s."),
        least=words.number(setting.least),
        most=words.number(setting.most),
    )


def _field(
    card: Card,
    setting: Setting,
    errors: Mapping[str, str],
    typed: Mapping[str, str],
    words: Words,
) -> Mapping[str, Any]:
    text = setting_texts.text_of(card.name, setting.name)
    options = None
    if isinstance(setting, Choice):
        said = {} if text is None else text.words
        options = [
            (each, words.gettext(said.get(each, each))) for each in setting.words
        ]
    return {
        "name": setting.name,
        "label": setting.name if text is None else words.gettext(text.label),
        "help": setting.meaning if text is None else words.gettext(text.help),
        "unit": words.gettext(text.unit) if text is not None and text.unit else None,
        "options": options,
        "bounds": setting.bounds,
        "value": typed.get(setting.name, card.config[setting.name]),
        "error": errors.get(setting.name),
    }


def _shown(card: Card, visit: Visit) -> Mapping[str, Any]:
    words = visit.words
    return {
        "name": card.name,
        "title": headings.title_of(card.name, words),
        "says": headings.says_of(card.name, words),
        "is_on": card.is_on,
        "is_flow": card.automation.flow is not None,
        "missing": [words.tongue(each) for each in card.missing],
        "obstacle": _obstacle(card, words),
        "results": card.results,
        "costs": costs_said(card.results, words),
        "version": forms.version_of(card.as_set),
    }


def _shared(cards_: Sequence[Mapping[str, Any]]) -> Mapping[str, str] | None:
    """What holds up every one of them, to be told once."""
    first = cards_[0]["obstacle"] if len(cards_) > 1 else None
    return first if all(card["obstacle"] == first for card in cards_) else None


def _obstacle(card: Card, words: Words) -> Mapping[str, str] | None:
    if card.obstacle is None:
        return None
    code = card.obstacle.code or card.obstacle.because
    reason = reasons.explained(code, meaning_of, words)
    path, label = _NEXT_STEPS[card.obstacle.because]
    return {
        "says": reason.sentence,
        "advice": reason.advice,
        "path": path,
        "label": words.gettext(label),
    }


def costs_said(results: Results, words: Words) -> list[str]:
    """What Meta charges, as far as its prices are known, and how much of which they are
    not."""
    known = [words.money(each) for each in results.costs]
    unknown = [
        words.ngettext(
            "%(num)s message charged as %(kind)s",
            "%(num)s messages charged as %(kind)s",
            count,
            kind=kind_named(kind, words),
        )
        for kind, count in sorted(results.unpriced.items())
    ]
    return [*known, *unknown]


def _messages(card: Card, visit: Visit) -> list[Mapping[str, Any]]:
    """The message of the automation and those of its steps, in every language, those
    first that the shop's buyers read."""
    services, words = visit.services, visit.words
    store = previews.Store(
        visit.shop_id, visit.shop_name, visit.currency, str(visit.words.zone)
    )
    found: list[Mapping[str, Any]] = []
    with services.transactions.for_shop(visit.shop_id) as tx:
        example = previews.example_for(tx, store, card.automation, services)
    if example.order is not None:
        subject = f"order {example.order.order_id}"
        visit.notes_look(f"preview {card.name}", Kind.ORDERS, subject=subject)
    for name in cards.messages_of(card.automation, services):
        automation = services.automations[name]
        shown = previews.previews_of(automation, example, app_url=services.app_url)
        found.append(
            {
                "name": name,
                "title": headings.title_of(name, words),
                "order": example.order.name if example.order else None,
                "previews": [
                    {
                        "language": each.language,
                        "tongue": words.tongue(each.language),
                        "text": each.text,
                        "buttons": each.buttons,
                        "is_ready": each.language in card.ready[name],
                    }
                    for each in sorted(shown, key=partial(_place_of, card))
                ],
            }
        )
    return found


def _place_of(card: Card, preview: Preview) -> int:
    """What the shop's buyers read comes first."""
    wanted = list(card.wanted)
    is_wanted = preview.language in wanted
    return wanted.index(preview.language) if is_wanted else len(wanted)


def _as_rows(
    found: Mapping[str, Sequence[Card]], words: Words
) -> Iterator[Sequence[object]]:
    for group in headings.GROUPS:
        for card in found.get(group.name, ()):
            came = card.results
            obstacle = _obstacle(card, words)
            yield (
                words.gettext(group.title),
                headings.title_of(card.name, words),
                words.gettext(N_("on") if card.is_on else N_("off")),
                *(came.sent, came.delivered, came.read, came.failed, came.skipped),
                " + ".join(costs_said(came, words)),
                "" if obstacle is None else obstacle["says"],
            )


def _test_form(
    card: Card, visit: Visit, given: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """None for whoever may not send one."""
    if not visit.may(Role.AGENT):
        return None
    services, words = visit.services, visit.words
    known = trying_out.before(visit.shop_id, visit.actor, services=services)
    names = cards.messages_of(card.automation, services)
    sent = request.args.get("test", "")
    return {
        "press": services.new_id("press"),
        "phone": known.phone.e164 if known.phone else "",
        "languages": [
            (each, words.tongue(each))
            for each in card.languages
            if each in card.ready[card.name]
        ],
        "messages": [(each, headings.title_of(each, words)) for each in names],
        "errors": {},
        # It becomes a part of an address, which must stay below this one.
        "sent": sent if trying_out.is_press(sent) else "",
        **given,
    }
