"""What the rules about offers asked, and what they saw, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_
from notifications import send_windows
from notifications.questions import NO, YES, Answered, Question, free_again, whether
from notifications.rules import codes, looks, offers, waking
from notifications.rules.decision import Rule
from notifications.rules.looks import is_fresh
from notifications.rules.objections import Because, Skip


def _of_offer(answered: Answered) -> str | None:
    """The question does not arise for news."""
    return None if answered.facts.standing is None else whether(answered)


def _confirmed(answered: Answered) -> str | None:
    person, words = answered.facts.standing, answered.words
    if person is None or not person.must_confirm:
        return None
    if person.confirmed_at is None:
        return words.gettext(NO)
    return words.gettext("yes, at %(moment)s", moment=words.moment(person.confirmed_at))


def _holds(answered: Answered) -> str | None:
    person, words = answered.facts.standing, answered.words
    if person is None or person.yes_ends_at is None:
        return None
    sentence = (
        N_("yes, until %(moment)s")
        if answered.objection is None
        else N_("no, it ended at %(moment)s")
    )
    return words.gettext(sentence, moment=words.moment(person.yes_ends_at))


def _reachable(answered: Answered) -> str | None:
    person, words = answered.facts.standing, answered.words
    if person is None:
        return None
    if person.unreachable_at is None:
        return whether(answered)
    return answered.yes_or(
        N_("no, not at %(moment)s"), moment=words.moment(person.unreachable_at)
    )


def _waking(answered: Answered) -> str | None:
    hour, words = answered.facts.hour, answered.words
    if hour is None:
        return None
    said = (
        whether(answered)
        if isinstance(answered.objection, Skip)
        else free_again(answered)
    )
    told = words.gettext(
        "%(answer)s (%(clocks)s)", answer=said, clocks=", ".join(hour.clocks)
    )
    if hour.window is None:
        return told
    hours = send_windows.said(hour.window, words)
    return words.gettext(
        "%(answer)s, sent at %(hours)s alone", answer=told, hours=hours
    )


def _few_enough(answered: Answered) -> str | None:
    person, words = answered.facts.standing, answered.words
    if person is None:
        return None
    counted = [
        words.gettext(
            "%(count)s of %(most)s in %(days)s days",
            count=sum(at > answered.now - cap.span for at in person.sent),
            most=cap.most,
            days=cap.days,
        )
        for cap in person.caps
    ]
    said = (
        whether(answered)
        if isinstance(answered.objection, Skip)
        else free_again(answered)
    )
    return "; ".join([said, *counted])


_ORDERED: Mapping[Because, str] = MappingProxyType(
    {
        Because.CART_BOUGHT: N_("no, there is an order"),
        Because.ORDER_DRAFTED: N_("no, there is a draft order"),
    }
)


def _nothing_ordered(answered: Answered) -> str | None:
    """Unanswered where the store does not say."""
    look, words = answered.facts.look, answered.words
    if isinstance(answered.objection, Skip):
        return words.gettext(_ORDERED[answered.objection.because])
    is_said = look is not None and look.ordered is not None
    return words.gettext(YES) if is_said else None


def _looked_at(answered: Answered) -> str | None:
    look, words = answered.facts.look, answered.words
    if look is None:
        return None
    if answered.objection is not None:
        return words.gettext("not yet")
    if look.seen_at is None or not is_fresh(look, answered.now):
        return words.gettext("no, the store does not answer")
    return words.gettext("yes, at %(moment)s", moment=words.moment(look.seen_at))


def _still_sold(answered: Answered) -> str | None:
    look, words = answered.facts.look, answered.words
    if look is None or not look.things or not is_fresh(look, answered.now):
        return None
    return words.gettext(
        "%(left)s of %(things)s things",
        left=look.things - (look.gone or 0),
        things=look.things,
    )


def _code_there(answered: Answered) -> str | None:
    """The question does not arise where it carries none."""
    return None if answered.facts.code is None else whether(answered)


QUESTIONS: Mapping[Rule, Question] = MappingProxyType(
    {
        offers.must_have_confirmed: Question(
            N_("yes confirmed?"), ("standing",), _confirmed
        ),
        offers.must_not_have_expired: Question(
            N_("yes still holds?"), ("standing",), _holds
        ),
        offers.must_be_delivered_there: Question(
            N_("does Meta deliver offers there?"), ("standing",), _of_offer
        ),
        offers.must_be_on_whatsapp: Question(
            N_("on WhatsApp?"), ("standing",), _reachable
        ),
        offers.must_not_be_in_control_group: Question(
            N_("outside the control group?"), ("standing",), _of_offer
        ),
        looks.must_not_have_ordered_there: Question(
            N_("no order since, by the store's own word?"), ("look",), _nothing_ordered
        ),
        looks.must_be_looked_at: Question(
            N_("looked at in the store?"), ("look",), _looked_at
        ),
        looks.must_still_be_sold: Question(
            N_("something of it still to be had?"), ("look",), _still_sold
        ),
        offers.must_carry_its_label: Question(
            N_("marked as the law wants it?"), ("standing",), _of_offer
        ),
        waking.must_be_waking_hours: Question(
            N_("a waking hour there?"),
            ("hour", "scope", "wanted_at", "lifetime", "cart", "bill"),
            _waking,
        ),
        offers.must_be_under_every_cap: Question(
            N_("few enough lately?"),
            ("standing", "wanted_at", "lifetime", "cart", "bill"),
            _few_enough,
        ),
        codes.must_have_its_code: Question(
            N_("is its code there?"), ("code",), _code_there
        ),
    }
)
"""Of none of them is anything said where a message is news."""
