"""``/app/customers/NUMBER``: all about one person, and what can be done for them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import Response, request

from core.errors import NotPossible
from core.values import ContactId, Phone, Scope, ShopDomain
from core.words import N_
from notifications import (
    acquainting,
    consenting,
    customer_requests,
    customers,
    terms,
    verifying,
)
from notifications import listing as lists
from notifications.acquainting import Portrait
from notifications.consenting import ByHand
from notifications.customers import Customer
from notifications.privacy import receipts
from notifications.roles import Role
from notifications.witnessing import Kind
from storage import shops
from webapp.commands.showing import json_text
from webapp.pages import forms
from webapp.pages.customers import OFFERS, TAGS, spoken
from webapp.pages.forms import Saved
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_MOST_ENTRIES = 200_000
"""Of so long a ledger a proof is made while somebody waits for the page."""
_YES, _NO = "yes", "no"


def add(pages: Pages) -> None:
    @pages.get("/customers/<int:contact>", role=Role.VIEWER)
    def person(visit: Visit, contact: int) -> Response:
        return _shown(visit, ContactId(contact))

    @pages.post("/customers/<int:contact>/consent", role=Role.AGENT)
    def consent(visit: Visit, contact: int) -> Response:
        said = request.form.get("said", "")
        scope = request.form.get("scope", "")
        if said not in (_YES, _NO) or scope not in list(Scope):
            raise NotPossible(NOT_FOUND)
        told = ByHand(
            scope=Scope(scope),
            is_yes=said == _YES,
            where=request.form.get("where", ""),
            statement=request.form.get("statement", ""),
        )
        return _write_down(visit, ContactId(contact), told)

    @pages.get("/customers/<int:contact>/proof.<ending>", role=Role.AGENT)
    def proof(visit: Visit, contact: int, ending: str) -> Response:
        return _proof(visit, ContactId(contact), ending)

    @pages.post("/customers/<int:contact>/export", role=Role.AGENT)
    def export(visit: Visit, contact: int) -> Response:
        number = customer_requests.export(
            visit.shop_id,
            visit.shop,
            ContactId(contact),
            by=visit.by,
            services=visit.services,
        )
        return visit.leads_to(f"/customers/{contact}/export/{number}")

    @pages.get("/customers/<int:contact>/export/<int:number>", role=Role.AGENT)
    def exported(visit: Visit, contact: int, number: int) -> Response:
        return _exported(visit, contact, number)

    @pages.post("/customers/<int:contact>/erase", role=Role.AGENT)
    def erase(visit: Visit, contact: int) -> Response:
        if request.form.get("typed", "").strip() != str(contact):
            raise NotPossible(
                N_("Nothing was erased: that is not the number of this customer.")
            )
        customer_requests.erase(
            visit.shop_id,
            visit.shop,
            ContactId(contact),
            by=visit.by,
            services=visit.services,
        )
        return visit.done("/customers", "erasing")


def _there(visit: Visit, contact: ContactId) -> Customer:
    """Raises NotPossible where there is no such person."""
    found = customers.these(visit.shop_id, [contact], services=visit.services)
    if not found:
        raise NotPossible(NOT_FOUND)
    return found[0]


def _shown(visit: Visit, contact: ContactId, *, changed: str | None = None) -> Response:
    person, words = _there(visit, contact), visit.words
    kinds = (Kind.NUMBERS, Kind.CONSENT, Kind.ORDERS)
    visit.notes_look("customer", *kinds, subject=f"contact {contact}")
    found = acquainting.portrait(visit.shop_id, contact, services=visit.services)
    offers, tone = OFFERS[person.offers]
    return visit.shows(
        "pages/customer.html",
        status=HTTPStatus.OK if changed is None else HTTPStatus.CONFLICT,
        changed=changed,
        version=forms.version_of(len(found.stand.history)),
        person=person,
        phone=_phone_for(visit, person),
        language=spoken(person.language, words),
        offers=(words.gettext(offers), tone),
        tags=[words.gettext(TAGS[tag]) for tag in person.tags],
        known_by=[(each, _way(each.how, visit)) for each in found.known_by],
        customers=found.customers,
        consents=_consents(found, visit),
        scopes=_scopes(visit),
        messages=[_message(each, visit) for each in reversed(found.messages)],
        orders=found.orders,
        may_act=visit.may(Role.AGENT),
        storefront=f"https://{visit.shop}/admin/customers/",
    )


def _phone_for(visit: Visit, person: Customer) -> str | None:
    """Whole for who may write to somebody; else its end, as in every list."""
    if person.phone is None or visit.may(Role.AGENT):
        return person.phone
    return lists.end_of(Phone(person.phone))


def _write_down(visit: Visit, contact: ContactId, told: ByHand) -> Response:
    """Once, however often the button was pressed: nobody can take a line out again."""
    saved = forms.save(
        visit,
        f"consent {contact}",
        current=lambda: _so_far(visit, contact),
        act=lambda: consenting.write_by_hand(
            visit.shop_id, contact, told, by=visit.by, services=visit.services
        ),
    )
    if saved is Saved.CHANGED_MEANWHILE:
        return _shown(visit, contact, changed=forms.CHANGED_MEANWHILE)
    return visit.done(f"/customers/{contact}", "saved")


def _so_far(visit: Visit, contact: ContactId) -> int:
    """How often they have said something; the form is made of that."""
    _there(visit, contact)
    found = acquainting.portrait(visit.shop_id, contact, services=visit.services)
    return len(found.stand.history)


def _way(how: str, visit: Visit) -> str:
    return terms.name_of(how, terms.WAYS, visit.words)


def _scopes(visit: Visit) -> list[tuple[str, str]]:
    words = visit.words
    return [(s.value, words.gettext(terms.SCOPES[s.value])) for s in Scope]


def _consents(found: Portrait, visit: Visit) -> list[Mapping[str, Any]]:
    """Each word of theirs, the newest first."""
    words = visit.words
    return [
        {
            "at": said.happened_at,
            "about": terms.name_of(said.scope, terms.SCOPES, words),
            "topic": said.topic,
            "act": terms.name_of(said.act, terms.ACTS, words),
            "source": terms.name_of(said.source, terms.SOURCES, words),
            "wording": said.wording or said.evidence.get("statement"),
            "counts": said is found.stand.now.get(said.scope),
        }
        for said in reversed(found.stand.history)
    ]


def _message(row: Mapping[str, Any], visit: Visit) -> Mapping[str, Any]:
    words = visit.words
    return {
        "id": row["id"],
        "at": row["created_at"],
        "called": lists.called(row["automation"], words),
        "state": terms.state_of(row["state"], terms.OF_MESSAGES, words),
    }


def _proof(visit: Visit, contact: ContactId, ending: str) -> Response:
    from notifications.proofs.document import document_of
    from notifications.proofs.proof import proof_of
    from notifications.proofs.sheet import sheet_of

    if ending not in ("json", "pdf"):
        raise NotPossible(NOT_FOUND)
    person = _there(visit, contact)
    if person.phone is None:
        raise NotPossible(N_("WhatsApp shows no number of this person."))
    if verifying.length(visit.shop_id, services=visit.services) > _MOST_ENTRIES:
        raise NotPossible(
            N_(
                "The ledger is too long to be checked while you wait: whoever runs the"
                " installation makes the proof by ./sosik consent proof."
            )
        )
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        shop = shops.settings(tx, visit.shop_id)
    subject = f"contact {contact}"
    visit.notes_look("customer proof", Kind.CONSENT, subject=subject)
    found = proof_of(
        visit.shop_id,
        visit.shop,
        Phone(person.phone),
        shop_languages=shop["languages"],
        services=visit.services,
    )
    if ending == "pdf":
        sheet = sheet_of(found, ZoneInfo(shop["timezone"]))
        return _as_file(sheet, contact, "application/pdf")
    return _as_file(json_text(document_of(found)).encode(), contact, _JSON)


_JSON = "application/json"


def _as_file(content: bytes, contact: int, kind: str) -> Response:
    ending = kind.partition("/")[2]
    answer = Response(content, content_type=kind)
    named = f'attachment; filename="sosik-customer-{contact}.{ending}"'
    answer.headers["Content-Disposition"] = named
    return answer


def _exported(visit: Visit, contact: int, number: int) -> Response:
    """What is held of somebody, once it was gathered."""
    shop: ShopDomain = visit.shop
    row = receipts.of_store(visit.shop_id, shop, number, services=visit.services)
    if row is None or row["kind"] != "data_request":
        raise NotPossible(NOT_FOUND)
    if request.args.get("format") == "json":
        document = receipts.answer_for_store(
            visit.shop_id, shop, number, by=visit.by, services=visit.services
        )
        if document is None:
            raise NotPossible(NOT_FOUND)
        written = orjson.dumps(document, option=orjson.OPT_INDENT_2)
        return _as_file(written, contact, _JSON)
    return visit.shows(
        "pages/customer_export.html",
        contact=contact,
        is_there=row["answer"],
        is_over=row["state"] == "done" and not row["answer"],
        here=f"/app/customers/{contact}/export/{number}",
    )
