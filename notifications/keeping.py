"""Forgets what need not be kept, such as bodies, after its time; never the facts."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from notifications.ports import Services
from storage import (
    drafts,
    followed,
    forgetting,
    inbox,
    leases,
    links,
    offer_codes,
    privacy,
    progress,
    shoppers,
    signups,
)
from storage.retention import Keeping
from storage.tenancy import Crossing

_AT_ONCE = 5_000
_DEAD_LEASES_FOR = timedelta(days=1)
_NAMES_FOR = timedelta(days=90)
"""A store that is asked for its past tells of sixty days."""
_CODES_FOR = timedelta(days=90)
"""So long is known what became of an offer."""
_CHECKOUTS_FOR = timedelta(days=30)
"""The last step of a flow comes two weeks after the last change, and may be held back
for days: what it is decided on must be there, however soon bodies are to go."""
_DRAFTS_FOR = timedelta(days=90)
"""So long is known whether what was reminded of was paid."""
_NUMBERS_FOR = timedelta(days=90)
"""After so long a service has forgotten them, too, and may give out the number anew."""
_SIGNUPS_FOR = timedelta(days=7)
"""Whoever has not brought it to an end by then begins anew."""


def forget_what_is_old(*, services: Services) -> int:
    """Delete what is past its time; answer how many there were. In portions, so that
    nobody waits long for a row."""
    now = services.clock()
    webhooks, texts = services.webhook_retention, services.message_body_retention
    forgotten = 0
    for forget_of_stores, keeping in (
        (inbox.forget_bodies, Keeping(webhooks)),
        (progress.forget_bodies, Keeping(texts)),
        # What was not bought by then is bought no more.
        (shoppers.forget_checkouts, Keeping(webhooks, at_least=_CHECKOUTS_FOR)),
        (shoppers.forget_carts, Keeping(webhooks)),
        (drafts.forget_drafts, Keeping(webhooks, at_least=_DRAFTS_FOR)),
    ):
        forgotten += _until_done(
            partial(forget_of_stores, keeping=keeping, now=now), services
        )
    for forget, retention in (
        # A body that is kept may be read again, and tell of what has been forgotten.
        (forgetting.forget_names, max(services.webhook_retention, _NAMES_FOR)),
        (offer_codes.forget, _CODES_FOR),
        (leases.forget, _DEAD_LEASES_FOR),
        (followed.forget_done, _NUMBERS_FOR),
        (followed.forget_loose, timedelta()),
        (links.forget_targets, timedelta()),
        # As long as the text that it stands in.
        (links.forget, texts),
        (privacy.forget_answers, timedelta()),
        (signups.forget, _SIGNUPS_FOR),
    ):
        forgotten += _until_done(partial(forget, before=now - retention), services)
    return forgotten


def _until_done(forget: Callable[..., int], services: Services) -> int:
    forgotten = 0
    while True:
        with services.transactions.across(Crossing.KEEPING) as tx:
            count = forget(tx, limit=_AT_ONCE)
        forgotten += count
        if count < _AT_ONCE:
            return forgotten
