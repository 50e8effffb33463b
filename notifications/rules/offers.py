"""What an offer needs beside a yes: none of these questions arises for news."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.rules.news import new_at
from notifications.rules.objections import Because, Facts, Skip, Wait
from notifications.rules.standing import Cap

UNREACHABLE_FOR = timedelta(days=30)
"""So long nobody is tried again whom WhatsApp does not know: Meta's advice."""


def must_have_confirmed(facts: Facts, now: datetime) -> Skip | None:
    """Where a number may have been typed by somebody else, its owner has to confirm."""
    person = facts.standing
    if person is None or not person.must_confirm or person.confirmed_at is not None:
        return None
    return Skip(Because.NOT_CONFIRMED)


def must_not_have_expired(facts: Facts, now: datetime) -> Skip | None:
    """A yes that a law lets end has to be given again."""
    if facts.standing is None or facts.standing.yes_ends_at is None:
        return None
    is_over = facts.standing.yes_ends_at <= now
    return Skip(Because.CONSENT_EXPIRED) if is_over else None


def must_be_on_whatsapp(facts: Facts, now: datetime) -> Skip | None:
    if facts.standing is None or facts.standing.unreachable_at is None:
        return None
    is_fresh = now < facts.standing.unreachable_at + UNREACHABLE_FOR
    return Skip(Because.NOT_ON_WHATSAPP) if is_fresh else None


def must_be_delivered_there(facts: Facts, now: datetime) -> Skip | None:
    """Meta delivers no offers to numbers of the United States."""
    person = facts.standing
    if person is None or person.is_delivered_there:
        return None
    return Skip(Because.NO_OFFERS_THERE)


def must_not_be_in_control_group(facts: Facts, now: datetime) -> Skip | None:
    """Who is never sent offers shows what the others would have done without them."""
    is_in = facts.standing is not None and facts.standing.is_in_control_group
    return Skip(Because.CONTROL_GROUP) if is_in else None


def must_carry_its_label(facts: Facts, now: datetime) -> Skip | None:
    lacks = facts.standing is not None and facts.standing.lacks_label
    return Skip(Because.LABEL_MISSING) if lacks else None


def must_be_under_every_cap(facts: Facts, now: datetime) -> Wait | Skip | None:
    """Counted over all that went to the person, at the moment of sending. What would
    be too old once it may leave is not kept until then."""
    if facts.standing is None:
        return None
    until = free_again_at(facts.standing.caps, facts.standing.sent, now=now)
    if until <= now:
        return None
    if until > new_at(facts) + facts.lifetime:
        return Skip(Because.CAP_REACHED)
    return Wait(until, Because.CAP_REACHED)


def free_again_at(
    caps: Sequence[Cap], sent: Sequence[datetime], *, now: datetime
) -> datetime:
    """From when on one more is within every cap, given when the others went out, the
    oldest first; ``now`` where it is at once."""
    free = now
    for cap in caps:
        if cap.most <= 0:
            return datetime.max.replace(tzinfo=now.tzinfo)
        # With fewer than that many in the span before it, one more is within the cap.
        # Of what is yet to leave too: its slot lies ahead.
        if len(sent) >= cap.most:
            free = max(free, sent[-cap.most] + cap.span)
    return free
