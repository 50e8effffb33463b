"""The Flask application, made from its parts."""

import logging
from typing import Any

from flask import Flask, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from core.errors import DatabaseAway
from core.redis_urls import open_redis
from core.settings import Settings
from core.words import N_
from integrations.visits import Visits
from notifications.connecting import Store
from notifications.ports import Services
from webapp import (
    api,
    commands,
    headers,
    health,
    links,
    metrics,
    owner_pages,
    proxies,
    queues,
    storefront,
)
from webapp.access import operators_only
from webapp.health import Health
from webapp.languages import words_of_reader
from wiring.outside import store_at

log = logging.getLogger(__name__)

_LARGEST_BODY_BYTES = 1024 * 1024
"""For forms of people. Webhooks never come this far: see ``webapp.intake``."""

_REDIS_SECONDS = 1.0

_WORDS = {
    400: N_("This request cannot be read."),
    401: N_("Open Sosik in your store's admin, and you will be known here."),
    403: N_("This is not allowed from there."),
    404: N_("There is no such page."),
    405: N_("This page does not answer to that."),
    413: N_("This is more than we take: one megabyte at most."),
    502: N_("Shopify did not answer as it should. Please come again."),
    503: N_("The database or the queue is away. Please come again."),
}
_ELSE = N_("Something went wrong here. It has been noted.")


def create_app(
    settings: Settings, services: Services, *, store: Store | None = None
) -> Flask:
    """All pages but the door for webhooks, which stands in front: ``webapp.wsgi``.

    ``store`` is how Shopify is asked, if not as the settings have it. Nothing is
    connected before the first request, so a server may fork after this.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY_BYTES
    app.extensions["sosik"] = (settings, services)
    redis = open_redis(settings.redis_url, answer_timeout_seconds=_REDIS_SECONDS)
    guard = operators_only(settings.admin_token)
    state = Health(services.transactions, redis)
    # What runs after a request runs in the opposite order: this one comes last.
    app.after_request(headers.harden)
    app.register_blueprint(health.blueprint(state))
    app.register_blueprint(
        metrics.blueprint(
            transactions=services.transactions,
            redis=redis,
            clock=services.clock,
            guard=guard,
        )
    )
    queues.mount(app, redis=redis, guard=guard, app_url=settings.app_url)
    owner_pages.mount(app, settings, services, store or store_at(settings, services))
    app.register_blueprint(
        storefront.blueprint(settings.shopify_api_secrets, services, Visits(redis))
    )
    app.register_blueprint(links.blueprint(services))
    app.register_blueprint(api.blueprint(services))
    _add_front_page(app, state)
    commands.register(app, settings, services)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DatabaseAway, _database_is_away)
    app.wsgi_app = proxies.behind(app.wsgi_app, trusted=settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def _add_front_page(app: Flask, state: Health) -> None:
    @app.get("/")
    def front_page() -> Any:
        if owner_pages.is_from_shopify():
            return owner_pages.way_home()
        return render_template(
            "front_page.html",
            readiness=state.readiness(),
            has_sandbox="sandbox" in app.blueprints,
        )


def _refused(error: HTTPException) -> Any:
    """A page with the number and one sentence; never what went wrong inside."""
    if error.response is not None:
        return error.response
    status, words = error.code or 500, words_of_reader()
    page = render_template(
        "refused.html",
        status=status,
        language=words.language,
        sentence=words.gettext(_WORDS.get(status, _ELSE)),
        way_back=words.gettext(N_("To the front page")),
        # An owner's front page is theirs, and not that of the installation.
        front="/app/" if request.path.startswith("/app/") else url_for("front_page"),
    )
    response: Response = make_response(page, status)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _database_is_away(error: DatabaseAway) -> Any:
    log.warning("page_not_shown because=%s", error)
    return _refused(ServiceUnavailable())
