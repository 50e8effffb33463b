"""Forgets what need not be kept: bodies after their retention, never the facts."""

from notifications.ports import Services
from storage import inbox, progress
from storage.tenancy import Crossing

_AT_ONCE = 5_000


def forget_what_is_old(*, services: Services) -> int:
    """Delete bodies of webhooks and messages that are past their time; answer how
    many. In portions, so that nobody waits long for a row."""
    now = services.clock()
    forgotten = 0
    for forget, retention in (
        (inbox.forget_bodies, services.webhook_retention),
        (progress.forget_bodies, services.message_body_retention),
    ):
        while True:
            with services.transactions.across(Crossing.KEEPING) as tx:
                count = forget(tx, before=now - retention, limit=_AT_ONCE)
            forgotten += count
            if count < _AT_ONCE:
                break
    return forgotten
