"""What every file of laws must hold to, over the folder."""

import re
from datetime import date, timedelta

import pytest

from core.zones import zones_of_countries
from notifications import laws
from notifications.laws import ELSEWHERE, Basis, Kind, Place, law_for
from notifications.rules.hours import Week, merged

TODAY = date(2026, 11, 28)
RULES = [
    pytest.param(rule, id=f"{country}-{rule.kind}-{number}")
    for country in sorted(laws.countries())
    for number, rule in enumerate(laws.rules_of(country))
]
_STATES = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH
NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC
"""
STATES = frozenset(_STATES.split())
NEEDS = {"sender_name", "sender_contact", "free_opt_out", "opt_out"}


@pytest.mark.parametrize("country", sorted(laws.countries()))
def test_a_file_is_called_after_a_country_and_says_so(country):
    told = (laws._FOLDER / f"{country.lower()}.toml").read_text(encoding="utf-8")

    assert told.startswith(f'country = "{country}"\n')
    assert country in zones_of_countries()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_its_dates_its_source_and_its_sentences(rule):
    assert date(1990, 1, 1) < rule.since <= TODAY + timedelta(days=366)
    assert rule.until is None or rule.until > rule.since
    assert rule.checked is None or date(2026, 11, 1) <= rule.checked
    assert len(rule.source) > 10
    for sentence in rule.says.values():
        assert sentence.endswith(".")
    assert re.search("[가-힣]", rule.says["ko"])
    assert not re.search("[가-힣]", rule.says["en"].replace("(광고)", ""))
    assert rule.states <= STATES


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_tells_what_its_kind_is_about_and_nothing_else(rule):
    assert (rule.week is not None) == (rule.kind is Kind.HOURS)
    assert (rule.label is not None) == (rule.kind is Kind.LABEL)
    assert bool(rule.needs) == (rule.kind is Kind.LABEL)
    assert (rule.years is not None) == (rule.kind is Kind.RECONFIRM)
    assert rule.waived_by in (None, laws.NIGHT_CONSENT)
    assert rule.waived_by is None or rule.kind is Kind.HOURS
    assert set(rule.needs) <= NEEDS
    assert (rule.basis is Basis.PLATFORM) == (rule.kind is Kind.UNDELIVERED)


@pytest.mark.parametrize("rule", RULES)
def test_hours_are_sane(rule):
    if rule.week is None:
        return
    assert sane(rule.week)


def sane(week: Week) -> bool:
    """Some hours a week, all by day, in order, and none twice."""
    days = [*week.days, week.on_holidays or ()]
    spans = [span for day in days for span in day]
    return bool(spans) and all(
        merged(day) == day and all(7 * 60 <= a < b <= 22 * 60 for a, b in day)
        for day in days
    )


def test_hours_over_night_or_none_at_all_are_not_sane():
    assert not sane(Week(((),) * 7))
    assert not sane(Week((((0, 600),),) * 7))


@pytest.mark.parametrize("country", [*sorted(laws.countries()), "LU", ELSEWHERE])
def test_every_country_has_hours_for_offers_none_of_them_at_night(country):
    weeks = law_for([Place(country)], on=TODAY).weeks()

    assert weeks
    assert all(sane(week) for week in weeks)
