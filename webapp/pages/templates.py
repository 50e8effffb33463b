"""``/app/templates``: what Meta says of each language of each template, why, and how it
looks on a phone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, request

from core.errors import NotPossible
from core.words import N_, P_, Meaning, Words
from integrations.meta import template_words
from notifications import headings, previews, reviewing, submissions
from notifications.roles import Role
from notifications.submissions import Line
from webapp.pages import listing
from webapp.pages.shell import Pages, Visit

_PATH = "/templates"
_OWN: Mapping[str, tuple[str, Meaning]] = {
    submissions.MISSING: (
        P_("template", "not submitted yet"),
        Meaning(
            N_("It is submitted to Meta as soon as a number is connected."),
            N_("Meta takes a hundred an hour; the rest follow by themselves."),
        ),
    ),
    submissions.NOT_NEEDED: (
        P_("template", "not needed"),
        Meaning(
            N_("None of your buyers reads this language so far."),
            N_("Add the language in the settings, and it is submitted."),
        ),
    ),
    submissions.NOT_CHOSEN: (
        P_("template", "not chosen"),
        Meaning(
            N_("It shows what was left in a cart, and no step of yours does that."),
            N_("Choose it in a step under Carts and flows, and it is submitted."),
        ),
    ),
    reviewing.NOT_SUBMITTED: (
        P_("template", "refused"),
        Meaning(
            N_("Meta did not take it for review."),
            N_("It is tried again each day; you may try at once."),
        ),
    ),
    reviewing.UNKNOWN: (
        P_("template", "unsure"),
        Meaning(
            N_("Meta did not answer whether it took it."),
            N_("Nothing has to be done: Meta is asked again within minutes."),
        ),
    ),
}
_TONES: Mapping[str, str] = {
    "APPROVED": "success",
    "PENDING": "info",
    "IN_APPEAL": "info",
    submissions.MISSING: "info",
    submissions.NOT_NEEDED: "auto",
    submissions.NOT_CHOSEN: "auto",
    "REJECTED": "critical",
    "DISABLED": "critical",
    reviewing.NOT_SUBMITTED: "critical",
}
_UNUSED = frozenset({submissions.NOT_NEEDED, submissions.NOT_CHOSEN})
STOPPED = "stopped"
"""Asks for all that Meta does not let out, whatever it calls that."""
_STOPPED = frozenset({"REJECTED", "PAUSED", "DISABLED", reviewing.NOT_SUBMITTED})
_CATEGORIES: Mapping[str, str] = {
    "UTILITY": P_("category", "news about orders"),
    "MARKETING": P_("category", "advertising"),
    "AUTHENTICATION": P_("category", "sign-in codes"),
}
_HEAD = (
    N_("Template"),
    N_("Message"),
    N_("Language"),
    N_("State at Meta"),
    N_("Reason"),
    N_("Charged as"),
)


def add(pages: Pages) -> None:
    pages.place(_PATH, N_("Templates"))

    @pages.get(_PATH, role=Role.VIEWER)
    def every(visit: Visit) -> Response:
        return _list(visit)

    @pages.get(f"{_PATH}/<name>", role=Role.VIEWER)
    def one(visit: Visit, name: str) -> Response:
        return _one(visit, name)

    @pages.post(f"{_PATH}/ask", role=Role.AGENT)
    def ask(visit: Visit) -> Response:
        submissions.ask_meta_again(visit.shop_id, services=visit.services)
        return visit.done(_PATH, "begun")

    @pages.post(f"{_PATH}/submit", role=Role.OWNER)
    def submit(visit: Visit) -> Response:
        submissions.submit_missing(visit.shop_id, by=visit.by, services=visit.services)
        return visit.done(_PATH, "begun")


def _list(visit: Visit) -> Response:
    words = visit.words
    found = submissions.of_shop(visit.shop_id, visit.services)
    lines = [each for each in found.lines if _is_asked_for(each)]
    if listing.wants_file():
        return listing.as_file(visit, "templates", _HEAD, _as_rows(lines, words))
    rest = _from_where_it_begins(lines)
    page = listing.page_of(rest[: listing.PAGE + 1], _key)
    return visit.shows(
        "pages/templates.html",
        page=page,
        rows=[_shown(each, words) for each in page.rows],
        states=_states(found.lines, words),
        languages=[(each, words.tongue(each)) for each in _languages_of(found.lines)],
        chosen={"state": _asked("state"), "language": _asked("language")},
        file=listing.file_address(),
        looked=found.looked,
        next_look=submissions.next_look(found, visit.now),
        may_ask=visit.may(Role.AGENT),
        may_submit=visit.may(Role.OWNER),
    )


def _from_where_it_begins(lines: Sequence[Line]) -> list[Line]:
    """As a database would answer: upwards for whoever goes back."""
    after, before = listing.after(), listing.before()
    if before is not None:
        place = list(map(str, before))
        return [each for each in reversed(lines) if list(_key(each)) < place]
    place = list(map(str, after or ()))
    return [each for each in lines if list(_key(each)) > place]


def _asked(name: str) -> str:
    return request.args.get(name, "")[:40]


def _is_asked_for(line: Line) -> bool:
    """What nobody needs is shown to whoever asks for it."""
    state, language = _asked("state"), _asked("language")
    if language and line.language != language:
        return False
    if state == STOPPED:
        return line.state in _STOPPED
    return line.state == state if state else line.state not in _UNUSED


def _key(line: Line) -> Sequence[str]:
    return [line.name, line.language]


def _languages_of(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(each.language for each in lines))


def _states(lines: Sequence[Line], words: Words) -> list[tuple[str, str]]:
    """Those that there are, each with what it is called."""
    present = dict.fromkeys(each.state for each in lines)
    some = [(each, _named(each, words)) for each in present]
    if _STOPPED.isdisjoint(present):
        return some
    return [(STOPPED, words.gettext(N_("all that are not let out"))), *some]


def _term(state: str) -> tuple[str, Meaning] | None:
    return _OWN.get(state) or template_words.STATES.get(state)


def _named(state: str, words: Words) -> str:
    found = _term(state)
    return state.lower() if found is None else words.gettext(found[0])


def _shown(line: Line, words: Words) -> Mapping[str, Any]:
    found = _term(line.state)
    meaning = None if found is None else found[1]
    rejection = template_words.REJECTIONS.get(line.reason or "")
    return {
        "name": line.name,
        "titles": [headings.title_of(each, words) for each in line.automations],
        "language": line.language,
        "tongue": words.tongue(line.language),
        "state": _named(line.state, words),
        "tone": _TONES.get(line.state, "warning"),
        "says": words.gettext((rejection or meaning).sentence) if meaning else None,
        "advice": words.gettext((rejection or meaning).advice) if meaning else None,
        # What is no code of Meta's is its own sentence.
        "quoted": line.reason if rejection is None else None,
        "category": _category(line.category or line.submitted_as, words),
        "was_moved": line.was_moved,
        "submitted_as": _category(line.submitted_as, words),
    }


def _category(category: str, words: Words) -> str:
    return words.gettext(_CATEGORIES.get(category, category))


def _as_rows(lines: Sequence[Line], words: Words) -> Iterator[Sequence[object]]:
    for line in lines:
        shown = _shown(line, words)
        yield (
            line.name,
            ", ".join(shown["titles"]),
            shown["tongue"],
            shown["state"],
            shown["quoted"] or shown["says"] or "",
            shown["category"],
        )


def _one(visit: Visit, name: str) -> Response:
    words, services = visit.words, visit.services
    template = submissions.template_named(name, services)
    found = submissions.of_shop(visit.shop_id, services)
    lines = [each for each in found.lines if each.name == name]
    if not lines:
        raise NotPossible(N_("There is no such template."))
    store = previews.Store(
        visit.shop_id, visit.shop_name, visit.currency, str(words.zone)
    )
    automation = services.automations[lines[0].automations[0]]
    made_up = previews.Example(store, visit.now)
    looks = previews.previews_of(
        automation, made_up, app_url=services.app_url, template=template
    )
    by_language = {each.language: each for each in looks}
    return visit.shows(
        "pages/template.html",
        name=template.name,
        titles=[headings.title_of(each, words) for each in lines[0].automations],
        rows=[(_shown(each, words), by_language[each.language]) for each in lines],
    )
