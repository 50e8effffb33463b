"""``stopping``: how long after somebody typed STOP an offer may still reach Meta.

Offers to thousands of people are due at once, and leave by several workers no faster
than their numbers may. Meanwhile people type STOP on the simulated phone, at drawn
moments. From five seconds after that Meta must have accepted nothing more for them.
"""

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import report
from bench.carts import (
    REMINDED_AFTER,
    REMINDER,
    agree,
    cart_hook,
    have_looked,
    phone,
)
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.sending import prepare
from bench.stage import Plan, Stage, stage
from wiring.services import build

_WORKERS = 3
_SHOPS = 4
_EACH_A_SECOND = 10
"""What a number may send; all of them together need minutes."""
_MOST_SECONDS = 5.0
_LEAST_KEPT = 20
"""So many must have been kept from an offer, or it shows nothing."""
_PATIENCE_SECONDS = 120.0
_SMALL_SHARE = 0.9
"""Of the time that the queue takes: at its end hardly anything is left to stop."""

Stops = Mapping[str, float]
"""When each person typed STOP, by the digits of their number."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="stopping", description=__doc__)
    parser.add_argument("--offers", type=int, default=6_000)
    parser.add_argument("--stops", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", dest="broken", choices=("agreed",))
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.quick:
        said.offers, said.stops = 1_200, 150
    # At night it would measure the night.
    plan = Plan(
        workers=_WORKERS,
        broken=said.broken or "night",
        runs=("meta", "web", "scheduler"),
    )
    with stage(plan) as made:
        shops = open_shops(made, _SHOPS, throughput=_EACH_A_SECOND)
        _have_carts_left(said.offers, shops, made)
        began_at = time.time()
        made.resume("worker")
        seconds = said.offers / _SHOPS / _EACH_A_SECOND
        stops = _type_stops(said, shops, made, seconds=seconds)
        settled = made.wait_for(
            lambda: made.backlog() == (0, 0), seconds=seconds + _PATIENCE_SECONDS
        )
        took = time.time() - began_at
        figures = _figures(stops, made) | {
            "broken": said.broken,
            "offers": said.offers,
            "workers": _WORKERS,
            "seconds": round(took, 1),
            "settled": settled,
        }
    name = f"stopping-broken-{said.broken}" if said.broken else "stopping"
    return report.keep(name, figures, failures=_missed(figures))


def _have_carts_left(count: int, shops: Sequence[Shop], made: Stage) -> None:
    """An hour ago, by as many people, who all agreed to offers: these are due now."""
    at = datetime.now(UTC) - REMINDED_AFTER - timedelta(minutes=1)
    with closing(build(made.settings)) as services:
        for place, shop in enumerate(shops):
            agree(shop.id, range(place, count, len(shops)), services, at=at)
    hooks = [
        cart_hook(number, shops[number % len(shops)].domain, number, at)
        for number in range(count)
    ]
    prepare(made, hooks)
    with closing(build(made.settings)) as services:
        have_looked(services, at=services.clock())


def _type_stops(
    said: argparse.Namespace, shops: Sequence[Shop], made: Stage, *, seconds: float
) -> Stops:
    """At drawn moments while the offers leave, each by another person."""
    chance = random.Random(said.seed)
    persons = chance.sample(range(said.offers), said.stops)
    moments = sorted(chance.uniform(0, _SMALL_SHARE * seconds) for _ in persons)
    began = time.monotonic()
    typed: dict[str, float] = {}
    for person, moment in zip(persons, moments, strict=True):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        typed[phone(person)[1:]] = time.time()
        to = shops[person % len(shops)].phone_number_id
        wish = {"from": phone(person), "text": "STOP", "phone_number_id": to}
        made.meta.post("inbound", wish)
    return typed


def _figures(stops: Stops, made: Stage) -> dict[str, Any]:
    """Held against Meta's own ledger: when it accepted which offer."""
    last: dict[str, float] = {}
    for line in made.ledger():
        if line["template"] == REMINDER:
            last[line["to"]] = max(line["time"], last.get(line["to"], 0.0))
    after = [last[who] - at for who, at in stops.items() if last.get(who, 0.0) > at]
    skipped = made.rows(
        "SELECT reason, count(*) FROM messages"
        " WHERE scope = 'marketing' AND state = 'skipped' GROUP BY reason"
    )
    return {
        "accepted": len(last),
        "skipped": dict(skipped),
        "stops": len(stops),
        "had_it_before": sum(last.get(who, at) < at for who, at in stops.items()),
        "kept_from_it": sum(who not in last for who in stops),
        "came_after": len(after),
        "came_after_ms": spread(after),
        "came_too_late": sum(each > _MOST_SECONDS for each in after),
    }


def _missed(figures: Mapping[str, Any]) -> list[str]:
    missed = []
    if figures["came_too_late"]:
        late, slowest = figures["came_too_late"], figures["came_after_ms"]["max"]
        missed.append(f"{late} got an offer up to {slowest / 1000:.1f} s after a STOP")
    kept = figures["skipped"].get("consent_revoked", 0)
    if not figures["broken"] and kept < _LEAST_KEPT:
        missed.append(f"only {kept} were kept from an offer")
    if not figures["settled"]:
        missed.append("not everything was settled")
    if figures["accepted"] + sum(figures["skipped"].values()) != figures["offers"]:
        missed.append("an offer neither left nor was held back")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
