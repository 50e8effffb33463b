"""What granian loads: ``granian --interface wsgi webapp.wsgi:app``."""

import os
from functools import cache

from flask import Flask

from core import lifeline, logs
from core.settings import Settings
from notifications.ports import Services
from storage import feeds, shops
from storage.tenancy import Crossing
from webapp.app import create_app
from webapp.intake import Intake, IntakeServices
from webapp.secrets import CachedShopSecrets
from wiring.services import build_for_web, build_keeper


def intake_services(settings: Settings, services: Services) -> IntakeServices:
    """What the door for webhooks needs of all that there is."""
    sealer = services.sealer

    def own_secrets() -> dict[str, str | None]:
        with services.transactions.across(Crossing.SERVING) as tx:
            return shops.own_secrets(tx, sealer=sealer)

    def own_keys() -> dict[str, str]:
        with services.transactions.across(Crossing.SERVING) as tx:
            return feeds.own_keys(tx, sealer=sealer)

    return IntakeServices(
        clock=services.clock,
        keep_webhook=build_keeper(settings, services),
        hints=services.hints,
        counters=services.counters,
        shop_secrets=CachedShopSecrets(settings.shopify_api_secrets, own_secrets),
        tracking_keys=CachedShopSecrets((), own_keys),
        meta_secrets=tuple(secret.encode() for secret in settings.meta_app_secrets),
        meta_verify_token=settings.meta_verify_token.encode(),
    )


@cache
def application() -> Flask:
    lifeline.watch(os.environ)
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    return _made(settings)


def load() -> None:
    """Load all that an application is made of, by making one that nobody uses.

    Nothing is connected and no thread started, so a server may fork after this: what
    each of its processes would load for itself is there for all of them.

    Raises:
        ConfigurationError: the settings are wrong.
    """
    _made(Settings.from_env(os.environ))


def _made(settings: Settings) -> Flask:
    services = build_for_web(settings)
    app = create_app(settings, services)
    if settings.sandbox:
        _mount_sandbox(app, settings, services)
    app.wsgi_app = Intake(intake_services(settings, services), app.wsgi_app)  # type: ignore[method-assign]
    return app


def _mount_sandbox(app: Flask, settings: Settings, services: Services) -> None:
    """The one place at which the program knows of the sandbox, and only while it
    runs: its page stands at the same address as all others."""
    from sandbox.page import blueprint

    app.register_blueprint(blueprint(settings, services, os.environ))


def __getattr__(name: str) -> object:
    """``app`` is made when a server asks for it, not when this is imported.

    What granian calls is the door itself: a webhook never meets Flask.
    """
    if name == "app":
        return application().wsgi_app
    raise AttributeError(name)
