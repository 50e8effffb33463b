"""What opens behind a line of the trace: the bytes that came or went, and why."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import NotPossible
from core.sealing import CannotOpen
from core.values import MessageId
from core.words import N_, Words
from integrations.meta.advice import meaning_of
from notifications import reasons
from notifications.ports import Services
from notifications.reasons import Reason
from notifications.retelling import Retelling
from notifications.story import Line
from notifications.why import Reader
from sandbox.page import looking
from sandbox.page.simulators import Simulators
from storage import inbox
from storage.tenancy import Crossing
from wiring.outside import MetasWords


class Stories:
    def __init__(self, services: Services, simulators: Simulators) -> None:
        self._services = services
        self._simulators = simulators

    def of_webhook(self, webhook_id: int, words: Words) -> Mapping[str, Any]:
        """Its body as it came, and what was made of it.

        Raises:
            NotPossible: there is none of the sandbox's with that id.
        """
        with self._services.transactions.across(Crossing.LOOKING) as tx:
            row = looking.webhook(tx, webhook_id)
        if row is None or (looking.is_from_meta(row) and not self._is_ours(row)):
            raise NotPossible(N_("there is no such webhook of the sandbox"))
        say = words.gettext
        return {
            "title": row.topic or say(N_("WhatsApp webhook")),
            "facts": [
                _moment(say(N_("happened")), row.happened_at),
                _moment(say(N_("came")), row.arrived_at),
                (say(N_("row, lane")), f"{row.id}, {row.lane}"),
                (say(N_("state")), row.state),
                (say(N_("id")), row.dedupe_id),
            ],
            "reason": _told(_explained(row.reason, words)),
            "made": [
                {"automation": automation, "what": _made(str(what), words)}
                for automation, what in (row.outcome or {}).items()
                if automation != "events"
            ],
            "payload": self._body(row.body, row.shop_domain),
        }

    def _is_ours(self, row: Any) -> bool:
        """Of Meta's webhooks only those that the simulated Meta has sent are shown."""
        screen = self._simulators.screen("", most=1)
        return row.dedupe_id in {reply["digest"] for reply in screen["replies"]}

    def _body(self, sealed: bytes | None, domain: str) -> str | None:
        if sealed is None:
            return None
        try:
            return _pretty(inbox.unpack(sealed, domain, self._services.sealer))
        except CannotOpen:
            return None

    def of_message(self, message_id: str, words: Words) -> Mapping[str, Any]:
        """Its whole story, what the buyer read, and what went to Meta.

        Raises:
            NotPossible: the simulated store has no such message.
        """
        with self._services.transactions.across(Crossing.LOOKING) as tx:
            shop_id = looking.shop_of(tx)
        if shop_id is None:
            raise NotPossible(N_("the simulated store is not connected yet"))
        retelling = Retelling(
            shop_id=shop_id,
            services=self._services,
            interpreter=MetasWords(),
            words=words,
        )
        [message] = Reader(retelling).of_message(MessageId(message_id)).messages
        say = words.gettext
        return {
            "title": message.automation,
            "facts": [
                (say(N_("order")), message.order_name or ""),
                (say(N_("state")), message.state_means),
                (say(N_("to")), message.to or ""),
                (say(N_("template")), message.template or ""),
                (say(N_("language")), message.language or ""),
                (say(N_("attempts")), str(message.attempts)),
                (say(N_("price")), message.price or ""),
            ],
            "reason": _told(message.reason),
            "lines": [_line(line) for line in message.lines],
            "text": message.text,
            "errors": [
                {**dict(failure.own), "means": _told(failure.reason)}
                for failure in message.errors
            ],
            "payload": None
            if message.sent is None
            else json.dumps(message.sent, indent=2, ensure_ascii=False),
        }


def _moment(name: str, at: datetime) -> tuple[str, str, str]:
    """To be shown on the reader's own clock."""
    return name, at.isoformat(), "moment"


def _pretty(body: bytes) -> str:
    """For people, and as text: a script would round Shopify's ids."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode("utf-8", "replace")


def _line(line: Line) -> Mapping[str, Any]:
    """With the rules that were asked, in their order, where it is a decision."""
    return {
        "at": line.at.isoformat(),
        "sentence": line.sentence,
        "reason": _told(line.reason),
        "checks": [
            {
                "question": check.question,
                "saw": check.saw,
                "objects": check.objects,
            }
            for check in line.checks
            if check.saw is not None
        ],
    }


def _told(reason: Reason | None) -> Mapping[str, str] | None:
    if reason is None:
        return None
    return {
        "code": reason.code,
        "sentence": reason.sentence,
        "advice": reason.advice,
    }


def _made(what: str, words: Words) -> str:
    if ":" in what:
        return words.gettext(N_("a message"))
    reason = _explained(what, words)
    return what if reason is None else reason.sentence


def _explained(code: str | None, words: Words) -> Reason | None:
    return None if code is None else reasons.explained(code, meaning_of, words)
