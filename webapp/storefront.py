"""``/proxy/``: what buyers ask for on a store's own pages, as Shopify forwards it.

Anybody may call an address of a storefront. Shopify proves which store it was, and who
was signed in there; it proves nothing of a body, and nothing of who is asking.
"""

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from core.clock import Clock
from integrations.shopify.signed_queries import Forwarded, forwarded_by_proxy
from integrations.visits import Visits
from notifications.ports import Services
from webapp.headers import never_kept
from webapp.offers_form import OffersForm

PREFIX = "/proxy"

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[Forwarded, P], Response]


def forwarded_only(
    secrets: Sequence[str], clock: Clock, *, expecting: Collection[str] = ()
) -> Callable[[View[P]], Callable[P, Response]]:
    """A guard for views: they are given what Shopify has forwarded.

    ``expecting`` names what may stand in the address besides, each at most once. An
    address that says more is refused: it may be another one, read in another way.
    """

    def guarded(view: View[P]) -> Callable[P, Response]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            found = forwarded_by_proxy(
                request.query_string, secrets=secrets, now=clock()
            )
            if found is None:
                raise Unauthorized
            is_plain = all(len(values) == 1 for values in found.given.values())
            if not is_plain or not found.given.keys() <= set(expecting):
                raise BadRequest
            return view(found, *args, **kwargs)

        return answer

    return guarded


def blueprint(secrets: Sequence[str], services: Services, visits: Visits) -> Blueprint:
    """The form for offers, and nothing else."""
    clock = services.clock
    form = OffersForm(secrets, services, visits)
    pages = Blueprint("storefront", __name__, url_prefix=PREFIX)

    @pages.route("/offers", methods=["GET", "POST"])
    @forwarded_only(secrets, clock, expecting=["locale"])
    def offers(found: Forwarded, /) -> Response:
        return form.answer(found)

    @pages.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @pages.route("/<path:path>", methods=["GET", "POST"])
    @forwarded_only(secrets, clock)
    def anything(_forwarded: Forwarded, /, **_path: str) -> Response:
        raise NotFound

    pages.after_request(never_kept)
    return pages
