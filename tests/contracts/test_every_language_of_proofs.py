"""What every language of a proof must have, whichever there are."""

import re
import subprocess
import sys
from contextlib import closing
from dataclasses import fields

import psutil
import pytest

from core.values import Act, Scope
from notifications.proofs.sentences import languages, sentences_in
from notifications.proofs.sheet import _Line, _Sheet
from notifications.terms import SOURCES
from tests.contracts.test_every_automation import LANGUAGES


def texts_of(language):
    said = sentences_in(language)
    for field in fields(said):
        value = getattr(said, field.name)
        yield from [value] if isinstance(value, str) else value.values()


def test_there_is_one_for_every_language_of_the_buyers():
    assert set(languages()) == set(LANGUAGES)


@pytest.mark.parametrize("language", languages())
def test_everything_is_named(language):
    said = sentences_in(language)

    assert set(said.scopes) == set(Scope)
    assert set(said.acts) == set(Act)
    assert set(said.places) >= set(SOURCES)
    assert all(text.strip() == text != "" for text in texts_of(language))


@pytest.mark.parametrize("language", languages())
def test_what_is_filled_in_is_what_english_has(language):
    ours, english = sentences_in(language), sentences_in("en")

    for field in fields(english):
        there = getattr(english, field.name)
        if isinstance(there, str):
            names = re.findall(r"{\w+}", getattr(ours, field.name))
            assert names == re.findall(r"{\w+}", there)


@pytest.mark.parametrize("language", languages())
def test_every_sign_of_it_has_a_shape_in_the_fonts(language):
    with closing(_Sheet(language, [_Line(text) for text in texts_of(language)])) as it:
        assert not it.lacks_signs


def test_a_sign_without_a_shape_is_told_by_its_code():
    with closing(_Sheet("en", [_Line("Yes \U0001f600")])) as sheet:
        assert sheet.lacks_signs
        assert sheet._with_codes("Yes \U0001f600") == "Yes [U+1F600]"


def test_a_sheet_lets_go_of_the_files_of_its_fonts():
    sheet = _Sheet("ko", [_Line("동의")])
    assert fonts_that_are_open()

    sheet.close()

    assert not fonts_that_are_open()


def fonts_that_are_open():
    files = psutil.Process().open_files()
    return [each.path for each in files if each.path.endswith(".woff")]


def test_no_process_loads_paper_or_tables_before_somebody_wants_them():
    """The library for paper takes more memory than a worker at rest, and that for
    tables comes along with others unless it is kept away."""
    asked = (
        "import sys, webapp.app, workers.scheduler, webapp.commands.consent; "
        "print({'fpdf', 'fontTools', 'PIL', 'pygments', 'rich'} & set(sys.modules))"
    )

    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert said.stdout == "set()\n"
