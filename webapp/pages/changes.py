"""``/app/settings/changes``: who has changed what of the store, and when."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from core.words import N_, Words
from notifications import (
    changes_said,
    headings,
    roles,
    send_windows,
    setting_texts,
    staff,
)
from notifications.roles import Role
from notifications.setting_automations import LANGUAGES, SEND_WINDOW
from storage import changes
from webapp.pages import listing
from webapp.pages.settings_fields import BY_NAME, LABELS, OPTIONS
from webapp.pages.shell import Pages, Visit
from webapp.pages.store_settings import TABS

_HEAD = (
    *(N_("When"), N_("Who"), N_("What"), N_("Of what")),
    *(N_("Before"), N_("After")),
)
_OF_FLOWS = ("automation_set", "flow_set")
_OF_SETTINGS = ("settings_set", "offers_set", "role_set", "token_made")

_PROFILE = {
    "about": N_("About"),
    "description": N_("Description"),
    "vertical": N_("Line of business"),
    "email": N_("E-mail"),
    "websites": N_("Website"),
    "address": N_("Address"),
}
"""Of these it is kept that they were changed, and not what they are."""
_KINDS_OF_OFFERS = {field.name: field.kind for field in BY_NAME["offers"].fields}


def add(pages: Pages) -> None:
    @pages.get("/settings/changes", role=Role.VIEWER)
    def record(visit: Visit) -> Response:
        if listing.wants_file():
            return listing.as_file(visit, "changes", _HEAD, _lines(visit))
        found = _read(
            visit, after=listing.after(), before=listing.before(), size=listing.PAGE + 1
        )
        page = listing.page_of(found, _place)
        who = _who(visit)
        return visit.shows(
            "pages/changes.html",
            tabs=TABS,
            page=page,
            head=[visit.words.gettext(each) for each in _HEAD],
            lines=[
                (visit.words.minute(row["at"]), *_line(visit, row, who))
                for row in page.rows
            ],
            file=listing.file_address(),
        )


def _read(
    visit: Visit,
    *,
    after: listing.Place | None,
    before: listing.Place | None = None,
    size: int,
) -> Sequence[Mapping[str, Any]]:
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        return changes.page(
            tx,
            visit.shop_id,
            after=listing.number_in(after),
            before=listing.number_in(before),
            limit=size,
        )


def _place(row: Mapping[str, Any]) -> listing.Place:
    return [row["id"]]


def _lines(visit: Visit) -> Iterator[Sequence[object]]:
    who = _who(visit)
    rows = listing.in_pages(lambda after: _read(visit, after=after, size=500), _place)
    moment = visit.words.moment
    return ((moment(row["at"]), *_line(visit, row, who)) for row in rows)


def _who(visit: Visit) -> Mapping[str, str]:
    """The names of the store's people that are known."""
    everybody = staff.everybody(visit.shop_id, services=visit.services)
    return {each.user: each.name for each in everybody if each.name is not None}


def _line(
    visit: Visit, row: Mapping[str, Any], who: Mapping[str, str]
) -> Sequence[str]:
    words, actor = visit.words, row["actor"]
    if row["door"] == "page":
        actor = staff.called(actor, who.get(actor), words)
    else:
        actor = words.gettext(N_("%(name)s, by the command line"), name=actor)
    return (
        actor,
        changes_said.said(row["what"], words),
        _subject(row, words),
        *(_written(row[when], row, words) for when in ("before", "after")),
    )


def _subject(row: Mapping[str, Any], words: Words) -> str:
    subject = str(row["subject"] or "")
    return headings.title_of(subject, words) if row["what"] in _OF_FLOWS else subject


def _written(
    values: Mapping[str, Any] | None, row: Mapping[str, Any], words: Words
) -> str:
    """What it was, a line for each value, called as on the page where it is set."""
    if row["what"] == "business_profile":
        parts = (values or {}).get("changed", ())
        return ", ".join(words.gettext(_PROFILE.get(each, each)) for each in parts)
    if row["what"] == "automation_set":
        return "\n".join(_of_automation(str(row["subject"]), values or {}, words))
    if row["what"] == "offers_set":
        return "\n".join(
            f"{words.gettext(LABELS.get(name, name))}: {_of_offers(name, each, words)}"
            for name, each in (values or {}).items()
        )
    labels = LABELS if row["what"] in _OF_SETTINGS else {}
    return "\n".join(
        f"{words.gettext(labels.get(name, name))}: {_value(name, each, words)}"
        for name, each in (values or {}).items()
    )


def _of_offers(name: str, value: Any, words: Words) -> str:
    """As its fields show it, and not as it is kept."""
    kind = _KINDS_OF_OFFERS.get(name)
    most, is_cap, days = str(value).partition("/")
    if value == send_windows.NONE:
        return "-"
    if kind in ("hours", "windows"):
        return send_windows.said(str(value), words)
    if kind == "cap" and is_cap and days.isdigit():
        return words.ngettext(
            "%(most)s in %(num)s day", "%(most)s in %(num)s days", int(days), most=most
        )
    return _value(name, value, words)


def _of_automation(name: str, values: Mapping[str, Any], words: Words) -> Iterator[str]:
    if "enabled" in values:
        yield words.gettext(N_("on") if values["enabled"] else N_("off"))
    for setting, value in (values.get("config") or {}).items():
        text = setting_texts.text_of(name, setting)
        if text is None:
            yield f"{setting}: {json.dumps(value, ensure_ascii=False)}"
            continue
        unit = f" ({words.gettext(text.unit)})" if text.unit else ""
        said = words.gettext(text.words.get(value, str(value)))
        yield f"{words.gettext(text.label)}{unit}: {said}"
    if SEND_WINDOW in values:
        written = values[SEND_WINDOW]
        hours = "-" if written is None else send_windows.said(written, words)
        yield f"{words.gettext(setting_texts.SEND_WINDOW)}: {hours}"
    if LANGUAGES in values:
        named = ", ".join(map(words.tongue, values[LANGUAGES])) or "-"
        yield f"{words.gettext(setting_texts.LANGUAGES)}: {named}"


def _value(name: str, value: Any, words: Words) -> str:
    if value is None or value == []:
        return "-"
    if name == "role" and value in list(Role):
        return words.gettext(roles.NAMES[Role(value)])
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, str):
        shown = OPTIONS.get((name, value))
        return value if shown is None else words.gettext(shown)
    return json.dumps(value, ensure_ascii=False)
