"""Errors that cross a package border, named for what to do next.

* AppError
  x ConfigurationError     the operator must fix the environment
  x NotPossible            a person asked for something we refuse, with the reason
  x UnreadablePayload      the sender's words do not fit what we know of it
  x DatabaseAway           nothing was written; the caller may come again
  x OutsideError           a remote service did not do what we asked
    + TryLater             nothing was done; the same request may work after a while
    + WillNotWork          nothing was done, and the same request will never work
    + Unsure               no answer came: it may or may not have been done
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any


class AppError(Exception):
    """Base of every error this program raises on purpose."""


class ConfigurationError(AppError):
    """The environment lacks or garbles settings; names every one of them."""


class NotPossible(AppError):
    """A command or page was asked for something that cannot be done, and why.

    ``sentence`` may be marked for translation (see ``core.words``), and names its
    ``values`` as ``%(so)s``; ``str()`` says it in English.
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class UnreadablePayload(AppError):
    """A payload misses what we need from it."""


class DatabaseAway(AppError):
    """The database did not answer, or not in time."""


class OutsideError(AppError):
    """A remote service did not do what we asked.

    ``code`` is the outsider's own code with its name in front, such as
    ``meta_131026`` or ``http_502``; ``str()`` is for people and may be empty. ``said``
    is the outsider's error, whole: it may repeat what was sent.
    """

    def __init__(
        self, message: str, *, code: str, said: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.said = said


class TryLater(OutsideError):
    """Nothing was done; the same request may work later: after ``pause``, where the
    outsider says how long it wants to be left alone."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        said: Mapping[str, Any] | None = None,
        pause: timedelta | None = None,
    ) -> None:
        super().__init__(message, code=code, said=said)
        self.pause = pause


class WillNotWork(OutsideError):
    """Nothing was done, and repeating the same request is pointless."""


class Unsure(OutsideError):
    """No answer came back. Repeating may do the thing twice; ask before you do."""
