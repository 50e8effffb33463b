"""An edit of an order that was told before, in other words, is that edit.

The webhook of one may come after the store was asked, or before it is read what the
store said. Either names the edit in its own way, so both would be told to the buyer.
"""

from collections.abc import Sequence

from core.events import Event, OrderEdited
from core.values import ShopId
from notifications.ports import Services
from notifications.proposing import Told
from notifications.rules.one_edit import first_told
from storage import history
from storage.session import Transaction


def each_as_first_told(
    told: Sequence[Told], *, tx: Transaction, services: Services
) -> list[Told]:
    """The same, with each edit as it was told first, and so with one occasion.

    What these webhooks told has to be in the history already.
    """
    edited = {
        (shop.id, event.order_id)
        for _, shop, events in told
        if shop is not None
        for event in events
        if isinstance(event, OrderEdited)
    }
    if not edited:
        return list(told)
    known = history.edits_of(tx, edited, sealer=services.sealer)

    def as_told_first(shop_id: ShopId, event: Event) -> Event:
        if not isinstance(event, OrderEdited):
            return event
        return first_told(event, known.get((shop_id, event.order_id), ()))

    return [
        (webhook_id, shop, events)
        if shop is None
        else (webhook_id, shop, [as_told_first(shop.id, each) for each in events])
        for webhook_id, shop, events in told
    ]
