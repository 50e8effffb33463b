"""What the automations about a parcel's leaving have in common."""

from datetime import timedelta
from typing import Any

from core.events import ParcelSeen
from core.values import Milestone, Scope, tracking_key_of
from notifications import parcel_news, saying
from notifications.automations import (
    Automation,
    Config,
    Draft,
    NotProposed,
    WholeNumber,
    waiting_for_more,
)
from notifications.rules.stories import Chapter
from notifications.wording import Template

_LIFETIME = timedelta(hours=48)

WAIT_FOR_TRACKING = WholeNumber(
    name="wait_for_tracking_minutes",
    meaning="How long to wait for a tracking number that comes late.",
    default=15,
    least=0,
    most=60,
)


def of_parcel(
    *,
    name: str,
    summary: str,
    template: Template,
    chapter: Chapter,
    tells_part: bool = False,
) -> Automation[Any]:
    """The automation that tells of a parcel that has left.

    One message for each set of tracking numbers; without numbers, a later one. When
    the numbers come in the meantime, the later one is superseded by theirs. Of several
    such automations one tells of each set, since they tell each other along.
    """

    def propose(event: ParcelSeen, config: Config) -> Draft | NotProposed:
        if (refusal := _no_departure(event)) is not None:
            return refusal
        key = tracking_key_of(event.tracking_numbers)
        minutes = 0 if key else config[WAIT_FOR_TRACKING.name]
        return Draft(
            occasion=f"{name}:{event.fulfillment_id}:{key}",
            order_id=event.order_id,
            fulfillment_id=event.fulfillment_id,
            tracking_key=key,
            phone=event.phone,
            wanted_at=event.happened_at,
            wait=timedelta(minutes=minutes),
            wait_for_more=waiting_for_more(config),
        )

    return Automation(
        name=name,
        summary=summary,
        scope=Scope.TRANSACTIONAL,
        priority=0,
        lifetime=_LIFETIME,
        listens_to=(ParcelSeen,),
        settings=(WAIT_FOR_TRACKING, parcel_news.WAIT_FOR_MORE),
        propose=propose,
        template=template,
        compose=saying.filling(template),
        chapter=chapter,
        tells_part=tells_part,
    )


def _no_departure(event: ParcelSeen) -> NotProposed | None:
    if event.is_cancelled:
        return NotProposed("parcel_cancelled")
    if event.milestone is Milestone.DELIVERED:
        return NotProposed("already_delivered")
    if event.happened_at - event.created_at > _LIFETIME:
        return NotProposed("parcel_is_old")
    if event.items and not any(item.is_shipped for item in event.items):
        return NotProposed("not_shipped")
    return None
