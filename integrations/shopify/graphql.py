"""The Admin API's GraphQL: one document in, its data out, or a named error."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from core.errors import TryLater, UnreadablePayload, Unsure, WillNotWork
from core.outcomes import Answer, Call, NoAnswer, NotSent
from core.values import ShopDomain
from integrations.strict_json import read_object

USER_ERROR = "shopify_user_error"
ACCESS_DENIED = "shopify_access_denied"

_DOCUMENTS = Path(__file__).with_name("documents")
_MOST_WAITS = 5
_LONGEST_WAIT_SECONDS = 30.0
_USUAL_WAIT_SECONDS = 2.0

_log = logging.getLogger(__name__)


@cache
def document_text(name: str) -> str:
    """The document ``documents/<name>.graphql``."""
    return (_DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class AdminClient:
    """``origin`` may hold ``{shop}``, such as ``https://{shop}``.

    ``wait`` is given seconds when Shopify throttles us; it is what time.sleep does.
    """

    post: Call
    origin: str
    version: str
    wait: Callable[[float], None]

    def run(
        self,
        shop: ShopDomain,
        token: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The data of ``document``; data with errors beside it counts as data.

        Raises:
            TryLater: nothing was done, or a query got no answer.
            WillNotWork: the token, the shop, the document or its values are refused.
            Unsure: a mutation got no answer that tells whether it was done.
        """
        text = document_text(document)
        asked = {"query": text, "variables": dict(variables or {})}
        for waits_left in range(_MOST_WAITS, -1, -1):
            said = self._ask(shop, token, asked)
            if "THROTTLED" not in _codes(said):
                return _data(said, document)
            if waits_left:
                self.wait(_seconds_to_wait(said))
        raise TryLater("Shopify throttles this shop", code="shopify_throttled")

    def _ask(
        self, shop: ShopDomain, token: str, asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        origin = self.origin.replace("{shop}", shop.host)
        headers = {
            "X-Shopify-Access-Token": token,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        outcome = self.post(
            "POST",
            f"{origin}/admin/api/{self.version}/graphql.json",
            headers=headers,
            body=json.dumps(asked).encode(),
        )
        is_mutation = _is_mutation(asked["query"])
        if isinstance(outcome, NotSent):
            raise TryLater("the question has not left", code=outcome.why)
        if isinstance(outcome, NoAnswer):
            _raise_without_answer(f"no_answer_{outcome.why}", is_mutation=is_mutation)
        self._compare_version(outcome)
        return _object(outcome, is_mutation=is_mutation)

    def _compare_version(self, answer: Answer) -> None:
        # A version that Shopify has retired is answered by the next one, silently.
        answered = answer.headers.get("x-shopify-api-version", self.version)
        if answered != self.version:
            _log.warning(
                "shopify_version_differs asked=%s answered=%s", self.version, answered
            )


def _is_mutation(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return first.startswith("mutation")


def _raise_without_answer(code: str, *, is_mutation: bool) -> NoReturn:
    if is_mutation:
        raise Unsure("it is not known whether this was done", code=code)
    raise TryLater("no answer to rely on", code=code)


def _object(answer: Answer, *, is_mutation: bool) -> dict[str, Any]:
    code = f"shopify_{answer.status}"
    if answer.status == 429 or answer.status >= 500:
        _raise_without_answer(code, is_mutation=is_mutation)
    if answer.status >= 300:
        raise WillNotWork(_REFUSALS.get(answer.status, "refused"), code=code)
    try:
        return read_object(answer.body)
    except UnreadablePayload:
        _raise_without_answer("odd_answer", is_mutation=is_mutation)


_REFUSALS = {
    401: "the access token is not valid any more",
    402: "the shop is frozen until it has paid",
    403: "the app lacks a scope or the approval for protected data",
    404: "there is no such shop",
    423: "the shop is locked",
}


def _codes(said: Mapping[str, Any]) -> set[str]:
    errors = said.get("errors")
    found = [each for each in errors if isinstance(each, dict)] if errors else []
    return {str((each.get("extensions") or {}).get("code")) for each in found}


def _data(said: Mapping[str, Any], document: str) -> dict[str, Any]:
    data, codes = said.get("data"), _codes(said)
    if isinstance(data, dict) and any(value is not None for value in data.values()):
        if said.get("errors"):
            _log.warning("shopify_partial_data document=%s codes=%s", document, codes)
        _raise_user_errors(data)
        return data
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        is_mutation = _is_mutation(document_text(document))
        _raise_without_answer("shopify_internal", is_mutation=is_mutation)
    if "ACCESS_DENIED" in codes:
        raise WillNotWork("the app lacks a scope for this", code=ACCESS_DENIED)
    if isinstance(data, dict) and not said.get("errors"):
        return data  # a thing that is not there is null, and no error
    words = "-".join(sorted(codes)).lower()
    raise WillNotWork(f"{document} was refused", code=f"shopify_{words or 'odd'}")


def _raise_user_errors(data: Mapping[str, Any]) -> None:
    """Shopify's refusals of values, in its own words for the field and the reason."""
    for result in data.values():
        errors = result.get("userErrors") if isinstance(result, dict) else None
        if errors:
            words = "; ".join(_user_error(each) for each in errors)
            raise WillNotWork(words, code=USER_ERROR)


def _user_error(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error.get("field") or ())
    return f"{place}: {error.get('message')}" if place else str(error.get("message"))


def _seconds_to_wait(said: Mapping[str, Any]) -> float:
    """Until the bucket has filled up enough for what we asked."""
    cost = (said.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    try:
        missing = float(cost["requestedQueryCost"]) - float(
            status["currentlyAvailable"]
        )
        seconds = missing / float(status["restoreRate"])
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return _USUAL_WAIT_SECONDS
    return min(max(seconds, 0.1), _LONGEST_WAIT_SECONDS)
