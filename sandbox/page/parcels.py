"""A parcel's way across Asia and beyond, town by town, and the orders of the store."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.words import Words
from notifications import places

Stop = tuple[str, str]
"""A town and its country."""

_FROM: tuple[Stop, ...] = (("Seoul", "KR"), ("Incheon", "KR"), ("Hong Kong", "HK"))
_GATEWAYS: Mapping[str, tuple[Stop, ...]] = {
    "GB": (("Dubai", "AE"), ("London", "GB")),
    "KR": (),
    "BR": (("Dubai", "AE"), ("Guarulhos", "BR")),
    "ES": (("Dubai", "AE"), ("Madrid", "ES")),
    "IN": (("Singapore", "SG"), ("Delhi", "IN")),
    "ID": (("Singapore", "SG"), ("Jakarta", "ID")),
    "AE": (("Singapore", "SG"), ("Dubai", "AE")),
    "DE": (("Dubai", "AE"), ("Leipzig", "DE")),
    "FR": (("Dubai", "AE"), ("Paris", "FR")),
    "TW": (("Taoyuan", "TW"),),
}


def route(country: str) -> tuple[Stop, ...]:
    """The towns in which a parcel to this country is scanned, from ours on."""
    if country == "KR":
        return (("Seoul", "KR"), ("Okcheon", "KR"))
    return (*_FROM, *_GATEWAYS.get(country, ()))


def town(stop: Stop, words: Words) -> str:
    """Its name as the page's reader writes it, where the table of places knows it."""
    city, country = stop
    return places.said(city, country, words.language) or city


def shown(orders: Iterable[Mapping[str, Any]], words: Words) -> list[dict[str, Any]]:
    """Orders with what can be done about each. Ids are texts: a script's numbers are
    not exact where Shopify's ids are."""
    return [_order(order, words) for order in orders]


def _order(order: Mapping[str, Any], words: Words) -> dict[str, Any]:
    parcels = order["parcels"]
    parcel = parcels[-1] if parcels else None
    stops = route(order["country"])
    scans = [] if parcel is None else parcel["scans"]
    passed = _passed(stops, scans)
    is_over = order["cancelled_at"] is not None
    is_delivered = parcel is not None and parcel["status"] == "delivered"
    return {
        **order,
        "id": str(order["id"]),
        "route": [
            {
                "name": town(stop, words),
                "country": stop[1],
                "passed": place < passed,
            }
            for place, stop in enumerate(stops)
        ],
        "town": town((order["city"], order["country"]), words),
        "next_stop": None
        if parcel is None or passed >= len(stops) or is_delivered
        else {
            "city": stops[passed][0],
            "country": stops[passed][1],
            "name": town(stops[passed], words),
        },
        "status": None if parcel is None else parcel["status"],
        "can": [
            name
            for name, is_possible in (
                ("pay", order["payment"] == "pending" and not is_over),
                ("ship", parcel is None and not is_over),
                ("scan", parcel is not None and not is_delivered),
                ("refund", order["payment"] == "paid" and not is_over),
                ("cancel", parcel is None and not is_over),
            )
            if is_possible
        ],
    }


def _passed(stops: tuple[Stop, ...], scans: Iterable[Mapping[str, Any]]) -> int:
    """How many stops lie behind a parcel: one more with each scan in the next town."""
    passed = 0
    for scan in scans:
        here = (scan["city"], scan["country"])
        if here in stops[passed:]:
            passed = stops.index(here, passed) + 1
    return passed
