"""What a message says: to whom, in which language, and each value by its name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from integrations import carriers
from tests.flows.month import words
from tests.flows.month.calls import Call
from tests.flows.month.known import Known
from tests.flows.month.told import OrderTold, ParcelTold


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """``language`` is for whoever reads none of the ten; ``refused`` are the phones
    of which Meta tells that nobody is there."""

    name: str
    timezone: str
    language: str
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InWords:
    """What each language has words of its own for, some with an amount in them."""

    name: str
    total: str = ""


Value = str | InWords | None
"""None is unknown, for which each language has words, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    to: str
    language: str
    values: Mapping[str, Value]


def said(call: Call, lines: Counter[int], known: Known, store: Store) -> Said:
    """``lines`` are the changes to an order, where these are the news."""
    order = known.order(call.order)
    spoken = order if call.order is not None else known.last_order_of(call.phone)
    language = words.language_of(
        spoken.locale if spoken else None, otherwise=store.language
    )
    values: dict[str, Value] = {
        "shop_name": store.name,
        **_of_the_order(order, call, language),
        **(_of_the_parcel(call, order, known, store, language) if call.parcel else {}),
    }
    if call.amounts:
        amount = sum((amount for amount, _ in call.amounts), Decimal(0))
        values["amount"] = words.money(amount, call.amounts[0][1], language)
    if call.lines:
        added = sum(more for more in lines.values() if more > 0)
        values["added"] = str(added)
        values["removed"] = str(added - sum(lines.values()))
    if call.because is not None:
        values["reason"] = InWords(f"declined_{call.because}")
    to = (order.phone if order else None) or call.phone
    return Said(to=to or "", language=language, values=values)


def _of_the_order(
    order: OrderTold | None, call: Call, language: str
) -> dict[str, Value]:
    if order is None:
        return {"order_name": None, "order_link": None}
    total = words.money(order.total, order.currency, language)
    new_total = None
    if order.at >= call.at:
        new_total = words.money(order.current_total, order.currency, language)
    return {
        "order_name": order.name,
        "order_link": order.page,
        "first_name": order.first_name,
        "total": total,
        "payment": _payment(order, total),
        "new_total": new_total,
    }


def _payment(order: OrderTold, total: str) -> InWords:
    if order.is_paid_at_door and order.payment == "pending":
        return InWords("payment_at_door", total)
    how = {"authorized": "payment_authorized", "partially_paid": "payment_in_part"}
    return InWords(how.get(order.payment, "payment_received"))


def _of_the_parcel(
    call: Call, order: OrderTold | None, known: Known, store: Store, language: str
) -> dict[str, Value]:
    number = call.parcel or 0
    parcel = known.parcel(number)
    numbers = ", ".join(parcel.numbers) if parcel else ""
    heard = known.last_word(number)
    zone = ZoneInfo(store.timezone)
    heard_on = heard[0].astimezone(zone).date() if heard else None
    expected_on = _expected_on(call, known, zone)
    return {
        "parcel": numbers or _name(parcel, order),
        "tracking_number": numbers or None,
        "tracking_link": _page(parcel) or (order.page if order else None),
        "carrier": _carrier(parcel),
        **_part(call, known),
        "city": words.town(call.town, language) if call.town else None,
        "expected_on": words.day(expected_on, language) if expected_on else None,
        "heard_on": words.day(heard_on, language) if heard_on else None,
    }


def _name(parcel: ParcelTold | None, order: OrderTold | None) -> str:
    """Of a parcel of which nothing but scans has come in, its order's."""
    if parcel is not None:
        return parcel.name
    return order.name if order is not None else "-"


def _page(parcel: ParcelTold | None) -> str | None:
    """The store's own, else the carrier's: docs/reference/carriers.md."""
    if parcel is None:
        return None
    if parcel.page is not None or not parcel.numbers:
        return parcel.page
    return carriers.page_of(parcel.carrier or "", parcel.numbers[0])


def _carrier(parcel: ParcelTold | None) -> str | None:
    """As the store calls it, else the one that alone writes such numbers."""
    if parcel is None or parcel.carrier not in (None, "Other"):
        return parcel.carrier if parcel else None
    found = carriers.of_number(parcel.numbers[0]) if parcel.numbers else None
    return found.name if found else None


def _part(call: Call, known: Known) -> dict[str, Value]:
    part = known.part(call.parcel or 0, call.order)
    if part is None:
        return {}
    here, most, more_follows = part
    rest = InWords("rest_follows" if more_follows else "rest_sent")
    return {"count": str(here), "all_items": str(most), "rest": rest}


def _expected_on(call: Call, known: Known, zone: ZoneInfo) -> date | None:
    """'… as the newest scan has it … A day that was over when it was told is not
    shown.' A newest scan that tells no day takes none back."""
    told: list[tuple[datetime, datetime | None]] = [(call.at, call.expected_at)]
    told += [(scan.at, scan.expected_at) for scan in known.scans(call.parcel or 0)[-1:]]
    for at, expected_at in reversed(told):
        if expected_at is not None:
            day = expected_at.astimezone(zone).date()
            return day if day >= at.astimezone(zone).date() else None
    return None
