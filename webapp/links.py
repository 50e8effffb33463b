"""``/l/CODE``: the links in our messages lead by here.

Where to is looked up, never asked for, so nobody can lead others anywhere by our name.
It is noted that a person came, and nothing of who: neither an address nor an agent's
name is kept, and no cookie is set.
"""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from integrations.robots import is_fetched_ahead, is_robot
from notifications import links
from notifications.form_texts import language_for
from notifications.link_texts import TEXTS
from notifications.links import PATH, Way
from notifications.ports import Services


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("links", __name__, url_prefix=PATH.rstrip("/"))

    @pages.get("/<code>")
    def open_link(code: str) -> Response:
        if is_fetched_ahead(request.headers.get):
            # A browser that is refused this asks anew once somebody presses; what it
            # got ahead it would show without asking.
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        is_click = request.method == "GET" and not is_robot(request.user_agent.string)
        way = links.way_of(code, is_click=is_click, services=services)
        if way is None:
            raise NotFound
        if not is_click:
            return _page(way, HTTPStatus.OK)
        if way.target is None:
            return _page(way, HTTPStatus.GONE)
        return Response(status=HTTPStatus.FOUND, headers={"Location": way.target})

    @pages.after_request
    def keep_to_themselves(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return pages


def _page(way: Way, status: HTTPStatus) -> Response:
    """The store's name, and its own page: all that a preview is to show, and all that
    is left of a link that is over."""
    language = language_for(request.accept_languages.values())
    return make_response(
        render_template(
            "link.html",
            language=language,
            text=TEXTS[language],
            shop=way.shop_name,
            home=way.home,
            is_over=status is HTTPStatus.GONE,
        ),
        status,
    )
