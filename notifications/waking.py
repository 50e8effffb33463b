"""What the rules of waking hours look at, out of an address, the laws and the store."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from core.values import Scope
from notifications.laws import Kind, Law, Place, law_for
from notifications.rules.hours import Week, between, either, outside
from notifications.rules.waking import HoursFacts
from notifications.zones import Whereabouts, Zones, zones_of
from notifications.zones.phones import country_of, is_us_number, may_be_of


@dataclass(frozen=True, slots=True)
class Window:
    """From ``opens`` to ``closes`` on each of the weekdays, of which 0 is Monday."""

    opens: time
    closes: time
    weekdays: tuple[int, ...] = tuple(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHours:
    """What the store wants besides the law: quiet hours for offers and for news, which
    may run over midnight and of which equal ends mean none, and the windows that offers
    are to come in."""

    quiet: tuple[time, time] | None = None
    quiet_for_news: tuple[time, time] | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Waking:
    """The facts for the rules, and what tells an owner where they come from."""

    facts: HoursFacts
    zones: Zones
    law: Law


def waking(
    where: Whereabouts,
    *,
    scope: Scope,
    store: StoreHours,
    now: datetime,
    yeses: Collection[str] = (),
) -> Waking:
    """``yeses`` are those that lift a law's hours, as ``night_consent``."""
    zones, law = zones_of(where), law_for(places_of(where), on=now.date())
    is_unreached = bool(law.of(Kind.UNDELIVERED)) and _is_us(where)
    facts = HoursFacts(
        scope=scope,
        clocks=zones.clocks(),
        offer_hours=[*law.weeks(yeses), *_wanted(store)],
        news_hours=[outside(*store.quiet_for_news)] if store.quiet_for_news else [],
        offers_are_delivered=not is_unreached,
    )
    return Waking(facts, zones, law)


def places_of(where: Whereabouts) -> Sequence[Place]:
    """Whose law may hold: the address's, and that of a phone from another country."""
    return list(_places(where))


def _places(where: Whereabouts) -> Iterator[Place]:
    country = where.country.upper() if where.country else None
    if country is not None:
        yield Place(country, where.province)
    if where.phone is not None and not (country and may_be_of(where.phone, country)):
        of_phone = country_of(where.phone)
        if of_phone is not None:
            yield Place(of_phone)


def _wanted(store: StoreHours) -> Iterator[Week]:
    if store.quiet:
        yield outside(*store.quiet)
    if store.windows:
        yield either(
            between(each.opens, each.closes, each.weekdays) for each in store.windows
        )


def _is_us(where: Whereabouts) -> bool:
    return where.phone is not None and is_us_number(where.phone)
