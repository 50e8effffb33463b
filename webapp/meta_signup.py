"""Connecting a WhatsApp number in Meta's own window.

An owner's page gives out an address of ours, which says for which store it is and who
asked. There we ask once more, send the browser to Meta's dialog, and take the code that
it comes back with. No script of Meta's is loaded anywhere (docs/adr/0031).
"""

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, Forbidden

from core.business_account import BusinessDesk
from core.errors import NotPossible, OutsideError
from core.settings import Settings
from core.signing import Signer
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications import installing, signing_up, staff
from notifications.ports import Services
from notifications.roles import Role
from notifications.signing_up import Wish
from notifications.witnessing import Door
from storage import leases, visits
from storage.changes import By
from storage.tenancy import Crossing
from webapp.headers import never_kept
from webapp.languages import words_of_reader
from webapp.owners import cookie_name, is_younger
from wiring.outside import SIGNUP_PATH

log = logging.getLogger(__name__)

_BEGIN = f"{SIGNUP_PATH}/begin"
_COOKIE = "sosik-signup"
_PURPOSE = "ticket of a signup at Meta"
_TIME_TO_ANSWER = timedelta(minutes=30)
"""Longer than verifying a business' number takes."""
_CODE = re.compile(r"[\w\-.~#]{1,2048}", re.ASCII)
_META = "https://graph.facebook.com"
_DIALOG = "https://www.facebook.com"
_OF_THE_APP = "whatsapp_business_app_onboarding"
"""Meta's name for connecting a number that stays in the WhatsApp Business app."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """For which store, asked for by whom, and for buyers of which countries."""

    shop_id: ShopId
    actor: str
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class MetaSignup:
    """``config_id`` names what Meta's dialog asks for."""

    config_id: str
    app_id: str
    dialog: str
    app_url: str
    signer: Signer = field(repr=False)
    desk: BusinessDesk
    services: Services

    def address_for(
        self, shop_id: ShopId, actor: str, countries: Collection[str] = ()
    ) -> str:
        """Where whoever has asked for it may begin, for half an hour, once."""
        since = int(self.services.clock().timestamp())
        once = self.services.new_id("signup")
        said = [int(shop_id), actor, sorted(countries), since, once]
        ticket = self.signer.signed(json.dumps(said, separators=(",", ":")))
        return f"{_BEGIN}?{urlencode({'ticket': ticket})}"

    def begin(self) -> Response:
        """Ask whether it is this store that is meant: who is led here by somebody else
        must not give them a number."""
        written = request.args.get("ticket", "")
        ticket = self._opened(written)
        with self.services.transactions.for_shop(ticket.shop_id) as tx:
            shop = visits.of_shop(tx, ticket.shop_id)
        if shop is None:
            raise Forbidden
        answer = _page(
            "meta_signup.html",
            shop=shop["name"],
            new=self._dialog(written, {}),
            of_the_app=self._dialog(written, {"featureType": _OF_THE_APP}),
        )
        self._remember(answer, written)
        return answer

    def _dialog(self, state: str, extras: dict[str, str]) -> str:
        told = {"setup": {}, "version": "v4", "sessionInfoVersion": "3", **extras}
        asked = {
            "client_id": self.app_id,
            "redirect_uri": f"{self.app_url}{SIGNUP_PATH}",
            "config_id": self.config_id,
            "response_type": "code",
            "override_default_response_type": "true",
            "state": state,
            "extras": json.dumps(told, separators=(",", ":")),
        }
        return f"{self.dialog}?{urlencode(asked)}"

    def finish(self) -> Response:
        """Take the code, which is good for thirty seconds.

        Raises:
            HTTPException: the address is none of ours, or too old, or was used; or this
                browser was not asked which store is meant.
        """
        written = request.args.get("state", "")
        ticket = self._opened(written)
        if not self._was_asked_here(written):
            raise Forbidden
        if "error" in request.args:
            log.info("signup_cancelled shop=%s", ticket.shop_id)
            return _done(N_("Nothing was connected."), is_well=False)
        code = request.args.get("code", "")
        if not _CODE.fullmatch(code):
            raise BadRequest
        if not self._may(ticket) or not self._is_first(written):
            raise Forbidden
        wish = Wish(by=By(Door.PAGE, ticket.actor), countries=ticket.countries)
        try:
            signing_up.begin_by_code(
                ticket.shop_id, code, wish, desk=self.desk, services=self.services
            )
        except OutsideError as error:
            log.warning("signup_failed shop=%s code=%s", ticket.shop_id, error.code)
            failed = N_("Meta did not let us in (%(code)s). Please begin again.")
            return _done(failed, is_well=False, code=error.code)
        return _done(N_("The number is being connected."), is_well=True)

    def _opened(self, written: str) -> Ticket:
        opened = self.signer.opened(written)
        if opened is None:
            raise Forbidden
        shop_id, actor, countries, since, _ = json.loads(opened)
        if not is_younger(str(since), _TIME_TO_ANSWER, self.services.clock()):
            raise Forbidden
        return Ticket(ShopId(shop_id), actor, frozenset(countries))

    def _remember(self, answer: Response, written: str) -> None:
        """The address of Meta's dialog is for this browser alone: whoever is sent it by
        somebody else was never asked which store is meant."""
        answer.set_cookie(
            self._cookie,
            _digest(written),
            max_age=_TIME_TO_ANSWER,
            secure=self._is_secure,
            httponly=True,
            samesite="Lax",
        )

    def _was_asked_here(self, written: str) -> bool:
        kept = request.cookies.get(self._cookie, "")
        return hmac.compare_digest(kept.encode(), _digest(written).encode())

    @property
    def _cookie(self) -> str:
        return cookie_name(_COOKIE, is_secure=self._is_secure)

    @property
    def _is_secure(self) -> bool:
        return self.app_url.startswith("https://")

    def _may(self, ticket: Ticket) -> bool:
        """Whether whoever asked for it is still the owner of a store that is
        connected."""
        if not self._is_connected(ticket.shop_id):
            return False
        role = staff.role_of(
            ticket.shop_id, ticket.actor, session=None, services=self.services
        )
        return role is Role.OWNER

    def _is_connected(self, shop_id: ShopId) -> bool:
        with self.services.transactions.for_shop(shop_id) as tx:
            shop = visits.of_shop(tx, shop_id)
        if shop is None:
            return False
        try:
            installing.shop_of_owner(ShopDomain(shop["domain"]), self.services)
        except NotPossible:
            return False
        return True

    def _is_first(self, written: str) -> bool:
        name = f"signup {_digest(written)}"
        now = self.services.clock()
        with self.services.transactions.across(Crossing.SERVING) as tx:
            return leases.take(
                tx,
                name,
                holder=self.services.new_id("signup"),
                now=now,
                until=now + _TIME_TO_ANSWER,
            )


