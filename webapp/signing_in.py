"""Signing in without a frame: Shopify asks the owner whether we may, and sends us both
word.

It opens us with an address that it has signed; we send the browser to its question, and
it comes back with a code. What binds the two ways together is a word that only this
browser has, in a cookie, and that is taken once. It goes there twice: the first code is
the store's, and the second tells who of its staff sits before the browser.
"""

import hashlib
import hmac
import logging
import re
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import BadGateway, BadRequest, Forbidden, Unauthorized

from core.errors import NotPossible, OutsideError
from core.settings import Settings
from core.signing import Signer
from core.values import ShopDomain
from integrations.shopify.scopes import SCOPES
from integrations.shopify.signed_queries import (
    Opened,
    is_admin_of,
    opened_by_shopify,
)
from notifications import installing, staff
from notifications.connecting import Store
from notifications.ports import Services
from storage import leases
from storage.tenancy import Crossing
from webapp.headers import never_kept
from webapp.languages import words_of_reader
from webapp.leading import going_to
from webapp.owners import Owners, Visitor, cookie_name, is_younger

log = logging.getLogger(__name__)

_CALLBACK = "/auth/callback"
_PURPOSE = "cookie of a sign-in"
_COOKIE = "sosik-sign-in"
_BETWEEN = "|"
_TIME_TO_ANSWER = timedelta(minutes=10)
_FOR_WHO_ASKS = {"grant_options[]": "per-user"}
_CODE = re.compile(r"[\w-]{1,255}", re.ASCII)


class Way(StrEnum):
    """What a code is for, that Shopify sends the browser back with."""

    STORE = "store"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class SignIn:
    """``admin_origin`` may hold ``{shop}``, such as ``https://{shop}``."""

    key: str
    secrets: Sequence[str] = field(repr=False)
    signer: Signer = field(repr=False)
    app_url: str
    admin_origin: str
    store: Store
    services: Services
    owners: Owners

    def opened(self) -> Opened | None:
        """What this request says, if Shopify made its address a moment ago."""
        return opened_by_shopify(
            request.query_string, secrets=self.secrets, now=self.services.clock()
        )

    def begin(self, shop: ShopDomain, way: Way = Way.STORE) -> Response:
        """Send the browser to Shopify's question. ``shop`` must have been proven."""
        state = random.token_hex(32)
        asked = {
            "client_id": self.key,
            "scope": ",".join(SCOPES),
            "redirect_uri": f"{self.app_url}{_CALLBACK}",
            "state": state,
            **(_FOR_WHO_ASKS if way is Way.PERSON else {}),
        }
        admin = self.admin_origin.replace("{shop}", shop.host)
        answer = going_to(f"{admin}/admin/oauth/authorize?{urlencode(asked)}")
        since = int(self.services.clock().timestamp())
        self._remember(answer, _BETWEEN.join((state, shop.host, way, str(since))))
        return answer

    def finish(self) -> Response:
        """The shop is connected, and then who is there is signed in.

        Raises:
            HTTPException: somebody else asks, or asks twice, or too late.
        """
        opened = self.opened()
        if opened is None:
            raise Unauthorized
        code, state = opened.said.get("code", ""), opened.said.get("state", "")
        if not _CODE.fullmatch(code) or not is_admin_of(
            opened.said.get("host", ""), opened.shop
        ):
            raise BadRequest
        way = self._begun_here(opened.shop, state)
        if way is None or not self._is_first(state):
            raise Forbidden
        try:
            if way is Way.PERSON:
                return self._signed_in(opened.shop, code)
            installing.come_back(
                opened.shop, code, store=self.store, services=self.services
            )
        except OutsideError as error:
            log.warning("sign_in_failed shop=%s code=%s", opened.shop, error.code)
            raise BadGateway from error
        return self.begin(opened.shop, Way.PERSON)

    def _signed_in(self, shop: ShopDomain, code: str) -> Response:
        member = self.store.member_by_code(shop, code)
        try:
            shop_id = installing.shop_of_owner(shop, self.services)
        except NotPossible:
            raise Unauthorized from None  # uninstalled between the two ways
        session = staff.welcome(shop_id, member, services=self.services)
        if session is None:
            log.warning("sign_in_refused shop=%s because=role_taken_away", shop)
            return no_role()
        answer = going_to(url_for("pages.home_home"))
        self.owners.remember(Visitor(shop, member.user, session), answer)
        self._forget(answer)
        return answer

    def _begun_here(self, shop: ShopDomain, state: str) -> Way | None:
        """For what this browser has begun to ask with that word; None if it has not."""
        kept = request.cookies.get(self._cookie, "")
        written = (self.signer.opened(kept) or "").split(_BETWEEN)
        if len(written) != 4:
            return None
        wanted, host, way, since = written
        is_ours = (
            hmac.compare_digest(wanted.encode(), state.encode())
            and host == shop.host
            and is_younger(since, _TIME_TO_ANSWER, self.services.clock())
        )
        return Way(way) if is_ours else None

    def _is_first(self, state: str) -> bool:
        """Whether nobody has come back with this word yet. A cookie can be kept, so a
        lease that nobody gives back remembers it for as long as it is good."""
        name = f"sign-in {hashlib.sha256(state.encode()).hexdigest()}"
        now = self.services.clock()
        with self.services.transactions.across(Crossing.SERVING) as tx:
            return leases.take(
                tx,
                name,
                holder=self.services.new_id("sign_in"),
                now=now,
                until=now + _TIME_TO_ANSWER,
            )

    @property
    def _cookie(self) -> str:
        return cookie_name(_COOKIE, is_secure=self.owners.is_secure)

    def _remember(self, answer: Response, written: str) -> None:
        answer.set_cookie(
            self._cookie,
            self.signer.signed(written),
            max_age=_TIME_TO_ANSWER,
            secure=self.owners.is_secure,
            httponly=True,
            samesite="Lax",
        )

    def _forget(self, answer: Response) -> None:
        answer.delete_cookie(
            self._cookie,
            secure=self.owners.is_secure,
            httponly=True,
            samesite="Lax",
        )


def sign_in_of(
    settings: Settings, *, store: Store, services: Services, owners: Owners
) -> SignIn:
    return SignIn(
        key=settings.shopify_api_key,
        secrets=settings.shopify_api_secrets,
        signer=Signer(settings.secret_keys, _PURPOSE),
        app_url=settings.app_url,
        admin_origin=settings.shopify_admin_origin,
        store=store,
        services=services,
        owners=owners,
    )


def no_role() -> Response:
    """For somebody of the store whose role an owner has taken away."""
    words = words_of_reader()
    page = render_template(
        "pages/taken_away.html", language=words.language, **words.for_pages()
    )
    return Response(page, HTTPStatus.FORBIDDEN)


def blueprint(sign_in: SignIn) -> Blueprint:
    pages = Blueprint("signing_in", __name__)

    @pages.get(_CALLBACK)
    def callback() -> Response:
        return sign_in.finish()

    pages.after_request(never_kept)
    return pages
