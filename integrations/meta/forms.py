"""Checks that schemas share, and their findings in plain lines."""

import re
from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError, validate


class Matches(validate.Validator):
    """The whole text has the form; a Regexp's ``$`` would let a line end through."""

    def __init__(self, form: re.Pattern[str]) -> None:
        self.form = form

    def __call__(self, value: str) -> str:
        if not self.form.fullmatch(value):
            raise ValidationError("Does not have the form Meta wants.")
        return value


def flat(errors: Any, path: str = "") -> Iterator[str]:
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    else:
        for words in errors:
            yield f"{path}: {words}"
