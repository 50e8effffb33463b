"""What a decision was made on can be made again from what was kept of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from notifications import automations
from notifications.rules.decision import decide
from notifications.rules.objections import Facts
from notifications.seen import facts_again, kept
from tests.rules.facts import FACTS, NOON, WELCOME


def _again(facts: Facts) -> Facts | None:
    """The facts after a stay in the database."""
    said = json.loads(json.dumps(kept(facts, now=NOON)))
    message = {
        "scope": facts.scope.value,
        "wanted_at": facts.wanted_at,
        "fulfillment_id": 1 if facts.is_about_parcel else None,
        "tracking_key": facts.tracking_key,
        "told": None if facts.place is None else {"place": facts.place},
    }
    any_automation = automations.discover()["order_confirmation"]
    automation = replace(
        any_automation,
        lifetime=facts.lifetime,
        milestone=facts.milestone,
        is_told_daily=facts.is_told_daily,
        outlives_cancellation=facts.outlives_cancellation,
        awaits_payment=facts.awaits_payment,
        tells_part=facts.tells_part,
    )
    return facts_again(said, message, automation)


@given(facts=FACTS)
def test_the_facts_come_out_as_they_went_in_but_for_debts_that_are_paid(facts):
    owes = facts.debt is not None and facts.debt.paid_at > NOON

    assert _again(facts) == replace(facts, debt=facts.debt if owes else None)


@given(facts=FACTS)
def test_asking_the_rules_again_gives_the_decision_that_was_made(facts):
    again = _again(facts)

    assert again is not None
    assert decide(again, now=NOON) == decide(facts, now=NOON)


def test_of_a_message_with_nothing_against_it_little_is_kept():
    """A line is written for every message that leaves."""
    assert kept(WELCOME, now=NOON) == {
        "yes": ["order_attribute", 1_795_176_000_000_000],
        "parcel_was_under_way": True,
    }


OF_AN_ORDER = {
    "scope": "transactional",
    "wanted_at": NOON,
    "fulfillment_id": None,
    "tracking_key": None,
    "told": None,
}


def test_what_another_version_kept_and_this_one_does_not_know_is_passed_over():
    automation = automations.discover()["order_confirmation"]

    facts = facts_again({"is_on": False, "moon": "full"}, OF_AN_ORDER, automation)

    assert facts is not None
    assert not facts.is_on


@pytest.mark.parametrize(
    "said",
    [{"yes": ["test"]}, {"yes": 1}, {"debt": ["a", "b"]}, {"revoked_at": "noon"}],
)
def test_facts_of_another_shape_are_not_made_up(said):
    automation = automations.discover()["order_confirmation"]

    assert facts_again(said, OF_AN_ORDER, automation) is None
