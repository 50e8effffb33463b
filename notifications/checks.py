"""What each rule asked about a message, and what it saw, in plain words.

The rules are asked anew, on the facts that a decision left in the message's story: they
are pure, so they answer what they answered then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from core.values import Milestone, Scope
from core.words import N_, Words
from notifications import flow_checks, offer_checks, terms
from notifications.questions import NO, YES, Answered, Question, free_again, whether
from notifications.rules import (
    carts,
    chat,
    consent,
    journey,
    news,
    pacing,
    silence,
    telling,
)
from notifications.rules.decision import Rule, policy_for
from notifications.rules.objections import Because, Facts


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that was asked, the last one of them perhaps the one that objected.

    ``saw`` is None where its question does not arise. ``values`` are the facts that
    its answer hung on, as they are called in the code.
    """

    rule: str
    question: str
    saw: str | None
    values: Mapping[str, Any]
    objects: bool


_NO_TIME = timedelta()


def checks_of(facts: Facts, now: datetime, words: Words) -> list[Check]:
    """The rules in their order, up to the first that objects."""
    found: list[Check] = []
    for rule in policy_for(facts):
        question, objection = QUESTIONS[rule], rule(facts, now)
        found.append(
            Check(
                rule=rule.__name__,
                question=words.gettext(question.asks),
                saw=question.saw(Answered(facts, now, objection, words)),
                values={name: getattr(facts, name) for name in question.reads},
                objects=objection is not None,
            )
        )
        if objection is not None:
            break
    return found


def _switched_on(answered: Answered) -> str:
    if not answered.facts.shop_is_active:
        return answered.words.gettext("no, the store has gone")
    return whether(answered)


def _age(answered: Answered) -> str:
    words, facts = answered.words, answered.facts
    return words.gettext(
        "%(age)s of %(lifetime)s",
        age=words.span(max(answered.now - news.new_at(facts), _NO_TIME)),
        lifetime=words.span(facts.lifetime),
    )


def _order(answered: Answered) -> str | None:
    if answered.facts.cart is not None:
        return None
    if answered.facts.order_is_known:
        return answered.words.gettext(YES)
    waited = max(answered.now - answered.facts.wanted_at, _NO_TIME)
    return answered.words.gettext(
        "no, for %(span)s now", span=answered.words.span(waited)
    )


_NO_MORE: Mapping[Because, str] = MappingProxyType(
    {
        Because.ORDER_CANCELLED: N_("no, the order was cancelled at %(moment)s"),
        Because.OVERTAKEN: N_("no, the payment is not awaited any more"),
        Because.PARCEL_CANCELLED: N_("no, the parcel was cancelled"),
        Because.ALREADY_DELIVERED: N_("no, the parcel was delivered"),
        Because.SUPERSEDED: N_("no, the parcel has other tracking numbers"),
    }
)


def _still_true(answered: Answered) -> str | None:
    words, facts = answered.words, answered.facts
    if facts.cart is not None and answered.objection is None:
        return None
    if answered.objection is not None:
        at = facts.order_cancelled_at
        moment = "" if at is None else words.moment(at)
        return words.gettext(_NO_MORE[answered.objection.because], moment=moment)
    if facts.parcel_milestone is None or not facts.is_about_parcel:
        return words.gettext(YES)
    return words.gettext(
        "yes, the parcel: %(milestone)s",
        milestone=_milestone(facts.parcel_milestone, words),
    )


def _milestone(milestone: Milestone, words: Words) -> str:
    return terms.name_of(milestone, terms.MILESTONES, words)


def _not_bought(answered: Answered) -> str | None:
    cart, words = answered.facts.cart, answered.words
    if cart is None:
        return None
    at = "" if cart.bought_at is None else words.moment(cart.bought_at)
    return answered.yes_or(N_("no, at %(moment)s"), moment=at)


def _about_a_cart(answered: Answered) -> str | None:
    return None if answered.facts.cart is None else whether(answered)


def _all_told_read(answered: Answered) -> str | None:
    return None if answered.facts.in_flow is None else whether(answered)


def _allowed_goods(answered: Answered) -> str | None:
    cart, words = answered.facts.cart, answered.words
    if cart is None:
        return None
    if cart.forbidden is None:
        return words.gettext(YES)
    named = terms.name_of(cart.forbidden.category, terms.GOODS, words)
    return words.gettext(
        "no, %(category)s: %(because)s", category=named, because=cart.forbidden.because
    )


def _left_since(answered: Answered) -> str | None:
    cart, words = answered.facts.cart, answered.words
    if cart is None or cart.changed_at is None:
        return None
    return words.gettext(
        "%(answer)s, last changed at %(moment)s",
        answer=whether(answered),
        moment=words.moment(cart.changed_at),
    )


def _was_under_way(answered: Answered) -> str | None:
    is_of_arrival = answered.facts.milestone is Milestone.DELIVERED
    return whether(answered) if is_of_arrival else None


