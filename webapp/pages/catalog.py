"""``/app/catalog``: what buyers see of the store on WhatsApp, why not of the rest, and
what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from core.catalog import ItemState
from core.errors import NotPossible
from core.values import ProductId
from core.words import N_, Words
from notifications.catalog import checking_again, showcase, wording
from notifications.catalog.showcase import Among, Wanted
from notifications.catalog.status import Status, sold_in_chat, status_of
from notifications.roles import Role
from notifications.rules.catalog_items import Withheld
from storage.catalog_pages import Place
from webapp.pages import catalog_files, catalog_product, filters, listing
from webapp.pages.catalog_words import TONES, state_names, why_part
from webapp.pages.listing import PAGE
from webapp.pages.shell import Pages, Visit

CHOICES: Mapping[Among, str] = {
    Among.LIVE: N_("shown"),
    Among.WAITING: N_("on their way"),
    Among.REFUSED: N_("refused by Meta"),
    Among.WITHHELD: N_("withheld"),
}
_LONGEST_TITLE = 100
_WITHHELD = "withheld"
"""The list of why, by its name in the address of its file."""
_WHY_WITHHELD = (N_("Variants"), N_("Why"), N_("What to do"))
_PROGRESS = "progress"
"""The part of the page that asks for itself anew."""


class CatalogFilter(Schema):
    """What a list of products may be narrowed to."""

    state = fields.Enum(Among, by_value=True)
    title = fields.Str(validate=validate.Length(max=_LONGEST_TITLE))


def add(pages: Pages) -> None:
    pages.place("/catalog", N_("Catalog"))

    @pages.get("/catalog", role=Role.VIEWER)
    def catalog(visit: Visit) -> Response:
        if _PROGRESS in request.args:
            return visit.shows("pages/catalog_progress.html", **_progress(visit))
        return _list(visit)

    @pages.post("/catalog/read", role=Role.OWNER)
    def read(visit: Visit) -> Response:
        checking_again.read_all(
            visit.shop_id, visit.shop, by=visit.by, services=visit.services
        )
        return visit.done("/catalog", "begun")

    catalog_product.add(pages)


def _list(visit: Visit) -> Response:
    asked = filters.read(CatalogFilter(), visit.words)
    wanted = Wanted(asked.values.get("state"), asked.values.get("title", ""))
    if listing.wants_file():
        every = showcase.all_variants(visit.shop_id, wanted, visit.services)
        lines = catalog_files.lines(every, visit)
        return listing.as_file(visit, "catalog", catalog_files.HEAD, lines)
    told = _progress(visit)
    if listing.wants_file(_WITHHELD):
        standing = told["standing"]
        reasons = [] if standing is None else _reasons(standing, visit.words)
        return listing.as_file(visit, _WITHHELD, _WHY_WITHHELD, reasons)
    if told["standing"] is None:
        return visit.shows("pages/catalog.html", **told)
    found = showcase.listed(
        visit.shop_id, wanted, _place(), visit.services, most=PAGE + 1
    )
    return visit.shows(
        "pages/catalog.html",
        page=listing.page_of(found, lambda each: [each.line.product_id]),
        asked=asked,
        file=listing.file_address(),
        withheld_file=listing.file_address(_WITHHELD),
        states=_choices(visit.words),
        reasons=_reasons(told["standing"], visit.words),
        sold=sold_in_chat(visit.shop_id, visit.services),
        state_names=state_names(visit.words),
        tones=TONES,
        why=lambda listed, part: why_part(listed, part, visit.words),
        **told,
    )


def _progress(visit: Visit) -> dict[str, Any]:
    """How far the store is read and Meta told; without a catalog there is None."""
    try:
        status = status_of(visit.shop_id, visit.shop, visit.services)
    except NotPossible:
        return {"standing": None}
    items = status.items
    on_their_way = items.get(ItemState.WAITING, 0) + items.get(ItemState.SENT, 0)
    return {
        "standing": status,
        "run": _as_sentence(visit.words.gettext(wording.RUNS[status.run])),
        "items": sum(items.values()) - items.get(ItemState.DELETED, 0),
        "on_their_way": on_their_way,
        "counts": [
            (among.value, visit.words.gettext(name), _count(status, among))
            for among, name in CHOICES.items()
        ],
    }


def _as_sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"


def _count(status: Status, among: Among) -> int:
    return sum(status.items.get(each, 0) for each in showcase.STATES[among])


def _choices(words: Words) -> list[tuple[str, str]]:
    named = [(each.value, words.gettext(name)) for each, name in CHOICES.items()]
    return [("", words.gettext(N_("all"))), *named]


def _reasons(status: Status, words: Words) -> Sequence[tuple[int, str, str]]:
    """How many variants are withheld because of what, and what to do about it."""
    found = []
    for each in status.reasons:
        if each.because in set(Withheld):
            said, advice = wording.OF_WITHHELD[Withheld(each.because)]
            found.append((each.count, words.gettext(said), words.gettext(advice)))
    return found


def _place() -> Place:
    """Where the page begins, as the address says.

    Raises:
        BadRequest: it is no place in this list.
    """
    before = listing.number_in(listing.before())
    key = listing.number_in(listing.after()) if before is None else before
    return Place(
        key=None if key is None else ProductId(key), is_back=before is not None
    )
