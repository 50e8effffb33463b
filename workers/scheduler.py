"""``python -m workers.scheduler``: looks once a second for what is due.

Any number may run: hints that say the same are one hint, and rows are locked.
"""

import logging
import os
import signal
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
from notifications.privacy.requests import Attendant
from notifications.registering import look_after_numbers
from notifications.reviewing import look_after_templates
from notifications.telling_consent import tell_shopify
from wiring.outside import (
    MetasWords,
    account_at,
    brief_store_at,
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
_PAUSE_FOR_TEMPLATES_SECONDS = 30.0
_PAUSE_FOR_ACCESS_SECONDS = 600.0
_PAUSE_FOR_REQUESTS_SECONDS = 5.0
_PAUSE_FOR_NUMBERS_SECONDS = 5.0
"""What comes in so long goes into one call."""
_PAUSE_FOR_STORES_SECONDS = 10.0
_PAUSE_FOR_CONSENT_SECONDS = 1.0
_PAUSE_FOR_CODES_SECONDS = 1.0
_PAUSE_FOR_USELESS_CODES_SECONDS = 5.0
_PAUSE_FOR_CARTS_SECONDS = 1.0
"""What is asked for in so long is one question to its store."""
_PAUSE_BEFORE_CARTS_SECONDS = 20.0
_LOOKS_AT_ONCE = 2
_TOLD_AT_ONCE = 2
"""A store that takes its time holds up one of them."""
_PAUSE_FOR_ANSWERS_SECONDS = 1.0
_ACTED_AT_ONCE = 2
_PAUSE_FOR_CHATS_SECONDS = 0.5
"""Somebody waits for an answer."""
_CHECKED_AT_ONCE = 2
_PAUSE_FOR_CATALOGS_SECONDS = 1.0
_CATALOGS_AT_ONCE = 2
_STORES_AT_ONCE = 4
"""Most of a look at a store is waiting for its answers."""


def main() -> None:
    logs.configure(settings().log_level, settings().log_format)
    lifeline.watch(os.environ)
    stopping = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Beside the looks, which must not wait for the answers of others.
    for work in (
        *(_look_after_templates, _keep_up_access, _look_after_numbers),
        *(_fill_in_the_past, _attend_to_requests),
        *[_act_on_answers] * _ACTED_AT_ONCE,
        *[_check_carts] * _CHECKED_AT_ONCE,
        *[_tell_shopify] * _TOLD_AT_ONCE,
        *(*[_keep_codes] * _TOLD_AT_ONCE, _look_after_codes),
        *(*[_look_at_carts] * _LOOKS_AT_ONCE, _ask_ahead),
        *[_compare_stores] * _STORES_AT_ONCE,
        *[_read_stores] * _CATALOGS_AT_ONCE,
        *[_tell_meta] * _CATALOGS_AT_ONCE,
    ):
        Thread(target=work, args=(stopping,), name=work.__name__, daemon=True).start()
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


def _look_after_templates(stopping: Event) -> None:
    account = account_at(settings())
    while not stopping.wait(_PAUSE_FOR_TEMPLATES_SECONDS):
        try:
            look_after_templates(account, services=services())
        except DatabaseAway as error:
            log.warning("templates_not_looked_after because=%s", error)
        except Exception:
            log.exception("templates_not_looked_after because=bug")


def _keep_up_access(stopping: Event) -> None:
    tokens = LiveTokens(store_at(settings(), services()), services())
    while not stopping.wait(_PAUSE_FOR_ACCESS_SECONDS):
        try:
            keep_up_access(tokens)
        except DatabaseAway as error:
            log.warning("access_not_kept_up because=%s", error)
        except Exception:
            log.exception("access_not_kept_up because=bug")


def _look_after_numbers(stopping: Event) -> None:
    trackers = trackers_at(settings())
    while not stopping.wait(_PAUSE_FOR_NUMBERS_SECONDS):
        try:
            look_after_numbers(trackers, services=services(), wait=wait)
        except DatabaseAway as error:
            log.warning("numbers_not_looked_after because=%s", error)
        except Exception:
            log.exception("numbers_not_looked_after because=bug")


def _compare_stores(stopping: Event) -> None:
    store = patient_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_STORES_SECONDS):
        try:
            compare_stores(store, services=services())
        except DatabaseAway as error:
            log.warning("stores_not_compared because=%s", error)
        except Exception:
            log.exception("stores_not_compared because=bug")


