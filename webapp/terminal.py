"""What Flask's command line loads: the commands, and none of the pages."""

import os

from flask import Flask

from core import lifeline, logs
from core.settings import Settings
from webapp import commands
from wiring.services import build_for_web


def application() -> Flask:
    """The commands, with what the environment sets; nothing is connected yet.

    Raises:
        ConfigurationError: the settings are wrong.
    """
    lifeline.watch(os.environ)
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, settings.log_format)
    app = Flask(__name__)
    commands.register(app, settings, build_for_web(settings))
    return app
