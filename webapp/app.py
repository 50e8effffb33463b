"""The Flask application, made from its parts."""

from flask import Flask

from core.settings import Settings
from notifications.ports import Services


def create_app(settings: Settings, services: Services) -> Flask:
    app = Flask(__name__)
    app.extensions["sosik"] = (settings, services)
    return app
