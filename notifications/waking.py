"""When it is an hour for a message where somebody is, and the law that counts there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from core.values import Scope
from notifications import send_windows
from notifications.laws import Kind, Law, Place, law_for
from notifications.offer_settings import OfferSettings
from notifications.rules.hours import Week, next_allowed
from notifications.rules.standing import Hour
from notifications.zones import Source, Whereabouts, Zones, zones_of
from notifications.zones.phones import country_of, is_us_number, may_be_of


@dataclass(frozen=True, slots=True)
class Waking:
    """``country`` is the first whose law may hold, None where none is known.
    ``offers_are_delivered`` is false where Meta delivers none, as to numbers of the
    United States."""

    hour: Hour
    law: Law
    country: str | None
    offers_are_delivered: bool


def waking(
    where: Whereabouts,
    *,
    scope: Scope,
    settings: OfferSettings,
    now: datetime,
    yeses: Collection[str] = (),
    window: Week | None = None,
    send_window: str | None = None,
) -> Waking:
    """``yeses`` are those that lift a law's hours, as ``night_consent``; ``window`` are
    hours of the message alone, and ``send_window`` those of its automation, as they are
    written."""
    found, lifting = _found(where), frozenset(yeses)
    every = _waking(found, scope, settings, now, lifting, window)
    own = send_windows.week_of(send_window)
    if own is None:
        return every
    narrowed = _waking(found, scope, settings, now, lifting, window, own)
    hour = replace(
        narrowed.hour,
        window=send_window,
        waits_for_window=narrowed.hour.next_at != every.hour.next_at,
    )
    return replace(narrowed, hour=hour)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Where somebody is: the same object for all of whom it is the same, so that it is
    found again by being it."""

    zones: Zones
    places: Sequence[Place]
    is_us: bool


@lru_cache(maxsize=4096)
def _same(zones: Zones, places: Sequence[Place], is_us: bool) -> _Found:
    return _Found(zones, places, is_us)


def _found(where: Whereabouts) -> _Found:
    phone, country = where.phone, where.country and where.country.upper()
    if phone is not None and country and may_be_of(phone, country):
        # The number of somebody at home tells nothing that their address does not.
        found = _at_home(country, where.province, where.postcode, where.town)
        if found is not None:
            return found
    return _same(zones_of(where), tuple(_places(where)), _is_us(where))


@lru_cache(maxsize=4096)
def _at_home(
    country: str, province: str | None, postcode: str | None, town: str | None
) -> _Found | None:
    """None where the address tells of no clock."""
    where = Whereabouts(
        country=country, province=province, postcode=postcode, town=town
    )
    zones = zones_of(where)
    if zones.source is not Source.ADDRESS:
        return None
    return _same(zones, tuple(_places(where)), _is_us(where))


@lru_cache(maxsize=256)
def _waking(
    found: _Found,
    scope: Scope,
    settings: OfferSettings,
    now: datetime,
    yeses: Collection[str],
    window: Week | None,
    own: Week | None = None,
) -> Waking:
    """Of a batch, which is decided about at one moment, most live alike."""
    zones, places = found.zones, found.places
    law = law_for(places, on=now.date())
    laws = law.weeks(yeses) if scope is Scope.MARKETING else ()
    of_message = filter(None, (window, own))
    weeks = [*laws, *weeks_of(settings, scope), *of_message]
    next_at = next_allowed(now, zones.clocks(), weeks)
    return Waking(
        hour=Hour(zones.names, zones.source, next_at),
        law=law,
        country=places[0].country if places else None,
        offers_are_delivered=not (found.is_us and law.of(Kind.UNDELIVERED)),
    )


def weeks_of(settings: OfferSettings, scope: Scope) -> list[Week]:
    """What the store has set for all that it sends of a scope."""
    of_offers = (settings.quiet_hours, settings.send_window)
    weeks = of_offers if scope is Scope.MARKETING else (settings.news_quiet_hours,)
    return [each for each in weeks if each]


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


def _is_us(where: Whereabouts) -> bool:
    if where.phone is None:  # who shows no number is told by the country alone
        return where.country == "US"
    return is_us_number(where.phone)
