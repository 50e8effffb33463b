"""Time zones by name, out of the tables that come with the program.

A host's own tables may be years old or missing, and a government may change its clocks
at a few months' notice: what is pinned in ``requirements.txt`` is the same everywhere.
"""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_TABLES = "tzdata"


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of this name, as in 'America/Manaus'.

    Raises:
        LookupError: there is none of this name.
    """
    if name not in zone_names():
        raise LookupError(f"no time zone is called {name!r}")
    table = files(_TABLES).joinpath("zoneinfo", *name.split("/"))
    with table.open("rb") as told:
        return ZoneInfo.from_file(told, key=name)


@cache
def zone_names() -> frozenset[str]:
    return frozenset(files(_TABLES).joinpath("zones").read_text("utf-8").split())


@cache
def zones_of_countries() -> dict[str, tuple[str, ...]]:
    """The zones of each country that has any, by its two letters."""
    found: dict[str, tuple[str, ...]] = {}
    table = files(_TABLES).joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, name, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), name)
    return found
