"""Every code that Meta is known to answer with has a meaning, and advice."""

import json
from pathlib import Path

import pytest

from integrations.meta.advice import _OWN, OF_CLASSES, advice_for, meaning_of
from integrations.meta.errors import CODES, LATER, ErrorClass, class_named, class_of
from tests.each import for_each

LIST = Path(__file__).parents[3] / "shared/payloads/whatsapp/_ref/errors.json"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (ErrorClass.PASSING, [1, 2, 131000, 131016, 131057, 133004, 134101]),
        (ErrorClass.SLOW_NUMBER, [130429]),
        (ErrorClass.SLOW_PAIR, [131056]),
        (ErrorClass.SLOW_APP, [4, 613]),
        (ErrorClass.SLOW_ACCOUNT, [80007, 80014]),
        (ErrorClass.REAUTH, [0, 3, 10, 104, 190, 200, 250, 299, 131005]),
        (ErrorClass.ACCOUNT_STOPPED, [368, 131031, 131042, 131064, 134011]),
        (ErrorClass.NUMBER_STOPPED, [33, 131037, 131045, 131048, 133006, 133010]),
        (ErrorClass.RECIPIENT, [130403, 130497, 131021, 131026, 131030]),
        (ErrorClass.MARKETING_REFUSED, [130472, 131049]),
        (ErrorClass.OPTED_OUT, [131050]),
        (ErrorClass.NEEDS_TEMPLATE, [131047]),
        (ErrorClass.TEMPLATE_STATE, [132000, 132001, 132007, 132012, 132015]),
        (ErrorClass.PROGRAMMING, [100, 131008, 131009, 132005, 135000, 2388999]),
        (ErrorClass.REGISTRATION, [133000, 133005, 133015, 133016]),
        (ErrorClass.IDENTITY, [137000]),
        (ErrorClass.INFO, [131052, 131060, 2593107]),
        (ErrorClass.UNKNOWN, [-1, 199, 300, 136025, 999_999_999]),
    ],
)
def test_a_code_means_what_meta_says(kind, codes):
    assert {class_of(code) for code in codes} == {kind}


def test_only_what_time_or_a_person_can_help_comes_again():
    assert {kind for kind in ErrorClass if kind not in LATER} == {
        ErrorClass.RECIPIENT,
        ErrorClass.MARKETING_REFUSED,
        ErrorClass.OPTED_OUT,
        ErrorClass.NEEDS_TEMPLATE,
        ErrorClass.TEMPLATE_STATE,
        ErrorClass.PROGRAMMING,
        ErrorClass.REGISTRATION,
        ErrorClass.IDENTITY,
        ErrorClass.INFO,
        ErrorClass.UNKNOWN,
    }


@for_each("code", [*CODES, -1])
def test_each_code_says_in_one_sentence_what_it_means_and_then_what_can_be_done(code):
    meaning = meaning_of(code)

    for said in (meaning.sentence, meaning.advice):
        assert said.endswith(".")
        assert "\n" not in said
        assert "%" not in said
    assert meaning.sentence.count(". ") == 0


def test_a_code_has_its_own_words_where_there_is_more_to_say_than_its_class_says():
    of_class = OF_CLASSES[ErrorClass.ACCOUNT_STOPPED]

    assert meaning_of(131042).sentence != of_class.sentence
    assert meaning_of(131042).advice != of_class.advice
    assert meaning_of(131044).advice == of_class.advice
    assert meaning_of(131050) == OF_CLASSES[ErrorClass.OPTED_OUT]
    assert meaning_of(999) == OF_CLASSES[ErrorClass.UNKNOWN]


def test_every_class_has_words_and_only_known_codes_have_their_own():
    assert OF_CLASSES.keys() == set(ErrorClass)
    assert _OWN.keys() <= CODES.keys()


def test_an_operator_reads_both_sentences():
    assert advice_for(131057) == (
        "The account is in maintenance, such as to be made faster. "
        "Nothing has to be done: Sosik tries again soon."
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("meta_131026", ErrorClass.RECIPIENT),
        ("meta_0", ErrorClass.REAUTH),
        ("http_502", ErrorClass.UNKNOWN),
        ("meta_", ErrorClass.UNKNOWN),
        ("meta_x", ErrorClass.UNKNOWN),
        ("", ErrorClass.UNKNOWN),
    ],
)
def test_a_class_is_found_by_the_name_of_an_error(name, kind):
    assert class_named(name) is kind


@pytest.mark.skipif(not LIST.exists(), reason="the list of codes is not in this copy")
def test_no_code_on_the_list_is_unknown():
    codes = [each["code"] for each in json.loads(LIST.read_text())]

    assert len(codes) == 93
    assert [code for code in codes if class_of(code) is ErrorClass.UNKNOWN] == []
