"""What people call the things that are kept as codes: states, milestones, sources.

Where there is no name for a code, the code is shown: it may be a word of Shopify's or
of Meta's, or one that somebody chose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.words import N_, P_, Words


@dataclass(frozen=True, slots=True)
class Term:
    """A name, and a sentence that says what it means: both marked."""

    name: str
    sentence: str


OF_MESSAGES: Mapping[str, Term] = MappingProxyType(
    {
        "waiting": Term(
            P_("message", "waiting"),
            N_(
                "It is to go out, and something may still hold it: the reason says "
                "what. It is looked at again by itself."
            ),
        ),
        "sending": Term(
            P_("message", "being sent"), N_("It is on its way to Meta at this moment.")
        ),
        "unsure": Term(
            P_("message", "unsure"),
            N_(
                "It may have arrived or not. Sosik compares it with what Meta reports "
                "on the messages beside it; what stays unsure for a day waits for "
                "somebody to decide it on its page."
            ),
        ),
        "sent": Term(P_("message", "sent"), N_("Meta took it.")),
        "delivered": Term(P_("message", "delivered"), N_("It is on the phone.")),
        "read": Term(
            P_("message", "read"),
            N_("It was opened, where the person lets others know."),
        ),
        "failed": Term(
            P_("message", "failed"),
            N_("Meta refused it, or could not deliver it, for good."),
        ),
        "skipped": Term(
            P_("message", "skipped"),
            N_("A rule decided that it is not sent, now or later."),
        ),
        "cancelled": Term(
            P_("message", "cancelled"), N_("A person decided that it is not sent.")
        ),
    }
)
"""States of a message."""

OF_EVENTS: Mapping[str, Term] = MappingProxyType(
    {
        "pending": Term(N_("not read yet"), N_("It is kept, and will be read.")),
        "done": Term(
            N_("done"),
            N_("It was read; ./sosik why tells what each automation made of it."),
        ),
        "ignored": Term(N_("ignored"), N_("There is nothing to do with it.")),
        "stuck": Term(
            N_("stuck"),
            N_("It cannot be read. It waits for a person: ./sosik events retry."),
        ),
    }
)
"""States of an event (a webhook)."""

MILESTONES: Mapping[str, str] = MappingProxyType(
    {
        "labelled": P_("parcel", "label printed"),
        "in_transit": P_("parcel", "in transit"),
        "out_for_delivery": P_("parcel", "out for delivery"),
        "ready_for_pickup": P_("parcel", "ready for pickup"),
        "attempted": P_("parcel", "delivery attempted"),
        "delayed": P_("parcel", "delayed"),
        "in_trouble": P_("parcel", "in trouble"),
        "picked_up": P_("parcel", "picked up"),
        "delivered": P_("parcel", "delivered"),
    }
)

PAYMENTS: Mapping[str, str] = MappingProxyType(
    {
        "pending": P_("payment", "awaited"),
        "unpaid": P_("payment", "not paid"),
        "authorized": P_("payment", "authorised"),
        "partially_paid": P_("payment", "partly paid"),
        "paid": P_("payment", "paid"),
        "partially_refunded": P_("payment", "partly refunded"),
        "refunded": P_("payment", "refunded"),
        "voided": P_("payment", "voided"),
        "expired": P_("payment", "expired"),
    }
)
"""Of an order, by Shopify's words for them."""

RETURN_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "requested": P_("return", "asked for"),
        "approved": P_("return", "approved"),
        "declined": P_("return", "declined"),
        "cancelled": P_("return", "cancelled"),
        "updated": P_("return", "changed"),
        "processed": P_("return", "dealt with"),
        "closed": P_("return", "closed"),
        "reopened": P_("return", "opened again"),
    }
)

AUTOMATIONS: Mapping[str, str] = MappingProxyType(
    {
        "reply": P_("message", "Answer in the chat"),
        "test": P_("message", "Test"),
    }
)
"""What is no automation of an owner's, and is called like one with a message."""

