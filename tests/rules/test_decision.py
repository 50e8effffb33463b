"""The policy as a whole: what is asked first, and what each answer is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.values import Debt, Milestone, Scope
from notifications.rules.decision import Send, decide, policy_for
from notifications.rules.objections import Because, Code, Skip, Wait
from tests.rules.facts import (
    FACTS,
    FIRST,
    LAST,
    LEFT,
    NOON,
    ORDERED,
    OWED,
    SEEN,
    WELCOME,
    WINE,
    but,
    nearly_welcome,
    sibling,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

SKIPS = {
    Because.SHOP_GONE: {"shop_is_active": False},
    Because.AUTOMATION_OFF: {"is_on": False},
    Because.TOO_LATE: {"wanted_at": NOON - 25 * HOUR},
    Because.ORDER_CANCELLED: {"order_cancelled_at": NOON},
    Because.ORDER_ANSWERED: {"ordered": replace(ORDERED, said="confirmed")},
    Because.PARCEL_CANCELLED: {"parcel_is_cancelled": True},
    Because.ALREADY_DELIVERED: {"parcel_milestone": Milestone.DELIVERED},
    Because.SUPERSEDED: {"parcel_tracking_key": "another"},
    Because.OVERTAKEN: {
        "milestone": Milestone.IN_TRANSIT,
        "scan_milestone": Milestone.OUT_FOR_DELIVERY,
        "scan_at": NOON + MINUTE,
    },
    Because.ALREADY_TOLD: {
        "milestone": Milestone.ATTEMPTED,
        "is_told_daily": True,
        "scan_milestone": Milestone.ATTEMPTED,
        "scan_at": NOON - 24 * HOUR,
    },
    Because.SET_OUT_HERE: {
        "milestone": Milestone.IN_TRANSIT,
        "parcel_milestone": Milestone.IN_TRANSIT,
        "place": "a",
        "scan_place": "a",
        "parcel_set_out_at": NOON,
    },
    Because.TOLD_TOGETHER: {
        "itself": sibling("a", chapter=FIRST),
        "siblings": (sibling("b", chapter=LAST, state="sent"),),
    },
    Because.CANCELLED_OUT: {"has_something_to_tell": False},
    Because.WHOLE_ORDER: {"tells_part": True},
    Because.CART_BOUGHT: {"cart": replace(LEFT, bought_at=NOON)},
    Because.CART_GONE: {"cart": replace(LEFT, is_there=False)},
    Because.INVOICE_GONE: {"bill": replace(OWED, is_open=False, is_there=False)},
    Because.STEP_GONE: {"cart": replace(LEFT, step_is_gone=True)},
    Because.STEP_NOT_SUITED: {"cart": replace(LEFT, unmet="value_at_least")},
    Because.SOLD_OUT: {"look": replace(SEEN, gone=2)},
    Because.ORDER_DRAFTED: {"look": replace(SEEN, drafted=True)},
    Because.GOODS_FORBIDDEN: {"cart": replace(LEFT, forbidden=WINE)},
    Because.NO_CODE: {"code": Code(ready=False, lost=True, asked_for_at=NOON)},
    Because.NO_PHONE: {"is_reachable": False},
    Because.NO_CONSENT: {"yes": None},
    Because.CONSENT_REVOKED: {"revoked_at": NOON + MINUTE},
}

WAITS = {
    Because.CHAT_UNREAD: (
        {"unread": True, "scope": Scope.MARKETING},
        timedelta(milliseconds=500),
    ),
    Because.ORDER_UNKNOWN: ({"order_is_known": False}, 2 * MINUTE),
    Because.HEARD_LATELY: (
        {
            "silence": timedelta(days=3),
            "wanted_at": NOON + timedelta(days=2),
            "scan_milestone": Milestone.IN_TRANSIT,
            "scan_at": NOON - timedelta(days=1),
        },
        timedelta(days=2),
    ),
    Because.STEP_NOT_DUE: ({"bill": replace(OWED, changed_at=NOON)}, HOUR),
    Because.CART_STILL_CHANGING: ({"cart": replace(LEFT, changed_at=NOON)}, HOUR),
    Because.NOT_READ_YET: ({"cart": replace(LEFT, unread_since=NOON)}, SECOND),
    Because.NOT_CONNECTED: ({"number_is_connected": False}, MINUTE),
    Because.PARKED: ({"parked_until": NOON + HOUR}, HOUR),
    Because.TEMPLATE_NOT_READY: ({"template_state": "PENDING"}, MINUTE),
    Because.TEMPLATE_IS_MARKETING: ({"template_category": "MARKETING"}, MINUTE),
    Because.GATHERING: (
        {
            "itself": sibling("a", chapter=FIRST),
            "siblings": (sibling("b", chapter=LAST, due_at=NOON + 9 * SECOND),),
        },
        9 * SECOND,
    ),
    Because.BEHIND_ANOTHER: (
        {"another_is_under_way": True},
        SECOND,
    ),
    Because.PAIR_LIMIT: ({"debt": Debt(NOON - MINUTE, NOON + HOUR)}, HOUR),
    Because.STORE_NOT_LOOKED_AT: (
        {"look": replace(SEEN, seen_at=None, asked_at=None)},
        2 * SECOND,
    ),
    Because.CODE_NOT_READY: (
        {"code": Code(ready=False, lost=False, asked_for_at=None)},
        2 * SECOND,
    ),
    Because.NUMBER_BUSY: ({"number_free_at": NOON + MINUTE}, MINUTE),
}


def test_a_welcome_message_is_sent():
    assert decide(WELCOME, now=NOON) == Send()


@pytest.mark.parametrize(("because", "changes"), SKIPS.items())
def test_what_will_never_be_right_is_skipped_for_its_reason(because, changes):
    assert decide(but(**changes), now=NOON) == Skip(because)


@pytest.mark.parametrize(("because", "how"), WAITS.items())
def test_what_may_come_right_waits_for_its_reason(because, how):
    changes, pause = how

    assert decide(but(**changes), now=NOON) == Wait(NOON + pause, because)


OF_OFFERS = {
    *(Because.QUIET_HOURS, Because.NO_COMMON_HOUR, Because.NO_OFFERS_THERE),
    Because.OUTSIDE_ITS_HOURS,
    *(Because.NOT_CONFIRMED, Because.CONSENT_EXPIRED, Because.NOT_ON_WHATSAPP),
    *(Because.CONTROL_GROUP, Because.LABEL_MISSING, Because.CAP_REACHED),
}
"""In tables of their own: tests/rules/test_waking.py, tests/rules/test_offers.py."""


def test_every_reason_is_in_one_of_the_tables():
    asked = SKIPS.keys() | WAITS.keys() | OF_REPLIES.keys()
    assert asked | OF_OFFERS == set(Because)


ANSWER = but(
    is_reply=True,
    order_is_known=False,
    yes=None,
    template_state=None,
    wrote_at=NOON - timedelta(hours=1),
)
OF_REPLIES = {
    Because.SHOP_GONE: {"shop_is_active": False},
    Because.TOO_LATE: {"wanted_at": NOON - timedelta(hours=25)},
    Because.ALREADY_ANSWERED: {"said_at": NOON - timedelta(hours=23)},
    Because.NO_PHONE: {"is_reachable": False},
    Because.WINDOW_CLOSED: {"wrote_at": NOON - timedelta(hours=24)},
}


TRIED = but(
    is_trial=True, yes=None, revoked_at=NOON, template_category="MARKETING", hour=None
)
OF_TRIALS = {
    Because.SHOP_GONE: {"shop_is_active": False},
    Because.TOO_LATE: {"lifetime": HOUR, "wanted_at": NOON - 2 * HOUR},
    Because.NO_PHONE: {"is_reachable": False},
    Because.NOT_CONNECTED: {"number_is_connected": False},
    Because.PARKED: {"parked_until": NOON + HOUR},
    Because.TEMPLATE_NOT_READY: {"template_state": "PENDING"},
    Because.BEHIND_ANOTHER: {"another_is_under_way": True},
    Because.NUMBER_BUSY: {"number_free_at": NOON + MINUTE},
}


def test_a_test_needs_no_yes_and_comes_whatever_was_sold_as_news():
    assert decide(TRIED, now=NOON) == Send()


@pytest.mark.parametrize(("because", "changes"), OF_TRIALS.items())
def test_a_test_is_held_up_by_what_holds_up_the_way_itself(because, changes):
    decision = decide(replace(TRIED, **changes), now=NOON)

    assert not isinstance(decision, Send)
    assert decision.because is because


def test_an_answer_needs_no_order_no_yes_and_no_template():
    assert decide(ANSWER, now=NOON) == Send()


@pytest.mark.parametrize(("because", "changes"), OF_REPLIES.items())
def test_an_answer_that_would_be_wrong_is_skipped_for_its_reason(because, changes):
    assert decide(replace(ANSWER, **changes), now=NOON) == Skip(because)


def test_who_was_answered_a_day_ago_is_answered_again():
    before = NOON - timedelta(hours=24)

    assert decide(replace(ANSWER, said_at=before), now=NOON) == Send()


def test_an_offer_waits_for_what_people_said_and_news_does_not():
    unread = but(unread=True)
    offer = replace(unread, scope=Scope.MARKETING, template_category="MARKETING")

    assert decide(unread, now=NOON) == Send()
    assert decide(offer, now=NOON) == Wait(
        NOON + timedelta(milliseconds=500), Because.CHAT_UNREAD
    )


@pytest.mark.parametrize("state", [None, "PENDING", "REJECTED", "PAUSED", "approved"])
def test_only_an_approved_template_is_used(state):
    decision = decide(but(template_state=state), now=NOON)

    assert decision.because is Because.TEMPLATE_NOT_READY


def test_a_template_that_is_marketing_may_tell_offers():
    yes = but(template_category="MARKETING", scope=Scope.MARKETING)

    assert decide(yes, now=NOON) == Send()


def test_what_is_not_about_a_parcel_does_not_ask_about_parcels():
    facts = but(
        is_about_parcel=False,
        parcel_is_cancelled=True,
        parcel_milestone=Milestone.DELIVERED,
        parcel_tracking_key="another",
    )

    assert decide(facts, now=NOON) == Send()


@given(facts=FACTS)
def test_a_decision_is_the_first_objection(facts):
    objections = [rule(facts, NOON) for rule in policy_for(facts)]
    first = next((each for each in objections if each is not None), Send())

    assert decide(facts, now=NOON) == first


@given(facts=FACTS)
def test_whoever_waits_waits_for_something_to_come(facts):
    """A wait that is over when it begins would be asked again and again."""
    decision = decide(facts, now=NOON)

    assert not isinstance(decision, Wait) or decision.until > NOON


def sent_among(facts):
    """Of what is drawn, that which is sent; enough of it to say something. A test that
    somebody sends to their own phone has rules of its own."""
    sent = []

    @settings(max_examples=200)
    @given(facts=facts)
    def look(facts):
        if not facts.is_trial and decide(facts, now=NOON) == Send():
            sent.append(facts)

    look()
    assert len(sent) >= 5
    return sent


def test_nothing_is_sent_without_a_yes_that_still_counts():
    for facts in sent_among(nearly_welcome("is_reachable", "yes", "revoked_at")):
        assert facts.is_reachable
        assert facts.yes is not None
        assert facts.revoked_at is None or facts.revoked_at <= facts.yes.given_at


def test_news_is_never_sent_by_a_marketing_template():
    for facts in sent_among(nearly_welcome("scope", "template_category")):
        if facts.scope is Scope.TRANSACTIONAL:
            assert facts.template_category != "MARKETING"


@given(facts=FACTS, later=st.timedeltas(timedelta(), 100 * HOUR))
def test_what_was_skipped_stays_skipped_while_nothing_else_changes(facts, later):
    """Time alone makes nothing right that was wrong for good."""
    if isinstance(decide(facts, now=NOON), Skip):
        assert isinstance(decide(facts, now=NOON + later), Skip)


@given(facts=FACTS)
@example(facts=but(wanted_at=NOON - 24 * HOUR, cart=replace(LEFT, changed_at=NOON)))
def test_everything_comes_to_an_end(facts):
    """However long something waits: when its time is over it is skipped. The time of
    what somebody has left begins when they have changed it last."""
    begins, bill = facts.wanted_at, facts.bill
    if facts.cart is not None and facts.cart.changed_at is not None:
        begins = facts.cart.changed_at + facts.cart.after
    if bill is not None and bill.changed_at is not None:
        begins = max(begins, bill.changed_at + bill.after)
    over = begins + facts.lifetime + timedelta(seconds=1)

    assert isinstance(decide(facts, now=over), Skip)
