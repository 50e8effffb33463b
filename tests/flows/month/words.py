"""How a value is written in each of the ten languages: what the model needs of it.

Told apart from the program's own way: the languages by the table in
docs/automations/languages.md, money and days by Babel, towns by the file to which a
line adds one.
"""

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency

LANGUAGES = ("en", "ko", "pt_BR", "es", "hi", "id", "ar", "de", "fr", "zh_TW")
_TOWNS = Path(__file__).parents[3] / "notifications" / "places.tsv"
_TRADITIONAL = {"zh-TW", "zh-HK", "zh-MO", "zh-Hant"}


def language_of(locale: str | None, *, otherwise: str) -> str:
    """What somebody of a locale is written to in."""
    if locale in _TRADITIONAL:
        return "zh_TW"
    spoken = (locale or "").partition("-")[0]
    if spoken == "zh":
        return otherwise
    named = {"pt": "pt_BR", "in": "id"}.get(spoken, spoken)
    return named if named in LANGUAGES else otherwise


def money(amount: Decimal, currency: str, language: str) -> str:
    return _on_one_line(format_currency(amount, currency, locale=language))


def day(moment: date, language: str) -> str:
    return _on_one_line(format_date(moment, "long", locale=language))


def town(name: str, language: str) -> str:
    """A town by its English name; one that is in no list is written alike by all."""
    row = _towns().get(name)
    return row[language] if row else name


def _on_one_line(text: str) -> str:
    """With plain spaces, and without marks that turn the direction of writing."""
    kept = (
        " " if each.isspace() else each
        for each in text
        if each not in "\u200e\u200f\u061c"
    )
    return " ".join("".join(kept).split())


@cache
def _towns() -> dict[str, dict[str, str]]:
    with _TOWNS.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["en"]: row for row in rows}
