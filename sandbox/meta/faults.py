"""What can go wrong between a sender and Meta, on purpose and repeatably."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

from sandbox.chance import Range, dice
from sandbox.knobs import BadControl, turn
from sandbox.meta.errors import ERRORS, Refused, refused_as
from sandbox.serving import cut, hang, json_answer


class Kind(StrEnum):
    REFUSE = "refuse"
    """The connection is closed before the request is read."""
    RESET_BEFORE = "reset_before"
    """Read, not accepted, connection reset."""
    RESET_AFTER = "reset_after"
    """Accepted, connection reset."""
    ERROR_BEFORE = "error_before"
    """5xx; not accepted."""
    ERROR_AFTER = "error_after"
    """5xx; accepted all the same."""
    HANG_BEFORE = "hang_before"
    """Not accepted, and never answered."""
    HANG_AFTER = "hang_after"
    """Accepted, and never answered."""
    SLOW = "slow"
    """Accepted, answered after ``ms``."""
    REFUSAL = "refusal"
    """A well-formed refusal with ``code``; not accepted."""
    NOT_JSON = "not_json"
    """200 with a page of HTML; not accepted."""
    HELD = "held"
    """Accepted, with the word ``held_for_quality_assessment``."""


_AFTER = {Kind.RESET_AFTER, Kind.ERROR_AFTER, Kind.HANG_AFTER}
_BODIES = ("meta", "html", "empty")
_PAGE = b"<html><body><h1>Sorry, something went wrong.</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """Strikes the next ``next`` sends, or with the probability ``share``.

    Of the catalogs, ``phone_number_id`` is which call of them, such as ``items_batch``.
    """

    kind: Kind
    share: float = 0.0
    next: int = 0
    code: int = 131000
    http: int = 0
    body: str = "meta"
    ms: Range = (1000.0, 1000.0)
    phone_number_id: str = "*"

    @property
    def is_after(self) -> bool:
        return self.kind in _AFTER

    @property
    def replaces_the_message(self) -> bool:
        """Whether the message is not taken at all."""
        return not self.is_after and self.kind not in {Kind.SLOW, Kind.HELD}

    async def instead(self, request: web.BaseRequest) -> web.Response:
        """What the client gets in place of the answer."""
        if self.kind in {Kind.REFUSE, Kind.RESET_BEFORE, Kind.RESET_AFTER}:
            return cut(request)
        if self.kind in {Kind.HANG_BEFORE, Kind.HANG_AFTER}:
            return await hang(request)
        if self.kind is Kind.NOT_JSON:
            return web.Response(body=_PAGE, content_type="text/html")
        refusal = refused_as(self.code)
        if self.kind is Kind.REFUSAL:
            return json_answer(refusal.body(), self.http or refusal.http)
        return self._server_error(refusal)

    def _server_error(self, refusal: Refused) -> web.Response:
        http = self.http or max(refusal.http, 500)
        if self.body == "html":
            return web.Response(status=http, body=_PAGE, content_type="text/html")
        if self.body == "empty":
            return web.Response(status=http)
        return json_answer(refusal.body(), http)


class Faults:
    """The faults in force, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.rules: list[Fault] = []
        self.struck: Counter[str] = Counter()
        self._chance: random.Random = dice(seed)

    def set(self, wanted: list[Any], seed: int) -> None:
        """Replace all faults and begin the draws anew.

        Raises:
            BadControl: one of them makes no sense; then nothing is changed.
        """
        self.rules = [_fault(each) for each in wanted]
        self._chance = dice(seed)

    def draw(self, number_id: str) -> Fault | None:
        """The fault that strikes this send, if one does."""
        if not self.rules:
            return None
        drawn = self._chance.random()
        for rule in self.rules:
            if rule.phone_number_id not in {"*", number_id}:
                continue
            if rule.next:
                rule.next -= 1
            elif drawn >= rule.share:
                drawn -= rule.share
                continue
            self.struck[rule.kind] += 1
            return rule
        return None


def _fault(wanted: Any) -> Fault:
    if not isinstance(wanted, Mapping) or wanted.get("kind") not in set(Kind):
        raise BadControl(f"faults: kind must be one of {', '.join(Kind)}")
    fault = Fault(Kind(wanted["kind"]))
    turn(fault, {name: value for name, value in wanted.items() if name != "kind"})
    if fault.share > 1:
        raise BadControl("share: must be between 0 and 1")
    if fault.code not in ERRORS:
        raise BadControl("code: not a code of Meta's")
    if fault.body not in _BODIES:
        raise BadControl(f"body: must be one of {', '.join(_BODIES)}")
    return fault
