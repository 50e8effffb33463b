"""When a store's catalog is looked at again."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NIGHT_BEGINS = time(2)
_NIGHT = timedelta(hours=3)
_LOOKS = tuple(timedelta(seconds=seconds) for seconds in (3, 5, 10, 20, 40, 60))
_LONGEST_LOOK = timedelta(minutes=5)


def next_night(now: datetime, zone: ZoneInfo, shop_id: int) -> datetime:
    """When all of a store is read again: while its own people are asleep, and each
    store at another moment of the night. At least half a day from now."""
    within = timedelta(seconds=shop_id * 7_919 % int(_NIGHT.total_seconds()))
    day = (now + timedelta(hours=12)).astimezone(zone).date()
    while True:
        begins = datetime.combine(day, _NIGHT_BEGINS, zone).astimezone(UTC)
        if begins + within >= now + timedelta(hours=12):
            return begins + within
        day += timedelta(days=1)


def pause_before_look(looks: int) -> timedelta:
    """How long a portion at Meta is left alone that was looked at so often: it is
    mostly done within a minute."""
    return _LOOKS[looks] if looks < len(_LOOKS) else _LONGEST_LOOK
