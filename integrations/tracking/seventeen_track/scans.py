"""What 17TRACK pushes: the whole journey of a number, each time anew."""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from core.errors import UnreadablePayload
from core.events import Event, NumberLeft, NumberMoved
from core.moments import is_believable
from core.tracking import written_plainly
from core.values import Milestone, ScanId
from integrations import carriers
from integrations.plain_text import cleaned
from integrations.strict_json import objects_in, read_object
from integrations.tracking.seventeen_track.carriers import CODES
from integrations.tracking.seventeen_track.wire import (
    Wire,
    an_object,
    text,
    whole,
)

log = logging.getLogger(__name__)

MEANINGS: Mapping[str, Milestone | None] = MappingProxyType(
    {
        "NotFound_Other": None,
        "NotFound_InvalidCode": None,
        "InfoReceived": Milestone.LABELLED,
        "InTransit_PickedUp": Milestone.IN_TRANSIT,
        "InTransit_Other": Milestone.IN_TRANSIT,
        "InTransit_Departure": Milestone.IN_TRANSIT,
        "InTransit_Arrival": Milestone.IN_TRANSIT,
        "InTransit_CustomsProcessing": Milestone.IN_TRANSIT,
        "InTransit_CustomsReleased": Milestone.IN_TRANSIT,
        "InTransit_CustomsRequiringInformation": Milestone.IN_TROUBLE,
        # 17TRACK's own word for a long silence, which is no scan of anybody's.
        "Expired_Other": None,
        "AvailableForPickup_Other": Milestone.READY_FOR_PICKUP,
        "OutForDelivery_Other": Milestone.OUT_FOR_DELIVERY,
        "DeliveryFailure_Other": Milestone.ATTEMPTED,
        "DeliveryFailure_NoBody": Milestone.ATTEMPTED,
        # Another try would not help with these: something is asked of the buyer.
        "DeliveryFailure_Security": Milestone.IN_TROUBLE,
        "DeliveryFailure_Rejected": Milestone.IN_TROUBLE,
        "DeliveryFailure_InvalidAddress": Milestone.IN_TROUBLE,
        "Delivered_Other": Milestone.DELIVERED,
        "Exception_Other": Milestone.IN_TROUBLE,
        "Exception_Returning": Milestone.IN_TROUBLE,
        "Exception_Returned": Milestone.IN_TROUBLE,
        "Exception_NoBody": Milestone.IN_TROUBLE,
        "Exception_Security": Milestone.IN_TROUBLE,
        "Exception_Damage": Milestone.IN_TROUBLE,
        "Exception_Rejected": Milestone.IN_TROUBLE,
        "Exception_Delayed": Milestone.DELAYED,
        "Exception_Lost": Milestone.IN_TROUBLE,
        "Exception_Destroyed": Milestone.IN_TROUBLE,
        # A label that was cancelled, mostly to be printed anew: the store tells of it.
        "Exception_Cancel": None,
    }
)
"""Every documented sub-status, and what it means to us."""

_STAGES: Mapping[str, Milestone | None] = MappingProxyType(
    {
        "InfoReceived": Milestone.LABELLED,
        "PickedUp": Milestone.IN_TRANSIT,
        "Departure": Milestone.IN_TRANSIT,
        "Arrival": Milestone.IN_TRANSIT,
        "AvailableForPickup": Milestone.READY_FOR_PICKUP,
        "OutForDelivery": Milestone.OUT_FOR_DELIVERY,
        "Delivered": Milestone.DELIVERED,
        "Returning": Milestone.IN_TROUBLE,
        "Returned": Milestone.IN_TROUBLE,
        # Main statuses that stand here, too, where no sub-status is told.
        "NotFound": None,
        "InTransit": Milestone.IN_TRANSIT,
        "Expired": None,
        "DeliveryFailure": Milestone.ATTEMPTED,
        "Exception": Milestone.IN_TROUBLE,
    }
)
"""The stages of an event, which count where it has no sub-status."""

_CARRIERS = MappingProxyType(
    {code: carriers.named(name) for name, code in CODES.items()}
)

