"""What 17TRACK is asked, and what its answers mean."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar

from core.errors import OutsideError, TryLater, UnreadablePayload, Unsure, WillNotWork
from core.outcomes import Answer, Call, NoAnswer, NotSent
from core.tracking import Done, Hope, NotDone, ToFollow, Verdict, written_plainly
from integrations import carriers
from integrations.strict_json import objects_in, read_object
from integrations.tracking.seventeen_track.carriers import CODES
from integrations.tracking.seventeen_track.wire import (
    Wire,
    an_object,
    text,
    whole,
)

_WRONG_KEY = frozenset({-18010001, -18010002, -18010004, -18010005})
_NO_QUOTA = frozenset({-18019907, -18019908})
_PASSING = frozenset({-18010003, -18019911})
_DONE_BEFORE = MappingProxyType(
    {
        "register": frozenset({-18019901}),
        "retrack": frozenset({-18019904}),
        "stoptrack": frozenset({-18019902, -18019906}),
    }
)
"""What a call is refused with that was done before: registered already, followed still,
left already or never registered."""

ADVICE = MappingProxyType(
    {
        "17track_18010001": "this machine is not on the account's list of addresses",
        "17track_18010002": "the key is not valid",
        "17track_18010004": "the account is disabled",
        "17track_18010005": "the key may not do this",
        "17track_18010012": "the number is written as no carrier writes any",
        "17track_18019903": "no carrier can be detected by the number",
        "17track_18019905": "the number was followed a second time before",
        "17track_18019907": "the account's limit for a day is reached",
        "17track_18019908": "the account's quota has run out",
        "17track_18019911": "this carrier's numbers are not taken at the moment",
        "connection_failed": "17TRACK cannot be reached",
        "no_answer_timeout": "17TRACK did not answer in time",
        "no_answer_reset": "the connection broke before 17TRACK answered",
        "odd_answer": "17TRACK answered something that could not be understood",
    }
)
"""What a code means, for people."""


def advice_for(code: str) -> str:
    """What a code of these calls means, in a few words."""
    if code.startswith("http_"):
        return f"17TRACK answered with the HTTP status {code.removeprefix('http_')}"
    return ADVICE.get(code, "17TRACK's own code: see its documentation")


@dataclass(frozen=True)
class SeventeenTrack:
    """17TRACK in the shape of ``notifications.ports.Tracker``. Whose numbers they are,
    the key says: each store has an account of its own."""

    title: ClassVar = "17TRACK"
    most_at_once: ClassVar = 40
    seconds_between: ClassVar = 0.4  # three calls a second, and some to spare

    call: Call
    origin: str

    def follow(self, numbers: Sequence[ToFollow], *, key: str) -> Sequence[Verdict]:
        return self._each("register", numbers, key, wanted=_registration)

    def follow_again(
        self, numbers: Sequence[ToFollow], *, key: str
    ) -> Sequence[Verdict]:
        return self._each("retrack", numbers, key, wanted=_named)

    def leave(self, numbers: Sequence[ToFollow], *, key: str) -> Sequence[Verdict]:
        return self._each("stoptrack", numbers, key, wanted=_named)

    def quota(self, *, key: str) -> int:
        left = whole(self._asked("getquota", [], key).get("quota_remain"))
        if left is None:
            raise Unsure(advice_for("odd_answer"), code="odd_answer")
        return left

    def _each(
        self,
        what: str,
        numbers: Sequence[ToFollow],
        key: str,
        *,
        wanted: Callable[[ToFollow], Wire],
    ) -> Sequence[Verdict]:
        data = self._asked(what, [wanted(each) for each in numbers], key)
        accepted = {_number_of(each) for each in objects_in(data.get("accepted"))}
        refused = {
            _number_of(each): _code_of(each.get("error"))
            for each in objects_in(data.get("rejected"))
        }
        return [
            Done()
            if each.number in accepted
            else _verdict(what, refused.get(each.number))
            for each in numbers
        ]

    def _asked(self, what: str, wanted: Sequence[Wire], key: str) -> Wire:
        """``data`` of the answer.

        Raises:
            TryLater: nothing was done; the same may work after a while.
            WillNotWork: the key, the account or the call is refused.
            Unsure: no answer came that tells.
        """
        outcome = self.call(
            "POST",
            f"{self.origin}/track/v2.4/{what}",
            headers={"17token": key, "Content-Type": "application/json"},
            body=json.dumps(wanted).encode(),
        )
        match outcome:
            case NotSent(why):
                raise TryLater(advice_for(why), code=why)
            case NoAnswer(why):
                code = f"no_answer_{why}"
                raise Unsure(advice_for(code), code=code)
            case Answer():
                return _data(outcome)


def _registration(each: ToFollow) -> Wire:
    """No language: it would cost the quota of a second number."""
    carrier = carriers.named(each.company or "")
    if carrier is carriers.UNKNOWN:
        carrier = carriers.of_number(each.number) or carriers.UNKNOWN
    code = CODES.get(carrier.name)
    known = {"number": each.number, "tag": each.tag}
    return known if code is None else {**known, "carrier": code}


def _named(each: ToFollow) -> Wire:
    return {"number": each.number}


def _data(answer: Answer) -> Wire:
    try:
        said = read_object(answer.body)
    except UnreadablePayload:
        said = {}
    data = an_object(said.get("data"))
    # A refusal of the whole call has its code outside, or in a list of errors.
    codes = [whole(said.get("code")), *map(_code_of, objects_in(data.get("errors")))]
    code = next((each for each in codes if each), None)
    if answer.status == HTTPStatus.OK and code is None:
        if said.get("code") != 0:
            raise Unsure(advice_for("odd_answer"), code="odd_answer")
        return data
    raise _refusal(answer.status, code)


def _refusal(status: int, code: int | None) -> OutsideError:
    name = f"http_{status}" if code is None else _name_of(code)
    words = advice_for(name)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _PASSING:
        return TryLater(words, code=name)
    if status >= 500 and code is None:
        return Unsure(words, code=name)
    return WillNotWork(words, code=name)


def _name_of(code: int) -> str:
    return f"17track_{abs(code)}"


def _verdict(what: str, code: int | None) -> Verdict:
    if code is None:
        return NotDone("odd_answer", Hope.LATER)
    if code in _DONE_BEFORE[what]:
        return Done()
    if code in _NO_QUOTA:
        return NotDone(_name_of(code), Hope.NO_QUOTA)
    is_passing = code in _PASSING or code in _WRONG_KEY
    return NotDone(_name_of(code), Hope.LATER if is_passing else Hope.NEVER)


def _number_of(told: Wire) -> str:
    return written_plainly(text(told.get("number")) or "")


def _code_of(error: object) -> int | None:
    return whole(an_object(error).get("code"))
