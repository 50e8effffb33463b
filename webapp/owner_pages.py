"""``/app/``: what a store's owner sees, in the store's admin or without it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request
from werkzeug.exceptions import BadGateway, BadRequest, Unauthorized

from core.errors import NotPossible, OutsideError
from core.settings import Settings
from core.values import ShopDomain, ShopId
from core.words import N_, SOURCE_LANGUAGE, Words, languages, words_for
from integrations.shopify.scopes import missing_from
from notifications import installing, overview
from notifications.connecting import Store
from notifications.overview import Overview
from notifications.ports import Services
from webapp import signing_in
from webapp.frames import Frames, frames_of
from webapp.leading import going_to
from webapp.owners import (
    Nobody,
    Owners,
    Visitor,
    owners_of,
    shop_in,
    store_owners_only,
    unknown_to_script,
)
from webapp.signing_in import SignIn

log = logging.getLogger(__name__)

_HOME = "/app/"
_NEW_TOKEN = "/auth/id-token"  # noqa: S105 -- a path
_RELOAD = "shopify-reload"
_AGAIN = "again"
"""Marks an address that has been to App Bridge once: it is not sent there for ever."""
_STALE = "shopify_invalid_subject_token"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the page: what it is about, and how far it is."""

    title: str
    says: str
    is_done: bool


def mount(app: Flask, settings: Settings, services: Services, store: Store) -> None:
    """Put the owners' pages, and the ways to sign in, into the application."""
    owners = owners_of(settings, services.clock)
    frames = frames_of(settings)
    sign_in = signing_in.sign_in_of(
        settings, store=store, services=services, owners=owners
    )
    pages = _Pages(settings.app_url, owners, frames, sign_in, services, store)
    app.register_blueprint(_blueprint(pages))
    app.register_blueprint(signing_in.blueprint(sign_in))
    app.after_request(pages.framed)


def is_from_shopify() -> bool:
    """Whether Shopify seems to have opened this address for a store's owner."""
    return "shop" in request.args and not request.args.keys().isdisjoint(
        {"hmac", "id_token", "embedded"}
    )


def way_home() -> Response:
    """To the same place with the same query, below ``/app/``."""
    query = request.query_string.decode("ascii", "replace")
    return going_to(f"{_HOME}?{query}")


@dataclass(frozen=True, slots=True)
class _Pages:
    app_url: str
    owners: Owners
    frames: Frames
    sign_in: SignIn
    services: Services
    store: Store

    def home(self, visitor: Visitor) -> Response:
        try:
            shop_id = self._shop_of(visitor)
            found = overview.of_shop(shop_id, self.services)
        except NotPossible:
            raise Unauthorized from None  # uninstalled since they signed in
        except OutsideError as error:
            if error.code == _STALE:
                return self._stale(visitor)
            log.warning("app_not_opened shop=%s code=%s", visitor.shop, error.code)
            raise BadGateway from error
        words = words_for(_language(request.args.get("locale", "")))
        page = render_template(
            "owner_home.html",
            words=words,
            shop=found,
            steps=list(_steps(found, words)),
            bridge=self.frames.bridge if visitor.id_token else None,
            key=self.owners.key,
        )
        return Response(page)

    def not_known(self, nobody: Nobody) -> Response:
        """Answer somebody who wants to see a page, and has not shown who they are.

        Raises:
            Unauthorized: there is no way to find out.
        """
        log.info("visitor_not_known because=%s", nobody.because)
        if nobody.because == "late" and nobody.shop is not None:
            return self._for_a_new_token(nobody.shop)
        if nobody.because != "missing":
            raise Unauthorized
        if request.args.get("embedded") == "1" and nobody.shop is not None:
            return self._for_a_new_token(nobody.shop)
        opened = self.sign_in.opened()
        if opened is None:
            raise Unauthorized
        return self.sign_in.begin(opened.shop)

    def new_token(self) -> Response:
        """An empty page on which App Bridge gets an id token and goes back with it."""
        back = request.args.getlist(_RELOAD)
        is_ours = len(back) == 1 and back[0].startswith(f"{self.app_url}{_HOME}")
        if shop_in(request.args) is None or not is_ours:
            raise BadRequest
        page = render_template(
            "new_id_token.html", bridge=self.frames.bridge, key=self.owners.key
        )
        return Response(page)

    def framed(self, response: Response) -> Response:
        """Let the page be framed by the admin of the shop that it is for, whatever has
        become of it; and of no other. One that a cookie opens is framed by nobody."""
        if not f"{request.path}/".startswith((_HOME, f"{_NEW_TOKEN}/")):
            return response
        response.headers["Cache-Control"] = "no-store"
        found = self.owners.who(request)
        is_by_cookie = isinstance(found, Visitor) and found.id_token is None
        if found.shop is not None and not is_by_cookie:
            policy = self.frames.policy_for(found.shop)
            response.headers["Content-Security-Policy"] = policy
            if response.status_code == HTTPStatus.OK:
                response.headers["Link"] = self.frames.hint
        return response

    def _shop_of(self, visitor: Visitor) -> ShopId:
        if visitor.id_token is None:
            return installing.shop_of_owner(visitor.shop, self.services)
        return installing.open_app(
            visitor.shop, visitor.id_token, store=self.store, services=self.services
        )

    def _stale(self, visitor: Visitor) -> Response:
        """Shopify's clock has gone further than ours: a new token will do."""
        if request.authorization is not None:
            return unknown_to_script()
        return self._for_a_new_token(visitor.shop)

    def _for_a_new_token(self, shop: ShopDomain) -> Response:
        if _AGAIN in request.args:
            raise Unauthorized
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in ("id_token", _RELOAD)
        ]
        back = f"{self.app_url}{request.path}?{urlencode([*kept, (_AGAIN, '1')])}"
        host = request.args.get("host", "")
        asked = {"shop": shop.host, "host": host, "embedded": "1", _RELOAD: back}
        return going_to(f"{_NEW_TOKEN}?{urlencode(asked)}")


