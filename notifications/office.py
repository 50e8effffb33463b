"""The post office of one process: many messages under way, outcomes recorded together.

The network tells of each outcome as it comes; one thread gathers them for a moment
and writes them down in one transaction. What cannot be written down is tried again
until the process ends; then the leases run out, and the scheduler sees to it.
"""

import logging
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread
from typing import Protocol

from core.errors import DatabaseAway
from core.outcomes import Outcome as NetworkOutcome
from core.outcomes import OutgoingPost
from notifications.ports import Envelope, Unknown, Verdict
from notifications.recording import Outcome
from notifications.rules.patience import BUG

log = logging.getLogger(__name__)

_GATHER_SECONDS = 0.1
"""Nobody waits for the record but a lease, which is a hundred times as long."""
_ENOUGH = 100
_MOST_AT_ONCE = 200
_PAUSE_WITHOUT_DATABASE_SECONDS = 0.5


class Sends(Protocol):
    """Sends a POST at its moment and calls back, from another thread, exactly once."""

    def submit(
        self, request: OutgoingPost, done: Callable[[NetworkOutcome], None]
    ) -> None: ...


class Office:
    """At most ``most`` messages under way. Call it after the process has forked."""

    def __init__(
        self,
        sender: Sends,
        *,
        judge: Callable[[NetworkOutcome], Verdict],
        record: Callable[[Sequence[Outcome]], None],
        most: int,
    ) -> None:
        self._sender = sender
        self._judge = judge
        self._record = record
        self._most = most
        self._under_way = 0
        self._outcomes: list[Outcome] = []
        self._changed = Condition()
        self._recorder: Thread | None = None

    def wait_for_room(self, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self._most, seconds)
            return self._most - self._under_way

    def hand_in(self, envelopes: Sequence[Envelope]) -> None:
        if not envelopes:
            return
        with self._changed:
            self._under_way += len(envelopes)
            if self._recorder is None:
                self._recorder = Thread(
                    target=self._keep_recording, name="recorder", daemon=True
                )
                self._recorder.start()
        for envelope in envelopes:
            self._sender.submit(envelope.post, self._noting(envelope))

    def flush(self, seconds: float) -> bool:
        """Wait until nothing is under way and all is recorded, so long at most."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, seconds)

    def _noting(self, envelope: Envelope) -> Callable[[NetworkOutcome], None]:
        def done(answer: NetworkOutcome) -> None:
            try:
                verdict = self._judge(answer)
            except Exception as error:
                log.exception("answer_not_understood message=%s", envelope.message_id)
                verdict = Unknown(f"{BUG}{type(error).__name__}")
            with self._changed:
                self._outcomes.append(Outcome(envelope, verdict))
                self._changed.notify_all()

        return done

    def _is_enough(self) -> bool:
        """Many outcomes, or all that there will be."""
        return len(self._outcomes) >= min(_ENOUGH, self._under_way)

    def _keep_recording(self) -> None:
        pause = Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._outcomes)
                self._changed.wait_for(self._is_enough, _GATHER_SECONDS)
                batch = self._outcomes[:_MOST_AT_ONCE]
            try:
                self._record(batch)
            except DatabaseAway as error:
                log.warning("outcomes_wait_for_the_database because=%s", error)
                pause.wait(_PAUSE_WITHOUT_DATABASE_SECONDS)
                continue
            except Exception:
                # Left in *sending*, they become unsure when their leases run out.
                log.exception("outcomes_not_recorded count=%s", len(batch))
            with self._changed:
                del self._outcomes[: len(batch)]
                self._under_way -= len(batch)
                self._changed.notify_all()
