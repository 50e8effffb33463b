"""Which languages a shop needs, and the most needed first."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from notifications import automations
from notifications.reviewing import languages_needed, needed
from storage.reviews import Needs

TEN = ["en", "ko", "pt_BR", "es", "hi", "id", "ar", "de", "fr", "zh_TW"]


def _needs(languages=(), country=None, **locales):
    counted = {name.replace("_", "-"): count for name, count in locales.items()}
    return Needs(
        languages=list(languages),
        country=country,
        switched_on=frozenset(),
        locales=counted,
    )


def test_a_shop_that_says_nothing_needs_english_and_what_its_country_speaks():
    assert languages_needed(_needs(), TEN) == ["en"]
    assert languages_needed(_needs(country="KR"), TEN) == ["en", "ko"]


@pytest.mark.parametrize(
    ("country", "home"),
    [("DE", "de"), ("BR", "pt_BR"), ("TW", "zh_TW"), ("MX", "es"), ("EG", "ar")],
)
def test_a_country_is_written_to_in_its_own_language(country, home):
    assert home in languages_needed(_needs(country=country), TEN)


def test_the_languages_of_its_buyers_come_by_their_number():
    needs = _needs(country="DE", ko_KR=2, es_MX=3, es_ES=4, zh_HK=5, pl_PL=99)

    assert languages_needed(needs, TEN) == ["en", "es", "zh_TW", "ko", "de"]


def test_a_shop_that_names_its_languages_needs_these_alone_its_first_one_first():
    needs = _needs(["de", "en", "fr"], "KR", fr_FR=2, ko=9)

    assert languages_needed(needs, TEN) == ["de", "fr", "en"]


@pytest.mark.parametrize("country", [None, "", "ZZ", "AQ", "not a country"])
def test_a_country_that_nobody_knows_changes_nothing(country):
    assert languages_needed(_needs(country=country), TEN) == ["en"]


@pytest.mark.parametrize("on", ["payment_pending", "draft_order"])
def test_words_that_two_share_are_submitted_once_and_first_where_either_is_on(on):
    needs = replace(_needs(languages=["de"]), switched_on={on})
    services = SimpleNamespace(automations=automations.discover())

    found = [template.name for template, _ in needed(needs, services)]

    assert found[0] == "sosik_payment_pending_1"
    assert len(set(found)) == len(found)
