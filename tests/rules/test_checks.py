"""Whoever asks why sees each rule, what it asked, and what it saw."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from core.words import languages, words_for
from notifications.checks import QUESTIONS, checks_of
from notifications.rules.decision import (
    POLICY,
    REPLIES,
    TRIALS,
    Send,
    decide,
    policy_for,
)
from notifications.rules.objections import Facts, Skip, Yes
from tests.rules.facts import FACTS, NOON, WELCOME, but

EN, KO = words_for("en"), words_for("ko")
MINUTE = timedelta(minutes=1)


def _saw(facts: Facts, rule: str) -> str | None:
    [check] = [each for each in checks_of(facts, NOON, EN) if each.rule == rule]
    return check.saw


def test_every_rule_has_a_question_and_every_question_a_rule():
    assert QUESTIONS.keys() == {*POLICY, *REPLIES, *TRIALS}


def test_no_two_rules_ask_the_same():
    assert len({question.asks for question in QUESTIONS.values()}) == len(QUESTIONS)


@given(facts=FACTS)
def test_the_last_check_alone_objects_and_as_the_decision_says(facts):
    checks, decision = checks_of(facts, NOON, EN), decide(facts, now=NOON)
    policy = policy_for(facts)

    assert [check.rule for check in checks] == [
        rule.__name__ for rule in policy[: len(checks)]
    ]
    assert [check.objects for check in checks[:-1]] == [False] * (len(checks) - 1)
    assert checks[-1].objects == (decision != Send())
    assert len(checks) == len(policy) or checks[-1].objects


@given(facts=FACTS, others=FACTS)
def test_a_rule_looks_at_no_other_facts_than_it_is_said_to(facts, others):
    """Each rule is asked about all that is drawn: to draw facts takes a hundred times
    as long as to ask about them."""
    looked_elsewhere = []
    for rule, question in QUESTIONS.items():
        read = {name: getattr(facts, name) for name in question.reads}
        if rule(replace(others, **read), NOON) != rule(facts, NOON):
            looked_elsewhere.append(rule.__name__)

    assert looked_elsewhere == []


def test_the_facts_that_are_said_to_be_read_are_facts():
    names = {field.name for field in fields(Facts)}

    assert {name for each in QUESTIONS.values() for name in each.reads} <= names


@given(facts=FACTS, language=st.sampled_from(languages()))
def test_what_objects_always_says_what_it_saw(facts, language):
    checks = checks_of(facts, NOON, words_for(language))

    assert not checks[-1].objects or checks[-1].saw
    assert not any("%(" in (check.saw or "") for check in checks)


def test_a_question_that_does_not_arise_has_no_answer():
    saw = {check.rule: check.saw for check in checks_of(WELCOME, NOON, EN)}

    assert {rule for rule, answer in saw.items() if answer is None} == {
        "must_still_be_asked",
        "must_not_have_bought",
        "must_still_be_there",
        "must_have_come_to_rest",
        "must_know_what_was_told",
        "must_still_be_owed",
        "must_be_a_step",
        "must_have_its_time",
        "must_suit",
        "must_hold_nothing_forbidden",
        "must_have_been_under_way",
        "must_not_be_overtaken",
        "must_hold_a_part",
        "must_be_somewhere_new",
        "must_not_be_told_already",
        "must_have_fallen_silent",
        "must_not_be_told_along",
        "must_have_something_to_tell",
        "must_leave_it_to_later_news",
        "must_keep_its_place",
        "must_not_have_ordered_there",
        "must_be_looked_at",
        "must_still_be_sold",
        "must_have_its_code",
        "must_have_a_slot",
        "must_have_confirmed",
        "must_not_have_expired",
        "must_be_delivered_there",
        "must_be_on_whatsapp",
        "must_not_be_in_control_group",
        "must_carry_its_label",
        "must_be_waking_hours",
        "must_be_under_every_cap",
        "must_not_leave_words_unread",
    }


@pytest.mark.parametrize(
    ("rule", "changes", "saw"),
    [
        ("must_be_switched_on", {"is_on": False}, "no"),
        ("must_be_switched_on", {"shop_is_active": False}, "no, the store has gone"),
        ("must_not_be_stale", {"wanted_at": NOON - MINUTE}, "60 sec of 24 hr"),
        ("must_know_the_order", {"order_is_known": False}, "no, for 0 sec now"),
        (
            "must_still_be_true",
            {"order_cancelled_at": NOON},
            "no, the order was cancelled at Nov 20, 2026, 12:00:00",
        ),
        (
            "must_still_be_true",
            {"parcel_tracking_key": "another"},
            "no, the parcel has other tracking numbers",
        ),
        (
            "must_still_be_true",
            {"parcel_milestone": Milestone.IN_TRANSIT},
            "yes, the parcel: in transit",
        ),
        (
            "must_not_be_overtaken",
            {
                "milestone": Milestone.IN_TRANSIT,
                "scan_milestone": Milestone.OUT_FOR_DELIVERY,
                "scan_at": NOON + MINUTE,
            },
            "no; scan: out for delivery, Nov 20, 2026, 12:01:00",
        ),
        ("must_be_reachable", {"is_reachable": False}, "no"),
        ("must_have_agreed", {"yes": None}, "no"),
        (
            "must_have_agreed",
            {"yes": Yes("purchase", NOON)},
            "yes, by the purchase, at Nov 20, 2026, 12:00:00",
        ),
        (
            "must_have_agreed",
            {"revoked_at": NOON + MINUTE},
            "no, taken back at Nov 20, 2026, 12:01:00",
        ),
        (
            "must_not_be_parked",
            {"parked_until": NOON + MINUTE},
            "no, until Nov 20, 2026, 12:01:00 (UTC)",
        ),
        ("must_have_its_template", {"template_state": None}, "no, there is none"),
        ("must_have_its_template", {"template_state": "PENDING"}, "no, in review"),
        ("must_have_its_template", {"template_state": "FLAGGED"}, "no, FLAGGED"),
        ("must_not_be_sold_as_news", {"template_category": "MARKETING"}, "marketing"),
    ],
)
def test_what_was_seen_is_said_in_plain_words(rule, changes, saw):
    assert _saw(but(**changes), rule) == saw


def test_a_skip_reads_like_a_conversation():
    facts = but(yes=None, is_about_parcel=False, wanted_at=NOON - timedelta(seconds=12))
    said = [
        f"{each.question} {each.saw}"
        for each in checks_of(facts, NOON, EN)
        if each.saw is not None
    ]
    korean = [each.question for each in checks_of(facts, NOON, KO)]

    assert isinstance(decide(facts, now=NOON), Skip)
    assert said == [
        "switched on? yes",
        "still new? 12 sec of 24 hr",
        "order known? yes",
        "still true? yes",
        "phone number? yes",
        "consent? no",
    ]
    assert korean[0] == "자동화 켜짐?"
    assert korean[-1] == "수신 동의?"
