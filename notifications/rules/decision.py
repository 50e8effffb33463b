"""May this message go out now? The policy, readable in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from notifications.rules import (
    carts,
    chat,
    codes,
    consent,
    flows,
    journey,
    looks,
    news,
    offers,
    pacing,
    silence,
    telling,
    waking,
)
from notifications.rules.objections import Facts, Skip, Wait


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing stands against sending now."""


Decision: TypeAlias = Send | Wait | Skip
Rule: TypeAlias = Callable[[Facts, datetime], Wait | Skip | None]

POLICY: tuple[Rule, ...] = (
    news.must_be_switched_on,
    news.must_not_be_stale,
    news.must_know_the_order,
    news.must_still_be_true,
    news.must_still_be_asked,
    carts.must_not_have_bought,
    carts.must_still_be_there,
    flows.must_still_be_owed,
    flows.must_be_a_step,
    carts.must_have_come_to_rest,
    flows.must_have_its_time,
    carts.must_know_what_was_told,
    flows.must_suit,
    carts.must_hold_nothing_forbidden,
    journey.must_have_been_under_way,
    journey.must_not_be_overtaken,
    journey.must_hold_a_part,
    journey.must_be_somewhere_new,
    journey.must_not_be_told_already,
    silence.must_have_fallen_silent,
    telling.must_not_be_told_along,
    telling.must_have_something_to_tell,
    consent.must_be_reachable,
    consent.must_have_agreed,
    chat.must_not_leave_words_unread,
    offers.must_have_confirmed,
    offers.must_not_have_expired,
    offers.must_be_delivered_there,
    offers.must_be_on_whatsapp,
    pacing.must_be_connected,
    pacing.must_not_be_parked,
    pacing.must_have_its_template,
    consent.must_not_be_sold_as_news,
    offers.must_carry_its_label,
    waking.must_be_waking_hours,
    offers.must_be_under_every_cap,
    looks.must_not_have_ordered_there,
    looks.must_be_looked_at,
    looks.must_still_be_sold,
    # Last: who is held out is judged at the moment at which others are written to.
    offers.must_not_be_in_control_group,
    telling.must_leave_it_to_later_news,
    telling.must_keep_its_place,
    pacing.must_come_after_the_one_before,
    pacing.must_not_flood_one_person,
    codes.must_have_its_code,
    pacing.must_have_a_slot,
)
"""Asked in this order; the first objection is the answer."""

REPLIES: tuple[Rule, ...] = (
    news.must_be_switched_on,
    news.must_not_be_stale,
    chat.must_not_repeat_itself,
    consent.must_be_reachable,
    chat.must_come_within_the_day,
    pacing.must_be_connected,
    pacing.must_not_be_parked,
    pacing.must_come_after_the_one_before,
    pacing.must_not_flood_one_person,
    pacing.must_have_a_slot,
)
"""The same for what answers somebody, who has asked for it by writing."""


TRIALS: tuple[Rule, ...] = (
    news.must_be_switched_on,
    news.must_not_be_stale,
    consent.must_be_reachable,
    pacing.must_be_connected,
    pacing.must_not_be_parked,
    pacing.must_have_its_template,
    pacing.must_come_after_the_one_before,
    pacing.must_not_flood_one_person,
    pacing.must_have_a_slot,
)
"""The same for a test, which goes to whoever has asked for it at this moment."""


def policy_for(facts: Facts) -> tuple[Rule, ...]:
    if facts.is_trial:
        return TRIALS
    return REPLIES if facts.is_reply else POLICY


def decide(facts: Facts, *, now: datetime) -> Decision:
    for rule in policy_for(facts):
        objection = rule(facts, now)
        if objection is not None:
            return objection
    return Send()