def _last_news(answered: Answered) -> str | None:
    facts, words = answered.facts, answered.words
    if facts.milestone is None:
        return None
    told = [
        words.gettext(
            said, milestone=_milestone(milestone, words), moment=words.moment(at)
        )
        for said, milestone, at in (
            (
                N_("scan: %(milestone)s, %(moment)s"),
                facts.scan_milestone,
                facts.scan_at,
            ),
            (
                N_("parcel: %(milestone)s, %(moment)s"),
                facts.parcel_milestone,
                facts.parcel_milestone_at,
            ),
        )
        if milestone is not None and at is not None
    ]
    return "; ".join([whether(answered), *told])


def _part(answered: Answered) -> str | None:
    return whether(answered) if answered.facts.tells_part else None


def _new_place(answered: Answered) -> str | None:
    facts = answered.facts
    is_of_place = facts.place is not None and facts.parcel_set_out_at is not None
    return answered.yes_or(N_("no, it set out there")) if is_of_place else None


def _told_on_no_other_day(answered: Answered) -> str | None:
    facts = answered.facts
    if not facts.is_told_daily or facts.scan_at is None:
        return None
    return answered.yes_or(
        N_("no, by the scan of %(moment)s"),
        moment=answered.words.moment(facts.scan_at),
    )


def _silent(answered: Answered) -> str | None:
    facts, words = answered.facts, answered.words
    if facts.silence is None:
        return None
    heard_at, _milestone = silence.last_word(facts)
    if heard_at is None:
        return words.gettext(NO)
    return words.gettext(
        "%(answer)s, last heard of at %(moment)s",
        answer=whether(answered),
        moment=words.moment(heard_at),
    )


def _told_by_no_other(answered: Answered) -> str | None:
    if answered.facts.itself is None:
        return None
    other = telling.told_along_by(answered.facts)
    return answered.yes_or(N_("no, by message %(id)s"), id=other)


def _left_to_tell(answered: Answered) -> str | None:
    is_alone = answered.facts.itself is None and answered.objection is None
    return None if is_alone else whether(answered)


def _among_others(answered: Answered) -> str | None:
    return None if answered.facts.itself is None else free_again(answered)


def _agreed(answered: Answered) -> str:
    words, yes, revoked_at = (
        answered.words,
        answered.facts.yes,
        answered.facts.revoked_at,
    )
    if answered.objection is not None and revoked_at is not None:
        return words.gettext(
            "no, taken back at %(moment)s", moment=words.moment(revoked_at)
        )
    if yes is None:
        return words.gettext(NO)
    return words.gettext(
        "yes, %(source)s, at %(moment)s",
        source=terms.name_of(yes.source, terms.SOURCES, words),
        moment=words.moment(yes.given_at),
    )


def _all_read(answered: Answered) -> str | None:
    is_offer = answered.facts.scope is Scope.MARKETING
    return whether(answered) if is_offer else None


def _within_the_day(answered: Answered) -> str:
    wrote_at, words = answered.facts.wrote_at, answered.words
    if wrote_at is None:
        return words.gettext(NO)
    return words.gettext(
        "%(answer)s, they wrote at %(moment)s",
        answer=whether(answered),
        moment=words.moment(wrote_at),
    )


def _not_answered(answered: Answered) -> str | None:
    said_at = answered.facts.said_at
    if said_at is None:
        return None
    moment = answered.words.moment(said_at)
    return answered.yes_or(N_("no, at %(moment)s"), moment=moment)


def _room(answered: Answered) -> str | None:
    """A number that is alone always has room for what is decided about."""
    return None if answered.facts.number_free_at is None else free_again(answered)


def _template(answered: Answered) -> str:
    state, words = answered.facts.template_state, answered.words
    if state is None:
        return words.gettext("no, there is none")
    named = terms.name_of(state, terms.TEMPLATE_STATES, words)
    return answered.yes_or(N_("no, %(state)s"), state=named)


def _category(answered: Answered) -> str:
    category = answered.facts.template_category or ""
    return terms.name_of(category.lower(), terms.CATEGORIES, answered.words)


_NOT_ASKED: Mapping[Because, str] = MappingProxyType(
    {
        Because.ORDER_ANSWERED: N_("no, they have answered already"),
        Because.OVERTAKEN: N_("no, the order was paid, or is on its way"),
    }
)


def _still_asked(answered: Answered) -> str | None:
    if answered.facts.ordered is None:
        return None
    if answered.objection is None:
        return answered.words.gettext(YES)
    return answered.words.gettext(_NOT_ASKED[answered.objection.because])


