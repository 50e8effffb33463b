"""What ``./sosik doctor`` says of WhatsApp numbers, as Meta last told of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from notifications import numbers_told
from notifications.rules.account_health import Facts, lines_of, verdict
from notifications.rules.health_lines import Light
from storage.number_health import Seen

_APPROVED = {"APPROVED": 1}
"""Templates have a line of their own."""


def finding(numbers: Sequence[Seen], now: datetime) -> tuple[bool, str, str | None]:
    """Whether all is well, what there is to say, and what to do next."""
    lights: Counter[Light] = Counter()
    first: str | None = None
    for each in numbers:
        told = None if each.told is None else numbers_told.from_json(each.told)
        facts = Facts(
            told=told,
            read_at=each.read_at,
            held_because=each.held_because,
            parked_because=each.parked_because,
            parked_until=each.parked_until,
            templates=_APPROVED,
            last_accepted_at=each.last_accepted_at,
        )
        light, line = verdict(lines_of(facts, now=now))
        lights[light] += 1
        if light is Light.RED and line is not None:
            first = first or line.says % line.values
    if not numbers:
        return True, "no number is connected yet", None
    said = f"{lights[Light.GREEN]} of {len(numbers)} well at Meta"
    if lights[Light.YELLOW]:
        said += f", {lights[Light.YELLOW]} in need of attention"
    if first is None:
        return True, said, None
    said += f", {lights[Light.RED]} stopped: {first}"
    return False, said, "the page WhatsApp of the store says what to do"
