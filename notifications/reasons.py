"""Every reason in one plain sentence, for people who ask why.

A code never changes its meaning once it has been released; sentences may. The page
``docs/reasons.md`` lists them all.
"""

from collections.abc import Callable, Mapping
from gettext import gettext
from types import MappingProxyType
from typing import TypeAlias

Advice: TypeAlias = Callable[[int], str]
"""What a code of Meta's means, in one sentence."""


def _(sentence: str) -> str:
    """Marks a sentence for translation; it is translated when it is shown."""
    return sentence


OF_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "automation_off": _("The automation is switched off for this store."),
        "shop_gone": _("The store has removed the app."),
        "too_late": _("The news is too old to be worth telling."),
        "order_not_told": _("Shopify does not tell which order this is about."),
        "order_unknown": _(
            "The order has not come in, and with it the buyer's yes and number."
        ),
        "order_cancelled": _("The order has been cancelled."),
        "parcel_cancelled": _("The parcel has been cancelled."),
        "already_delivered": _("The parcel has already been delivered."),
        "superseded": _(
            "The parcel has other tracking numbers by now, and those have a message "
            "of their own."
        ),
        "overtaken": _("More has happened, and this is no longer the last news."),
        "already_told": _("A scan told the same on an earlier day."),
        "set_out_here": _("The parcel set out from this place."),
        "no_place": _("The scan does not tell where the parcel is."),
        "nothing_to_pay": _("There is nothing to pay for the order."),
        "no_money": _("No money goes back, or nobody can tell for sure how much."),
        "no_phone": _(
            "There is no phone number on the order that WhatsApp could reach."
        ),
        "no_consent": _("The buyer has not agreed to this kind of message."),
        "consent_revoked": _("The buyer has taken their consent back."),
        "not_connected": _("The store has no WhatsApp number connected."),
        "parked": _("The store's WhatsApp number is held back for a while."),
        "template_not_ready": _(
            "Meta has not approved the template in this language, or has paused it."
        ),
        "template_is_marketing": _(
            "Meta counts the template as marketing, to which the buyer agrees apart."
        ),
        "behind_another": _("Another message to the same person goes out first."),
        "pair_limit": _(
            "The person got many messages in a short time; Meta wants a pause."
        ),
        "told_together": _(
            "Another message tells this as well, about the same thing and newer."
        ),
        "cancelled_out": _(
            "What was changed was changed back, so nothing is left to tell."
        ),
        "gathering": _(
            "Newer news about the same thing is about to go out, and may tell this too."
        ),
        "order_is_old": _("The order was placed long before this was told."),
        "parcel_is_old": _("The parcel was made long before this was told."),
        "not_paid": _("The order is neither paid nor to be paid at the door."),
        "automation_unknown": _(
            "Another version of the program proposed it, and this one cannot word it."
        ),
        "sender_vanished": _(
            "The process that was sending it ended before it could tell the outcome; "
            "the message may have arrived."
        ),
        "never_taken": _(
            "Meta reported on the messages beside it and not on this one, so it was "
            "never taken, and goes out again."
        ),
        "never_confirmed": _(
            "Nobody can tell whether it arrived: a person has to decide."
        ),
        "decided_by_person": _("A person decided what is to become of it."),
        "no_answer_timeout": _(
            "Meta did not answer in time, so it may have arrived or not."
        ),
        "no_answer_reset": _(
            "The connection broke before Meta answered, so it may have arrived or not."
        ),
        "odd_answer": _(
            "Meta answered something that could not be understood, so it may have "
            "arrived or not."
        ),
    }
)
"""Why a message is not sent, not yet, or not for certain."""

OF_REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "connection_failed": _(
            "No connection to Meta could be made, so nothing was sent; it is tried "
            "again."
        ),
        "slot_missed": _(
            "It did not leave in the moment it was given, so nothing was sent; it is "
            "tried again."
        ),
    }
)
"""Why an attempt did not leave."""

OF_WEBHOOKS: Mapping[str, str] = MappingProxyType(
    {
        "not_of_interest": _("Sosik does nothing with this topic."),
        "unknown_shop": _("The store is not connected."),
        "UnreadablePayload": _("The body lacks something that is needed from it."),
        "CannotOpen": _(
            "The body was sealed with a key that SECRET_KEYS no longer holds."
        ),
    }
)
"""Why a webhook led to nothing."""

_NO_SENTENCE = _("No sentence is known for this reason.")
_ODD_STATUS = _("WhatsApp answered with the HTTP status {status} and no code.")
_BUG = _("An error of the program ({name}); its log tells more.")


def sentence(code: str, advice: Advice) -> str:
    """What a reason means, in the reader's language."""
    name = code.partition(":")[0]
    for table in (OF_MESSAGES, OF_WEBHOOKS, OF_REFUSALS):
        if name in table:
            return gettext(table[name])
    family, _separator, rest = name.partition("_")
    if family == "meta" and rest.isascii() and rest.isdigit():
        return gettext(advice(int(rest)))
    if family == "http":
        return gettext(_ODD_STATUS).format(status=rest)
    if family == "bug":
        return gettext(_BUG).format(name=rest)
    if name[:1].isupper():  # the name of an error, noted when a webhook was read
        return gettext(_BUG).format(name=name)
    return gettext(_NO_SENTENCE)


def is_known(code: str) -> bool:
    """Whether there is a sentence of its own for this code, or for its family."""
    unknown = gettext(_NO_SENTENCE)
    return sentence(code, lambda _code: "") != unknown


OF_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "proposed": _("The automation {automation} proposed this message."),
        "waiting": _("It waits."),
        "skipped": _("It is not sent, now or later."),
        "taken": _("Nothing stood against it: it left for WhatsApp."),
        "accepted": _("Meta accepted it."),
        "refused": _("It was not taken."),
        "no_answer": _("No answer came."),
        "sender_vanished": OF_MESSAGES["sender_vanished"],
        "never_taken": OF_MESSAGES["never_taken"],
        "never_confirmed": OF_MESSAGES["never_confirmed"],
        "decided_by_person": _("{actor} decided: {decision}."),
        "reported_sent": _("Meta reports: sent."),
        "reported_delivered": _("Meta reports: delivered to the phone."),
        "reported_read": _("Meta reports: read."),
        "reported_failed": _("Meta reports: not delivered."),
    }
)
"""What a line of a message's story says."""

_NO_STEP = _("Something happened that this version of the program has no words for.")


def step(what: str, details: Mapping[str, object]) -> str:
    """What one line of a story says, with its details filled in."""
    words = gettext(OF_STEPS.get(what, _NO_STEP))
    named = {"automation": "?", "actor": "?", "decision": "?"}
    return words.format(**{**named, **{k: details[k] for k in named if k in details}})