def _blueprint(pages: _Pages) -> Blueprint:
    found = Blueprint("owner", __name__)
    owners_only = store_owners_only(pages.owners, otherwise=pages.not_known)

    # Without the slash too: Flask would send the browser to the host that it names.
    @found.get(_HOME, strict_slashes=False)
    @owners_only
    def home(visitor: Visitor) -> Response:
        return pages.home(visitor)

    @found.get(_NEW_TOKEN)
    def new_token() -> Response:
        return pages.new_token()

    return found


def _steps(found: Overview, words: Words) -> Iterator[Step]:
    yield _of_shopify(found, words)
    yield _of_whatsapp(found, words)
    yield Step(
        words.gettext(N_("Templates")),
        words.ngettext(
            "%(num)s text is approved by Meta",
            "%(num)s texts are approved by Meta",
            found.templates_approved,
        ),
        is_done=found.templates_approved > 0,
    )
    yield Step(
        words.gettext(N_("Automations")),
        words.gettext(
            N_("%(on)s of %(all)s are switched on"),
            on=words.number(found.automations_on),
            all=words.number(found.automations),
        ),
        is_done=found.automations_on > 0,
    )


def _of_shopify(found: Overview, words: Words) -> Step:
    title = words.gettext(N_("Shopify"))
    if found.access_lost is not None:
        lost = N_("The store lets Sosik in no more (%(code)s)")
        says = words.gettext(lost, code=found.access_lost)
        return Step(title, says, is_done=False)
    missing = [] if found.scopes is None else missing_from(found.scopes)
    if missing:
        says = words.gettext(
            N_("Connected, without the permissions %(scopes)s"),
            scopes=", ".join(missing),
        )
        return Step(title, says, is_done=False)
    return Step(title, words.gettext(N_("Connected")), is_done=True)


def _of_whatsapp(found: Overview, words: Words) -> Step:
    title = words.gettext(N_("WhatsApp"))
    if not found.numbers:
        says = words.gettext(N_("No number is connected yet"))
        return Step(title, says, is_done=False)
    for number in found.numbers:
        if number.held is not None:
            says = words.gettext(
                N_("%(number)s is held back (%(code)s)"),
                number=number.shown,
                code=number.held,
            )
            return Step(title, says, is_done=False)
    every = ", ".join(number.shown for number in found.numbers)
    says = words.gettext(N_("Messages come from %(number)s"), number=every)
    return Step(title, says, is_done=True)


def _language(locale: str) -> str:
    """Of those that there are, the one that Shopify's admin is shown in, or else the
    browser: outside of the admin nobody passes one."""
    if not locale:
        return request.accept_languages.best_match(languages(), SOURCE_LANGUAGE)
    wanted = locale.replace("_", "-").partition("-")[0].lower()
    return wanted if wanted in languages() else SOURCE_LANGUAGE
