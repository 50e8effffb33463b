"""WhatsApp, through Meta's Cloud API: a message as a POST, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.outcomes import Outcome, OutgoingPost
from core.showcases import Showcase
from core.values import MessageId, WhatsAppUser
from integrations.meta import cloud_api
from integrations.meta.cloud_api import Limited

_NOTHING: Mapping[str, str] = {}
_NO_BUTTONS: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """``origin`` is where the Graph is, and ``version`` such as ``v26.0``."""

    origin: str
    version: str

    def body(
        self,
        *,
        to: WhatsAppUser,
        template: str,
        language: str,
        values: Mapping[str, str],
        header: Mapping[str, str] = _NOTHING,
        url_suffixes: Mapping[int, str] | None = None,
        limited: Limited | None = None,
        payloads: Mapping[int, str] = _NO_BUTTONS,
        showcase: Showcase | None = None,
        reference: MessageId,
        attempt: int,
    ) -> bytes:
        """One attempt at one message from an approved template, as Meta reads it."""
        message = cloud_api.template_message(
            to,
            template=template,
            language=language,
            header=header,
            body=values,
            url_suffixes=url_suffixes,
            limited=limited,
            payloads=payloads,
            showcase=showcase,
            reference=reference,
            attempt=attempt,
        )
        return json.dumps(message, separators=(",", ":")).encode()

    def reply(
        self,
        *,
        to: WhatsAppUser,
        text: str,
        buttons: Mapping[str, str] = _NOTHING,
        showcase: Showcase | None = None,
        link: tuple[str, str] | None = None,
        reference: MessageId,
        attempt: int,
    ) -> bytes:
        """One attempt at one message without a template, which Meta takes for a day
        after the person wrote. ``buttons`` are titles by the names that come back, and
        ``link`` is the title and the address of one that leads on; a ``showcase`` has
        none beside it."""
        message = cloud_api.free_message(
            to,
            text=text,
            buttons=buttons,
            showcase=showcase,
            link=link,
            reference=reference,
            attempt=attempt,
        )
        return json.dumps(message, separators=(",", ":")).encode()

    def post(
        self,
        body: bytes,
        *,
        phone_number_id: str,
        token: str,
        start_at: float,
        not_after: float,
    ) -> OutgoingPost:
        """The POST of ``body``; the times are moments of ``time.monotonic()``."""
        return OutgoingPost(
            url=cloud_api.messages_url(self.origin, self.version, phone_number_id),
            body=body,
            bearer=token,
            start_at=start_at,
            not_after=not_after,
        )

    def judge(self, outcome: Outcome) -> str:
        """Meta's id of the accepted message; raises as ``cloud_api.accepted``."""
        return cloud_api.judge(outcome)
