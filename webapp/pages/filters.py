"""What a list is narrowed to, as its address says: somebody may have typed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError

from core.words import N_, Words

WRONG = N_("This is no filter that there is: it was left out.")


@dataclass(frozen=True, slots=True)
class Filtered:
    """``values`` are those that can be read, ``raw`` what was typed, and ``errors``
    sentences by the fields that nobody can read."""

    values: Mapping[str, Any]
    raw: Mapping[str, str]
    errors: Mapping[str, str] = made(default_factory=dict)

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for, or all of it."""
        return bool(self.values)


def read(schema: Schema, words: Words) -> Filtered:
    """What of the address's query the schema knows. What is empty is not asked for."""
    known = {field.data_key or name for name, field in schema.fields.items()}
    raw = {
        name: value
        for name, value in request.args.items()
        if name in known and value.strip()
    }
    try:
        return Filtered(schema.load(raw, unknown=EXCLUDE), raw)
    except ValidationError as error:
        wrong = error.normalized_messages()  # type: ignore[no-untyped-call]
        left = {name: value for name, value in raw.items() if name not in wrong}
        errors = dict.fromkeys(wrong, words.gettext(WRONG))
        return Filtered(schema.load(left, unknown=EXCLUDE), raw, errors)


def begins(day: date, words: Words) -> datetime:
    """The first moment of a day on the reader's clock."""
    return datetime.combine(day, time(), tzinfo=words.zone)


def is_over(day: date, words: Words) -> datetime:
    """The first moment after it."""
    return begins(min(day, date.max - timedelta(days=1)) + timedelta(days=1), words)
