"""What the automations about a parcel's journey have in common."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.events import ParcelMoved, ParcelSeen
from core.values import Milestone
from notifications import wording
from notifications.automations import Draft, Known, NotProposed

Step = ParcelSeen | ParcelMoved
"""A fulfillment and a scan may each be the first to tell a milestone."""

LISTENS_TO: tuple[type[Step], ...] = (ParcelSeen, ParcelMoved)

_MOST_IN_A_NAME = 60
"""A body has 1,024 characters with its values, of which a link may take 200."""


def passes(milestone: Milestone) -> Callable[[Step], bool]:
    """Whether an event tells that a parcel passes this milestone."""

    def is_passed(event: Step) -> bool:
        return event.milestone is milestone

    return is_passed


def draft(
    event: Step, occasion: str, *, told: Mapping[str, str] | None = None
) -> Draft | NotProposed:
    """News that is due at once. Whether it still is the last is decided when it goes
    out: what comes in meanwhile may have overtaken it."""
    if isinstance(event, ParcelSeen) and event.is_cancelled:
        return NotProposed("parcel_cancelled")
    return Draft(
        occasion=occasion,
        order_id=event.order_id,
        fulfillment_id=event.fulfillment_id,
        told=told or {},
        phone=event.phone if isinstance(event, ParcelSeen) else None,
        wanted_at=event.happened_at,
    )


def place_key(city: str | None, country: str | None) -> str | None:
    """Names a place, however it is written, without telling it; None for nowhere."""
    if not city:
        return None
    written = f"{' '.join(city.split())}\n{country or ''}".casefold()
    return hashlib.sha256(written.encode()).hexdigest()[:16]


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
    zone = _zone(timezone)
    day = datetime.fromisoformat(expected).astimezone(zone).date()
    return day if day >= scan_at.astimezone(zone).date() else None


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def values(known: Known, names: Iterable[str]) -> dict[str, str]:
    """The values by these names, fit for a message and in the reader's language."""
    said = _SAID.get(known.language, _SAID["en"])
    every: dict[str, Callable[[], str]] = {
        "order_name": lambda: wording.value(
            known.order_name, "-", most=wording.MOST_IN_HEADER
        ),
        "shop_name": lambda: wording.value(known.shop_name, "-"),
        "parcel": lambda: _parcel(known),
        "tracking_link": lambda: wording.value(
            known.tracking_link or known.order_link, "-"
        ),
        "city": lambda: wording.value(known.city, said["city"], most=_MOST_IN_A_NAME),
        "expected_on": lambda: (
            wording.day(known.expected_on, known.language)
            if known.expected_on
            else said["expected_on"]
        ),
    }
    return {name: every[name]() for name in names}


def _parcel(known: Known) -> str:
    """What tells this parcel from the others of its order."""
    numbers = ", ".join(known.tracking_numbers)
    named = wording.value(known.parcel_name, known.order_name, most=_MOST_IN_A_NAME)
    told = wording.value(numbers, named, most=_MOST_IN_A_NAME)
    return wording.value(told, "-", most=_MOST_IN_A_NAME)


_SAID = {
    "en": {"city": "the next place", "expected_on": "not known yet"},
    "ko": {"city": "다음 경유지", "expected_on": "아직 정해지지 않음"},
    "pt_BR": {"city": "próxima parada", "expected_on": "ainda não definida"},
    "es": {"city": "la próxima parada", "expected_on": "aún por confirmar"},
    "hi": {"city": "अगला पड़ाव", "expected_on": "अभी तय नहीं"},
    "id": {"city": "titik berikutnya", "expected_on": "belum diketahui"},
    "ar": {"city": "المحطة التالية", "expected_on": "لم يُحدد بعد"},
    "de": {"city": "die nächste Station", "expected_on": "noch nicht bekannt"},
    "fr": {"city": "la prochaine étape", "expected_on": "pas encore connue"},
    "zh_TW": {"city": "下一站", "expected_on": "尚未確定"},
}
"""What to say where the carrier tells no place or day."""
