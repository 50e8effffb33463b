"""``/app/settings``: what an owner sets about the store, a form for each section."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, abort, request

from core.words import N_, P_
from notifications import configuring, offer_settings
from notifications.ports import Services
from notifications.roles import Role
from notifications.unfit import SettingRefused
from webapp.pages import forms, windows
from webapp.pages.settings_fields import BY_NAME, SECTIONS, Field, Section
from webapp.pages.shell import Pages, Visit

TABS = (
    ("/settings", P_("tab", "Store")),
    ("/settings/staff", N_("Staff")),
    ("/settings/tokens", N_("API tokens")),
    ("/settings/changes", N_("Changes")),
)
_FIRST, _ALSO = "first_language", "language"
_AS_INSTALLED = N_("At most %(days)s. Empty: as the installation keeps it, %(days)s.")


def add(pages: Pages) -> None:
    pages.place("/settings", N_("Settings"))

    @pages.get("/settings", role=Role.VIEWER)
    def settings(visit: Visit) -> Response:
        return _shown(visit)

    @pages.post("/settings/<section>", role=Role.OWNER)
    def save(visit: Visit, section: str) -> Response:
        wanted = BY_NAME.get(section)
        if wanted is None:
            abort(HTTPStatus.NOT_FOUND)
        given = _given(wanted)
        try:
            saved = forms.save(
                visit,
                f"settings {section}",
                current=lambda: _values(wanted, _kept(visit)),
                act=lambda: _change(wanted, given, visit),
            )
        except SettingRefused as error:
            return _shown(visit, refused=(wanted, given, error))
        if saved is forms.Saved.CHANGED_MEANWHILE:
            return _shown(visit, changed_meanwhile=wanted)
        return visit.done("/settings", "saved")


def _shown(
    visit: Visit,
    *,
    refused: tuple[Section, Mapping[str, str], SettingRefused] | None = None,
    changed_meanwhile: Section | None = None,
) -> Response:
    kept = _kept(visit)
    values = {section.name: _values(section, kept) for section in SECTIONS}
    versions = {name: forms.version_of(each) for name, each in values.items()}
    errors: dict[str, str] = {}
    status = HTTPStatus.OK
    if refused is not None:
        section, given, error = refused
        values[section.name] = dict(given)
        errors[error.name] = forms.beside_field(
            error.why.sentence, error.why.values, visit.words
        )
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if changed_meanwhile is not None:
        status = HTTPStatus.CONFLICT
    return visit.shows(
        "pages/settings.html",
        status=status,
        tabs=TABS,
        sections=SECTIONS,
        values=values,
        versions=versions,
        errors=errors,
        changed_meanwhile=changed_meanwhile,
        meanwhile=forms.CHANGED_MEANWHILE,
        languages=[
            (code, visit.words.tongue(code))
            for code in configuring.languages_offered(visit.services)
        ],
        longest=_longest(visit.services),
        as_installed=_AS_INSTALLED,
        weekdays=windows.weekdays(visit.words),
        window_rows=windows.rows,
        one_row=windows.one_row,
        hardest=offer_settings.HARDEST_CAP.most,
        longest_cap=offer_settings.LONGEST_DAYS,
        may_save=visit.may(Role.OWNER),
    )


def _kept(visit: Visit) -> Mapping[str, Any]:
    return configuring.settings_of(visit.shop_id, services=visit.services)


def _values(section: Section, kept: Mapping[str, Any]) -> dict[str, str]:
    """As they stand in the form."""
    found = kept["offers"] if section.is_about_offers else kept
    return {field.name: _written(found[field.name]) for field in section.fields}


def _written(value: object) -> str:
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, list) else str(value)


def _given(section: Section) -> dict[str, str]:
    if section.name == "languages":
        ticked = request.form.getlist(_ALSO)
        first = request.form.get(_FIRST, "")
        # None ticked is every language there is, whichever is the first.
        named = [first, *ticked] if ticked and first else ticked
        return {"languages": ",".join(dict.fromkeys(named))}
    return {field.name: _typed(field) for field in section.fields}


def _typed(field: Field) -> str:
    """A field as it is kept, or as it was typed where it cannot be."""
    if field.kind in ("hours", "windows"):
        return windows.typed(request.form, field.name)
    if field.kind == "cap":
        ends = (f"{field.name}-{end}" for end in ("most", "days"))
        return "/".join(request.form.get(each, "").strip() for each in ends)
    return request.form.get(field.name, "").replace("\r\n", "\n").strip()


def _change(section: Section, given: Mapping[str, str], visit: Visit) -> None:
    change = (
        configuring.change_offers
        if section.is_about_offers
        else configuring.change_shop
    )
    change(visit.shop_id, given, by=visit.by, services=visit.services)


def _longest(services: Services) -> Mapping[str, int]:
    return {
        "webhook_days": services.webhook_retention.days,
        "message_days": services.message_body_retention.days,
    }