_MOST_SCANS = 500
_LONGEST_NOTE = 300
_WORD = re.compile(r"[A-Za-z_]{1,60}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def read(body: bytes, arrived_at: datetime) -> list[Event]:
    """What a webhook tells: the newest scans of the journey, oldest first.

    Raises:
        UnreadablePayload: it is no JSON, or tells of no number.
    """
    webhook = read_object(body)
    data = an_object(webhook.get("data"))
    number = written_plainly(str(data.get("number") or ""))
    if not number:
        raise UnreadablePayload("data.number: missing")
    match webhook.get("event"):
        case "TRACKING_UPDATED":
            return list(_journey(number, data, arrived_at))
        case "TRACKING_STOPPED":
            return [NumberLeft(happened_at=arrived_at, number=number)]
        case other:
            log.warning("webhook_not_understood of=17track event=%s", _word(other))
            return []


def _journey(number: str, data: Wire, arrived_at: datetime) -> Iterator[Event]:
    """An event of two carriers, or told twice, is one scan."""
    info = an_object(data.get("track_info"))
    scans: dict[ScanId, NumberMoved] = {}
    for provider in objects_in(an_object(info.get("tracking")).get("providers")):
        key = whole(an_object(provider.get("provider")).get("key"))
        carrier = _CARRIERS.get(key or 0)
        for event in objects_in(provider.get("events")):
            scan = _scan(number, event, carrier, arrived_at)
            if scan is not None:
                scans.setdefault(scan.scan_id, scan)
    ordered = sorted(scans.values(), key=lambda each: (each.happened_at, each.scan_id))
    del ordered[:-_MOST_SCANS]
    expected_at = _expected_at(an_object(info.get("time_metrics")))
    for scan in ordered:
        if scan is ordered[-1]:
            yield replace(scan, expected_at=expected_at)
        else:
            yield scan


def _scan(
    number: str,
    event: Wire,
    carrier: carriers.Carrier | None,
    arrived_at: datetime,
) -> NumberMoved | None:
    milestone = _milestone(event, carrier)
    happened_at = _moment(event, arrived_at)
    if milestone is None or happened_at is None:
        return None
    address = an_object(event.get("address"))
    country = text(address.get("country"))
    city = cleaned(text(address.get("city")) or text(event.get("location")))
    return NumberMoved(
        happened_at=happened_at,
        number=number,
        milestone=milestone,
        scan_id=_scan_id(milestone, event, city),
        city=city,
        country=country if country and _COUNTRY.fullmatch(country) else None,
        region=cleaned(text(address.get("state"))),
        note=cleaned(text(event.get("description")), at_most=_LONGEST_NOTE),
    )


def _milestone(event: Wire, carrier: carriers.Carrier | None) -> Milestone | None:
    """By the sub-status, else by the stage, else by the carrier's own words."""
    for told, table in (("sub_status", MEANINGS), ("stage", _STAGES)):
        word = text(event.get(told))
        if not word:
            continue
        if word not in table:
            log.warning("scan_not_understood of=17track %s=%s", told, _word(word))
        return table.get(word)
    if carrier is None:
        return None
    return carrier.milestone_of(text(event.get("description")) or "")


def _moment(event: Wire, arrived_at: datetime) -> datetime | None:
    """When it was scanned; None where that is told in no way.

    Some carriers tell a time and no zone. Then it is taken as UTC, which is up to half
    a day off. No scan is later than the news of it: a wrong clock would win over all
    that really happens later.
    """
    for name in ("time_utc", "time_iso"):
        if (moment := _parsed(text(event.get(name)))) and moment.tzinfo is not None:
            return min(moment.astimezone(UTC), arrived_at)
    raw = an_object(event.get("time_raw"))
    date, time = text(raw.get("date")), text(raw.get("time"))
    moment = _parsed(f"{date}T{time or '00:00:00'}{text(raw.get('timezone')) or ''}")
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return min(aware.astimezone(UTC), arrived_at)


def _parsed(told: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told or "")
        aware = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if is_believable(aware) else None


_RANKS: Mapping[Milestone, int] = MappingProxyType(
    {
        Milestone.LABELLED: 4,
        Milestone.IN_TRANSIT: 8,
        Milestone.OUT_FOR_DELIVERY: 12,
        Milestone.READY_FOR_PICKUP: 16,
        Milestone.ATTEMPTED: 20,
        Milestone.DELAYED: 24,
        Milestone.IN_TROUBLE: 28,
        Milestone.PICKED_UP: 32,
        Milestone.DELIVERED: 36,
    }
)
"""Which scan of two at one moment is the later. They are part of each scan's id: one
that changes makes every scan of that milestone look new."""

_NAME_BITS = 56
_OURS = 1 << 62
"""Above all ids that the store's platform gives to scans."""


def _scan_id(milestone: Milestone, event: Wire, city: str | None) -> ScanId:
    """17TRACK gives a scan no id, and tells of all of them each time."""
    times = [str(event.get(name)) for name in ("time_utc", "time_iso", "time_raw")]
    told = "\n".join([*times, milestone, (city or "").casefold()])
    digest = hashlib.sha256(told.encode("utf-8", "replace")).digest()
    name = int.from_bytes(digest[: _NAME_BITS // 8])
    return ScanId(_OURS + (_RANKS[milestone] << _NAME_BITS) + name)


def _expected_at(metrics: Wire) -> datetime | None:
    """The day on which the carrier means to deliver, not the one 17TRACK reckons."""
    expected = an_object(metrics.get("estimated_delivery_date"))
    source = text(expected.get("source"))
    if not source or source.upper() == "17TRACK":
        return None
    moment = _parsed(text(expected.get("to")) or text(expected.get("from")))
    return moment if moment is not None and moment.tzinfo is not None else None


_ENOUGH = 65_536
_TAG = re.compile(rb'"tag"\s*:\s*"(\d{1,20})"')
_NUMBER = re.compile(rb'"number"\s*:\s*"([A-Za-z0-9]{1,50})"')
_EVENT = re.compile(rb'"event"\s*:\s*"TRACKING_([A-Z]{1,40})"')


def subject_of(body: bytes) -> str:
    """The order that we have tagged the number with, else the number, else ''.

    Inside a JSON text the quotes of a key are escaped, so no carrier's words can pass
    for one. A wrong guess costs order within the shop, nothing more.
    """
    found = _TAG.search(body, 0, _ENOUGH) or _NUMBER.search(body, 0, _ENOUGH)
    return found[1].decode() if found else ""


def topic_of(body: bytes) -> str:
    """Such as ``tracking/updated``; '' where no event is named."""
    found = _EVENT.search(body, 0, _ENOUGH)
    return f"tracking/{found[1].decode().lower()}" if found else ""


def _word(value: object) -> str:
    """A stranger's word, fit for a log."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "?"
