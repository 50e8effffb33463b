"""``/app/catalog/settings``: which catalog, what buyers have of it, and what is kept
out of it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates

from core.catalog import Catalog
from core.errors import NotPossible
from core.words import N_
from notifications.catalog import connecting
from notifications.catalog.choosing import (
    Choice,
    choose,
    countries_in,
    languages_in,
    sets_in,
)
from notifications.catalog.connecting import Whose, Wish
from notifications.roles import Role
from notifications.rules.catalog_sets import NONE
from storage import catalogs, numbers
from webapp.pages import forms
from webapp.pages.forms import Saved, Typed
from webapp.pages.shell import Pages, Visit

_LONGEST_TAG = 255
_ON = "1"


_READ: Mapping[str, Callable[[str], object]] = {
    "sets": sets_in,
    "languages": languages_in,
    "countries": countries_in,
}


_WRONG: Mapping[str, str] = {
    "sets": N_("This is no list of collections."),
    "languages": N_(
        "Meta has no such language: write them as fr or pt-BR, 20 at most."
    ),
    "countries": N_("Countries are two letters, such as FR, 20 at most."),
}


class SettingsForm(Schema):
    """A box that is not ticked is not sent at all."""

    catalog_id = fields.Str(
        load_default="",
        validate=validate.Regexp(
            r"(?:[1-9][0-9]{4,24})?\Z",
            error=N_("This is no catalog's number: Meta shows it in digits."),
        ),
    )
    hidden_tag = fields.Str(
        load_default="",
        validate=validate.Regexp(
            rf"[^\x00-\x1f,]{{0,{_LONGEST_TAG}}}\Z",
            error=N_("One tag, without a comma."),
        ),
    )
    sets = fields.Str(load_default=NONE)
    languages = fields.Str(load_default=NONE)
    countries = fields.Str(load_default=NONE)
    has_cart = fields.Bool(load_default=False, truthy={_ON}, falsy={"", "0"})
    is_visible = fields.Bool(load_default=False, truthy={_ON}, falsy={"", "0"})

    @validates("sets", "languages", "countries")
    def _is_a_choice(self, value: str, data_key: str) -> None:
        try:
            _READ[data_key](value)
        except NotPossible as error:
            said = _WRONG[data_key] if error.values else error.sentence
            raise ValidationError(said) from None


def add(pages: Pages, keeper: Catalog) -> None:
    """``keeper`` is who keeps catalogs."""

    @pages.get("/catalog/settings", role=Role.VIEWER)
    def settings(visit: Visit) -> Response:
        return _shown(visit)

    @pages.post("/catalog/settings", role=Role.OWNER)
    def save(visit: Visit) -> Response:
        return _save(visit, keeper)


def _save(visit: Visit, keeper: Catalog) -> Response:
    typed = forms.typed(SettingsForm(), visit)
    if typed.values is None:
        return _shown(visit, typed, status=422)
    said = typed.values
    wish = Wish(
        catalog_id=said["catalog_id"] or None,
        hidden_tag=said["hidden_tag"].strip(),
        has_cart=said["has_cart"],
        is_visible=said["is_visible"],
    )
    saved = forms.save(
        visit,
        "catalog",
        current=lambda: _kept(visit),
        act=lambda: _connect(visit, wish, _choice(said), keeper),
    )
    if saved is Saved.CHANGED_MEANWHILE:
        return _shown(visit, typed, status=409)
    return visit.done("/catalog", "begun")


def _choice(said: Mapping[str, str]) -> Choice:
    return Choice(**{name: said[name] for name in _READ})


def _connect(visit: Visit, wish: Wish, choice: Choice, keeper: Catalog) -> None:
    whose = Whose(visit.shop_id, visit.shop, visit.shop_name)
    connecting.connect_at(
        whose, wish, keeper=keeper, by=visit.by, services=visit.services
    )
    after = _kept(visit) or {}
    wanted = {name: getattr(choice, name) for name in _READ}
    if any(read(wanted[n]) != read(after[n]) for n, read in _READ.items()):
        choose(visit.shop_id, choice, visit.services, by=visit.by)


def _kept(visit: Visit) -> Mapping[str, Any] | None:
    """What the form is made of; None where the shop has no catalog."""
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        row = catalogs.row_of(tx, visit.shop_id)
    if row is None:
        return None
    names = ("catalog_id", "hidden_tag", "has_cart", "is_visible", "sets")
    places = {name: row[name] or NONE for name in ("languages", "countries")}
    return {**{name: row[name] for name in names}, **places}


def _shown(visit: Visit, typed: Typed | None = None, *, status: int = 200) -> Response:
    kept = _kept(visit)
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        has_number = bool(numbers.numbers_of(tx, visit.shop_id))
    begins: Mapping[str, Any] = {
        "catalog_id": "",
        "hidden_tag": "",
        "has_cart": True,
        "is_visible": True,
        **dict.fromkeys(_READ, NONE),
    }
    values = kept or begins
    if typed is not None and status != 409:
        ticked = {name: name in typed.raw for name in ("has_cart", "is_visible")}
        values = {**values, **typed.raw, **ticked}
    return visit.shows(
        "pages/catalog_settings.html",
        status=status,
        values=values,
        errors={} if typed is None else typed.errors,
        is_connected=kept is not None,
        has_number=has_number,
        version=forms.version_of(kept),
        changed=forms.CHANGED_MEANWHILE if status == 409 else None,
        longest_tag=_LONGEST_TAG,
    )
