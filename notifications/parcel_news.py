"""What the automations about a parcel's journey have in common."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.events import ParcelMoved, ParcelSeen
from core.values import Milestone, Phone, Scope
from notifications import places, saying
from notifications.automations import (
    Automation,
    Config,
    Draft,
    NotProposed,
    Told,
    wait_for_more,
    waiting_for_more,
)
from notifications.rules.journey import day_of
from notifications.rules.stories import Chapter, Story
from notifications.rules.telling import TOGETHER
from notifications.wording import Template

Step = ParcelSeen | ParcelMoved
"""A fulfillment and a scan may each be the first to tell a milestone."""

LISTENS_TO: tuple[type[Step], ...] = (ParcelSeen, ParcelMoved)

S = TypeVar("S", bound=Step)

WAIT_FOR_MORE = wait_for_more("parcel")

LABELLED = Chapter(Story.PARCEL, 0, timedelta(days=365))
"""Whatever was told of the parcel, and whenever: a label is older."""
LEFT = Chapter(Story.PARCEL, 5, TOGETHER)
LEFT_IN_PART = Chapter(Story.PARCEL, 6, TOGETHER)
"""A parcel leaves before its first scan; the store may write that down a bit later."""
REACHED_PLACE = Chapter(Story.PARCEL, 12)


def chapter_of(milestone: Milestone) -> Chapter:
    """Where news of a milestone stands among the news of its parcel: further along,
    and each of those tells the parcel's number and its page."""
    return Chapter(Story.PARCEL, 10 * list(Milestone).index(milestone))


def of_milestone(
    milestone: Milestone,
    *,
    name: str,
    summary: str,
    lifetime: timedelta,
    template: Template,
    is_told_daily: bool = False,
    chapter: Chapter | None = None,
    listens_to: tuple[type[S], ...] | None = None,
    propose: Callable[[S, Config], Draft | NotProposed] | None = None,
) -> Automation[Any]:
    """The automation that tells when a parcel passes a milestone.

    Once for each parcel, or once for each parcel and day (in UTC) where it is told
    daily; a ``propose`` of its own has an occasion of its own.
    """
    is_the_end = milestone is Milestone.DELIVERED

    def propose_once(event: Step, config: Config) -> Draft | NotProposed:
        occasion = f"{name}:{event.fulfillment_id}"
        if is_told_daily:
            occasion += f":{day_of(event.happened_at)}"
        return draft(event, occasion, config)

    return Automation(
        name=name,
        summary=summary,
        scope=Scope.TRANSACTIONAL,
        priority=0,
        lifetime=lifetime,
        listens_to=listens_to or LISTENS_TO,
        settings=() if is_the_end else (WAIT_FOR_MORE,),
        propose=propose or propose_once,
        template=template,
        compose=saying.filling(template),
        concerns=passes(milestone),
        milestone=milestone,
        is_told_daily=is_told_daily,
        chapter=chapter or chapter_of(milestone),
    )


def passes(milestone: Milestone) -> Callable[[Step], bool]:
    """Whether an event tells that a parcel passes this milestone."""

    def is_passed(event: Step) -> bool:
        return event.milestone is milestone

    return is_passed


def draft(
    event: Step, occasion: str, config: Config, *, told: Told | None = None
) -> Draft | NotProposed:
    """News that is due once there was time for more. Whether it still is the last is
    decided when it goes out: what comes in meanwhile may have overtaken it."""
    if is_cancelled(event):
        return NotProposed("parcel_cancelled")
    return Draft(
        occasion=occasion,
        order_id=event.order_id,
        fulfillment_id=event.fulfillment_id,
        told=told or {},
        phone=phone_of(event),
        wanted_at=event.happened_at,
        wait_for_more=waiting_for_more(config),
    )


def is_cancelled(event: Step) -> bool:
    return isinstance(event, ParcelSeen) and event.is_cancelled


def phone_of(event: Step) -> Phone | None:
    """What the parcel's label says; a scan has none."""
    return event.phone if isinstance(event, ParcelSeen) else None


def place_key(city: str | None, country: str | None) -> str | None:
    """Names a town, however it is written, without telling it; None for nowhere."""
    town = places.identity(city, country)
    return None if town is None else hashlib.sha256(town.encode()).hexdigest()[:16]


def place_of(scan: Mapping[str, str]) -> str | None:
    return place_key(scan.get("city"), scan.get("country"))


def expected_on(
    scan: Mapping[str, str], scan_at: datetime, timezone: str
) -> date | None:
    """The day on which the carrier means to deliver, on the shop's calendar.

    None where it tells none, or one that was over when it told it.
    """
    expected = scan.get("expected")
    if expected is None:
        return None
    day = day_on(datetime.fromisoformat(expected), timezone)
    return day if day >= day_on(scan_at, timezone) else None


def day_on(moment: datetime, timezone: str) -> date:
    """The day of a moment on a calendar; in UTC where nobody knows the zone."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).date()