QUESTIONS: Mapping[Rule, Question] = MappingProxyType(
    {
        news.must_be_switched_on: Question(
            N_("switched on?"), ("is_on", "shop_is_active"), _switched_on
        ),
        news.must_not_be_stale: Question(
            N_("still new?"), ("wanted_at", "lifetime", "cart", "bill"), _age
        ),
        news.must_know_the_order: Question(
            N_("order known?"),
            ("order_is_known", "is_reachable", "yes", "wanted_at", "lifetime", "cart"),
            _order,
        ),
        news.must_still_be_true: Question(
            N_("still true?"),
            (
                *("order_cancelled_at", "outlives_cancellation", "is_about_parcel"),
                *("awaits_payment", "order_is_unpaid", "parcel_is_cancelled"),
                *("milestone", "parcel_milestone"),
                *("tracking_key", "parcel_tracking_key"),
            ),
            _still_true,
        ),
        news.must_still_be_asked: Question(
            N_("still to be asked?"), ("ordered",), _still_asked
        ),
        carts.must_not_have_bought: Question(
            N_("nothing bought since?"), ("cart",), _not_bought
        ),
        carts.must_still_be_there: Question(
            N_("cart still there?"), ("cart",), _about_a_cart
        ),
        carts.must_have_come_to_rest: Question(
            N_("left alone for long enough?"), ("cart",), _left_since
        ),
        carts.must_know_what_was_told: Question(
            N_("all read that the store told?"), ("cart", "bill"), _all_told_read
        ),
        carts.must_hold_nothing_forbidden: Question(
            N_("nothing in it that may not be sold there?"), ("cart",), _allowed_goods
        ),
        journey.must_have_been_under_way: Question(
            N_("on its way before?"),
            ("milestone", "parcel_was_under_way"),
            _was_under_way,
        ),
        journey.must_not_be_overtaken: Question(
            N_("its last news?"),
            (
                *("milestone", "wanted_at", "scan_milestone", "scan_at"),
                *("parcel_milestone", "parcel_milestone_at", "parcel_moved_at"),
                *("place", "scan_place"),
            ),
            _last_news,
        ),
        journey.must_hold_a_part: Question(
            N_("a part of the order?"), ("tells_part", "parcel_is_part"), _part
        ),
        journey.must_be_somewhere_new: Question(
            N_("a new place?"), ("place", "parcel_set_out_at", "wanted_at"), _new_place
        ),
        journey.must_not_be_told_already: Question(
            N_("told on no earlier day?"),
            ("is_told_daily", "scan_at", "scan_milestone", "milestone", "wanted_at"),
            _told_on_no_other_day,
        ),
        silence.must_have_fallen_silent: Question(
            N_("silent for long enough?"),
            (
                *("silence", "wanted_at", "scan_at", "scan_milestone"),
                *("parcel_milestone", "parcel_milestone_at"),
            ),
            _silent,
        ),
        telling.must_not_be_told_along: Question(
            N_("told by no other message?"), ("itself", "siblings"), _told_by_no_other
        ),
        telling.must_have_something_to_tell: Question(
            N_("anything left to tell?"),
            ("has_something_to_tell", "itself", "siblings"),
            _left_to_tell,
        ),
        consent.must_be_reachable: Question(
            N_("phone number?"), ("is_reachable",), whether
        ),
        consent.must_have_agreed: Question(
            N_("consent?"), ("yes", "revoked_at"), _agreed
        ),
        chat.must_not_leave_words_unread: Question(
            N_("all read that people said?"), ("unread", "scope"), _all_read
        ),
        chat.must_come_within_the_day: Question(
            N_("within a day after they wrote?"), ("wrote_at",), _within_the_day
        ),
        chat.must_not_repeat_itself: Question(
            N_("not answered alike before?"), ("said_at",), _not_answered
        ),
        pacing.must_be_connected: Question(
            N_("WhatsApp connected?"), ("number_is_connected",), whether
        ),
        pacing.must_not_be_parked: Question(
            N_("number free?"), ("parked_until",), free_again
        ),
        pacing.must_have_its_template: Question(
            N_("template approved?"), ("template_state",), _template
        ),
        consent.must_not_be_sold_as_news: Question(
            N_("Meta counts it as?"), ("template_category", "scope"), _category
        ),
        telling.must_leave_it_to_later_news: Question(
            N_("no newer news about to go out?"), ("itself", "siblings"), _among_others
        ),
        telling.must_keep_its_place: Question(
            N_("its turn?"), ("itself", "siblings"), _among_others
        ),
        pacing.must_come_after_the_one_before: Question(
            N_("nothing else on its way to them?"), ("another_is_under_way",), whether
        ),
        pacing.must_not_flood_one_person: Question(
            N_("not too many at once?"), ("debt",), free_again
        ),
        pacing.must_have_a_slot: Question(
            N_("room at its number?"), ("number_free_at",), _room
        ),
        **flow_checks.QUESTIONS,
        **offer_checks.QUESTIONS,
    }
)
"""What each rule of the policy asks, for whoever reads along."""
