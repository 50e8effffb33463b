"""How messages are worded: templates in every language, and values fit for them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from core.values import Category, Money

if TYPE_CHECKING:
    from babel import Locale

DEFAULT_LANGUAGE = "en"
_MOST_IN_ONE_VALUE = 200
MOST_IN_HEADER = 30
"""A header with its value has 60 characters at most, in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One language of a template. ``{{name}}`` stands for a value."""

    header: str
    body: str
    footer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of ours. Its name ends in a number that grows with each new wording,
    since Meta allows an approved one to be changed once a day only.

    ``examples`` shows Meta's reviewers a value for each name.
    """

    name: str
    category: Category
    examples: Mapping[str, str]
    texts: Mapping[str, Text]

    def values_in(self, text: str) -> list[str]:
        """The names of the values in a text, in their order, each once."""
        return list(dict.fromkeys(re.findall(r"\{\{(\w+)\}\}", text)))


def language_for(locale: str | None, offered: Mapping[str, Text]) -> str:
    """The offered language that is nearest to the buyer's locale.

    ``ko-KR`` finds ``ko``; ``pt-BR`` finds ``pt_BR``, else ``pt``, else the default.
    """
    exact = (locale or "").replace("-", "_")
    base, _, region = exact.partition("_")
    wanted = f"{base.lower()}_{region.upper()}" if region else base.lower()
    for candidate in (wanted, base.lower()):
        if candidate in offered:
            return candidate
    return DEFAULT_LANGUAGE


def value(raw: str | None, otherwise: str, *, most: int = _MOST_IN_ONE_VALUE) -> str:
    """A text that Meta takes as a value: one line, not empty, not too long.

    Control characters and marks that turn the direction of what follows are dropped:
    a buyer chooses their own name.
    """
    if raw and len(raw) <= most and raw.isprintable():
        # Nearly always: nothing to drop, and only spaces for white space.
        return " ".join(raw.split()) or otherwise
    kept = "".join(
        " " if character.isspace() else character
        for character in (raw or "")
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return " ".join(kept.split())[:most].strip() or otherwise


def money(amount: Money, language: str) -> str:
    """The amount as people write it who read this language."""
    # Babel's data is costly to load, and many processes never speak of money.
    from babel.numbers import format_currency

    shown = format_currency(
        Decimal(amount.amount), amount.currency, locale=_locale(language)
    )
    return value(shown, str(amount.amount))


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale

    return Locale.parse(language)
