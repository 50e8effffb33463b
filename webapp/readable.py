"""What a request says, before it is read any further: text that a database can hold."""

from collections.abc import Iterator

from flask import Request
from werkzeug.exceptions import BadRequest


def is_text(said: str) -> bool:
    """Whether PostgreSQL can hold it: without NUL, and without half a letter."""
    return "\0" not in said and not any("\ud800" <= each <= "\udfff" for each in said)


def must_be_text(asked: Request) -> None:
    """
    Raises:
        BadRequest: its address or its form says something that nobody types. It would
            be refused further in, in the midst of what was begun.
    """
    if not all(map(is_text, _said(asked))):
        raise BadRequest


def _said(asked: Request) -> Iterator[str]:
    yield asked.path
    for values in (asked.args, asked.form):
        for name, value in values.items(multi=True):
            yield name
            yield value
