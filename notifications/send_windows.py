"""The hours that an automation may be sent at, on its reader's own clock: written, kept
and read as those that a store has for all its offers."""

from functools import lru_cache

from core.words import Words
from notifications.offer_settings import WEEKDAYS, window
from notifications.rules.hours import ALWAYS, Week

NONE = "none"


def as_kept(written: str) -> str | None:
    """Hours such as ``tue 10:00-12:00, thu 18:00-20:00`` in one form; None where it may
    be sent at any hour.

    Raises:
        Unfit: they are no such thing.
    """
    kept = " ".join(written.lower().split()) or NONE
    return None if window(kept) in (None, ALWAYS) else kept


@lru_cache(maxsize=1024)
def week_of(kept: str | None) -> Week | None:
    """What this version no longer reads is as if it were not set."""
    try:
        return None if kept is None else window(kept)
    except ValueError:
        return None


def said(kept: str, words: Words) -> str:
    """As people read it, such as ``Sat, Sun 10:00-20:00; 22:00-23:00``."""
    days: dict[str, list[str]] = {}
    for part in kept.split(","):
        day, _space, hours = part.strip().rpartition(" ")
        named = [words.weekday(WEEKDAYS.index(day))] if day in WEEKDAYS else []
        days.setdefault(hours, []).extend(named)
    told = (f"{', '.join(named)} {hours}" for hours, named in days.items())
    return "; ".join(map(str.strip, told))
