"""The page of laws in the documentation says what the files say."""

import re
from pathlib import Path

from babel import Locale

from notifications import laws
from notifications.laws import ELSEWHERE, Kind, Rule

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "laws.md").read_text(encoding="utf-8")
HEADINGS = {"since", "---"}
ENGLISH = Locale("en")


def rows_of(rules: tuple[Rule, ...]) -> list[tuple[str, ...]]:
    """What the page must say of the rules, in the order of its columns."""
    return [
        (
            str(rule.since),
            rule.says["en"],
            rule.basis.value,
            rule.source,
            str(rule.checked or "no"),
        )
        for rule in rules
    ]


def expected() -> dict[str, list[tuple[str, ...]]]:
    named = {f"{ENGLISH.territories[each]} ({each})": each for each in laws.countries()}
    found = {title: rows_of(laws.rules_of(named[title])) for title in sorted(named)}
    return {**found, "Everywhere else": rows_of(laws._of_file(ELSEWHERE))}


def told() -> dict[str, list[tuple[str, ...]]]:
    parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| (.+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
    return {
        title: [each for each in row.findall(text) if each[0] not in HEADINGS]
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def written() -> str:
    """The part of the page that is made from the files."""
    lines: list[str] = []
    for title, rows in expected().items():
        lines += [f"### {title}", "", "| since | what | by | source | compared |"]
        lines += ["|---|---|---|---|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        lines += [""]
    return "\n".join(lines)


def test_it_has_every_rule_of_every_country_and_no_other():
    assert told() == expected()


def test_it_counts_the_countries_right():
    [number] = re.findall(r"(\d+) countries", PAGE)

    assert int(number) == len(laws.countries())


def test_every_label_that_a_text_needs_stands_on_the_page():
    labels = [
        rule.label
        for country in laws.countries()
        for rule in laws.rules_of(country)
        if rule.kind is Kind.LABEL
    ]

    assert labels
    assert all(f"«{label}»" in PAGE for label in labels)
