"""Facts about a message that tells of no order: an answer in the chat, or a test."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from notifications import seen
from notifications.replies import Reply
from notifications.rules.objections import Facts
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage


def facts_of(
    message: KnownMessage,
    kind: Reply,
    around: Surroundings,
    sender: Sender | None,
    *,
    now: datetime,
    **own: Any,
) -> Facts:
    """What stands for it and against it at that moment. ``own`` are facts, by their
    names, that only this kind of message has; nothing stands against it by the rest."""
    contact = message.contact_id
    row = {
        "scope": message.scope,
        "wanted_at": message.wanted_at,
        "fulfillment_id": None,
        "tracking_key": None,
        "told": None,
    }
    usual = seen.facts_again({}, row, kind)
    if usual is None:
        raise LookupError("the usual facts are always known")
    return replace(
        usual,
        shop_is_active=message.shop_is_active,
        number_is_connected=sender is not None,
        parked_until=sender.number.parked_until if sender else None,
        number_free_at=sender.free_at(kind.priority, now=now) if sender else None,
        another_is_under_way=message.under_way or contact in around.under_way,
        debt=around.debts.get(contact, message.debt) if contact else None,
        **own,
    )
