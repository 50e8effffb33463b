"""``/app/catalog/PRODUCT``: a product with all its variants, what Meta has of them and
has said; and the owner's word about it."""

from collections.abc import Sequence

from flask import Response
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import BadRequest

from core.errors import NotPossible
from core.values import ProductId
from core.words import N_
from notifications import overruling
from notifications.catalog import checking_again, showcase
from notifications.catalog.showcase import ProductSeen, VariantSeen
from notifications.overruling import LONGEST_REASON
from notifications.roles import Role
from notifications.terms import GOODS, name_of
from webapp.pages import forms, listing
from webapp.pages.catalog_words import (
    TONES,
    price_of,
    state_names,
    variant_id,
    why_of,
)
from webapp.pages.forms import Saved, Typed
from webapp.pages.listing import Page
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_VARIANTS = 100
_ALLOW, _WITHHOLD = "allow", "withhold"


class OverruleForm(Schema):
    """The owner's word about a product, with why."""

    reason = fields.Str(
        required=True,
        validate=[
            validate.Length(max=LONGEST_REASON, error=N_("This is too long.")),
            validate.Regexp(r".*\S", error=N_("Say why: it is kept with the product.")),
        ],
    )
    word = fields.Str(required=True, validate=validate.OneOf([_ALLOW, _WITHHOLD]))


def add(pages: Pages) -> None:
    @pages.get("/catalog/<int:product_id>", role=Role.VIEWER)
    def product(visit: Visit, product_id: int) -> Response:
        return _shown(visit, _found(visit, product_id))

    @pages.post("/catalog/<int:product_id>/overrule", role=Role.OWNER)
    def overrule(visit: Visit, product_id: int) -> Response:
        return _overrule(visit, _found(visit, product_id))

    @pages.post("/catalog/<int:product_id>/take-back", role=Role.OWNER)
    def take_back(visit: Visit, product_id: int) -> Response:
        found = _found(visit, product_id)
        overruling.take_back_at(
            visit.shop_id,
            found.product.product_id,
            by=visit.by,
            services=visit.services,
        )
        return visit.done(f"/catalog/{product_id}", "saved")

    @pages.post("/catalog/<int:product_id>/check", role=Role.AGENT)
    def check(visit: Visit, product_id: int) -> Response:
        found = _found(visit, product_id)
        checking_again.check_again(
            visit.shop_id,
            found.product.product_id,
            by=visit.by,
            services=visit.services,
        )
        return visit.done(f"/catalog/{product_id}", "begun")


def _found(visit: Visit, product_id: int) -> ProductSeen:
    """
    Raises:
        NotPossible: there is no such product.
    """
    found = None
    if product_id < 2**63:
        found = showcase.product(visit.shop_id, ProductId(product_id), visit.services)
    if found is None:
        raise NotPossible(NOT_FOUND)
    return found


def _overrule(visit: Visit, found: ProductSeen) -> Response:
    id_ = found.product.product_id
    typed = forms.typed(OverruleForm(), visit)
    if typed.values is None:
        return _shown(visit, found, typed, status=422)
    said = typed.values
    saved = forms.save(
        visit,
        f"product {id_}",
        current=lambda: _kept(_found(visit, id_)),
        act=lambda: overruling.overrule_at(
            visit.shop_id,
            id_,
            is_allowed=said["word"] == _ALLOW,
            reason=said["reason"],
            by=visit.by,
            services=visit.services,
        ),
    )
    if saved is Saved.CHANGED_MEANWHILE:
        return _shown(visit, _found(visit, id_), typed, status=409)
    return visit.done(f"/catalog/{id_}", "saved")


def _kept(found: ProductSeen) -> object:
    """What the form is made of."""
    word = found.overrule
    return None if word is None else [word.is_allowed, word.reason, word.at]


def _shown(
    visit: Visit,
    found: ProductSeen,
    typed: Typed | None = None,
    *,
    status: int = 200,
) -> Response:
    forbidden = found.forbidden
    return visit.shows(
        "pages/catalog_product.html",
        status=status,
        found=found,
        page=_page(found.variants),
        forbidden=None
        if forbidden is None or found.overrule is not None
        else (name_of(forbidden.category, GOODS, visit.words), forbidden.because),
        version=forms.version_of(_kept(found)),
        typed=typed or Typed(None),
        changed=forms.CHANGED_MEANWHILE if status == 409 else None,
        longest=LONGEST_REASON,
        state_names=state_names(visit.words),
        tones=TONES,
        variant_id=variant_id,
        price=lambda each: price_of(each, visit),
        why=lambda each: why_of(each, visit.words),
    )


def _page(variants: Sequence[VariantSeen]) -> Page[tuple[int, VariantSeen]]:
    """Some of them at once: a product may have thousands.

    Raises:
        BadRequest: the address names no place among them.
    """
    every = list(enumerate(variants))
    before, after = listing.before(), listing.after()
    said = before or after or [-1]
    place = said[0]
    if len(said) > 1 or not isinstance(place, int) or not -1 <= place <= len(every):
        raise BadRequest
    if before is None:
        some = every[place + 1 : place + 2 + _VARIANTS]
    else:
        some = every[max(place - _VARIANTS - 1, 0) : place][::-1]
    return listing.page_of(some, lambda each: [each[0]], size=_VARIANTS)
