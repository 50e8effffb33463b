"""What was changed, as people call it. A code without a name stands for itself."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_, Words
from notifications import terms

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "role_set": N_("A role"),
        "settings_set": N_("Settings of the store"),
        "offers_set": N_("Settings of offers"),
        "token_made": N_("A new API token"),
        "token_revoked": N_("An API token taken back"),
        "consent_granted": N_("A yes, written down by hand"),
        "consent_revoked": N_("A no, written down by hand"),
        "person_erased": N_("A person erased"),
        "person_exported": N_("Everything about a person, exported"),
        "business_profile": N_("The business profile on WhatsApp"),
        "business_picture": N_("The picture of the business profile on WhatsApp"),
        "number_begun": N_("A number, begun to be connected"),
        "number_chosen": N_("A number, chosen among several"),
        "number_tried_again": N_("A number, tried again to be connected"),
        "number_connected": N_("A number connected"),
        "number_countries": N_("The countries that a number is for"),
        "number_disconnected": N_("A number disconnected"),
        "number_given_up": N_("A number that was given up half-way"),
        "automation_set": N_("An automation"),
        "templates_submitted": N_("Templates submitted again"),
        "flow_set": N_("The steps of a flow"),
        "catalog_connected": N_("The catalog and what buyers have of it"),
        "catalog_chosen": N_("What else is in the catalog"),
        "catalog_read": N_("The whole store read for the catalog"),
        "product_allowed": N_("A product allowed on WhatsApp"),
        "product_withheld": N_("A product kept out of WhatsApp"),
        "product_word_taken_back": N_("A word about a product taken back"),
        "product_checked": N_("A product checked again"),
        "message_decided": N_("An unsure message decided"),
        "message_sent_again": N_("A message sent again"),
        "event_retried": N_("News from the store, read once more"),
    }
)
"""By what ``storage.changes`` keeps as ``what``."""


def said(what: str, words: Words) -> str:
    return terms.name_of(what, NAMES, words)