SCOPES: Mapping[str, str] = MappingProxyType(
    {"transactional": N_("news about orders"), "marketing": N_("offers")}
)

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "granted": N_("agreed"),
        "confirmed": N_("confirmed"),
        "revoked": N_("taken back"),
        "imported": N_("agreed elsewhere"),
    }
)

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "order_attribute": N_("with the order"),
        "purchase": N_("by the purchase"),
        "checkout_box": N_("by a box at the checkout"),
        "form": N_("by a form of the store"),
        "shopify": N_("at Shopify"),
        "chat_keyword": N_("in the chat"),
        "chat_button": N_("by a button in the chat"),
        "whatsapp_preference": N_("by a setting in WhatsApp"),
        "whatsapp_signup": N_("by signing up in WhatsApp"),
        "meta_131050": N_("by a setting in WhatsApp, as Meta says"),
        "import": N_("with a file"),
        "operator": N_("by whoever runs this installation"),
        "erasure": N_("by being erased"),
    }
)
"""Where somebody's yes or no comes from."""

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "changed": N_("it says something else than when it was written"),
        "missing": N_("it is missing, or stands elsewhere"),
        "person_changed": N_("who said it, or what shows it, was changed"),
        "somebody_elses": N_("it was given to somebody else"),
        "end_missing": N_("the ledger went on after it, and the rest is missing"),
        "not_our_end": N_("this end was not written by this installation"),
        "not_as_noted": N_("the ledger never had the end that was noted"),
    }
)
"""What can be wrong with an entry of the consent ledger."""

TEMPLATE_STATES: Mapping[str, str] = MappingProxyType(
    {
        "APPROVED": P_("template", "approved"),
        "PENDING": P_("template", "in review"),
        "REJECTED": P_("template", "rejected"),
        "PAUSED": P_("template", "paused"),
        "DISABLED": P_("template", "disabled"),
        "DELETED": P_("template", "deleted"),
        "NOT_SUBMITTED": P_("template", "not submitted"),
        "UNKNOWN": P_("template", "unknown"),
    }
)

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "named": N_("named by the store"),
        "whatsapp": N_("shown by WhatsApp"),
        "number_changed": N_("they changed their number, as WhatsApp says"),
        "owner": N_("by whoever runs this installation"),
        "customers_merged": N_("the store made one of two customers"),
    }
)
"""How it is known by what somebody is found, or that two are one."""

ERASED: Mapping[str, str] = MappingProxyType(
    {
        "orders": P_("erased", "orders"),
        "customers": P_("erased", "customer accounts of the store"),
        "checkouts": P_("erased", "checkouts"),
        "draft_orders": P_("erased", "draft orders"),
        "carts": P_("erased", "carts"),
        "messages": P_("erased", "messages"),
        "cancelled": P_("erased", "messages that will not be sent now"),
        "words_of_consent": P_("erased", "entries of what was agreed to or taken back"),
        "numbers": P_("erased", "phone numbers"),
        "webhooks": P_("erased", "messages from the store or from Meta"),
    }
)
"""What there was of somebody who was forgotten."""

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "utility": N_("utility"),
        "marketing": N_("marketing"),
        "authentication": N_("authentication"),
        "service": N_("service"),
    }
)
"""What Meta may count a message or a template as."""


GOODS: Mapping[str, str] = MappingProxyType(
    {
        "tobacco": N_("tobacco and vapes"),
        "alcohol": N_("alcohol"),
        "weapons": N_("weapons, ammunition and explosives"),
        "medical": N_("medicines and medical devices"),
        "supplements": N_("unsafe supplements"),
        "drugs": N_("drugs and CBD"),
        "adult": N_("adult products"),
        "gambling": N_("gambling for money"),
        "animals": N_("animals and their parts"),
        "body": N_("parts and fluids of the body"),
        "counterfeit": N_("counterfeits"),
        "media_access": N_("devices for forbidden access"),
        "digital": N_("digital goods and subscriptions"),
        "finance": N_("money, loans and crypto"),
        "dating": N_("dating services"),
        "hazardous": N_("hazardous materials"),
        "withheld": N_("withheld by the store"),
    }
)
"""What Meta's commerce policy forbids, and what an owner does."""


def name_of(code: str, names: Mapping[str, str], words: Words) -> str:
    """What people call it in the reader's language, or the code itself."""
    return words.gettext(names[code]) if code in names else code


def state_of(code: str, states: Mapping[str, Term], words: Words) -> str:
    """The name of a state in the reader's language."""
    return name_of(code, {name: term.name for name, term in states.items()}, words)
