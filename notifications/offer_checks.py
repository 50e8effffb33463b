"""What the rules about offers asked, and what they saw, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_
from notifications.questions import NO, Answered, Question, free_again, whether
from notifications.rules import codes, offers, waking
from notifications.rules.decision import Rule
from notifications.rules.objections import Skip


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
    return words.gettext(
        "%(answer)s (%(clocks)s)", answer=said, clocks=", ".join(hour.clocks)
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
