"""A message that whoever minds a store has sent to their own phone, to see it there.

It is a row among the messages like any other, and goes out the same way. It tells of an
order that there never was, so that nobody's data comes to a phone that is not theirs,
and it is no message of its automation: it counts for no cap, in no flow and in no
result. What it needs is in ``decision.TRIALS``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.discounts import Deal
from core.values import WhatsAppUser
from notifications import examples, links, orderless, senders
from notifications.automations import Automation
from notifications.deciding import Decided
from notifications.ports import Services
from notifications.replies import Reply
from notifications.rules.decision import decide
from notifications.rules.objections import Facts
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage
from storage.links import target_context
from storage.people import PhoneBook
from storage.trials import TEST

LIFETIME = timedelta(hours=1)
"""Whoever looks at their phone does not do it for longer."""


TRIAL = Reply(name=TEST, lifetime=LIFETIME)


def is_trial(message: KnownMessage) -> bool:
    return message.automation == TEST


def automation_of(
    message: KnownMessage, automations: Mapping[str, Automation[Any]]
) -> Automation[Any] | None:
    """The one of which it is a test; None where this program does not have it."""
    return automations.get(message.told.get("automation", ""))


def sender_for(
    message: KnownMessage, own: Sequence[Sender], book: PhoneBook
) -> Sender | None:
    """The number that a buyer with this phone would hear from."""
    sealed = message.sealed_phone
    phone = None if sealed is None else book.opened(message.shop_id, sealed)
    return senders.sender_for(phone, own)


def decided(
    message: KnownMessage,
    around: Surroundings,
    sender: Sender | None,
    *,
    now: datetime,
) -> Decided | None:
    automation = automation_of(message, around.automations)
    if automation is None:
        return None
    facts = _facts_of(message, around, automation, sender, now=now)
    decision, language = decide(facts, now=now), message.told["language"]
    return Decided(
        decision, facts, language, message.told, None, None, TRIAL.priority, None
    )


def _facts_of(
    message: KnownMessage,
    around: Surroundings,
    automation: Automation[Any],
    sender: Sender | None,
    *,
    now: datetime,
) -> Facts:
    row = None
    if sender is not None:
        template = automation.template.name
        account_id, language = sender.number.account_id, message.told["language"]
        row = around.templates.get((message.shop_id, account_id, template, language))
    return orderless.facts_of(
        message,
        TRIAL,
        around,
        sender,
        now=now,
        is_trial=True,
        is_reachable=message.sealed_phone is not None,
        template_state=row.state if row else None,
        template_category=row.category if row else None,
    )


def link_of(message: KnownMessage, *, now: datetime, services: Services) -> links.Made:
    """It leads to the store itself: the order of which a test tells has no page."""
    home = services.sealer.of(message.shop_id).seal_text(
        message.told["home"], context=target_context(message.id)
    )
    return links.link_to_sealed(message, home, now=now, services=services)


def body_of(
    message: KnownMessage,
    decided: Decided,
    *,
    to: WhatsAppUser,
    link: str,
    at: datetime,
    attempt: int,
    services: Services,
) -> tuple[str, bytes]:
    """Which template it is worded by, and what is posted. ``at`` is when it leaves, and
    every link in it is ``link``."""
    automation = automation_of(message, services.automations)
    if automation is None:
        raise LookupError("whoever decided about it has found it")
    language, template = decided.language, automation.template
    known = examples.made_up(
        language,
        shop_name=message.shop_name,
        currency=message.told["currency"],
        on=at.date(),
        link=link,
    )
    deal = None
    if template.texts[language].deal:
        deal = Deal(code=examples.CODE, ends_at=at + examples.TIME_LEFT, url=link)
    body = services.channel.body(
        to=to,
        template=template,
        language=language,
        values=automation.compose(known),
        reference=message.id,
        attempt=attempt,
        deal=deal,
    )
    return template.name, body
