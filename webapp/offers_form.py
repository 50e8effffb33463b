"""``/proxy/offers``: a form on which a store's visitors say yes to offers.

Shopify proves the address and no body. So the form holds a nonce of ours, which proves
which sentence was shown and when, and what was typed is believed to no more than that
somebody typed it: see ``notifications.forms``.
"""

import hmac
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from core.errors import DatabaseAway, TryLater
from core.sealing import derived_key
from integrations.phones import phone_from
from integrations.shopify.signed_queries import Forwarded
from integrations.visits import Visits
from notifications import forms
from notifications.form_texts import TEXTS, VERSION, FormText, language_for
from notifications.forms import Place, Yes
from notifications.ports import Services

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_VALID_FOR = timedelta(hours=2)
_MOST_OF_VISITOR = 10
"""In an hour."""
_MOST_OF_SHOP = 600
"""Of all visitors, whose addresses are what the store's front says they are."""
_AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Page:
    place: Place
    language: str

    @property
    def text(self) -> FormText:
        return TEXTS[self.language]

    @property
    def sentence(self) -> str:
        return self.text.sentence.format(shop=self.place.name)


class OffersForm:
    """Shows the form, and takes what was sent with it."""

    def __init__(
        self, secrets: Sequence[str], services: Services, visits: Visits
    ) -> None:
        kept = [secret for secret in secrets if secret]
        self._keys = [derived_key(secret, "form for offers") for secret in kept]
        self._services = services
        self._visits = visits

    def answer(self, found: Forwarded) -> Response:
        """A page with 200, also where something is wrong with what was sent: Shopify
        may show a page of its own for anything else."""
        language = language_for(
            [*found.given.get("locale", ()), *request.accept_languages.values()]
        )
        place = forms.place_at(found.shop, services=self._services)
        if place is None or not self._keys:
            raise NotFound
        page = _Page(place, language)
        return (
            self._taken(page, found) if request.method == "POST" else self._form(page)
        )

    def _taken(self, shown: _Page, found: Forwarded) -> Response:
        now = self._services.clock()
        nonce = request.form.get("nonce", "")
        page = self._page_of(nonce, shown.place, now)
        if page is None:
            return self._form(shown, shown.text.again)
        if request.form.get("website"):
            return _shown(page)  # a robot, who need not know that it was noticed
        try:
            if not self._has_room(page.place, _visitor()):
                return self._form(page, page.text.later)
            if request.form.get("yes") != "1":
                return self._form(page, page.text.unticked)
            typed = request.form.get("phone", "")
            phone = phone_from(typed[:40], country=page.place.country)
            if phone is None:
                return self._form(page, page.text.bad_phone)
            yes = Yes(
                phone=phone,
                wording=page.sentence,
                wording_version=VERSION,
                wording_language=page.language,
                evidence={
                    "ip": _visitor(),
                    "agent": request.user_agent.string[:_AGENT_LENGTH],
                    "page": f"{found.path_prefix}/offers",
                    "nonce": nonce,
                },
            )
            forms.say_yes(page.place.shop, yes, services=self._services)
        except (TryLater, DatabaseAway):
            return self._form(page, page.text.later)
        return _shown(page)

    def _form(self, page: _Page, error: str = "") -> Response:
        issued = int(self._services.clock().timestamp())
        said = f"{issued}.{page.language}.{random.token_hex(16)}"
        nonce = f"{said}.{_proof(self._keys[0], said, page)}"
        return _shown(page, nonce=nonce, error=error)

    def _page_of(self, nonce: str, place: Place, now: datetime) -> _Page | None:
        """The page that was shown with it; None if it is not ours, or too old."""
        said, _, proof = nonce.rpartition(".")
        issued, _, rest = said.partition(".")
        language = rest.partition(".")[0]
        if not nonce.isascii() or language not in TEXTS:
            return None
        page = _Page(place, language)
        proofs = [_proof(key, said, page) for key in self._keys]
        if not any(hmac.compare_digest(each, proof) for each in proofs):
            return None
        age = now.timestamp() - int(issued)
        return page if 0 <= age <= _VALID_FOR.total_seconds() else None

    def _has_room(self, place: Place, visitor: str) -> bool:
        """Count this one. The visitor's address is in no key that can be read."""
        of_shop = f"form:{place.shop.id}"
        who = hmac.digest(self._keys[0], visitor.encode(), "sha256").hex()[:32]
        return (
            self._visits.count(f"{of_shop}:{who}") <= _MOST_OF_VISITOR
            and self._visits.count(of_shop) <= _MOST_OF_SHOP
        )


def _proof(key: bytes, said: str, page: _Page) -> str:
    """Over the sentence, too: what is written down is what was shown."""
    signed = f"{page.place.shop.id} {VERSION} {said} {page.sentence}"
    return hmac.digest(key, signed.encode(), "sha256").hex()


def _visitor() -> str:
    """Whose address it is, as those before us tell."""
    return next(iter(request.access_route), "")[:64]


def _shown(page: _Page, *, nonce: str = "", error: str = "") -> Response:
    response = make_response(
        render_template(
            "offers_form.html",
            language=page.language,
            text=page.text,
            shop=page.place.name,
            sentence=page.sentence,
            nonce=nonce,
            error=error,
            phone=request.form.get("phone", "")[:40] if nonce else "",
        )
    )
    response.headers["Content-Security-Policy"] = POLICY
    return response
