"""Forms that two people may have open at once, and what was typed into them.

A form carries a digest of the values that it was made of. Who sends one that was made
of older values has changed nothing: they are shown what it says now.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError

from core.words import N_, Words
from storage import leases
from storage.tenancy import Crossing
from webapp.pages.shell import Visit

VERSION = "version"
"""The name of the field with the digest."""

CHANGED_MEANWHILE = N_(
    "Somebody else has changed this meanwhile. Below is how it is now; what you had"
    " entered was not saved."
)

_LONGEST_SAVE = timedelta(seconds=20)


class Saved(Enum):
    """What became of a form."""

    DONE = auto()
    CHANGED_MEANWHILE = auto()


@dataclass(frozen=True, slots=True)
class Typed:
    """``values`` are as the schema reads them, None where it refuses some; ``errors``
    are sentences for fields; ``raw`` is what was typed, to be shown again."""

    values: Mapping[str, Any] | None
    errors: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)


def version_of(values: object) -> str:
    """The digest of what a form shows; ``values`` is what JSON can write, and more is
    written as text."""
    written = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def typed(schema: Schema, visit: Visit) -> Typed:
    """What the request's form says. The schema's errors may be marked sentences."""
    raw = dict(request.form.items())
    try:
        values = schema.load(raw, unknown=EXCLUDE)
    except ValidationError as error:
        said = error.normalized_messages()  # type: ignore[no-untyped-call]
        errors = {name: _first(each, visit) for name, each in said.items()}
        return Typed(None, errors, raw)
    return Typed(values, raw=raw)


def save(
    visit: Visit, subject: str, *, current: Callable[[], object], act: Callable[[], Any]
) -> Saved:
    """Do it if the form was made of what is there now, and nobody else is about to.

    ``subject`` names what is changed, such as ``automation order_confirmation``;
    ``current`` answers the values that the form shows.
    """
    name = f"form {visit.shop_id} {subject}"
    holder = visit.services.new_id("form")
    until = visit.now + _LONGEST_SAVE
    across = visit.services.transactions.across
    with across(Crossing.SERVING) as tx:
        is_ours = leases.take(tx, name, holder=holder, now=visit.now, until=until)
    if not is_ours:
        return Saved.CHANGED_MEANWHILE
    try:
        if request.form.get(VERSION, "") != version_of(current()):
            return Saved.CHANGED_MEANWHILE
        act()
    finally:
        with across(Crossing.SERVING) as tx:
            leases.give_back(tx, name, holder=holder)
    return Saved.DONE


def beside_field(sentence: str, values: Mapping[str, object], words: Words) -> str:
    """A marked sentence as it stands alone; one that begins small is meant to stand
    behind the name of what it is about."""
    said = words.gettext(sentence, **values)
    return said[:1].upper() + said[1:] if sentence[0].islower() else said


def _first(said: Any, visit: Visit) -> str:
    """The first sentence about a field, wherever it stands in what marshmallow says."""
    while isinstance(said, list | dict):
        said = next(iter(said.values() if isinstance(said, dict) else said), "")
    return visit.words.gettext(str(said))
