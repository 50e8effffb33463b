"""The Admin API's GraphQL: one document in, its data out, or a named error.

What every answer means is one table: ``docs/reference/admin-api.md``.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from core.errors import OutsideError, TryLater, UnreadablePayload, Unsure, WillNotWork
from core.outcomes import Answer, Call, NoAnswer, NotSent, Outcome
from core.values import ShopDomain
from integrations.strict_json import read_object

USER_ERROR = "shopify_user_error"
ACCESS_DENIED = "shopify_access_denied"
ADDRESS_REFUSED = "shopify_403_address"

_DOCUMENTS = Path(__file__).with_name("documents")
_MOST_WAITS = 5
_MOST_DISTURBANCES = 2
_LONGEST_WAIT_SECONDS = 30.0
_MOST_FOR_ONE = 1000.0
"""The most points that Shopify lets a question cost."""
_USUAL_WAIT_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 0.5
_REPEATABLE = "# repeatable:"
_ALL_OR_NOTHING = "# all or nothing:"
_COSTS = re.compile(r"^# costs at most (\d+)\.?$", re.MULTILINE)
_OF_THE_ADDRESS = re.compile(rb"\bIP\b|\ballow-?list", re.IGNORECASE)

_log = logging.getLogger(__name__)


@cache
def document_text(name: str) -> str:
    """The document ``documents/<name>.graphql``."""
    return (_DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Cost:
    """What Shopify says of a question and of the bucket that it was paid from.

    ``spent`` is None where nothing was.
    """

    requested: float
    spent: float | None
    available: float
    maximum: float
    restore_rate: float


class Ledger(Protocol):
    """The points of each store's bucket, counted by all processes together."""

    def take(self, shop: ShopDomain, points: float, *, is_patient: bool) -> float:
        """Take them away; answer how many seconds they are still to be waited for.

        Whoever ``is_patient`` leaves half a bucket to those who are not.
        """

    def give_back(self, shop: ShopDomain, points: float) -> None:
        """They were not asked for after all."""

    def note(
        self, shop: ShopDomain, *, taken: float, cost: Cost | None, version: str
    ) -> None:
        """The store has answered, as ``version``, and said what it cost."""

    def note_refused(self, shop: ShopDomain, code: str) -> None:
        """The store does not let us ask it anything."""


