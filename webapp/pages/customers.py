"""``/app/customers``: the store's people, the newest first, and how one is found."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from core.values import ContactId, Phone
from core.words import N_, Words
from integrations.phones import phone_from
from notifications import customers, finding_people
from notifications.configuring import languages_offered
from notifications.customers import Customer, Offers, Shown, Wanted
from notifications.finding_people import MOST_FOUND
from notifications.listing import end_of
from notifications.offer_settings import CHURN_RISK, FREQUENT
from notifications.roles import Role
from notifications.witnessing import Kind
from webapp.pages import filters, listing
from webapp.pages.shell import Pages, Visit

_IN_FILE = 200
_LONGEST = 254
_HEAD = (
    *(
        N_("Customer number"),
        N_("First name"),
        N_("Phone"),
        N_("E-mail"),
        N_("Country"),
    ),
    *(N_("Language"), N_("Offers"), N_("Tags"), N_("Here since")),
)
OFFERS = MappingProxyType(
    {
        Offers.YES: (N_("said yes"), "success"),
        Offers.NO: (N_("said no"), "critical"),
        Offers.NOTHING: (N_("nothing said"), "auto"),
    }
)
TAGS = MappingProxyType(
    {FREQUENT: N_("buys often"), CHURN_RISK: N_("not heard of for a month")}
)


class CustomerFilter(Schema):
    """What a list of people may be narrowed to."""

    offers = fields.Enum(Offers, by_value=True)
    language = fields.Str(validate=validate.Regexp(r"^[a-z]{2}\Z"))
    tag = fields.Str(validate=validate.OneOf(list(TAGS)))


def add(pages: Pages) -> None:
    pages.place("/customers", N_("Customers"))

    @pages.get("/customers", role=Role.VIEWER)
    def everybody(visit: Visit) -> Response:
        asked = filters.read(CustomerFilter(), visit.words)
        wanted = Wanted(**asked.values)
        if listing.wants_file():
            return _file(visit, wanted)
        found = customers.page(
            visit.shop_id,
            wanted,
            after=listing.number_in(listing.after()),
            before=listing.number_in(listing.before()),
            limit=listing.PAGE,
            services=visit.services,
        )
        visit.notes_look("customers", Kind.NUMBERS, subject=None)
        page = listing.beside(found.rows, found.newer, found.older, key=_key)
        return visit.shows(
            "pages/customers.html",
            page=page,
            asked=asked,
            file=listing.file_address() if visit.may(Role.AGENT) else None,
            **_choices(visit),
            **_names(visit.words),
        )

    @pages.post("/customers/search", role=Role.VIEWER)
    def search(visit: Visit) -> Response:
        return _find(visit)


def _key(contact: ContactId) -> listing.Place:
    return [contact]


def _names(words: Words) -> dict[str, Any]:
    return {
        "offers_said": {
            said: (words.gettext(name), tone) for said, (name, tone) in OFFERS.items()
        },
        "tag_names": {tag: words.gettext(name) for tag, name in TAGS.items()},
        "end_of": lambda phone: end_of(Phone(phone)),
        "language_of": lambda code: spoken(code, words),
    }


def _choices(visit: Visit) -> dict[str, Any]:
    words = visit.words
    every = ("", words.gettext(N_("all")))
    spoken_here = sorted({each[:2] for each in languages_offered(visit.services)})
    return {
        "offers": [every, *((o.value, words.gettext(OFFERS[o][0])) for o in Offers)],
        "languages": [every, *((c, words.tongue(c)) for c in spoken_here)],
        "tags": [every, *((tag, words.gettext(name)) for tag, name in TAGS.items())],
    }


def spoken(locale: str | None, words: Words) -> str:
    """The language of a buyer's locale, such as ``pt-BR``, in the reader's."""
    code = (locale or "").replace("_", "-").partition("-")[0].lower()
    return words.tongue(code) if code else ""


def _find(visit: Visit) -> Response:
    """Never by the address: it stands in histories and logs."""
    typed = request.form.get("person", "")[:_LONGEST].strip()
    if "@" in typed:
        ids = customers.with_mail(
            visit.shop_id, typed, limit=MOST_FOUND, services=visit.services
        )
    else:
        people = finding_people.found(
            visit.shop_id, typed, read_phone=phone_from, services=visit.services
        )
        ids = [each.contact_id for each in people]
    if len(ids) == 1:
        return visit.leads_to(f"/customers/{ids[0]}")
    found = customers.these(visit.shop_id, ids, services=visit.services)
    for each in found:
        subject = f"contact {each.contact_id}"
        visit.notes_look("customers search", Kind.NUMBERS, subject=subject)
    return visit.shows("pages/customers_found.html", found=found, **_names(visit.words))


def _file(visit: Visit, wanted: Wanted) -> Response:
    """With whole numbers and addresses: for whoever may act for a person."""
    if not visit.may(Role.AGENT):
        return visit.must_be(Role.AGENT)
    visit.notes_look("customers file", Kind.NUMBERS, Kind.CONSENT, subject=None)
    rows = (_line(each, visit.words) for each in _all(visit, wanted))
    return listing.as_file(visit, "customers", _HEAD, rows)


def _all(visit: Visit, wanted: Wanted) -> Iterator[Customer]:
    def read(after: ContactId | None) -> Shown:
        return customers.page(
            visit.shop_id, wanted, after=after, limit=_IN_FILE, services=visit.services
        )

    return listing.in_portions(read)


def _line(each: Customer, words: Words) -> Sequence[object]:
    tags = ", ".join(words.gettext(TAGS[tag]) for tag in each.tags)
    return (
        *(each.contact_id, each.first_name, each.phone, each.email, each.country),
        spoken(each.language, words),
        words.gettext(OFFERS[each.offers][0]),
        tags,
        words.moment(each.known_since),
    )