def meta_signup_of(
    settings: Settings, services: Services, desk: BusinessDesk
) -> MetaSignup | None:
    """None where the operator has set none up."""
    if settings.meta_signup_config_id is None:
        return None
    origin = settings.meta_graph_origin
    # A Meta that is played on this machine has its dialog where it has all else.
    host = _DIALOG if origin == _META else origin
    return MetaSignup(
        config_id=settings.meta_signup_config_id,
        app_id=settings.meta_app_id,
        dialog=f"{host}/{settings.meta_graph_version}/dialog/oauth",
        app_url=settings.app_url,
        signer=Signer(settings.secret_keys, _PURPOSE),
        desk=desk,
        services=services,
    )


def blueprint(signup: MetaSignup) -> Blueprint:
    pages = Blueprint("meta_signup", __name__)

    @pages.get(_BEGIN)
    def begin() -> Response:
        return signup.begin()

    @pages.get(SIGNUP_PATH)
    def finish() -> Response:
        return signup.finish()

    pages.after_request(never_kept)
    return pages


def _digest(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()


def _done(sentence: str, *, is_well: bool, **values: str) -> Response:
    words = words_of_reader()
    return _page(
        "meta_signup_done.html",
        says=words.gettext(sentence, **values),
        is_well=is_well,
    )


def _page(template: str, **told: Any) -> Response:
    words = words_of_reader()
    page = render_template(template, words=words, **words.for_pages(), **told)
    return Response(page)
