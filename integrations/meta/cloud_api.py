"""The Cloud API: how a template message is written, and what the answers mean."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import Unsure
from core.outcomes import Call, Outcome
from core.showcases import Showcase
from core.values import MessageId, WhatsAppUser
from integrations.meta import product_messages
from integrations.meta.graph_calls import GraphCalls, answered, refusal
from integrations.meta.product_templates import filled_parts

_NOTHING: Mapping[str, str] = {}
_NO_BUTTONS: Mapping[int, str] = {}


def messages_url(origin: str, version: str, phone_number_id: str) -> str:
    return f"{origin}/{version}/{phone_number_id}/messages"


@dataclass(frozen=True, slots=True)
class Limited:
    """What a limited-time offer has besides: its end, and the code of its first
    button."""

    ends_at: datetime
    code: str = field(repr=False)

    def components(self) -> list[dict[str, Any]]:
        end = {"expiration_time_ms": round(self.ends_at.timestamp() * 1000)}
        offer = {"type": "limited_time_offer", "limited_time_offer": end}
        code = {"type": "coupon_code", "coupon_code": self.code}
        button = {"type": "button", "sub_type": "copy_code", "index": "0"}
        return [
            {"type": "limited_time_offer", "parameters": [offer]},
            {**button, "parameters": [code]},
        ]


def template_message(
    to: WhatsAppUser,
    *,
    template: str,
    language: str,
    body: Mapping[str, str],
    header: Mapping[str, str] = _NOTHING,
    url_suffixes: Mapping[int, str] | None = None,
    limited: Limited | None = None,
    payloads: Mapping[int, str] = _NO_BUTTONS,
    showcase: Showcase | None = None,
    reference: MessageId,
    attempt: int,
) -> dict[str, Any]:
    """The body of one message from an approved template.

    It goes to the number where there is one: Meta shows it in its webhooks then.
    ``header`` and ``body`` are values by the names of the template's variables, and
    ``url_suffixes`` the ends of its buttons' addresses, by the place of the button;
    ``payloads`` is what comes back of those that answer something. ``showcase`` is for
    a template that shows something of the catalog, and has its button first.
    Meta gives ``reference`` and ``attempt`` back with every report about it.
    """
    components: list[dict[str, Any]] = [
        {"type": kind, "parameters": [_named(*pair) for pair in values.items()]}
        for kind, values in (("header", header), ("body", body))
        if values
    ]
    if limited is not None:
        components += limited.components()
    for index, suffix in (url_suffixes or {}).items():
        button = {"type": "button", "sub_type": "url", "index": str(index)}
        components.append({**button, "parameters": [{"type": "text", "text": suffix}]})
    for index, payload in payloads.items():
        button = {"type": "button", "sub_type": "quick_reply", "index": str(index)}
        told = [{"type": "payload", "payload": payload}]
        components.append({**button, "parameters": told})
    if showcase is not None:
        components += filled_parts(showcase)
    content = {
        "name": template,
        "language": {"code": language},
        "components": components,
    }
    return _message(to, "template", content, reference, attempt)


def free_message(
    to: WhatsAppUser,
    *,
    text: str,
    buttons: Mapping[str, str] = _NOTHING,
    showcase: Showcase | None = None,
    link: tuple[str, str] | None = None,
    reference: MessageId,
    attempt: int,
) -> dict[str, Any]:
    """The body of one message in words of our own, with up to three buttons under it:
    titles by the names that come back when they are pressed. Or with one that leads on:
    ``link`` is its title and address. Or with what is shown of the catalog, which has a
    button of its own."""
    if showcase is not None:
        shown = product_messages.interactive_of(showcase, text=text)
        return _message(to, "interactive", shown, reference, attempt)
    if link is not None:
        title, url = link
        content = {
            "type": "cta_url",
            "body": {"text": text},
            "action": {
                "name": "cta_url",
                "parameters": {"display_text": title, "url": url},
            },
        }
        return _message(to, "interactive", content, reference, attempt)
    if not buttons:
        return _message(to, "text", {"body": text}, reference, attempt)
    replies = [
        {"type": "reply", "reply": {"id": name, "title": title}}
        for name, title in buttons.items()
    ]
    content = {
        "type": "button",
        "body": {"text": text},
        "action": {"buttons": replies},
    }
    return _message(to, "interactive", content, reference, attempt)


def words_of(body: bytes) -> str | None:
    """What is read of a ``free_message``: its text, and a line for each button. None
    for the body of any other, and for a product without words."""
    try:
        sent = json.loads(body)
        match sent["type"]:
            case "text":
                return str(sent["text"]["body"])
            case "interactive":
                content = sent["interactive"]
                if content["type"] not in ("button", "cta_url"):
                    return product_messages.words_of(content)
                titles = [f"[{title}]" for title in _titles(content["action"])]
                return "\n".join([str(content["body"]["text"]), *titles])
            case _:
                return None
    except (LookupError, RecursionError, TypeError, ValueError):
        return None


def _titles(action: Mapping[str, Any]) -> list[str]:
    if "parameters" in action:
        return [action["parameters"]["display_text"]]
    return [button["reply"]["title"] for button in action["buttons"]]


def _message(
    to: WhatsAppUser, kind: str, content: Any, reference: MessageId, attempt: int
) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(to),
        "type": kind,
        "biz_opaque_callback_data": f"{reference}:{attempt}",
        kind: content,
    }


def _recipient(to: WhatsAppUser) -> dict[str, str]:
    return {"to": to.phone.e164} if to.phone else {"recipient": to.user_id or ""}


def _named(name: str, text: str) -> dict[str, str]:
    return {"type": "text", "parameter_name": name, "text": text}


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta took the message; a held one waits until Meta has judged its template."""

    provider_id: str
    is_held: bool


