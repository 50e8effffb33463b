"""The clocks at an address, down to the town where a province has several.

``regions.tsv`` has the countries whose clocks differ, a line for each part of one: its
provinces as Shopify writes them, its zones, and the beginnings of its postcodes and the
towns by which it is told from the rest of its province. A line without provinces is the
rest of its country. What is ``apart`` has a country's code of its own, as Réunion has,
and is meant only where the address tells it. Of any other country the zone tables say
which zones it has.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from core.zones import zones_of_countries
from notifications.places import spoken

_TABLE = Path(__file__).with_name("regions.tsv")


@dataclass(frozen=True, slots=True)
class Region:
    provinces: frozenset[str]
    zones: frozenset[str]
    postcodes: tuple[str, ...]
    towns: frozenset[str]
    is_apart: bool


def zones_at(
    country: str,
    *,
    province: str | None = None,
    postcode: str | None = None,
    town: str | None = None,
) -> frozenset[str]:
    """All zones that the address may be in; empty where it tells of none.

    What is left out or unknown leaves every zone possible that it could mean, and where
    postcode and town contradict each other, both stay possible.
    """
    regions = _regions().get(country)
    if regions is None:
        return _of_whole_country(country, town)
    possible = _of_province(regions, _plain(province).removeprefix(country))
    by_postcode = _by_postcode(possible, _plain(postcode))
    by_town = _zones(each for each in possible if town and spoken(town) in each.towns)
    if by_postcode and by_town:
        return by_postcode & by_town or by_postcode | by_town
    return by_postcode or by_town or _zones(_unless_apart(possible))


def _of_whole_country(country: str, town: str | None) -> frozenset[str]:
    """Zones are called after a town of theirs."""
    zones = zones_of_countries().get(country, ())
    called = spoken(town or "")
    own = [each for each in zones if spoken(each.rpartition("/")[2]) == called]
    return frozenset(own or zones)


def _of_province(regions: Sequence[Region], province: str) -> Sequence[Region]:
    if not province:
        return regions
    own = [each for each in regions if province in each.provinces]
    return own or [each for each in regions if not each.provinces] or regions


def _by_postcode(possible: Sequence[Region], postcode: str) -> frozenset[str]:
    """Those of the longest beginning that fits, else those that are told by none."""
    if not postcode or not any(each.postcodes for each in possible):
        return frozenset()
    fitting = {
        len(beginning): each.zones
        for each in possible
        for beginning in each.postcodes
        if postcode.startswith(beginning)
    }
    if fitting:
        return fitting[max(fitting)]
    return _zones(_unless_apart([each for each in possible if not each.postcodes]))


def _unless_apart(possible: Sequence[Region]) -> Sequence[Region]:
    return [each for each in possible if not each.is_apart] or possible


def _zones(regions: Iterable[Region]) -> frozenset[str]:
    return frozenset(chain.from_iterable(each.zones for each in regions))


_NO_LETTER = re.compile(r"[^A-Z0-9]")


def _plain(code: str | None) -> str:
    return _NO_LETTER.sub("", (code or "").upper())


@cache
def _regions() -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            region = Region(
                provinces=frozenset(_listed(row["provinces"])),
                zones=frozenset(_listed(row["zones"])),
                postcodes=tuple(_beginnings(row["postcodes"])),
                towns=frozenset(map(spoken, _listed(row["towns"]))),
                is_apart=row["apart"] == "apart",
            )
            found.setdefault(row["country"], []).append(region)
    return found


def _listed(written: str) -> list[str]:
    return [each for each in written.split(",") if each]


def _beginnings(written: str) -> Iterator[str]:
    """«402-418» are all that begin with one of those."""
    for each in _listed(written):
        first, is_range, last = each.partition("-")
        if is_range:
            yield from map(str, range(int(first), int(last) + 1))
        else:
            yield first
