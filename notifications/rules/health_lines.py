"""What Meta says of a number, its account and its token, line by line: each with its
light, and with what is to be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from core.business_account import NEEDED_SCOPES, CanSend, Trouble
from core.words import N_
from notifications.numbers_told import Told

RECONNECT = N_("Connect WhatsApp again, and grant all that is asked for.")
_MANAGER = N_("Open WhatsApp Manager to see why, and have it mended there.")
_PAY = N_("Add or mend the payment method in WhatsApp Manager.")
_WARN_OF_TOKEN = timedelta(days=14)
_NO_PAYMENT = frozenset({141006, 131042})
"""Meta's codes for an account that cannot pay, in a health status and for a message."""
_NOT_VERIFIED = 141010
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Light(IntEnum):
    """In the order in which one counts more than another."""

    GREEN = 0
    YELLOW = 1
    RED = 2


class Topic(StrEnum):
    READING = "reading"
    SENDING = "sending"
    TOKEN = "token"  # noqa: S105 -- what a line is about
    ACCOUNT = "account"
    PAYMENT = "payment"
    NUMBER = "number"
    WEBHOOKS = "webhooks"
    NAME = "name"
    QUALITY = "quality"
    TEMPLATES = "templates"
    BUSINESS = "business"
    TIER = "tier"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``says`` and ``step`` are marked sentences that name their ``values``, moments
    among them. ``step`` is None where nothing is to be done. ``code`` is Meta's, where
    it says more than we do, and ``meta`` are Meta's own words, in English."""

    topic: Topic
    light: Light
    says: str
    step: str | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    code: str | None = None
    meta: Sequence[str] = ()


def lines_told(
    told: Told, *, now: datetime, has_sent: bool, cannot_pay: bool
) -> Iterator[Line]:
    """``has_sent`` is whether Meta has ever taken a message of the number's, and
    ``cannot_pay`` whether it refused the last one for that."""
    yield _token(told, now)
    yield _account(told)
    yield _payment(told, has_sent=has_sent, cannot_pay=cannot_pay)
    yield _number(told)
    yield _webhooks(told)
    for line in (_name(told), _quality(told), _business(told), _tier(told)):
        if line is not None:
            yield line
    yield from _other_troubles(told)


def _token(told: Told, now: datetime) -> Line:
    token = told.token
    if token is None:
        says = N_("Meta lets us in. When our access ends it does not say.")
        return Line(topic=Topic.TOKEN, light=Light.GREEN, says=says)
    if not token.is_valid:
        says = N_("Our access to your account has ended.")
        return Line(topic=Topic.TOKEN, light=Light.RED, says=says, step=RECONNECT)
    missing = sorted(set(NEEDED_SCOPES) - token.scopes)
    if missing:
        return Line(
            topic=Topic.TOKEN,
            light=Light.RED,
            says=N_("Our access lacks the permission %(scopes)s."),
            step=RECONNECT,
            values={"scopes": ", ".join(missing)},
        )
    if token.expires_at is None:
        says = N_("Our access to your account does not end by itself.")
        return Line(topic=Topic.TOKEN, light=Light.GREEN, says=says)
    left = token.expires_at - now
    light = Light.GREEN if left > _WARN_OF_TOKEN else Light.YELLOW
    return Line(
        topic=Topic.TOKEN,
        light=Light.RED if left <= timedelta() else light,
        says=N_("Our access to your account ends on %(at)s."),
        step=None
        if light is Light.GREEN
        else N_("Connect WhatsApp again before that."),
        values={"at": token.expires_at},
    )


def _account(told: Told) -> Line:
    account = told.account
    named = {"name": account.name}
    if account.review in ("REJECTED", "DISABLED") or account.status in _STOPPED:
        word = account.status if account.status in _STOPPED else account.review
        return Line(
            topic=Topic.ACCOUNT,
            light=Light.RED,
            says=N_("Meta has stopped the account %(name)s (%(word)s)."),
            step=N_(
                "Open Meta's Business Support Home to see the reason, and ask for a "
                "review."
            ),
            values={**named, "word": word},
        )
    if account.review not in (None, "APPROVED"):
        return Line(
            topic=Topic.ACCOUNT,
            light=Light.YELLOW,
            says=N_("Meta has not approved the account %(name)s yet (%(word)s)."),
            step=N_("Wait for Meta; it takes a day as a rule."),
            values={**named, "word": account.review},
        )
    says = N_("Meta has approved the account %(name)s.")
    return Line(topic=Topic.ACCOUNT, light=Light.GREEN, says=says, values=named)


_STOPPED = ("BANNED", "DISABLED", "LOCKED", "RESTRICTED", "FLAGGED_BANNED", "DELETED")


def _payment(told: Told, *, has_sent: bool, cannot_pay: bool) -> Line:
    refused = [each for each in told.number.troubles if each.code in _NO_PAYMENT]
    if refused or cannot_pay:
        return Line(
            topic=Topic.PAYMENT,
            light=Light.RED,
            says=N_("Your account at Meta cannot pay for messages."),
            step=_PAY,
            meta=_said(refused),
        )
    if has_sent:
        says = N_("Meta reports no problem with how your account pays.")
        return Line(topic=Topic.PAYMENT, light=Light.GREEN, says=says)
    # Whether there is a payment method Meta tells to solution partners alone.
    return Line(
        topic=Topic.PAYMENT,
        light=Light.YELLOW,
        says=N_("Meta does not tell us whether your account has a payment method."),
        step=N_(
            "Make sure in WhatsApp Manager that your account has a payment method: "
            "without it Meta sends nothing that costs."
        ),
    )


