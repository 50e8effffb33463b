"""HTTP in. Checks who is calling, writes it down, answers. Decides nothing.

``create_app`` is imported when it is asked for, so that ``flask --app webapp`` works
and a module of this package can be imported without all the others.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The application with what the environment sets: for Flask's command line."""
    from webapp.wsgi import application

    return application()
