"""The word tables, a file for each language in ``languages/``, made ready to be asked.

A phrase may have choices, «{rolling|cigarette} papers», and a word an open end:
«zigarette*», «*likör»; «# puffs» begins with any number, and «rabbit ~ for sale» are
two that need not be beside each other. What ``endings`` names may stand after the last
word.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications.rules.commerce_policy import (
    NUMBER,
    Category,
    Found,
    Phrases,
    Policy,
)
from notifications.wishes.phrases import spelt_out
from notifications.wishes.writing import plain

_HERE = Path(__file__).parent
_EVERY = frozenset(Category) - {Category.WITHHELD}
_ABOUT = {
    "anything": _EVERY - {Category.COUNTERFEIT},
    "worn": _EVERY - {Category.COUNTERFEIT, Category.ADULT, Category.ANIMALS},
}
"""In ``about``: things that may be named after nearly all that is forbidden. What is
worn may be made of an animal, and may itself be the copy."""


@cache
def policy() -> Policy:
    """Every file's, read once."""
    forbidden, harmless, about = Phrases(), Phrases(), Phrases()
    together: set[str] = set()
    for path in sorted((_HERE / "languages").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        endings = table.get("endings", [])
        for name, said in table["forbidden"].items():
            _add(forbidden, said, frozenset({Category(name)}), endings)
        _add(harmless, table.get("harmless", []), _EVERY, endings)
        for name, said in table.get("about", {}).items():
            of = _ABOUT.get(name) or frozenset({Category(name)})
            _add(about, said, of, endings)
        together.update(map(letters_of, table.get("together", [])))
    branches = tomllib.loads(
        (_HERE / "shopify_categories.toml").read_text(encoding="utf-8")
    )
    return Policy(
        forbidden=forbidden.ready(),
        harmless=harmless.ready(),
        about=about.ready(),
        together=frozenset(together),
        shopify=dict(_branches(branches)),
        unsuspicious={
            key: frozenset(map(Category, branches["unsuspected"]))
            for branch in branches["unsuspicious"]
            for key in (branch["id"], branch["name"])
        },
    )


def _branches(
    table: Mapping[str, Any],
) -> Iterator[tuple[str, tuple[Category | None, str]]]:
    for branch in table["branch"]:
        said = branch["is"]
        category = None if said == "allowed" else Category(said)
        yield branch["id"], (category, branch["name"])
        yield branch["name"], (category, branch["name"])


def _add(
    phrases: Phrases,
    said: Iterable[str],
    categories: frozenset[Category],
    endings: Iterable[str],
) -> None:
    for phrase in said:
        for variant in spelt_out(phrase):
            _add_one(phrases, variant.strip(), categories, endings)


def _add_one(
    phrases: Phrases,
    variant: str,
    categories: frozenset[Category],
    endings: Iterable[str],
) -> None:
    if "~" in variant:
        one, other = map(letters_of, variant.split("~"))
        pair = (other, Found(0, 0, variant.replace("~ ", ""), categories))
        for ending in ("", *endings):
            phrases.pairs.setdefault(f"{one}{ending}", []).append(pair)
        return
    letters = letters_of(variant.strip("*"))
    if not letters or ("*" in variant and " " in variant):
        raise ValueError(f"no phrase: {variant!r}")
    if variant.endswith("*"):
        _keep(phrases.beginnings, letters, variant, categories)
    if variant.startswith("*"):
        _keep(phrases.ends, letters, variant, categories)
    if "*" in variant:
        return
    if has_no_spaces(letters):
        _keep(phrases.anywhere, letters, variant, categories)
        return
    for ending in ("", *endings):
        words = f"{letters}{ending}".split()
        if variant.startswith(NUMBER):
            words = [NUMBER, *words]
        first, *rest = words
        row = (tuple(rest), Found(0, 0, variant, categories))
        phrases.rows.setdefault(first, []).append(row)


def _keep(
    table: dict[str, Found],
    letters: str,
    variant: str,
    categories: frozenset[Category],
) -> None:
    """What two tables have is of both their categories."""
    before = table.get(letters)
    both = categories | before.categories if before is not None else categories
    table[letters] = Found(0, 0, variant.strip("*"), both)


def letters_of(said: str) -> str:
    """As phrases and titles are compared. Arabic words lose their article."""
    letters = plain(said.replace("&", " and ").replace("+", " plus "))
    return _ARTICLE.sub("", letters) if _ARABIC_ALEF in letters else letters


_ARABIC_ALEF = "\u0627"
_ARTICLE = re.compile(r"\b\u0627\u0644(?=\w{3})")


def has_no_spaces(letters: str) -> bool:
    """Hangul and Chinese characters: a word has no edges there."""
    return any(
        "\uac00" <= letter <= "\ud7a3" or "\u3400" <= letter <= "\u9fff"
        for letter in letters
    )