def judge(outcome: Outcome) -> str:
    """The id (wamid) under which Meta accepted a message; raises as ``accepted``."""
    return accepted(outcome).provider_id


def accepted(outcome: Outcome) -> Accepted:
    """What became of the POST of a message.

    Raises:
        TryLater: it has not left, or Meta limits or has stopped us for now.
        WillNotWork: Meta refuses this message for good.
        Unsure: no answer, a 5xx, or a yes in words we do not know: it may be sent.
    """
    answer = answered(outcome)
    if answer.status >= 300:
        raise refusal(answer)
    try:
        message = json.loads(answer.body)["messages"][0]
        provider_id = message["id"]
        is_held = message.get("message_status") == "held_for_quality_assessment"
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        provider_id, is_held = None, False
    if not isinstance(provider_id, str) or not provider_id:
        raise Unsure("accepted without an id", code="odd_answer")
    return Accepted(provider_id, is_held)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTemplate:
    """One language of a template, as Meta has it now."""

    id: str
    name: str
    language: str
    state: str
    category: str
    rejected_reason: str | None
    components: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """``after`` asks for the next page, and is None on the last one."""

    templates: tuple[KnownTemplate, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class CreatedTemplate:
    """Meta may choose another category than the one asked for; this one is paid."""

    id: str
    state: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberInfo:
    display_number: str = field(repr=False)
    verified_name: str | None
    quality: str | None
    name_status: str | None
    throughput: str | None


@dataclass(frozen=True, slots=True)
class Graph:
    """The administrative calls, each of which waits for its answer.

    Reading raises TryLater or WillNotWork. Changing raises Unsure besides, when no
    answer came that tells whether it was done.
    """

    call: Call
    origin: str
    version: str

    def templates_page(
        self, account_id: str, token: str, *, after: str | None = None
    ) -> TemplatesPage:
        """Up to a hundred of an account's templates."""
        query = {
            "fields": "id,name,status,category,language,components,rejected_reason",
            "limit": "100",
            **({"after": after} if after else {}),
        }
        said = self._calls.get(f"{account_id}/message_templates", token, query)
        paging = said.get("paging")
        more = isinstance(paging, dict) and "next" in paging
        cursors = paging.get("cursors") if isinstance(paging, dict) else None
        next_after = cursors.get("after") if isinstance(cursors, dict) else None
        found = tuple(_known(each) for each in said.get("data", ()))
        return TemplatesPage(found, next_after if more else None)

    def create_template(
        self, account_id: str, token: str, body: Mapping[str, Any]
    ) -> CreatedTemplate:
        """Submit one language of a template for review."""
        said = self._calls.post(f"{account_id}/message_templates", token, body)
        return CreatedTemplate(
            str(said.get("id", "")),
            str(said.get("status", "PENDING")),
            str(said.get("category", body.get("category", ""))).upper(),
        )

    def number_info(self, phone_number_id: str, token: str) -> NumberInfo:
        fields = "display_phone_number,verified_name,quality_rating,name_status"
        said = self._calls.get(f"{phone_number_id}?fields={fields},throughput", token)
        throughput = said.get("throughput")
        return NumberInfo(
            display_number=str(said.get("display_phone_number", "")),
            verified_name=said.get("verified_name"),
            quality=said.get("quality_rating"),
            name_status=said.get("name_status"),
            throughput=throughput.get("level")
            if isinstance(throughput, dict)
            else None,
        )

    def subscribe_app(self, account_id: str, token: str) -> None:
        """Have Meta send this account's webhooks to our app; twice changes nothing."""
        self._calls.post(f"{account_id}/subscribed_apps", token, {})

    @property
    def _calls(self) -> GraphCalls:
        return GraphCalls(self.call, self.origin, self.version)


def _known(template: Mapping[str, Any]) -> KnownTemplate:
    reason = template.get("rejected_reason")
    return KnownTemplate(
        id=str(template.get("id", "")),
        name=str(template.get("name", "")),
        language=str(template.get("language", "")),
        state=str(template.get("status", "")).upper(),
        category=str(template.get("category", "")).upper(),
        rejected_reason=None if reason in (None, "NONE") else str(reason),
        components=tuple(template.get("components") or ()),
    )
