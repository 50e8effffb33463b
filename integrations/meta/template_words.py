"""Meta's words about templates in plain ones: states of a review, and why one was
rejected.

The states are those of Meta's page of template webhooks (September 2026).
"""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_, P_, Meaning

STATES: Mapping[str, tuple[str, Meaning]] = MappingProxyType(
    {
        "APPROVED": (
            P_("template", "approved"),
            Meaning(
                N_("Meta lets it out."),
                N_("Nothing has to be done."),
            ),
        ),
        "PENDING": (
            P_("template", "in review"),
            Meaning(
                N_("Meta is looking at it."),
                N_("Nothing has to be done: that takes minutes, or a day."),
            ),
        ),
        "IN_APPEAL": (
            P_("template", "in appeal"),
            Meaning(
                N_("Meta was asked to look at it once more."),
                N_("Nothing has to be done: that takes a day or two."),
            ),
        ),
        "REJECTED": (
            P_("template", "rejected"),
            Meaning(
                N_("Meta does not let it out."),
                N_(
                    "Open it in WhatsApp Manager and ask for another review there. "
                    "Buyers are written to in another language until then."
                ),
            ),
        ),
        "PAUSED": (
            P_("template", "paused"),
            Meaning(
                N_("Too many readers have blocked or reported it."),
                N_(
                    "It goes on by itself after three or six hours. Write to fewer "
                    "people, or less often: the third pause is for good."
                ),
            ),
        ),
        "DISABLED": (
            P_("template", "disabled"),
            Meaning(
                N_("Meta has stopped it for good, since its readers did not want it."),
                N_("Ask Meta for another review in WhatsApp Manager."),
            ),
        ),
        "FLAGGED": (
            P_("template", "about to be paused"),
            Meaning(
                N_("Many of its readers have blocked or reported it."),
                N_("Write to fewer people, or less often, before Meta pauses it."),
            ),
        ),
        "LOCKED": (
            P_("template", "locked"),
            Meaning(
                N_("Meta has locked it for a while."),
                N_("WhatsApp Manager says why, and until when."),
            ),
        ),
        "LIMIT_EXCEEDED": (
            P_("template", "one too many"),
            Meaning(
                N_("The account has as many templates as Meta allows."),
                N_(
                    "Delete some that you do not use in WhatsApp Manager, or have your "
                    "business verified, which allows more."
                ),
            ),
        ),
        "PENDING_DELETION": (
            P_("template", "being deleted"),
            Meaning(
                N_("Somebody deletes it in WhatsApp Manager."),
                N_("It can be submitted again thirty days later."),
            ),
        ),
        "DELETED": (
            P_("template", "deleted"),
            Meaning(
                N_("Somebody has deleted it in WhatsApp Manager."),
                N_("It can be submitted again thirty days later."),
            ),
        ),
        "ARCHIVED": (
            P_("template", "archived"),
            Meaning(
                N_("Somebody has archived it in WhatsApp Manager."),
                N_("Take it out of the archive there."),
            ),
        ),
    }
)
"""What people call each, what it means, and what helps: all marked."""

REJECTIONS: Mapping[str, Meaning] = MappingProxyType(
    {
        "ABUSIVE_CONTENT": Meaning(
            N_("Meta takes it for a threat or an insult."),
            N_("Ask for another review: our templates hold nothing of the kind."),
        ),
        "INCORRECT_CATEGORY": Meaning(
            N_("Meta takes it for an offer, and it was submitted as news."),
            N_("Ask for another review, and say that it tells of the buyer's order."),
        ),
        "INVALID_FORMAT": Meaning(
            N_("Meta finds a mistake in how it is written."),
            N_("Ask for another review, or report it to whoever runs Sosik for you."),
        ),
        "PROMOTIONAL": Meaning(
            N_("Meta takes it for advertising."),
            N_("Ask for another review, and say that it tells of the buyer's order."),
        ),
        "SCAM": Meaning(
            N_("Meta takes it for a fraud."),
            N_(
                "Complete the business profile and have your business verified; then "
                "ask for another review."
            ),
        ),
        "TAG_CONTENT_MISMATCH": Meaning(
            N_("Meta takes it for another language, or another kind of message."),
            N_("Ask for another review."),
        ),
    }
)
"""Why Meta rejected a template, by its code for it."""
