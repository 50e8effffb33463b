"""What is told of parcels, and of what is yet to be sent or fetched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.events import (
    Event,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PickupPrepared,
    ShippingHeld,
    ShippingResumed,
)
from core.values import Milestone, tracking_key_of
from notifications import parcel_news
from notifications.facts_told import parts
from notifications.facts_told.parts import Names
from storage.after_sale import FulfillmentOrderFacts
from storage.history import Telling
from storage.merging import version_of
from storage.orders import ParcelFacts

_MILESTONES = tuple(Milestone)


def seen(told: Telling, event: ParcelSeen, names: Names) -> ParcelFacts:
    at, numbers = event.happened_at, event.tracking_numbers
    place = _MILESTONES.index(event.milestone) + 1 if event.milestone else 0
    # Of one second: where it was taken back, else where it has most numbers.
    rank = 10_000 * event.is_cancelled + 100 * min(len(numbers), 99) + place
    return ParcelFacts(
        shop_id=told.shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        version=parts.version(told, rank=rank),
        status=event.status,
        is_cancelled=event.is_cancelled,
        milestone=event.milestone,
        milestone_at=at if event.milestone else None,
        milestone_version=version_of(at, rank=place) if event.milestone else None,
        was_under_way=event.milestone is not Milestone.DELIVERED,
        tracking_key=tracking_key_of(numbers),
        items=parts.items(event.items),
        contact_id=names.contact(told.shop_id, event),
        # Never None: a fulfillment that names no number has none, whatever it had.
        private=parts.spoken(
            numbers="\n".join(numbers),
            links="\n".join(link or "" for link in event.tracking_urls),
            link=event.tracking_url,
            carrier=event.carrier,
            name=event.name,
            country=event.country,
            region=event.region,
            city=event.city,
        ),
    )


def moved(told: Telling, event: ParcelMoved) -> ParcelFacts:
    """A scan knows the journey alone."""
    at, expected_at = event.happened_at, event.expected_at
    place = _MILESTONES.index(event.milestone) + 1
    is_at_a_place = (
        event.milestone is Milestone.IN_TRANSIT
        and parcel_news.place_key(event.city, event.country) is not None
    )
    return ParcelFacts(
        shop_id=told.shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        milestone=event.milestone,
        milestone_at=at,
        milestone_version=version_of(at, rank=place),
        was_under_way=event.milestone is not Milestone.DELIVERED,
        moved_at=None if event.milestone is Milestone.LABELLED else at,
        set_out_at=at if is_at_a_place else None,
        scan_at=at,
        scan_version=parts.version(told, rank=event.scan_id or 0),
        scan=parts.spoken(
            milestone=event.milestone.value,
            city=event.city,
            region=event.region,
            country=event.country,
            expected=expected_at.isoformat() if expected_at else None,
            note=event.note,
        ),
    )


def scan_deleted(told: Telling, event: ParcelScanDeleted) -> ParcelFacts:
    return ParcelFacts(
        shop_id=told.shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        deleted_scans=[event.scan_id],
    )


def waiting(
    told: Telling, event: PickupPrepared | ShippingHeld | ShippingResumed
) -> FulfillmentOrderFacts:
    at = event.happened_at
    reasons = list(event.reasons) if isinstance(event, ShippingHeld) else None
    return FulfillmentOrderFacts(
        shop_id=told.shop_id,
        fulfillment_order_id=event.fulfillment_order_id,
        version=parts.version(told),
        order_id=event.order_id,
        prepared_at=at if isinstance(event, PickupPrepared) else None,
        held_at=None if reasons is None else at,
        hold_reasons=reasons,
        resumed_at=at if isinstance(event, ShippingResumed) else None,
    )


def mended(tellings: Sequence[Telling]) -> list[Telling]:
    """Without the scans that were deleted, and what had come of them.

    A fulfillment repeats what its newest scan says. If that never happened, then what
    fulfillments said of it until its deletion is void, unless another scan says so too.
    """
    deleted = [
        told.event for told in tellings if isinstance(told.event, ParcelScanDeleted)
    ]
    gone = {(event.fulfillment_id, event.scan_id) for event in deleted}
    left = [told for told in tellings if not _is_one_of(told.event, gone)]
    scanned = {
        (told.event.fulfillment_id, told.event.milestone)
        for told in left
        if isinstance(told.event, ParcelMoved)
    }
    void_until: dict[tuple[int, Milestone | None], datetime] = {}
    for event in sorted(deleted, key=lambda event: event.happened_at):
        said = (event.fulfillment_id, event.milestone)
        if said not in scanned:
            void_until[said] = event.happened_at
    return [_without_void(told, void_until) for told in left]


def _is_one_of(event: Event, scans: Collection[tuple[int, int | None]]) -> bool:
    return (
        isinstance(event, ParcelMoved)
        and (event.fulfillment_id, event.scan_id) in scans
    )


def _without_void(
    told: Telling, void_until: Mapping[tuple[int, Milestone | None], datetime]
) -> Telling:
    event = told.event
    if not isinstance(event, ParcelSeen):
        return told
    until = void_until.get((event.fulfillment_id, event.milestone))
    if until is None or event.happened_at > until:
        return told
    return replace(told, event=replace(event, milestone=None))