class NoLedger:
    """For who asks alone: Shopify says when it has been too much."""

    def take(self, *_asked: object, **_how: object) -> float:
        return 0.0

    def give_back(self, *_asked: object) -> None:
        pass

    def note(self, *_asked: object, **_told: object) -> None:
        pass

    def note_refused(self, *_asked: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Question:
    document: str
    body: bytes = field(repr=False)
    is_mutation: bool
    is_repeatable: bool
    is_whole: bool

    def without_answer(self, code: str) -> OutsideError:
        """What it means that nobody knows whether it was carried out."""
        if self.is_repeatable:
            return TryLater("no answer to rely on", code=code)
        return Unsure("it is not known whether this was done", code=code)


@dataclass(frozen=True, slots=True)
class _Again:
    """Worth another try after ``seconds``; ``error`` is what is said after the last."""

    seconds: float
    error: OutsideError
    is_disturbance: bool = False


@dataclass(frozen=True, slots=True)
class AdminClient:
    """``origin`` may hold ``{shop}``, such as ``https://{shop}``.

    ``wait`` is what time.sleep does, and ``dice`` what random.random does: many who
    were disturbed at once do not all come back at once. ``is_patient`` is for what
    nobody waits for; who has no time lets go of what is to be waited for longer than
    ``longest_wait_seconds``.
    """

    post: Call
    origin: str
    version: str
    wait: Callable[[float], None]
    ledger: Ledger = field(default_factory=NoLedger)
    dice: Callable[[], float] = lambda: 0.5
    is_patient: bool = False
    longest_wait_seconds: float = _LONGEST_WAIT_SECONDS
    _costs: dict[str, float] = field(default_factory=dict, repr=False)

    def run(
        self,
        shop: ShopDomain,
        token: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The data of ``document``; data with errors beside it counts as data, unless
        the document wants all or nothing.

        Raises:
            TryLater: nothing was done, or a query got no answer.
            WillNotWork: the token, the shop, the document or its values are refused.
            Unsure: a mutation got no answer that tells whether it was done.
        """
        question = _question(document, variables or {})
        waits = disturbances = 0
        while True:
            said = self._ask(shop, token, question, disturbances)
            if not isinstance(said, _Again):
                return _data(said, question)
            disturbances += said.is_disturbance
            if waits == _MOST_WAITS or disturbances > _MOST_DISTURBANCES:
                raise said.error
            if said.seconds > self.longest_wait_seconds:
                raise said.error
            self.wait(said.seconds)
            waits += 1

    def _ask(
        self, shop: ShopDomain, token: str, question: _Question, disturbances: int
    ) -> dict[str, Any] | _Again:
        taken = self._take(shop, question.document)
        outcome = self._posted(shop, token, question)
        if isinstance(outcome, NotSent):
            self.ledger.give_back(shop, taken)
            error = TryLater("the question has not left", code=outcome.why)
            return self._disturbed(error, disturbances)
        if isinstance(outcome, NoAnswer):
            error_ = question.without_answer(f"no_answer_{outcome.why}")
            if outcome.why == "timeout" or not question.is_repeatable:
                raise error_  # so long was waited for it that others had better wait
            return self._disturbed(error_, disturbances)
        return self._read(shop, outcome, question, taken, disturbances)

    def _take(self, shop: ShopDomain, document: str) -> float:
        points = self._costs.get(document) or _said_cost(document)
        seconds = self.ledger.take(shop, points, is_patient=self.is_patient)
        if seconds > self.longest_wait_seconds:
            self.ledger.give_back(shop, points)
            raise TryLater("others ask this shop too much", code="shopify_budget_spent")
        if seconds > 0:
            self.wait(seconds)
        return points

    def _posted(self, shop: ShopDomain, token: str, question: _Question) -> Outcome:
        origin = self.origin.replace("{shop}", shop.host)
        headers = {
            "X-Shopify-Access-Token": token,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        address = f"{origin}/admin/api/{self.version}/graphql.json"
        return self.post("POST", address, headers=headers, body=question.body)

    def _read(
        self,
        shop: ShopDomain,
        answer: Answer,
        question: _Question,
        taken: float,
        disturbances: int,
    ) -> dict[str, Any] | _Again:
        code = f"shopify_{answer.status}"
        if answer.status == 429:
            # It stands before all else at Shopify: nothing was done.
            seconds = _seconds_in(answer.headers.get("retry-after"))
            return _Again(seconds, TryLater("Shopify is asked too often", code=code))
        if answer.status >= 500:
            return self._unanswered(question, code, disturbances)
        if answer.status >= 300:
            self._refuse(shop, answer)
        try:
            said = read_object(answer.body)
        except UnreadablePayload:
            return self._unanswered(question, "odd_answer", disturbances)
        self._note(shop, answer, said, question, taken)
        codes = _codes(said)
        if "THROTTLED" in codes:
            error = TryLater("Shopify throttles this shop", code="shopify_throttled")
            return _Again(_seconds_to_wait(said), error)
        if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"} and not _has_data(said):
            return self._unanswered(question, "shopify_internal", disturbances)
        return said

    def _unanswered(self, question: _Question, code: str, disturbances: int) -> _Again:
        error = question.without_answer(code)
        if not question.is_repeatable:
            raise error
        return self._disturbed(error, disturbances)

    def _disturbed(self, error: OutsideError, before: int) -> _Again:
        pause = _FIRST_PAUSE_SECONDS * 2**before
        return _Again(pause * (0.5 + self.dice()), error, is_disturbance=True)

    def _refuse(self, shop: ShopDomain, answer: Answer) -> None:
        code = f"shopify_{answer.status}"
        if answer.status == 403 and _OF_THE_ADDRESS.search(answer.body):
            code = ADDRESS_REFUSED
        if answer.status in _OF_THE_WHOLE_SHOP:
            _log.error("shopify_refuses shop=%s code=%s", shop.host, code)
            self.ledger.note_refused(shop, code)
        raise WillNotWork(REFUSALS.get(code, "refused"), code=code)

    def _note(
        self,
        shop: ShopDomain,
        answer: Answer,
        said: Mapping[str, Any],
        question: _Question,
        taken: float,
    ) -> None:
        # A version that Shopify has retired is answered by the next one, silently.
        answered = answer.headers.get("x-shopify-api-version", self.version)
        if answered != self.version:
            _log.warning(
                "shopify_version_differs asked=%s answered=%s", self.version, answered
            )
        cost = _cost_in(said)
        if cost is not None:
            known = self._costs.get(question.document, 0.0)
            self._costs[question.document] = max(known, cost.requested)
        self.ledger.note(shop, taken=taken, cost=cost, version=answered)


@cache
def _said_cost(document: str) -> float:
    """What the document says of its cost, for the largest page that is asked for."""
    found = _COSTS.search(document_text(document))
    return float(found[1]) if found is not None else _MOST_FOR_ONE


@cache
def _manners(document: str) -> tuple[bool, bool, bool]:
    """Whether it is a mutation, whether it may be asked twice, and whether a part of
    its answer is none. A query may be asked twice, and a mutation that says so, since
    its second time is refused or changes nothing."""
    lines = [line.strip() for line in document_text(document).splitlines()]
    first = next((line for line in lines if line and not line.startswith("#")), "")
    is_mutation = first.startswith("mutation")
    is_marked = any(line.startswith(_REPEATABLE) for line in lines)
    is_whole = any(line.startswith(_ALL_OR_NOTHING) for line in lines)
    return is_mutation, is_marked or not is_mutation, is_whole


def _question(document: str, variables: Mapping[str, Any]) -> _Question:
    asked = {"query": document_text(document), "variables": dict(variables)}
    return _Question(document, json.dumps(asked).encode(), *_manners(document))


REFUSALS = {
    "shopify_401": "the access token is not valid any more",
    "shopify_402": "the shop is frozen until it has paid",
    "shopify_403": "the app lacks a scope or the approval for protected data,"
    " or this server's address is not on the app's IP allowlist",
    ADDRESS_REFUSED: "this server's address is not on the app's IP allowlist",
    "shopify_404": "there is no such shop",
    "shopify_423": "the shop is locked",
}
_OF_THE_WHOLE_SHOP = (402, 403, 423)


def _codes(said: Mapping[str, Any]) -> set[str]:
    errors = said.get("errors")
    listed = errors if isinstance(errors, list) else []
    found = [each for each in listed if isinstance(each, dict)]
    return {str((each.get("extensions") or {}).get("code")) for each in found}


def _has_data(said: Mapping[str, Any]) -> bool:
    data = said.get("data")
    return isinstance(data, dict) and any(v is not None for v in data.values())


def _data(said: Mapping[str, Any], question: _Question) -> dict[str, Any]:
    codes, document = _codes(said), question.document
    data: Any = said.get("data")
    is_partial = _has_data(said) and bool(said.get("errors"))
    if is_partial and question.is_whole and "ACCESS_DENIED" not in codes:
        raise TryLater("a part of it was not answered", code="shopify_partial_data")
    if _has_data(said) and not (is_partial and question.is_whole):
        if said.get("errors"):
            _log.warning("shopify_partial_data document=%s codes=%s", document, codes)
        _raise_user_errors(data)
        return dict(data)
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


def _cost_in(said: Mapping[str, Any]) -> Cost | None:
    cost = (said.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    spent = cost.get("actualQueryCost")
    try:
        return Cost(
            requested=float(cost["requestedQueryCost"]),
            spent=None if spent is None else float(spent),
            available=float(status["currentlyAvailable"]),
            maximum=float(status["maximumAvailable"]),
            restore_rate=float(status["restoreRate"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _seconds_to_wait(said: Mapping[str, Any]) -> float:
    """Until the bucket has filled up enough for what we asked."""
    cost = _cost_in(said)
    if cost is None or cost.restore_rate <= 0:
        return _USUAL_WAIT_SECONDS
    seconds = (cost.requested - cost.available) / cost.restore_rate
    return min(max(seconds, 0.1), _LONGEST_WAIT_SECONDS)


def _seconds_in(retry_after: str | None) -> float:
    """Shopify tells seconds, with a point; the other form, a date, it never sends."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return _USUAL_WAIT_SECONDS
    return min(max(seconds, 0.1), _LONGEST_WAIT_SECONDS)
