"""One call of the Graph API, which waits for its answer, and what the answer means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from core.errors import (
    OutsideError,
    TryLater,
    UnreadablePayload,
    Unsure,
    WillNotWork,
)
from core.outcomes import Answer, Call, NoAnswer, NotSent, Outcome
from integrations.meta.advice import advice_for
from integrations.meta.errors import LATER, class_of
from integrations.strict_json import read_object

_COME_AGAIN = (408, 425, 429)
_USAGE = "x-business-use-case-usage"
_REGAIN = "estimated_time_to_regain_access"
_MOST_MINUTES = 24 * 60.0
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class GraphCalls:
    """Reading raises TryLater or WillNotWork. Changing raises Unsure besides, when no
    answer came that tells whether it was done."""

    call: Call
    origin: str
    version: str

    def get(
        self, path: str, token: str, query: Mapping[str, str] = _NOTHING
    ) -> Mapping[str, Any]:
        asked = f"{path}?{urlencode(query)}" if query else path
        outcome = self.call("GET", self._url(asked), headers=_headers(token))
        try:
            return object_in(outcome)
        except Unsure as unsure:  # reading twice harms nobody
            raise TryLater(str(unsure), code=unsure.code, said=unsure.said) from None

    def post(self, path: str, token: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.post_bytes(path, token, json.dumps(body).encode())

    def post_bytes(self, path: str, token: str, body: bytes) -> Mapping[str, Any]:
        """As ``post``, of JSON that is written already."""
        outcome = self.call(
            "POST",
            self._url(path),
            headers={**_headers(token), "Content-Type": "application/json"},
            body=body,
        )
        return object_in(outcome)

    def upload(self, session: str, token: str, content: bytes) -> Mapping[str, Any]:
        """Give Meta a whole file, for which it has opened a ``session``."""
        headers = {
            **_headers(token),
            "Authorization": f"OAuth {token}",
            "Content-Type": "application/octet-stream",
            "file_offset": "0",
        }
        outcome = self.call("POST", self._url(session), headers=headers, body=content)
        return object_in(outcome)

    def delete(
        self, path: str, token: str, query: Mapping[str, str] = _NOTHING
    ) -> Mapping[str, Any]:
        asked = f"{path}?{urlencode(query)}" if query else path
        return object_in(self.call("DELETE", self._url(asked), headers=_headers(token)))

    def _url(self, path: str) -> str:
        return f"{self.origin}/{self.version}/{path}"


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def object_in(outcome: Outcome) -> Mapping[str, Any]:
    answer = answered(outcome)
    if answer.status >= 300:
        raise refusal(answer)
    try:
        return read_object(answer.body)
    except UnreadablePayload:
        raise Unsure("the answer is not an object", code="odd_answer") from None


def answered(outcome: Outcome) -> Answer:
    """Raises TryLater for what has not left, and Unsure where no answer came."""
    match outcome:
        case Answer():
            return outcome
        case NotSent(why):
            raise TryLater("the message has not left", code=why)
        case NoAnswer(why):
            raise Unsure("no answer came back", code=f"no_answer_{why}")


def refusal(answer: Answer) -> OutsideError:
    """What an answer that is not a yes means for a request that must not repeat.

    The code counts, not the words, which may repeat what we sent. A 5xx is no answer,
    whatever its code: it may hide a success.
    """
    said = _error(answer.body)
    code = _code(said)
    name = f"http_{answer.status}" if code is None else f"meta_{code}"
    words = "no code" if code is None else advice_for(code)
    if answer.status >= 500:
        return Unsure(words, code=name, said=said)
    if code is None:
        is_passing = answer.status in _COME_AGAIN
    else:
        is_passing = class_of(code) in LATER
    if is_passing:
        return TryLater(words, code=name, said=said, pause=pause_told(answer.headers))
    return WillNotWork(words, code=name, said=said)


def pause_told(headers: Mapping[str, str]) -> timedelta | None:
    """How long Meta wants to be left alone, as it tells beside an answer in minutes;
    None where it does not, or not in a form that we know. No more than a day."""
    try:
        told = json.loads(headers[_USAGE])
        uses = [each for of_one in told.values() for each in of_one]
        minutes = max(float(each.get(_REGAIN) or 0) for each in uses)
        pause = timedelta(minutes=min(minutes, _MOST_MINUTES))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return pause if pause > timedelta() else None


def _error(body: bytes) -> Mapping[str, Any] | None:
    try:
        error = json.loads(body)["error"]
    except (LookupError, RecursionError, TypeError, ValueError):
        return None
    return error if isinstance(error, dict) else None


def _code(error: Mapping[str, Any] | None) -> int | None:
    code = None if error is None else error.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
