"""Every sentence for people is in every language, and no catalog has more."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from core.words import CATALOGS, DOMAIN, languages
from translations import refresh

ROOT = Path(__file__).parents[2]
TRANSLATED = languages()[1:]
MARKS = {"N_": 1, "P_": 2, "gettext": 1, "ngettext": 2}
_VALUE = re.compile(r"%\((\w+)\)s")
_STRAY = re.compile(r"%(?!\(\w+\)s|%)")


def _catalog(language: str) -> Catalog:
    file = CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_po(BytesIO(file.read_bytes()), locale=language)


def _texts(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


@cache
def _found() -> Catalog:
    """Not on import: to read all of the code takes a while, and everybody who runs any
    test imports this."""
    return refresh.sentences()


def _marked() -> dict[tuple[str | None, str], Message]:
    """By context and sentence."""
    return {(each.context, _texts(each.id)[0]): each for each in _found() if each.id}


def test_sentences_are_really_found():
    """A search that finds nothing proves nothing."""
    assert len(_marked()) > 300
    assert (None, "It waits.") in _marked()
    assert ("parcel", "in transit") in _marked()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_nobody_guessed(language):
    catalog = _catalog(language)

    for context, sentence in _marked():
        found = catalog.get(sentence, context)
        assert found is not None, sentence
        assert all(_texts(found.string)), sentence
        assert not found.fuzzy, sentence


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_kept_of_a_sentence_that_is_gone(language):
    catalog = _catalog(language)

    kept = {(each.context, _texts(each.id)[0]) for each in catalog if each.id}
    assert kept <= _marked().keys()
    assert not catalog.obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_values_that_its_sentence_names(language):
    for each in _catalog(language):
        if not each.id:
            continue
        wanted = {name for text in _texts(each.id) for name in _VALUE.findall(text)}
        for said in _texts(each.string):
            assert set(_VALUE.findall(said)) == wanted, each.id
            assert not _STRAY.search(said) or not wanted, each.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_sentence_does(language):
    for each in _catalog(language):
        sentence, said = _texts(each.id)[0], _texts(each.string)[0]
        for mark in (".", "?", ":"):
            is_whole = sentence[:1].isupper() or mark != "."
            if sentence.endswith(mark) and is_whole:
                assert said.endswith(mark), sentence


def _marked_in_code() -> Iterator[str]:
    """What is marked, as Python understands the files and not as text is searched."""
    for room in refresh.ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _marked_by(node)


def _marked_by(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in MARKS and len(call.args) >= MARKS[name]:
        sentence = call.args[1 if name == "P_" else 0]
        if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
            yield sentence.value


def _marked_in_pages() -> Iterator[str]:
    """What is marked in the pages of Jinja's, as Jinja understands them: a block to be
    translated is a call to it."""
    jinja = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for room in refresh.ROOMS:
        for file in sorted((ROOT / room).rglob("*.html")):
            tree = jinja.parse(file.read_text(encoding="utf-8"))
            for call in tree.find_all(nodes.Call):
                name = call.node.name if isinstance(call.node, nodes.Name) else ""
                if name in ("_", "gettext", "ngettext", "pgettext"):
                    sentence = call.args[1 if name == "pgettext" else 0]
                    assert isinstance(sentence, nodes.Const), file
                    yield sentence.value


def test_no_mark_is_overlooked():
    """Inside of an f-string it would be: the search sees one piece of text there."""
    marked = {*_marked_in_code(), *_marked_in_pages()}

    assert marked == {sentence for _, sentence in _marked()}


def _documented() -> list[str]:
    page = (ROOT / "docs" / "extend" / "develop.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^(.*python -m translations\.refresh)$", page, re.MULTILINE)
    words = shlex.split(command)
    assert words[0] == ".venv/bin/python"
    return [sys.executable, *words[1:]]


def test_the_catalogs_are_as_the_documented_command_makes_them():
    done = subprocess.run(
        [*_documented(), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "nothing changed\n"), done.stdout


def test_the_command_adds_what_is_new_drops_what_is_gone_and_keeps_the_rest(
    tmp_path, capsys
):
    """A catalog that lags behind by a sentence, and has one that is gone."""
    shutil.copytree(CATALOGS / "ko", tmp_path / "ko")
    file = tmp_path / "ko" / "LC_MESSAGES" / f"{DOMAIN}.po"
    whole = file.read_text(encoding="utf-8")
    waits = 'msgid "It waits."\nmsgstr "대기합니다."\n'
    assert waits in whole
    file.write_text(whole.replace(waits, 'msgid "It is gone."\nmsgstr "없음."\n'))

    refresh.main(["--folder", str(tmp_path), "de"], _found)
    first = capsys.readouterr().out
    begun = read_po(
        BytesIO((tmp_path / "de" / "LC_MESSAGES" / f"{DOMAIN}.po").read_bytes())
    )

    assert first == "de, ko changed\n"
    empty = waits.replace("대기합니다.", "")
    assert file.read_text(encoding="utf-8") == whole.replace(waits, empty)
    assert len(begun) == len(_marked())
    refresh.main(["--folder", str(tmp_path)], _found)
    assert capsys.readouterr().out == "nothing changed\n"
