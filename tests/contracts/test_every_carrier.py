"""What every file in integrations/carriers promises. New carriers are found here."""

import tomllib
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import urlsplit

import pytest

from core.values import Milestone
from integrations import carriers, status_words
from tests.each import for_each

ROOT = Path(__file__).parents[2]
CORPUS = tomllib.loads(
    (ROOT / "tests/rules/carriers_corpus.toml").read_text(encoding="utf-8")
)
LANGUAGES = [
    import_module(f"{status_words.__name__}.{module.name}")
    for module in iter_modules(status_words.__path__)
]


of_every_carrier = for_each(
    "carrier", carriers.discover(), lambda carrier: carrier.name
)


def test_there_are_as_many_as_there_are_files():
    files = set((ROOT / "integrations/carriers").glob("*.py"))

    assert len(carriers.discover()) == len(files) - 1 >= 40


@of_every_carrier
def test_its_page_is_https_and_holds_the_number_or_there_is_none(carrier):
    url = carrier.tracking_url("AB 1/2")

    if not carrier.page:
        assert url is None
        return
    assert urlsplit(url).scheme == "https"
    assert url.count("AB%201%2F2") == 1


@of_every_carrier
def test_its_page_abroad_is_https_and_holds_the_number(carrier):
    if not carrier.page_abroad:
        return
    url = carrier.tracking_url(f"RB473124829{carrier.post_of}")

    assert urlsplit(url).scheme == "https"
    assert url.count("RB473124829") == 1


@of_every_carrier
def test_without_a_number_there_is_no_page(carrier):
    assert carrier.tracking_url("") is None


@of_every_carrier
def test_it_answers_to_every_name_it_has_however_written(carrier):
    for word in {carrier.name, *carrier.also_called}:
        assert carriers.named(f" {word.upper()} ") is carrier


def test_a_name_nobody_has_is_unknown():
    assert carriers.named("Pigeon Post") is carriers.UNKNOWN


@of_every_carrier
def test_what_marks_its_numbers_as_its_own_is_shown_in_the_corpus(carrier):
    """No form of number is claimed without an example."""
    examples = [
        carriers.written_plainly(number)
        for number in CORPUS["numbers"].get(carrier.name, [])
    ]

    if carrier.post_of:
        assert any(number.endswith(carrier.post_of) for number in examples)
    for form in carrier.forms:
        assert not form.is_its_own or any(map(form.fits, examples))


@of_every_carrier
def test_it_understands_what_it_says_itself(carrier):
    for milestone, phrases in carrier.says.items():
        for phrase in phrases:
            assert carrier.milestone_of(phrase) is milestone, phrase


@of_every_carrier
def test_it_says_no_phrase_twice(carrier):
    said = Counter(
        status_words.spoken(phrase)
        for phrases in carrier.says.values()
        for phrase in set(phrases)
    )

    assert [phrase for phrase, times in said.items() if times > 1] == []


@of_every_carrier
def test_it_understands_english(carrier):
    assert carrier.milestone_of("Delivered") is Milestone.DELIVERED
    assert carrier.milestone_of("Out for delivery") is Milestone.OUT_FOR_DELIVERY


@of_every_carrier
def test_its_languages_do_not_contradict_each_other(carrier):
    """What one word means in two of its languages is the same milestone."""
    meant = [status_words.meanings([words]) for words in carrier.speaks]

    for one in meant:
        for other in meant:
            assert {p for p in one.keys() & other.keys() if one[p] != other[p]} == set()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.__name__)
def test_a_language_has_words_for_every_place_and_none_twice(language):
    places = set(language.WORDS)
    said = Counter(
        status_words.spoken(phrase)
        for phrases in language.WORDS.values()
        for phrase in {status_words.spoken(phrase): phrase for phrase in phrases}
    )

    assert places == set(Milestone) - {Milestone.PICKED_UP}
    assert [phrase for phrase, times in said.items() if times > 1] == []
