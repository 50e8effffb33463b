"""A question that may hang, asked so that nobody waits for it longer than they said."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Bounded(Generic[Answer]):
    """Asks in a thread of its own; those who ask meanwhile share the answer.

    Connecting alone may take longer than any timeout we can set: a name that does not
    resolve, three sentinels one after the other. At most one thread hangs.
    """

    def __init__(
        self, ask: Callable[[], Answer], *, otherwise: Answer, seconds: float
    ) -> None:
        self._ask = ask
        self._otherwise = otherwise
        self._seconds = seconds
        self._lock = Lock()
        self._under_way: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """The answer; ``otherwise`` when it fails or does not come in time."""
        with self._lock:
            answer = self._under_way
            if answer is None:
                answer = self._under_way = Future()
                Thread(target=self._find, args=(answer,), daemon=True).start()
        try:
            return answer.result(self._seconds)
        except TimeoutError:
            return self._otherwise

    def _find(self, answer: "Future[Answer]") -> None:
        try:
            found = self._ask()
        except Exception:
            log.exception("question_failed")
            found = self._otherwise
        with self._lock:
            self._under_way = None
        answer.set_result(found)
