"""WhatsApp as the product knows a channel: Meta's codes turned into consequences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.discounts import Deal
from core.errors import OutsideError, TryLater, Unsure
from core.outcomes import Outcome, OutgoingPost
from core.settings import Settings
from core.showcases import Showcase
from core.values import MessageId, WhatsAppUser
from integrations.channels.whatsapp import WhatsApp
from integrations.meta.cloud_api import Limited
from integrations.meta.errors import ErrorClass, class_named
from integrations.meta.quoting import quotable
from notifications import links
from notifications.ports import Accepted, Consequence, NotTaken, Unknown, Verdict
from notifications.replies import Content
from notifications.wording import Template

_CONSEQUENCES: Mapping[ErrorClass, Consequence] = {
    ErrorClass.PASSING: Consequence.TRY_LATER,
    ErrorClass.SLOW_NUMBER: Consequence.SLOW_NUMBER,
    ErrorClass.SLOW_PAIR: Consequence.SLOW_PERSON,
    ErrorClass.SLOW_APP: Consequence.PARK_FOR_A_WHILE,
    ErrorClass.SLOW_ACCOUNT: Consequence.PARK_FOR_A_WHILE,
    ErrorClass.REAUTH: Consequence.PARK_UNTIL_MENDED,
    ErrorClass.ACCOUNT_STOPPED: Consequence.PARK_UNTIL_MENDED,
    ErrorClass.NUMBER_STOPPED: Consequence.PARK_UNTIL_MENDED,
    ErrorClass.TEMPLATE_STATE: Consequence.HOLD_TEMPLATE,
}
"""What is not here is about the one message, and final."""


@dataclass(frozen=True, slots=True)
class WhatsAppChannel:
    """Meta's Cloud API in the shape of ``notifications.ports.Channel``."""

    whatsapp: WhatsApp

    @classmethod
    def of(cls, settings: Settings) -> "WhatsAppChannel":
        origin, version = settings.meta_graph_origin, settings.meta_graph_version
        return cls(WhatsApp(origin, version))

    def body(
        self,
        *,
        to: WhatsAppUser,
        template: Template,
        language: str,
        values: Mapping[str, str],
        reference: MessageId,
        attempt: int,
        deal: Deal | None = None,
        showcase: Showcase | None = None,
    ) -> bytes:
        text = template.texts[language]
        limited = None if deal is None else Limited(deal.ends_at, deal.code)
        return self.whatsapp.body(
            to=to,
            template=template.name,
            language=language,
            header={name: values[name] for name in template.values_in(text.header)},
            values={name: values[name] for name in template.values_in(text.body)},
            url_suffixes={} if deal is None else {1: _end_of(deal.url)},
            limited=limited,
            showcase=showcase,
            # Who answers names the message, whatever else its reader was asked.
            payloads={
                place: f"{name}:{reference}"
                for place, name in enumerate(template.answers)
            },
            reference=reference,
            attempt=attempt,
        )

    def reply(
        self, *, to: WhatsAppUser, content: Content, reference: MessageId, attempt: int
    ) -> bytes:
        link = content.link
        return self.whatsapp.reply(
            to=to,
            text=content.text,
            buttons={button.name: button.title for button in content.buttons},
            showcase=content.showcase,
            link=None if link is None else (link.title, link.url),
            reference=reference,
            attempt=attempt,
        )

    def post(
        self,
        body: bytes,
        *,
        phone_number_id: str,
        token: str,
        start_at: float,
        not_after: float,
    ) -> OutgoingPost:
        return self.whatsapp.post(
            body,
            phone_number_id=phone_number_id,
            token=token,
            start_at=start_at,
            not_after=not_after,
        )

    def judge(self, outcome: Outcome) -> Verdict:
        try:
            return Accepted(self.whatsapp.judge(outcome))
        except Unsure as unsure:
            return Unknown(unsure.code, unsure.said)
        except OutsideError as error:
            return NotTaken(error.code, _consequence(error), error.said)

    def quotable(self, said: Mapping[str, Any], *, body: bytes) -> Mapping[str, Any]:
        return quotable(said, body)


def _end_of(link: str) -> str:
    """What stands behind the address that the template has: see ``as_metas``."""
    return link.rpartition(links.PATH)[2]


def _consequence(error: OutsideError) -> Consequence:
    """What Meta's code means for what comes next; without one, what HTTP says."""
    otherwise = (
        Consequence.TRY_LATER if isinstance(error, TryLater) else Consequence.FAIL
    )
    if not error.code.startswith("meta_"):
        return otherwise
    return _CONSEQUENCES.get(class_named(error.code), Consequence.FAIL)
