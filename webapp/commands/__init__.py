"""The command line: ``./sosik shop list`` and the others, over the same use cases."""

from flask import Flask

from core.settings import Settings
from notifications.ports import Services


def register(app: Flask, settings: Settings, services: Services) -> None:
    """Give the application's command line its commands."""
    from webapp.commands.access import command as access
    from webapp.commands.automation import command as automation
    from webapp.commands.caps import command as caps
    from webapp.commands.catalog import command as catalog
    from webapp.commands.compliance import command as compliance
    from webapp.commands.consent import command as consent
    from webapp.commands.contact import command as contact
    from webapp.commands.desk import Desk
    from webapp.commands.doctor import command as doctor
    from webapp.commands.events import command as events
    from webapp.commands.flow import command as flow
    from webapp.commands.messages import command as messages
    from webapp.commands.sandbox import command as sandbox
    from webapp.commands.shop import command as shop
    from webapp.commands.why import command as why

    desk = Desk(settings, services)
    for make in (
        *(
            access,
            automation,
            caps,
            catalog,
            compliance,
            consent,
            contact,
            doctor,
            events,
            flow,
            messages,
            shop,
        ),
        why,
    ):
        app.cli.add_command(make(desk))
    # Also before it runs: its help says what there is to try, and its commands say
    # how it is started.
    if settings.sandbox:
        app.cli.add_command(sandbox(desk))
