"""Brings the catalogs up to date with the sentences that stand in the code.

``python -m translations.refresh`` adds what is new, to be translated, and drops what is
gone; a language that is named, such as ``de``, gets a catalog if it has none. With
``--check`` it only says which catalogs are behind. A second time changes nothing.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.words import CATALOGS, DOMAIN

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    *("core", "integrations", "notifications", "storage", "webapp", "wiring"),
    "sandbox",
)
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_KEYWORDS = {**DEFAULT_KEYWORDS, "P_": ((1, "c"), 2)}
# Without dates and names, which would change without any change.
_HEADER = """\
# What Sosik says to people: see docs/extend/develop.md.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def sentences() -> Catalog:
    """All that is marked in the code, as a catalog without translations."""
    found = Catalog()
    for room in ROOMS:
        for file, _line, sentence, comments, context in extract_from_dir(
            ROOT / room, _METHODS, keywords=_KEYWORDS, comment_tags=("Translators:",)
        ):
            place = [(f"{room}/{file}", 0)]
            found.add(sentence, None, place, auto_comments=comments, context=context)
    return found


def refreshed(language: str, present: bytes | None, marked: Catalog) -> bytes:
    """The file of a language as it should be; ``present`` is as it is."""
    catalog = read_po(BytesIO(present or b""), locale=language, domain=DOMAIN)
    # Nobody checks a guess, so what is new is left empty.
    catalog.update(marked, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(
        written,
        catalog,
        width=88,
        omit_header=True,
        ignore_obsolete=True,
        sort_by_file=True,
        include_lineno=False,
    )
    header = _HEADER.format(language=language, plural_forms=catalog.plural_forms)
    return header.encode() + written.getvalue()


def main(words: Sequence[str], search: Callable[[], Catalog] = sentences) -> int:
    parser = argparse.ArgumentParser(prog="refresh", description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    parser.add_argument("--check", action="store_true", help="Change nothing.")
    parser.add_argument("--folder", type=Path, default=CATALOGS, help="Of catalogs.")
    said = parser.parse_args(words)
    there = {file.parts[-3] for file in said.folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    marked, behind = search(), []
    for language in sorted(there | set(said.languages)):
        file = said.folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        present = file.read_bytes() if file.is_file() else None
        fresh = refreshed(language, present, marked)
        if fresh != present:
            behind.append(language)
            if not said.check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(fresh)
    sys.stdout.write(f"{', '.join(behind) or 'nothing'} changed\n")
    return 1 if behind and said.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
