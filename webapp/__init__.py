"""HTTP in. Checks who is calling, writes it down, answers. Decides nothing.

``create_app`` is imported when it is asked for, so that ``flask --app webapp`` works
and a module of this package can be imported without all the others.
"""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The commands with what the environment sets: for Flask's command line. The pages
    are ``webapp.wsgi``'s, and would take as long again to load."""
    # All that is loaded stays, and looking for garbage in it, while it is loaded and
    # once more at the end, takes a third of the time that somebody waits for a command.
    gc.disable()
    try:
        from webapp.terminal import application

        return application()
    finally:
        gc.freeze()
        gc.enable()
