"""What an owner may set about offers: how many, when, and what counts as a yes."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from core.errors import NotPossible
from core.words import N_
from notifications.rules.hours import Week, between, either, on_whole_days, outside
from notifications.rules.standing import Cap
from notifications.unfit import SettingRefused, Unfit

FREQUENT, CHURN_RISK = "frequent", "churn_risk"

HARDEST_CAP = Cap(3, 7)
"""Counts for everybody, whatever is set: whoever gets more promotions than three in a
week mutes them or leaves."""

_DEFAULT = Cap(2, 7)
_FREQUENT = Cap(3, 7, FREQUENT)
_CHURN_RISK = Cap(1, 10, CHURN_RISK)

LONGEST_DAYS = 31
_MOST_PERCENT = 50
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSettings:
    """``quiet_hours`` and ``send_window`` come on top of what the law says.
    ``news_quiet_hours`` are for news about orders and parcels, which else come at any
    hour. ``holdout`` is the percentage of people who are never sent offers, by which
    is seen what offers do. ``double_opt_in`` are countries where a yes has to be
    confirmed though their law does not ask for it, ``*`` all."""

    default: Cap = _DEFAULT
    frequent: Cap = _FREQUENT
    churn_risk: Cap = _CHURN_RISK
    quiet_hours: Week | None = None
    send_window: Week | None = None
    news_quiet_hours: Week | None = None
    holdout: int = 0
    double_opt_in: frozenset[str] = field(default_factory=frozenset)


_UNCHANGED = OfferSettings()

DEFAULTS: Mapping[str, str] = {
    "default": "2/7",
    "frequent": "3/7",
    "churn_risk": "1/10",
    "quiet_hours": "none",
    "send_window": "none",
    "news_quiet_hours": "none",
    "holdout": "0",
    "double_opt_in": "none",
}
"""As they are written and shown, when nothing else was set."""
HOURS = ("quiet_hours", "send_window", "news_quiet_hours")
"""Those of them that are hours."""


def checked(wanted: Mapping[str, str]) -> dict[str, str]:
    """The settings as they are kept: in one form, and only what is not the default.

    Raises:
        NotPossible: a name that is no setting, or a value that cannot be one.
    """
    kept: dict[str, str] = {}
    for name, value in wanted.items():
        if name not in _READ:
            raise NotPossible(f"{name} is not a setting (there is: {', '.join(_READ)})")
        written = " ".join(value.lower().split())
        kept[name] = DEFAULTS[name] if written == "none" else written
        try:
            _READ[name](kept[name])
        except Unfit as error:
            raise SettingRefused(name, error) from None
        if name in HOURS:
            kept[name] = in_one_form(kept[name])
    return kept


def settings_kept(kept: Mapping[str, str]) -> OfferSettings:
    """What this version no longer allows is as if it were not set."""
    if not kept:
        return _UNCHANGED
    settings = _UNCHANGED
    for name, value in kept.items():
        try:
            changed = {name: _READ[name](value)}
        except (KeyError, ValueError):
            continue
        settings = replace(settings, **changed)
    return settings


_CAP = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)


def _cap(tag: str | None) -> Callable[[str], Cap]:
    def read(written: str) -> Cap:
        found = _CAP.fullmatch(written)
        if found is None:
            raise Unfit(N_("must be so many in so many days, such as 2/7"))
        cap = Cap(int(found[1]), int(found[2]), tag)
        if cap.most > HARDEST_CAP.most:
            raise Unfit(
                N_("must be at most %(most)s: more in a week drives people away"),
                most=HARDEST_CAP.most,
            )
        if not 1 <= cap.days <= LONGEST_DAYS:
            raise Unfit(N_("must be over 1 to %(most)s days"), most=LONGEST_DAYS)
        return cap

    return read


_SPAN = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", re.ASCII)


def _span(written: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(written)
    if found is None:
        raise Unfit(N_("must have a beginning and an end, such as 21:00-08:00"))
    try:
        first, last = (time.fromisoformat(each.zfill(5)) for each in found.groups())
    except ValueError:
        raise Unfit(N_("has an hour that no clock shows")) from None
    return first, last


def _quiet(written: str) -> Week | None:
    return None if written == "none" else outside(*_span(written))


def window(written: str) -> Week | None:
    """Hours such as ``tue 10:00-12:00, thu 18:00-20:00``, or ``10:00-20:00``. From
    midnight to midnight is the whole day."""
    if written == "none":
        return None
    weeks = []
    for part in written.split(","):
        day, _space, hours = part.strip().rpartition(" ")
        if day and day not in WEEKDAYS:
            raise Unfit(N_("has a day other than %(days)s"), days=", ".join(WEEKDAYS))
        days = [WEEKDAYS.index(day)] if day else range(7)
        span = _span(hours)
        is_whole_day = span == (time(), time())
        weeks.append(on_whole_days(days) if is_whole_day else between(*span, days))
    found = either(weeks)
    if not any(found.days):
        raise Unfit(N_("leaves no hour at all"))
    return found


def days_by_hours(written: str) -> dict[str, list[str]]:
    """The days on which the same hours are written, from Monday on, and none of them
    where that is every day. What cannot be hours stands there as it is."""
    found: dict[str, set[str]] = {}
    for part in written.split(","):
        day, _space, hours = part.strip().rpartition(" ")
        if hours not in ("", "none"):
            found.setdefault(_padded(hours), set()).update([day] if day else WEEKDAYS)
    return {
        hours: [] if days.issuperset(WEEKDAYS) else in_order(days)
        for hours, days in found.items()
    }


def _padded(hours: str) -> str:
    """As a field for times wants them: nine is ``09:00``."""
    return "-".join(end.strip() and end.strip().zfill(5) for end in hours.split("-"))


def in_order(days: Collection[str]) -> list[str]:
    """From Monday on; what is no day comes last."""
    return sorted(days, key=[*WEEKDAYS, *days].index)


def in_one_form(written: str) -> str:
    """Hours as they are kept, whoever has written them: the days of the same hours
    stand together."""
    parts = (
        f"{day} {hours}".strip()
        for hours, days in days_by_hours(written).items()
        for day in days or [""]
    )
    return ", ".join(parts) or "none"


def _percent(written: str) -> int:
    is_number = written.isascii() and written.isdigit() and len(written) <= 2
    if not is_number or int(written) > _MOST_PERCENT:
        raise Unfit(N_("must be a percentage from 0 to %(most)s"), most=_MOST_PERCENT)
    return int(written)


_COUNTRY = re.compile(r"[a-z]{2}", re.ASCII)


def _countries(written: str) -> frozenset[str]:
    if written in ("none", "*"):
        return frozenset(written.removeprefix("none"))
    countries = [each.strip() for each in written.split(",")]
    if not all(_COUNTRY.fullmatch(each) for each in countries):
        raise Unfit(N_("must be countries such as CH,IT, or * for all"))
    return frozenset(each.upper() for each in countries)


_READ: Mapping[str, Callable[[str], Any]] = {
    "default": _cap(None),
    "frequent": _cap(FREQUENT),
    "churn_risk": _cap(CHURN_RISK),
    "quiet_hours": _quiet,
    "send_window": window,
    "news_quiet_hours": _quiet,
    "holdout": _percent,
    "double_opt_in": _countries,
}
