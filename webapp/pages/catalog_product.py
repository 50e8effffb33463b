"""``/app/catalog/PRODUCT``: a product with all its variants, what Meta has of them and
has said; and the owner's word about it."""

from collections.abc import Sequence

from flask import Response
from marshmallow import Schema, fields, validate

from core.errors import NotPossible
from core.values import ProductId
from core.words import N_, Words
from notifications import overruling, staff
from notifications.catalog import checking_again, showcase
from notifications.catalog.showcase import ProductSeen, VariantSeen
from notifications.catalog.wording import Why
from notifications.overruling import LONGEST_REASON
from notifications.roles import Role
from notifications.terms import GOODS, name_of
from webapp.pages import catalog_files, forms, listing
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
        found = _found(visit, product_id)
        if listing.wants_file():
            lines = catalog_files.lines(found.variants, visit)
            return listing.as_file(visit, "product", catalog_files.HEAD, lines)
        return _shown(visit, found)

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
    forbidden, word = found.forbidden, found.overrule
    return visit.shows(
        "pages/catalog_product.html",
        status=status,
        found=found,
        page=_page(found.variants),
        file=listing.file_address(),
        forbidden=None
        if forbidden is None or word is not None
        else (name_of(forbidden.category, GOODS, visit.words), forbidden.because),
        said_by="" if word is None else _who(visit, word.actor),
        shared=_shared(found, visit.words),
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
    before = listing.number_in(listing.before())
    after = listing.number_in(listing.after())
    if before is not None:
        some = every[max(before - _VARIANTS - 1, 0) : before][::-1]
    else:
        begin = 0 if after is None else after + 1
        some = every[begin : begin + _VARIANTS + 1]
    return listing.page_of(some, lambda each: [each[0]], size=_VARIANTS)


def _shared(found: ProductSeen, words: Words) -> Why | None:
    """Why nothing of the product is shown, where that is the same for all of it."""
    reasons = {why_of(each, words) for each in found.variants}
    return reasons.pop() if len(reasons) == 1 else None


def _who(visit: Visit, actor: str) -> str:
    """Shopify's numbers stand for people; others came by the command line."""
    if not actor.isdecimal():
        return actor
    everybody = staff.everybody(visit.shop_id, services=visit.services)
    names = {each.user: each.name for each in everybody}
    return staff.called(actor, names.get(actor), visit.words)
