"""``/app/catalog/settings``: which catalog, what buyers have of it, and what is kept
out of it."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates

from core.catalog import Catalog
from core.errors import NotPossible
from core.words import N_
from notifications.catalog import connecting
from notifications.catalog.choosing import Choice, choose, sets_in
from notifications.catalog.connecting import Whose, Wish
from notifications.roles import Role
from notifications.rules.catalog_sets import NONE
from storage import catalogs, numbers
from webapp.pages import forms
from webapp.pages.forms import Saved, Typed
from webapp.pages.shell import Pages, Visit

_LONGEST_TAG = 255
_ON = "1"


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
    has_cart = fields.Bool(load_default=False, truthy={_ON}, falsy={"", "0"})
    is_visible = fields.Bool(load_default=False, truthy={_ON}, falsy={"", "0"})

    @validates("sets")
    def _is_a_choice(self, value: str, **_: Any) -> None:
        try:
            sets_in(value)
        except NotPossible as error:
            raise ValidationError(error.sentence) from None


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
        act=lambda: _connect(visit, wish, said["sets"], keeper),
    )
    if saved is Saved.CHANGED_MEANWHILE:
        return _shown(visit, typed, status=409)
    return visit.done("/catalog", "begun")


def _connect(visit: Visit, wish: Wish, sets: str, keeper: Catalog) -> None:
    whose = Whose(visit.shop_id, visit.shop, visit.shop_name)
    before = (_kept(visit) or {}).get("sets", NONE)
    connecting.connect_at(
        whose, wish, keeper=keeper, by=visit.by, services=visit.services
    )
    if sets_in(sets) != before:
        choose(visit.shop_id, Choice(sets=sets), visit.services, by=visit.by)


def _kept(visit: Visit) -> Mapping[str, Any] | None:
    """What the form is made of; None where the shop has no catalog."""
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        row = catalogs.row_of(tx, visit.shop_id)
    names = ("catalog_id", "hidden_tag", "has_cart", "is_visible", "sets")
    return None if row is None else {name: row[name] for name in names}


def _shown(visit: Visit, typed: Typed | None = None, *, status: int = 200) -> Response:
    kept = _kept(visit)
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        has_number = bool(numbers.numbers_of(tx, visit.shop_id))
    begins: Mapping[str, Any] = {
        "catalog_id": "",
        "hidden_tag": "",
        "has_cart": True,
        "is_visible": True,
        "sets": NONE,
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
