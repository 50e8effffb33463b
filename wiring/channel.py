"""WhatsApp as the product knows a channel: Meta's codes turned into consequences."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import OutsideError, TryLater, Unsure
from core.outcomes import Outcome, OutgoingPost
from core.settings import Settings
from core.values import MessageId, Phone
from integrations.meta import cloud_api
from integrations.meta.errors import ErrorClass, class_of
from notifications.ports import Accepted, Consequence, NotTaken, Unknown, Verdict
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
    origin: str
    version: str

    @classmethod
    def of(cls, settings: Settings) -> "WhatsAppChannel":
        return cls(settings.meta_graph_origin, settings.meta_graph_version)

    def body(
        self,
        *,
        to: Phone,
        template: Template,
        language: str,
        values: Mapping[str, str],
        reference: MessageId,
        attempt: int,
    ) -> bytes:
        text = template.texts[language]
        message = cloud_api.template_message(
            to,
            template=template.name,
            language=language,
            header={name: values[name] for name in template.values_in(text.header)},
            body={name: values[name] for name in template.values_in(text.body)},
            reference=reference,
            attempt=attempt,
        )
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()

    def post(
        self,
        body: bytes,
        *,
        phone_number_id: str,
        token: str,
        start_at: float,
        not_after: float,
    ) -> OutgoingPost:
        return OutgoingPost(
            url=cloud_api.messages_url(self.origin, self.version, phone_number_id),
            body=body,
            bearer=token,
            start_at=start_at,
            not_after=not_after,
        )

    def judge(self, outcome: Outcome) -> Verdict:
        try:
            return Accepted(cloud_api.judge(outcome))
        except Unsure as unsure:
            return Unknown(unsure.code)
        except OutsideError as error:
            return NotTaken(error.code, _consequence(error), str(error))


def _consequence(error: OutsideError) -> Consequence:
    _, _, code = error.code.partition("meta_")
    if code.isdigit():
        return _CONSEQUENCES.get(class_of(int(code)), Consequence.FAIL)
    is_passing = isinstance(error, TryLater)
    return Consequence.TRY_LATER if is_passing else Consequence.FAIL
