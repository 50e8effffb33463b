"""``ledger``: how fast a store's consent ledger is verified, and written by many.

A million entries are written as the program writes them, then every one is looked at.
Sixteen who write at once make one unbroken chain, and nobody at another store waits
for them.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import report
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.stage import Plan, Stage, stage
from core.settings import Settings
from core.values import Act, Phone, Scope, ShopId
from notifications import verifying
from notifications.ports import Services
from storage import ledger, people
from storage.ledger import Word
from wiring.services import build

_MOST_SECONDS_A_MILLION = 30.0
_WRITERS = 16
_WORDS_EACH = 250
_BATCH = 1_000
_PEOPLE = 10_000
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="ledger", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    entries = 50_000 if said.quick else said.entries
    with stage(Plan(runs=("meta",))) as made:
        long, busy, calm = open_shops(made, 3)
        with closing(build(made.settings)) as services:
            figures = _long_one(long, entries, services)
            figures |= _by_many(made, busy, calm, services)
    return report.keep("ledger", figures, failures=_missed(figures))


def _missed(figures: dict[str, Any]) -> list[str]:
    missed = []
    if figures["seconds_a_million"] > _MOST_SECONDS_A_MILLION:
        missed.append(f"{figures['seconds_a_million']} s for a million entries")
    if not figures["is_whole"]:
        missed.append("a ledger is not as it was written")
    if not figures["chains_of_writers_are_whole"]:
        missed.append("a chain that many wrote at once is broken")
    return missed


def _long_one(shop: Shop, entries: int, services: Services) -> dict[str, Any]:
    started = time.perf_counter()
    for first in range(0, entries, _BATCH):
        _write(shop.id, first, min(_BATCH, entries - first), services)
    written = time.perf_counter() - started
    started = time.perf_counter()
    verdict = verifying.verify(shop.id, shop.domain, services=services)
    verified = time.perf_counter() - started
    return {
        "entries": verdict.entries,
        "is_whole": verdict.is_whole and verdict.entries == entries,
        "entries_written_a_second": round(entries / written),
        "verify_seconds": round(verified, 2),
        "seconds_a_million": round(verified * 1e6 / entries, 1),
    }


def _write(shop_id: ShopId, first: int, count: int, services: Services) -> None:
    """So many words of as many people, in one transaction."""
    phones = [Phone(f"+4915{(first + n) % _PEOPLE:09}") for n in range(count)]
    now = _BEGAN + timedelta(seconds=first)
    with services.transactions.for_shop(shop_id) as tx:
        everybody = [(shop_id, phone) for phone in phones]
        found = people.contacts_of(tx, everybody, book=services.book, now=now)
        words = [
            Word(
                shop_id=shop_id,
                contact_id=found[shop_id, phone],
                scope=Scope.MARKETING,
                act=Act.REVOKED if (first + n) % 3 == 2 else Act.GRANTED,
                source="app_proxy_form",
                happened_at=now + timedelta(milliseconds=n),
                wording="Yes, send me offers on WhatsApp. I can stop them at any time.",
                wording_version="3",
                wording_language="en",
                who=phone.e164,
                evidence={"message_id": f"wamid.{first + n}", "ip": "192.0.2.7"},
            )
            for n, phone in enumerate(phones)
        ]
        ledger.record(tx, words, now=now, sealer=services.sealer)


def _by_many(made: Stage, busy: Shop, calm: Shop, services: Services) -> dict[str, Any]:
    """A word takes longer beside sixteen writers, who want the processors too: how long
    it takes in their own store shows what of it is waiting for each other."""
    alone = _milliseconds(calm, services, turns=range(200))
    context = multiprocessing.get_context("spawn")
    ready, go = context.Barrier(_WRITERS + 1), context.Event()
    writers = [
        context.Process(target=_writer, args=(made.settings, busy.id, n, ready, go))
        for n in range(_WRITERS)
    ]
    for writer in writers:
        writer.start()
    ready.wait()
    started = time.perf_counter()
    go.set()
    elsewhere = _milliseconds(calm, services, turns=range(1_000, 1_040))
    in_it = _milliseconds(busy, services, turns=range(1_000, 1_040))
    for writer in writers:
        writer.join()
    lasted = time.perf_counter() - started
    whole = [
        verifying.verify(shop.id, shop.domain, services=services)
        for shop in (busy, calm)
    ]
    return {
        "writers": _WRITERS,
        "words_by_writers": _WRITERS * _WORDS_EACH,
        "words_a_second": round(_WRITERS * _WORDS_EACH / lasted),
        "chains_of_writers_are_whole": all(each.is_whole for each in whole)
        and whole[0].entries == _WRITERS * _WORDS_EACH + len(in_it),
        "ms_alone": spread(alone, scale=1.0),
        "ms_beside_in_another_store": spread(elsewhere, scale=1.0),
        "ms_beside_in_the_same_store": spread(in_it, scale=1.0),
    }


def _writer(
    settings: Settings, shop_id: ShopId, number: int, ready: Any, go: Any
) -> None:
    with closing(build(settings)) as services:
        ready.wait()
        go.wait()
        for turn in range(_WORDS_EACH):
            _write(shop_id, 1_000_000 * number + turn, 1, services)


def _milliseconds(shop: Shop, services: Services, *, turns: range) -> list[float]:
    """How long one word takes, again and again."""
    took = []
    for turn in turns:
        started = time.perf_counter()
        _write(shop.id, turn, 1, services)
        took.append(1e3 * (time.perf_counter() - started))
    return took


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
