"""What is told of draft orders."""

from core.shopping import DraftOrderSeen
from notifications.facts_told import parts
from notifications.facts_told.parts import Names
from storage.drafts import DraftOrderFacts
from storage.history import Telling


def seen(told: Telling, event: DraftOrderSeen, names: Names) -> DraftOrderFacts:
    # Of one second: where it is further along.
    is_over, is_sent = event.completed_at is not None, event.invoiced_at is not None
    return DraftOrderFacts(
        shop_id=told.shop_id,
        draft_order_id=event.draft_order_id,
        version=parts.version(told, rank=2 * is_over + is_sent),
        updated_at=event.happened_at,
        name=event.name,
        status=event.status,
        invoiced_at=event.invoiced_at,
        completed_at=event.completed_at,
        order_id=event.order_id,
        customer_id=event.customer_id,
        contact_id=names.contact(told.shop_id, event),
        phone_place=event.phone_place,
        country=event.country,
        items=parts.items(event.items),
        **parts.amount("total", event.total),
        **parts.amount("worth", event.worth),
        url=event.url,
    )
