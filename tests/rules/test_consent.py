"""Nobody hears from us about what they have not agreed to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Scope
from notifications.rules import consent
from notifications.rules.objections import Because, Skip, Yes
from tests.rules.facts import NOON, but

AWAY = st.timedeltas(timedelta(days=-900), timedelta(days=900))


@given(given_at=AWAY, revoked_at=AWAY)
def test_the_newer_word_counts(given_at, revoked_at):
    facts = but(yes=Yes("test", NOON + given_at), revoked_at=NOON + revoked_at)

    objection = consent.must_have_agreed(facts, NOON)

    expected = Skip(Because.CONSENT_REVOKED) if revoked_at > given_at else None
    assert objection == expected


@given(revoked_at=st.none() | AWAY.map(lambda away: NOON + away))
def test_without_a_yes_nothing_is_told_and_a_no_is_named_as_such(revoked_at):
    facts = but(yes=None, revoked_at=revoked_at)

    objection = consent.must_have_agreed(facts, NOON)

    said = Because.NO_CONSENT if revoked_at is None else Because.CONSENT_REVOKED
    assert objection == Skip(said)


@pytest.mark.parametrize("source", [consent.BY_ORDER, consent.BY_PURCHASE, "shopify"])
def test_any_source_of_a_yes_will_do(source):
    facts = but(yes=Yes(source, NOON))

    assert consent.must_have_agreed(facts, NOON) is None


@pytest.mark.parametrize(
    ("scope", "category", "is_held"),
    [
        (Scope.TRANSACTIONAL, "UTILITY", False),
        (Scope.TRANSACTIONAL, "MARKETING", True),
        (Scope.TRANSACTIONAL, None, False),
        (Scope.MARKETING, "MARKETING", False),
        (Scope.MARKETING, "UTILITY", False),
    ],
)
def test_offers_need_a_yes_of_their_own(scope, category, is_held):
    facts = but(scope=scope, template_category=category)

    objection = consent.must_not_be_sold_as_news(facts, NOON)

    assert (objection is not None) == is_held
