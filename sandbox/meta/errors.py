"""Refusals in Meta's own shape: one JSON object, its code, and the HTTP status."""

import json
import secrets
from importlib.resources import files
from typing import Any

from aiohttp import web

from sandbox.serving import json_answer

_Table = dict[int, tuple[int, str]]


def _table() -> _Table:
    raw = json.loads(files("sandbox.meta").joinpath("errors.json").read_bytes())
    return {int(code): (http, title) for code, (http, title) in raw.items()}


ERRORS: _Table = _table()
"""By code: the HTTP status that comes with it, and its title."""


class Refused(Exception):
    """Meta says no.

    ``details`` explains in a sentence. ``subcode`` and ``advice`` (a title and a
    sentence for people) come with refusals of the management calls only.
    """

    def __init__(
        self,
        code: int,
        details: str | None = None,
        *,
        subcode: int | None = None,
        advice: tuple[str, str] | None = None,
        message: str | None = None,
        http: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.subcode = subcode
        self.advice = advice
        self.message = message
        self.headers = headers
        self.http = http or ERRORS.get(code, (400, ""))[0]

    def body(self) -> dict[str, Any]:
        title = ERRORS.get(self.code, (400, "Unknown error"))[1]
        error: dict[str, Any] = {
            "message": self.message or f"(#{self.code}) {title}",
            "type": "OAuthException",
            "code": self.code,
        }
        if self.details is not None:
            error["error_data"] = {
                "messaging_product": "whatsapp",
                "details": self.details,
            }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.advice is not None:
            error["is_transient"] = False
            error["error_user_title"], error["error_user_msg"] = self.advice
        error["fbtrace_id"] = fbtrace_id()
        return {"error": error}

    def answer(self) -> web.Response:
        return json_answer(self.body(), self.http, self.headers)


def refused_as(code: int) -> Refused:
    """The refusal with this code, in the words that Meta uses for it."""
    if code == 190:
        return bad_token()
    title = ERRORS.get(code, (400, "Unknown error"))[1]
    return Refused(code, DETAILS.get(code, title))


def bad_token() -> Refused:
    return Refused(
        190,
        message="Error validating access token: The session is invalid because the "
        "user logged out.",
        subcode=467,
    )


def no_such_object(object_id: str) -> Refused:
    return Refused(
        100,
        subcode=33,
        message=f"Unsupported request. Object with ID '{object_id}' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this "
        "operation",
    )


def asynchronous(code: int) -> dict[str, Any]:
    """The same refusal as it stands in ``errors`` of a status."""
    title = ERRORS.get(code, (400, "Unknown error"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": DETAILS.get(code, title)},
        "href": "/documentation/business-messaging/whatsapp/support/error-codes",
    }


def fbtrace_id() -> str:
    return "A" + secrets.token_urlsafe(16)


DETAILS = {
    130429: "Cloud API message throughput has been reached.",
    130472: "Failed to send message because this user's phone number is part of an "
    "experiment",
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the "
    "customer last replied to this number.",
    131049: "In order to maintain a healthy ecosystem engagement, the message failed "
    "to be delivered.",
    131050: "Unable to deliver the message. This recipient has chosen to stop "
    "receiving marketing messages on WhatsApp from your business.",
    131056: "Message failed to send because there were too many messages sent from "
    "this phone number to the same phone number in a short period of time.",
    132015: "Template is paused due to low quality and cannot be sent.",
    132016: "Template is disabled permanently and cannot be sent.",
}
