"""What is asked of the network, and what is known afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Answer:
    """Whatever came back, 4xx and 5xx included. Names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing of the request has left: it is safe to ask again."""

    why: Literal["connection_failed", "slot_missed"]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request has left, or part of it, and no whole answer came back."""

    why: Literal["timeout", "reset"]


Outcome: TypeAlias = Answer | NotSent | NoAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPost:
    """One POST of JSON. Times are moments of ``time.monotonic()`` on this machine.

    Nothing happens before ``start_at``; after ``not_after`` nothing leaves.
    """

    url: str
    body: bytes = field(repr=False)
    bearer: str = field(repr=False)
    start_at: float
    not_after: float


Done: TypeAlias = Callable[[Outcome], None]


class Call(Protocol):
    """Asks once and waits. Redirects are answers, not followed."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Outcome: ...
