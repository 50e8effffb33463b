"""The command line: ``./sosik shop list`` and the others, over the same use cases."""

from flask import Flask

from core.settings import Settings
from notifications.ports import Services


def register(app: Flask, settings: Settings, services: Services) -> None:
    """Give the application's command line its commands."""
    from webapp.commands import (
        automation,
        consent,
        doctor,
        events,
        messages,
        sandbox,
        shop,
        why,
    )
    from webapp.commands.desk import Desk

    desk = Desk(settings, services)
    for module in (automation, consent, doctor, events, messages, shop, why):
        app.cli.add_command(module.command(desk))
    if settings.sandbox and settings.sandbox_secret:
        app.cli.add_command(sandbox.command(desk))