def _number(told: Told) -> Line:
    number = told.number
    if not number.is_registered and not number.is_on_phone:
        return Line(
            topic=Topic.NUMBER,
            light=Light.RED,
            says=N_("The number is not registered for sending (%(word)s)."),
            step=N_("Connect WhatsApp again: the number is registered then."),
            values={"word": number.status or number.platform or "?"},
        )
    if number.status not in (None, "CONNECTED"):
        is_flagged = number.status in ("FLAGGED", "RATE_LIMITED")
        return Line(
            topic=Topic.NUMBER,
            light=Light.YELLOW if is_flagged else Light.RED,
            says=N_("Meta reports the number as %(word)s."),
            step=N_("Send less, to people who want it, until Meta lifts it.")
            if is_flagged
            else _MANAGER,
            values={"word": number.status},
        )
    says = N_("The number %(number)s is connected.")
    if number.is_on_phone:
        says = N_(
            "The number %(number)s is connected, and stays in the WhatsApp Business "
            "app: it sends 20 messages a second at most."
        )
    shown = {"number": number.display_number}
    return Line(topic=Topic.NUMBER, light=Light.GREEN, says=says, values=shown)


def _webhooks(told: Told) -> Line:
    if told.account.is_told_to_us:
        says = N_("Meta tells us what becomes of messages, and what people answer.")
        return Line(topic=Topic.WEBHOOKS, light=Light.GREEN, says=says)
    return Line(
        topic=Topic.WEBHOOKS,
        light=Light.RED,
        says=N_("Meta does not tell us what becomes of your messages."),
        step=N_("Connect WhatsApp again: that switches it on."),
    )


def _name(told: Told) -> Line | None:
    word, named = told.number.name_status, {"name": told.number.verified_name or "?"}
    if word in ("DECLINED", "EXPIRED", "PENDING_REVIEW", "NONE"):
        is_waiting = word == "PENDING_REVIEW"
        return Line(
            topic=Topic.NAME,
            light=Light.YELLOW,
            says=N_("Meta is looking at the name %(name)s.")
            if is_waiting
            else N_("Meta has not approved the name %(name)s."),
            step=N_("Wait for Meta; it takes some days as a rule.")
            if is_waiting
            else N_("Choose a name in WhatsApp Manager that is clearly your store's."),
            values=named,
        )
    if word is None:
        return None
    says = N_("People see the name %(name)s.")
    return Line(topic=Topic.NAME, light=Light.GREEN, says=says, values=named)


def _quality(told: Told) -> Line | None:
    match told.number.quality:
        case "GREEN":
            says = N_("People like your messages: quality is high.")
            return Line(topic=Topic.QUALITY, light=Light.GREEN, says=says)
        case "YELLOW":
            return Line(
                topic=Topic.QUALITY,
                light=Light.YELLOW,
                says=N_(
                    "Some people block or report your messages: quality is medium."
                ),
                step=N_("Send fewer offers, and only to people who want them."),
            )
        case "RED":
            return Line(
                topic=Topic.QUALITY,
                light=Light.RED,
                says=N_("Many people block or report your messages: quality is low."),
                step=N_("Stop offers for a week, and look at what they say."),
            )
        case _:
            says = N_("Meta has not judged the quality of your messages yet.")
            return Line(topic=Topic.QUALITY, light=Light.GREEN, says=says)


def _business(told: Told) -> Line | None:
    if told.account.verification == "VERIFIED":
        says = N_("Meta has verified your business.")
        return Line(topic=Topic.BUSINESS, light=Light.GREEN, says=says)
    if told.account.verification is None:
        return None
    return Line(
        topic=Topic.BUSINESS,
        # Nothing is stopped by it: there is less room.
        light=Light.GREEN,
        says=N_(
            "Meta has not verified your business, so it takes fewer templates and "
            "numbers."
        ),
        step=N_("Have it verified in Meta's Business settings when you can."),
        meta=_said([t for t in told.number.troubles if t.code == _NOT_VERIFIED]),
    )


_TIERS = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_1K": 1_000,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
}


def _tier(told: Told) -> Line | None:
    tier = told.number.tier
    if tier is None:
        return None
    if tier not in _TIERS:
        says = N_("You may write to as many people as you like.")
        return Line(topic=Topic.TIER, light=Light.GREEN, says=says)
    says = N_("You may write to %(count)s people a day who have not written to you.")
    values = {"count": _TIERS[tier]}
    return Line(topic=Topic.TIER, light=Light.GREEN, says=says, values=values)


def _other_troubles(told: Told) -> Iterator[Line]:
    """What Meta's health status has that no line above says."""
    for trouble in told.number.troubles:
        if trouble.code in _NO_PAYMENT or trouble.code == _NOT_VERIFIED:
            continue
        is_blocked = trouble.can_send is CanSend.BLOCKED
        says = N_("Meta stops messages at %(entity)s.")
        limits = N_("Meta limits messages at %(entity)s.")
        yield Line(
            topic=_OF_ENTITY.get(trouble.entity, Topic.ACCOUNT),
            light=Light.RED if is_blocked else Light.YELLOW,
            says=says if is_blocked else limits,
            step=N_("Do what Meta says beside it, in WhatsApp Manager."),
            values={"entity": trouble.entity},
            code=None if trouble.code is None else f"meta_{trouble.code}",
            meta=_said([trouble]),
        )


_OF_ENTITY = {
    "PHONE_NUMBER": Topic.NUMBER,
    "BUSINESS": Topic.BUSINESS,
    "MESSAGE_TEMPLATE": Topic.TEMPLATES,
}


def _said(troubles: Sequence[Trouble]) -> tuple[str, ...]:
    told = [f"{each.says} {each.solution}".strip() for each in troubles]
    return tuple(filter(None, told))
