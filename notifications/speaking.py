"""In which language a message goes out, and what Meta says of its template there."""

from typing import Any

from notifications import wording
from notifications.automations import Automation
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage
from storage.numbers import TemplateRow


def language_of(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    sender: Sender | None,
) -> str:
    """That of the form which asks for it, else the buyer's, else the shop's first, else
    English: the first that Meta has approved for the sender's account, since Meta
    refuses a message in any other.

    Where the owner has chosen languages for the automation, it is one of these.

    Nobody waits for a review while another language may go out. Where none may, the
    buyer's is the one to wait for.
    """
    texts, template = automation.template.texts, automation.template.name
    locale = None
    if asked_in := message.told.get("language"):
        locale = asked_in
    elif about := message.order or around.carts.get(message.id):
        locale = about.locale
    elif message.contact_id is not None:
        person = around.audience.people.get(message.contact_id)
        locale = person.locale if person else None
    switch = around.switches.get((message.shop_id, automation.owner))
    possible = wording.languages_of(
        locale,
        texts,
        of_store=message.languages,
        chosen=switch.languages if switch else (),
    )
    for language in possible:
        row = template_of(message, around, sender, template, language)
        if row is not None and row.state == "APPROVED":
            return language
    return possible[0]


def template_of(
    message: KnownMessage,
    around: Surroundings,
    sender: Sender | None,
    name: str,
    language: str,
) -> TemplateRow | None:
    """What Meta says of it in the account of the sender."""
    if sender is None:
        return None
    account_id = sender.number.account_id
    return around.templates.get((message.shop_id, account_id, name, language))


def has_wording_for(
    message: KnownMessage, around: Surroundings, sender: Sender
) -> bool:
    """Whether Meta has approved what the message says for the sender's account."""
    automation = around.automations.get(message.automation)
    if automation is None:
        return False
    language = language_of(message, around, automation, sender)
    row = template_of(message, around, sender, automation.template.name, language)
    return row is not None and row.state == "APPROVED"
