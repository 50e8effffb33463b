"""What rules may know of the person whom an offer is for, and of their hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many offers in so many days on end. ``tag`` is of whom, None for
    everybody."""

    most: int
    days: int
    tag: str | None = None

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Hour:
    """``clocks`` are the zones that somebody may live by, by name, as told by
    ``found_by``; ``next_at`` is the next moment at which it is an hour for the message
    on all of them, None where there is none. ``window`` is when its automation may be
    sent at all, as it is written, and ``waits_for_window`` whether that holds it up for
    longer than all other hours do."""

    clocks: tuple[str, ...]
    found_by: str
    next_at: datetime | None
    window: str | None = None
    waits_for_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``confirmed_at`` is when they said yes a second time, since they last said no.
    ``yes_ends_at`` is when a law lets the yes end. ``unreachable_at`` is when WhatsApp
    last could not reach them, and nothing reached them since. ``sent`` are the moments
    of the offers that have gone to them lately, the oldest first, this very batch's
    included. ``caps`` are those that count for them.
    """

    must_confirm: bool
    confirmed_at: datetime | None
    yes_ends_at: datetime | None
    unreachable_at: datetime | None
    is_delivered_there: bool
    is_in_control_group: bool
    lacks_label: bool
    caps: tuple[Cap, ...]
    sent: tuple[datetime, ...]
