"""What every page of a store's owner has in common: who is there, for which shop, what
they may do, and the frame around what is shown.

A view is registered with the least role that may see it. It is run for nobody who is
not known, and given a ``Visit``. What changes something comes by POST, from our own
pages and from nowhere else.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import Forbidden, Unauthorized

from core.errors import NotPossible, OutsideError
from core.values import ShopDomain, ShopId
from core.words import N_, Words
from notifications import roles, staff, witnessing
from notifications.ports import Services
from notifications.roles import Role
from notifications.witnessing import Door, Kind
from storage import visits
from storage.changes import By
from webapp.languages import words_of_reader
from webapp.leading import going_to
from webapp.meta_signup import MetaSignup
from webapp.owners import Visitor
from webapp.pages.said import SAID
from webapp.readable import must_be_text

log = logging.getLogger(__name__)

HOME = "/app"
"""What all pages are below."""

View = Callable[..., Response]
Guard = Callable[[Callable[..., Response]], Callable[..., Response]]
"""Runs what it guards with a ``Visitor`` in front, and for nobody else."""


@dataclass(frozen=True, slots=True)
class Dress:
    """What a page is shown in. ``bridge`` and ``polaris`` are the addresses of
    Shopify's scripts for framed pages; ``key`` is the app's id there."""

    bridge: str
    polaris: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody of a store's people at one of its pages, now.

    ``staff`` is Shopify's id of them, where it is known. ``words`` are in their
    language, on the shop's clock.
    """

    shop_id: ShopId
    shop: ShopDomain
    shop_name: str = field(repr=False)
    currency: str
    staff: str | None
    role: Role
    words: Words = field(repr=False)
    is_embedded: bool
    services: Services = field(repr=False)
    now: datetime
    places: "tuple[Place, ...]" = field(repr=False)
    dress: Dress = field(repr=False)

    @property
    def by(self) -> By:
        """Who does it, for the record of changes."""
        return By(Door.PAGE, self.actor)

    @property
    def actor(self) -> str:
        return self.staff or "owner"

    @property
    def role_name(self) -> str:
        return self.words.gettext(roles.NAMES[self.role])

    def may(self, role: Role) -> bool:
        """Whether the visitor may do what needs this role: for what a page offers."""
        return self.role.covers(role)

    def shows(
        self, template: str, *, status: int = HTTPStatus.OK, **told: Any
    ) -> Response:
        """A page of ``templates``, in the shell."""
        page = render_template(
            template,
            visit=self,
            words=self.words,
            said=SAID.get(request.args.get("said", "")),
            # What a page without a token needs to get one: see ``owner_pages``.
            way_back=urlencode({"shop": self.shop.host, "embedded": "1"}),
            **self.words.for_pages(),
            **told,
        )
        return Response(page, status)

    def done(self, path: str, said: str) -> Response:
        """Lead on to a page below ``/app``, which says in a word of ``SAID`` what was
        done.

        Raises:
            KeyError: there is no such word.
        """
        word = SAID[said] and said
        between = "&" if "?" in path else "?"
        return self.leads_to(f"{path}{between}{urlencode({'said': word})}")

    def leads_to(self, path: str) -> Response:
        """Lead on from a form to a page below ``/app``, which is asked for by GET."""
        answer = going_to(f"{HOME}{path}")
        answer.status_code = HTTPStatus.SEE_OTHER
        return answer

    def notes_look(self, doing: str, *kinds: Kind, subject: str | None) -> None:
        """Write down whose data the visitor is about to be shown; None is everybody's.
        ``doing`` is which page it is, such as ``message raw``."""
        witnessing.note(
            self.shop_id,
            kinds,
            door=Door.PAGE,
            actor=self.actor,
            doing=f"page {doing}",
            subject=subject,
            services=self.services,
        )

    def must_be(self, role: Role) -> Response:
        """A page that says which role is missing, and nothing else."""
        return self.shows(
            "pages/not_for_you.html",
            status=HTTPStatus.FORBIDDEN,
            needed=self.words.gettext(roles.NAMES[role]),
            own=self.role_name,
        )

    def refused(self, error: NotPossible) -> Response:
        """A page with the reason why it cannot be done, and nothing else."""
        reason = self.words.gettext(error.sentence, **error.values)
        return self.shows(
            "pages/refused.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu; ``title`` is marked for translation."""

    path: str
    title: str

    def is_current(self) -> bool:
        path = request.path.removeprefix(HOME).rstrip("/")
        own = self.path.rstrip("/")
        return path == own or (bool(own) and path.startswith(f"{own}/"))


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a view, with the least role that it takes."""

    method: str
    path: str
    role: Role
    endpoint: str


class Pages:
    """Where pages register their views. ``routes`` has them all, for whoever checks
    that none is open to the wrong person.

    ``shop_of`` answers the shop of a visitor, or a page instead; ``turned_away`` the
    page for who was let in once and is no more.
    """

    def __init__(
        self,
        *,
        services: Services,
        shop_of: Callable[[Visitor], ShopId | Response],
        guard: Guard,
        turned_away: Callable[[Visitor], Response],
        dress: Dress,
        app_url: str,
        meta_signup: MetaSignup | None = None,
    ) -> None:
        self.routes: list[Route] = []
        self.services = services
        self.blueprint = Blueprint("pages", __name__)
        self._places: list[Place] = []
        self._shop_of = shop_of
        self._guard = guard
        self._turned_away = turned_away
        self._dress = dress
        self._app_url = app_url
        self.meta_signup = meta_signup

    def place(self, path: str, title: str) -> None:
        """Give a page an entry in the menu, after those that are there."""
        self._places.append(Place(path, title))

    def get(self, path: str, *, role: Role) -> Callable[[View], View]:
        """Have a view answer GET at a path below ``/app``."""
        return self._registered("GET", path, role)

    def post(self, path: str, *, role: Role) -> Callable[[View], View]:
        """Have a view answer POST at a path below ``/app``."""
        return self._registered("POST", path, role)

    def _registered(self, method: str, path: str, role: Role) -> Callable[[View], View]:
        def register(view: View) -> View:
            name = f"{view.__module__.rpartition('.')[2]}_{view.__name__}"
            answer = self._guard(self._visited(view, role))
            # Without the slash too, where that is the whole path: Flask would send the
            # browser to the host that it names.
            self.blueprint.add_url_rule(
                f"{HOME}{path}",
                name,
                answer,
                methods=[method],
                strict_slashes=False,
            )
            endpoint = f"{self.blueprint.name}.{name}"
            self.routes.append(Route(method, f"{HOME}{path}", role, endpoint))
            return view

        return register

    def _visited(self, view: View, role: Role) -> View:
        @wraps(view)
        def answer(visitor: Visitor, **given: Any) -> Response:
            must_be_text(request)
            if request.method == "POST" and not self._is_from_our_page(visitor):
                raise Forbidden
            shop_id = self._shop_of(visitor)
            if isinstance(shop_id, Response):
                return shop_id
            visit = self._visit(visitor, shop_id)
            if visit is None:
                return self._turned_away(visitor)
            if not visit.may(role):
                return visit.must_be(role)
            try:
                _must_be_numbers(given)
                return view(visit, **given)
            except NotPossible as error:
                return visit.refused(error)
            except OutsideError as error:
                log.warning("page_refused code=%s", error.code)
                return visit.shows(
                    "pages/outside.html",
                    status=HTTPStatus.BAD_GATEWAY,
                    code=error.code,
                )

        return answer

    def _is_from_our_page(self, visitor: Visitor) -> bool:
        """A token in a header is put there by a script of our page. A cookie comes
        along from anywhere, so the browser must say that the page was ours. Of a form
        that no script sends, its ``Origin`` is null: our pages tell no referrer."""
        if visitor.id_token is not None:
            return request.authorization is not None
        origin = request.headers.get("Origin")
        if origin not in (None, "null"):
            return origin == self._app_url
        return request.headers.get("Sec-Fetch-Site") == "same-origin"

    def _visit(self, visitor: Visitor, shop_id: ShopId) -> Visit | None:
        """None for whoever has no role here any more, or no session."""
        services = self.services
        role = staff.role_of(
            shop_id, visitor.user, session=visitor.session, services=services
        )
        if role is None:
            return None
        with services.transactions.for_shop(shop_id) as tx:
            shop = visits.of_shop(tx, shop_id)
        if shop is None:
            raise Unauthorized
        return Visit(
            shop_id=shop_id,
            shop=visitor.shop,
            shop_name=shop["name"],
            currency=shop["currency"],
            staff=visitor.user,
            role=role,
            words=words_of_reader().on_clock(ZoneInfo(shop["timezone"])),
            is_embedded=visitor.id_token is not None,
            services=services,
            now=services.clock(),
            places=tuple(self._places),
            dress=self._dress,
        )


def _must_be_numbers(given: Mapping[str, Any]) -> None:
    """Raises NotPossible for a number in the address that nothing can have."""
    if any(isinstance(each, int) and each >= _NO_ID for each in given.values()):
        raise NotPossible(NOT_FOUND)


_NO_ID = 2**63
"""Ids are Shopify's or ours, and fit into PostgreSQL's ``bigint``."""

NOT_FOUND = N_("There is no such thing here, or no more.")
"""For a ``NotPossible`` about something whose number stands in an address."""
