"""Nobody hears from us about what they have not agreed to."""

from datetime import datetime

from core.echoes import BY_FORM
from core.values import Category, Scope
from notifications.rules.objections import Because, Facts, Skip, Wait
from notifications.rules.patience import LOOK_AGAIN_AT_ACCOUNT

BY_ORDER = "order_attribute"
BY_PURCHASE = "purchase"
"""Sources of a yes that covers the order it came with, and no other."""

NEVER_ALONE = (BY_ORDER, BY_PURCHASE, BY_FORM)
"""Sources of what counts for one order, or not before it is confirmed: the button that
confirms it is a word of its own."""

BY_BOX = "checkout_box"
"""The source of a yes to offers, given beside an order or on the way to one."""


def must_be_reachable(facts: Facts, now: datetime) -> Skip | None:
    """By a number, or by WhatsApp's id where the person shows no number."""
    return None if facts.is_reachable else Skip(Because.NO_PHONE)


def must_have_agreed(facts: Facts, now: datetime) -> Skip | None:
    """A no that is newer than the yes wins, wherever either was said."""
    has_revoked = facts.revoked_at is not None and (
        facts.yes is None or facts.revoked_at > facts.yes.given_at
    )
    if has_revoked:
        return Skip(Because.CONSENT_REVOKED)
    return Skip(Because.NO_CONSENT) if facts.yes is None else None


def must_not_be_sold_as_news(facts: Facts, now: datetime) -> Wait | None:
    """Meta may decide that a template is marketing, which people agree to apart."""
    is_marketing = facts.template_category == Category.MARKETING
    if is_marketing and facts.scope is not Scope.MARKETING:
        return Wait(now + LOOK_AGAIN_AT_ACCOUNT, Because.TEMPLATE_IS_MARKETING)
    return None
