"""``/app/``: what a store's owner sees, in the store's admin or without it."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request
from werkzeug.exceptions import BadGateway, BadRequest, Unauthorized

from core.errors import NotPossible, OutsideError
from core.settings import Settings
from core.values import ShopDomain, ShopId
from notifications import installing
from notifications.connecting import Store
from notifications.ports import Services
from webapp import signing_in
from webapp.frames import ALONE, Frames, frames_of
from webapp.leading import going_to
from webapp.meta_signup import blueprint as meta_signup_blueprint
from webapp.meta_signup import meta_signup_of
from webapp.owners import (
    Nobody,
    Owners,
    Visitor,
    owners_of,
    shop_in,
    store_owners_only,
    unknown_to_script,
)
from webapp.pages import (
    automations,
    catalog,
    catalog_settings,
    changes,
    customer,
    customers,
    flow_results,
    flows,
    home,
    leaving,
    message,
    messages,
    operations,
    orders,
    reading,
    staff,
    store_settings,
    templates,
    tokens,
    trials,
    whatsapp,
)
from webapp.pages.shell import Dress, Pages
from webapp.signing_in import SignIn, no_role
from wiring.outside import desk_at, keeper_at

log = logging.getLogger(__name__)

_HOME = "/app/"
_NEW_TOKEN = "/auth/id-token"  # noqa: S105 -- a path
_RELOAD = "shopify-reload"
_AGAIN = "again"
"""Marks an address that has been to App Bridge once: it is not sent there for ever."""
_STALE = "shopify_invalid_subject_token"

PAGES = (
    *(home, messages, message, orders, customers, customer),
    *(automations, trials, flows, flow_results, catalog, templates),
    *(whatsapp, operations, store_settings, staff, changes, tokens),
    *(reading, leaving),
)
"""Modules with the owners' pages, in the order of the menu."""


def mount(app: Flask, settings: Settings, services: Services, store: Store) -> None:
    """Put the owners' pages, and the ways to sign in, into the application."""
    owners = owners_of(settings, services.clock)
    frames = frames_of(settings)
    sign_in = signing_in.sign_in_of(
        settings, store=store, services=services, owners=owners
    )
    door = _Door(settings.app_url, owners, frames, sign_in, services, store)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    meta_signup = meta_signup_of(settings, services, desk_at(settings))
    pages = Pages(
        services=services,
        shop_of=door.shop_of,
        guard=store_owners_only(owners, otherwise=door.not_known),
        turned_away=door.turned_away,
        dress=Dress(frames.bridge, frames.polaris, owners.key),
        app_url=settings.app_url,
        meta_signup=meta_signup,
    )
    for page in PAGES:
        page.add(pages)
    catalog_settings.add(pages, keeper_at(settings))
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(_blueprint(door))
    app.register_blueprint(signing_in.blueprint(sign_in))
    if meta_signup is not None:
        app.register_blueprint(meta_signup_blueprint(meta_signup))
    app.after_request(door.framed)
    app.extensions["sosik-pages"] = pages


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
class _Door:
    app_url: str
    owners: Owners
    frames: Frames
    sign_in: SignIn
    services: Services
    store: Store

    def shop_of(self, visitor: Visitor) -> ShopId | Response:
        """The shop of somebody who is known; or a page, where another token is needed.

        Raises:
            HTTPException: it has been uninstalled since they signed in, or Shopify
                does not answer.
        """
        try:
            if visitor.id_token is None:
                return installing.shop_of_owner(visitor.shop, self.services)
            return installing.open_app(
                visitor.shop, visitor.id_token, store=self.store, services=self.services
            )
        except NotPossible:
            raise Unauthorized from None
        except OutsideError as error:
            if error.code == _STALE:
                return self._stale(visitor)
            log.warning("app_not_opened shop=%s code=%s", visitor.shop, error.code)
            raise BadGateway from error

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

    def turned_away(self, visitor: Visitor) -> Response:
        """Answer somebody whose session is over, or whose role was taken away.

        Raises:
            Unauthorized: there is no way to find out.
        """
        if visitor.session is None:
            return no_role()
        return self.not_known(Nobody("missing", visitor.shop, asks_by_script=False))

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
        if isinstance(found, Visitor) and found.id_token is None:
            response.headers["Content-Security-Policy"] = ALONE
        elif found.shop is not None:
            policy = self.frames.policy_for(found.shop)
            response.headers["Content-Security-Policy"] = policy
            if response.status_code == HTTPStatus.OK:
                response.headers["Link"] = self.frames.hint
        return response

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


def _blueprint(door: _Door) -> Blueprint:
    found = Blueprint("owner", __name__)

    @found.get(_NEW_TOKEN)
    def new_token() -> Response:
        return door.new_token()

    return found
