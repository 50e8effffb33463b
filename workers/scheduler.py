"""``python -m workers.scheduler``: looks once a second for what is due.

Any number may run: hints that say the same are one hint, and rows are locked.
"""

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from types import FrameType

from core import lifeline, logs
from core.errors import DatabaseAway
from notifications.access import LiveTokens, keep_up_access
from notifications.acting_on_answers import act_on_answers
from notifications.backfilling import fill_in_the_past
from notifications.catalog.reading_stores import read_stores
from notifications.catalog.telling_meta import tell_meta
from notifications.checking_carts import check_carts
from notifications.comparing import compare_stores
from notifications.flash_codes import keep_codes, look_after_codes
from notifications.keeping import forget_what_is_old
from notifications.looking import look_around
from notifications.looking_at_carts import ask_ahead, look_at_carts
from notifications.looking_at_numbers import look_at_numbers
from notifications.playing_flows import play_what_is_asked
from notifications.privacy.requests import Attendant
from notifications.registering import look_after_numbers
from notifications.reviewing import look_after_templates
from notifications.signing_up import carry_on
from notifications.tallying import add_up
from notifications.telling_consent import tell_shopify
from wiring.outside import (
    MetasWords,
    account_at,
    brief_store_at,
    desk_at,
    keeper_at,
    patient_store_at,
    store_at,
    trackers_at,
    wait,
)
from workers.runtime import services, settings

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0
_LOOKS_BETWEEN_CLEANINGS = 600

Do = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done again and again, ``at_once`` in so many threads, with a
    pause before each time. ``ready`` answers what to do; ``undone`` is what the log
    calls a time that came to nothing."""

    ready: Callable[[], Do]
    pause_seconds: float
    undone: str
    at_once: int = 1

    def keep_at(self, stopping: Event) -> None:
        do = self.ready()
        while not stopping.wait(self.pause_seconds):
            try:
                do()
            except DatabaseAway as error:
                log.warning("%s because=%s", self.undone, error)
            except Exception:
                # One bad time must not end them all.
                log.exception("%s because=bug", self.undone)


def _templates() -> Do:
    return partial(look_after_templates, account_at(settings()), services=services())


def _access() -> Do:
    tokens = LiveTokens(store_at(settings(), services()), services())
    return partial(keep_up_access, tokens)


def _health() -> Do:
    return partial(look_at_numbers, desk_at(settings()), services=services())


def _signups() -> Do:
    return partial(carry_on, desk_at(settings()), services=services())


def _numbers() -> Do:
    trackers = trackers_at(settings())
    return partial(look_after_numbers, trackers, services=services(), wait=wait)


def _requests() -> Do:
    store = patient_store_at(settings(), services())
    return Attendant(store, MetasWords(), services()).attend


def _ahead() -> Do:
    return partial(ask_ahead, services=services())


def _codes() -> Do:
    return partial(look_after_codes, services=services())


def _plays() -> Do:
    return partial(play_what_is_asked, services=services())


def _catalogs() -> Do:
    return partial(tell_meta, keeper_at(settings()), services=services())


def _tallies() -> Do:
    return partial(add_up, services=services())


def _brief(do: Callable[..., object]) -> Callable[[], Do]:
    """With a store that is not waited for for long: somebody else waits."""

    def ready() -> Do:
        return partial(do, brief_store_at(settings(), services()), services=services())

    return ready


def _patient(do: Callable[..., object]) -> Callable[[], Do]:
    def ready() -> Do:
        store = patient_store_at(settings(), services())
        return partial(do, store, services=services())

    return ready


CHORES = (
    Chore(_templates, 30.0, "templates_not_looked_after"),
    # Somebody looks at the page where it is told.
    Chore(_signups, 1.0, "signups_not_carried_on"),
    Chore(_health, 2.0, "numbers_not_looked_at"),
    Chore(_access, 600.0, "access_not_kept_up"),
    # What comes in so long goes into one call.
    Chore(_numbers, 5.0, "numbers_not_looked_after"),
    Chore(_patient(fill_in_the_past), 10.0, "past_not_filled_in"),
    Chore(_requests, 5.0, "requests_not_attended_to"),
    Chore(_brief(act_on_answers), 1.0, "answers_not_acted_on", at_once=2),
    # Somebody waits for an answer.
    Chore(_brief(check_carts), 0.5, "carts_not_checked", at_once=2),
    # A store that takes its time holds up one of them.
    Chore(_brief(tell_shopify), 1.0, "consent_not_told", at_once=2),
    Chore(_brief(keep_codes), 1.0, "codes_not_kept", at_once=2),
    Chore(_codes, 5.0, "codes_not_looked_after"),
    Chore(_tallies, 15.0, "tallies_not_added_up"),
    # What is asked for in so long is one question to its store.
    Chore(_brief(look_at_carts), 1.0, "carts_not_looked_at", at_once=2),
    Chore(_ahead, 20.0, "carts_not_asked_for"),
    # Most of a look at a store is waiting for its answers.
    Chore(_patient(compare_stores), 10.0, "stores_not_compared", at_once=4),
    Chore(_patient(read_stores), 1.0, "products_not_read", at_once=2),
    Chore(_catalogs, 1.0, "catalogs_not_told", at_once=2),
    # Somebody waits at a page. Beside the others it takes some seconds of one core.
    Chore(_plays, 1.0, "flows_not_played"),
)


def main() -> None:
    logs.configure(settings().log_level, settings().log_format)
    lifeline.watch(os.environ)
    stopping = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Beside the looks, which must not wait for the answers of others.
    for chore in CHORES:
        for _ in range(chore.at_once):
            Thread(target=chore.keep_at, args=(stopping,), daemon=True).start()
    looks = 0
    while not stopping.wait(_PAUSE_SECONDS):
        try:
            look_around(services=services())
            if looks % _LOOKS_BETWEEN_CLEANINGS == 0:
                forget_what_is_old(services=services())
            looks += 1
        except DatabaseAway as error:
            log.warning("look_failed because=%s", error)
        except Exception:
            # One bad look must not end all looking.
            log.exception("look_failed because=bug")


if __name__ == "__main__":
    main()
