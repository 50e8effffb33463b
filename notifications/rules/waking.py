"""Nobody is woken: offers wait for the hours of the law and of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.values import Scope
from notifications.rules.hours import Week, next_allowed
from notifications.rules.objections import Because, Skip, Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFacts:
    """``clocks`` are all that the recipient may live by. ``offer_hours`` are those of
    every law that may apply, and of the store; ``news_hours`` those that the store
    wants for parcel news, and none where it may come at any hour."""

    scope: Scope
    clocks: Sequence[tzinfo]
    offer_hours: Sequence[Week]
    news_hours: Sequence[Week] = ()
    offers_are_delivered: bool = True
    """False where Meta delivers no offers, as to numbers of the United States."""


def must_be_delivered_there(facts: HoursFacts, now: datetime) -> Skip | None:
    is_offer = facts.scope is Scope.MARKETING
    if is_offer and not facts.offers_are_delivered:
        return Skip(Because.NO_OFFERS_THERE)
    return None


def must_be_waking_hours(facts: HoursFacts, now: datetime) -> Wait | Skip | None:
    """Hold the message until it is an hour for it on every clock.

    Where no hour is right on all of them, an offer is not sent. News is: it is wanted,
    and the store's wish for quiet must not silence it for good.
    """
    is_offer = facts.scope is Scope.MARKETING
    hours = facts.offer_hours if is_offer else facts.news_hours
    at = next_allowed(now, facts.clocks, hours)
    if at is None:
        return Skip(Because.NO_COMMON_HOUR) if is_offer else None
    return Wait(at, Because.QUIET_HOURS) if at > now else None
