"""One traffic light for a WhatsApp number, with the single next step; and all that it
is made of, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.words import N_
from notifications.numbers_told import Told
from notifications.rules.health_lines import (
    RECONNECT,
    Light,
    Line,
    Topic,
    lines_told,
)

_STALE_AFTER = timedelta(hours=6)
_CANNOT_PAY = "meta_131042"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``told`` is None where Meta was not asked yet, and ``held_because`` why it could
    not be asked last time. ``templates`` counts ours by Meta's state for them."""

    told: Told | None
    read_at: datetime | None
    held_because: str | None
    parked_because: str | None
    parked_until: datetime | None
    templates: Mapping[str, int]
    last_accepted_at: datetime | None


def lines_of(facts: Facts, *, now: datetime) -> list[Line]:
    """What there is to say, the most pressing first."""
    found = [_reading(facts, now), _sending(facts, now)]
    if facts.told is not None:
        found += lines_told(
            facts.told,
            now=now,
            has_sent=facts.last_accepted_at is not None,
            cannot_pay=facts.parked_because == _CANNOT_PAY,
        )
    found += [_templates(facts.templates), _last(facts)]
    told_lines = [line for line in found if line is not None]
    return sorted(told_lines, key=lambda line: -line.light)


def verdict(lines: Sequence[Line]) -> tuple[Light, Line | None]:
    """The light, and the line whose step comes next; None where there is none."""
    light = max((line.light for line in lines), default=Light.YELLOW)
    first = (line for line in lines if line.light == light and line.step is not None)
    return light, None if light is Light.GREEN else next(first, None)


_WAIT = N_("Nothing has to be done: Sosik asks again by itself.")


def _reading(facts: Facts, now: datetime) -> Line | None:
    if facts.held_because is not None:
        is_locked_out = facts.held_because in _LOCKED_OUT
        return Line(
            topic=Topic.READING,
            light=Light.RED if is_locked_out else Light.YELLOW,
            says=N_("Meta could not be asked (%(code)s)."),
            step=RECONNECT if is_locked_out else _WAIT,
            values={"code": facts.held_because},
            code=facts.held_because,
        )
    if facts.read_at is None:
        says = N_("Meta has not been asked about this number yet.")
        return Line(topic=Topic.READING, light=Light.YELLOW, says=says, step=_WAIT)
    if now - facts.read_at > _STALE_AFTER:
        return Line(
            topic=Topic.READING,
            light=Light.YELLOW,
            says=N_("Meta was last asked on %(at)s."),
            step=N_("Press Check now."),
            values={"at": facts.read_at},
        )
    return None


_LOCKED_OUT = frozenset(
    f"meta_{code}" for code in (0, 3, 10, 33, 100, 190, *range(200, 300), 131005)
)


def _sending(facts: Facts, now: datetime) -> Line | None:
    if facts.parked_because is None:
        return None
    is_over = facts.parked_until is not None and facts.parked_until <= now
    return Line(
        topic=Topic.SENDING,
        light=Light.YELLOW if is_over else Light.RED,
        says=N_("Meta has refused messages from this number (%(code)s)."),
        step=N_(
            "Do what the code asks for; what waits goes out by itself within minutes."
        ),
        values={"code": facts.parked_because},
        code=facts.parked_because,
    )


def _templates(counted: Mapping[str, int]) -> Line:
    approved = counted.get("APPROVED", 0)
    stopped = sum(counted.get(state, 0) for state in _TEMPLATES_STOPPED)
    if stopped:
        return Line(
            topic=Topic.TEMPLATES,
            light=Light.YELLOW if approved else Light.RED,
            says=N_("%(stopped)s texts were rejected, paused or disabled by Meta."),
            step=N_("Open Templates to see which, and why."),
            values={"stopped": stopped, "approved": approved},
        )
    if not approved:
        return Line(
            topic=Topic.TEMPLATES,
            light=Light.YELLOW,
            says=N_("Meta has not approved any text yet."),
            step=N_("Wait for Meta; it takes minutes as a rule, and a day at most."),
        )
    says = N_("%(approved)s texts are approved by Meta.")
    values = {"approved": approved}
    return Line(topic=Topic.TEMPLATES, light=Light.GREEN, says=says, values=values)


_TEMPLATES_STOPPED = ("REJECTED", "PAUSED", "DISABLED", "NOT_SUBMITTED")


def _last(facts: Facts) -> Line:
    if facts.last_accepted_at is None:
        says = N_("Meta has not taken any message from this number yet.")
        return Line(topic=Topic.LAST, light=Light.GREEN, says=says)
    return Line(
        topic=Topic.LAST,
        light=Light.GREEN,
        says=N_("Meta took the last message on %(at)s."),
        values={"at": facts.last_accepted_at},
    )