def _tell_shopify(stopping: Event) -> None:
    store = brief_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_CONSENT_SECONDS):
        try:
            tell_shopify(store, services=services())
        except DatabaseAway as error:
            log.warning("consent_not_told because=%s", error)
        except Exception:
            log.exception("consent_not_told because=bug")


def _keep_codes(stopping: Event) -> None:
    store = brief_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_CODES_SECONDS):
        try:
            keep_codes(store, services=services())
        except DatabaseAway as error:
            log.warning("codes_not_kept because=%s", error)
        except Exception:
            log.exception("codes_not_kept because=bug")


def _look_after_codes(stopping: Event) -> None:
    while not stopping.wait(_PAUSE_FOR_USELESS_CODES_SECONDS):
        try:
            look_after_codes(services=services())
        except DatabaseAway as error:
            log.warning("codes_not_looked_after because=%s", error)
        except Exception:
            log.exception("codes_not_looked_after because=bug")


def _look_at_carts(stopping: Event) -> None:
    store = brief_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_CARTS_SECONDS):
        try:
            look_at_carts(store, services=services())
        except DatabaseAway as error:
            log.warning("carts_not_looked_at because=%s", error)
        except Exception:
            log.exception("carts_not_looked_at because=bug")


def _ask_ahead(stopping: Event) -> None:
    while not stopping.wait(_PAUSE_BEFORE_CARTS_SECONDS):
        try:
            ask_ahead(services=services())
        except DatabaseAway as error:
            log.warning("carts_not_asked_for because=%s", error)
        except Exception:
            log.exception("carts_not_asked_for because=bug")


def _act_on_answers(stopping: Event) -> None:
    store = brief_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_ANSWERS_SECONDS):
        try:
            act_on_answers(store, services=services())
        except DatabaseAway as error:
            log.warning("answers_not_acted_on because=%s", error)
        except Exception:
            log.exception("answers_not_acted_on because=bug")


def _check_carts(stopping: Event) -> None:
    store = brief_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_CHATS_SECONDS):
        try:
            check_carts(store, services=services())
        except DatabaseAway as error:
            log.warning("carts_not_checked because=%s", error)
        except Exception:
            log.exception("carts_not_checked because=bug")


def _read_stores(stopping: Event) -> None:
    store = patient_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_CATALOGS_SECONDS):
        try:
            read_stores(store, services=services())
        except DatabaseAway as error:
            log.warning("products_not_read because=%s", error)
        except Exception:
            log.exception("products_not_read because=bug")


def _tell_meta(stopping: Event) -> None:
    keeper = keeper_at(settings())
    while not stopping.wait(_PAUSE_FOR_CATALOGS_SECONDS):
        try:
            tell_meta(keeper, services=services())
        except DatabaseAway as error:
            log.warning("catalogs_not_told because=%s", error)
        except Exception:
            log.exception("catalogs_not_told because=bug")


def _attend_to_requests(stopping: Event) -> None:
    store = patient_store_at(settings(), services())
    attendant = Attendant(store, MetasWords(), services())
    while not stopping.wait(_PAUSE_FOR_REQUESTS_SECONDS):
        try:
            attendant.attend()
        except DatabaseAway as error:
            log.warning("requests_not_attended_to because=%s", error)
        except Exception:
            log.exception("requests_not_attended_to because=bug")


def _fill_in_the_past(stopping: Event) -> None:
    store = patient_store_at(settings(), services())
    while not stopping.wait(_PAUSE_FOR_STORES_SECONDS):
        try:
            fill_in_the_past(store, services=services())
        except DatabaseAway as error:
            log.warning("past_not_filled_in because=%s", error)
        except Exception:
            log.exception("past_not_filled_in because=bug")


if __name__ == "__main__":
    main()
