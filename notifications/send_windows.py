"""The hours that an automation may be sent at, on its reader's own clock: written, kept
and read as those that a store has for all its offers."""

from functools import lru_cache

from core.words import Words
from notifications.offer_settings import (
    WEEKDAYS,
    days_by_hours,
    in_one_form,
    window,
)
from notifications.rules.hours import ALWAYS, Week

NONE = "none"


def as_kept(written: str) -> str | None:
    """Hours such as ``tue 10:00-12:00, thu 18:00-20:00`` in one form; None where it may
    be sent at any hour.

    Raises:
        Unfit: they are no such thing.
    """
    said = " ".join(written.lower().split()) or NONE
    return None if window(said) in (None, ALWAYS) else in_one_form(said)


@lru_cache(maxsize=1024)
def week_of(kept: str | None) -> Week | None:
    """What this version no longer reads is as if it were not set."""
    try:
        return None if kept is None else window(kept)
    except ValueError:
        return None


def said(kept: str, words: Words) -> str:
    """As people read it, such as ``Sat, Sun 10:00-20:00; 22:00-23:00``."""
    told = (
        f"{', '.join(words.weekday(WEEKDAYS.index(day)) for day in days)} {hours}"
        for hours, days in days_by_hours(kept).items()
    )
    return "; ".join(map(str.strip, told))
