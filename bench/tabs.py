"""``tabs``: whether the intake of webhooks feels ten open tabs of the sandbox's page.

``./sosik up`` as it is takes orders at a steady rate, in turns with and without tabs
that ask for news as the page does: once a second, with the tag of what they have. One
that nothing is new for is answered 304.
"""

import argparse
import http.client
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Any

import psutil

from bench import report, up
from bench.peers import cost
from bench.posting import Account, post
from bench.report import spread
from bench.stage import SHOPIFY_SECRET
from bench.storm import Delivery, order_hook
from core.settings import SANDBOX_SHOP
from wiring.children import MARK

_TABS = 10
_EACH_SECONDS = 1.0
_CALM_SECONDS = 8.0
_MOST_ADDED_MS = 10.0
"""At the median of an answer to a webhook."""
_LONGEST_MS = 5000.0
"""What Shopify waits for an answer."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tabs", description=__doc__)
    parser.add_argument("--rate", type=int, default=100, help="Orders a second.")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.quick:
        said.seconds, said.rounds = 5, 1
    figures = measure(said.rate, said.seconds, said.rounds)
    return report.keep("tabs", figures, failures=_failures(figures))


def measure(rate: int, seconds: int, rounds: int) -> dict[str, Any]:
    runs: dict[int, _Runs] = {0: _Runs(), _TABS: _Runs()}
    first = 0
    with up.running({"SANDBOX": "1", "SHOPIFY_API_SECRET": SHOPIFY_SECRET}) as program:
        calm = _calm(program)
        _intake(program, _Runs(), rate, min(seconds, 5), first)
        first += rate * seconds
        for turn in range(rounds):
            # Whichever comes second finds more rows, so they take turns at that too.
            for tabs in (0, _TABS) if turn % 2 == 0 else (_TABS, 0):
                with _open_tabs(program.port, tabs) as open_tabs:
                    _intake(program, runs[tabs], rate, seconds, first)
                runs[tabs].answers.update(open_tabs.answers)
                runs[tabs].times.extend(open_tabs.times)
                first += rate * seconds
    without, within = runs[0].figures(), runs[_TABS].figures()
    added = within["ack_ms"]["p50"] - without["ack_ms"]["p50"]
    return {
        "orders_a_second": rate,
        "tabs": _TABS,
        "without_tabs": without,
        "with_tabs": within,
        "added_ms_at_the_median": round(added, 2),
        "nothing_new": calm,
    }


@dataclass
class _Runs:
    """What came of the runs of one kind."""

    accounts: list[Account] = field(default_factory=list)
    cpu_seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        latencies = [each for one in self.accounts for each in one.latencies]
        counted: Counter[str] = Counter()
        for one in self.accounts:
            counted.update(one.answers)
        cpu = self.cpu_seconds / max(len(latencies), 1)
        return {
            "answers": dict(counted),
            "ack_ms": spread(latencies),
            "cpu_us_of_web_a_webhook": round(1e6 * cpu),
            "news": dict(sorted(self.answers.items())),
            "news_ms": spread(self.times),
        }


class _Tabs:
    """``answers`` counts what came for news: a status, or the name of an error.
    ``times`` are those of answers, in seconds."""

    def __init__(self, port: int) -> None:
        self.answers: Counter[str] = Counter()
        self.times: list[float] = []
        self._port = port
        self._lock = Lock()

    def ask_until(self, closed: Event, after: float) -> None:
        """Ask for news again and again, as an open tab does, which opened so late."""
        tag, pause = "", after
        with closing(http.client.HTTPConnection("127.0.0.1", self._port)) as asking:
            while not closed.wait(pause):
                pause = _EACH_SECONDS
                tag = self._ask(asking, tag)

    def _ask(self, asking: http.client.HTTPConnection, tag: str) -> str:
        """The tag of what there is now."""
        began = time.monotonic()
        try:
            asking.request(
                "GET", "/sandbox/news?lang=en", headers={"If-None-Match": tag}
            )
            answer = asking.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            asking.close()
            with self._lock:
                self.answers[type(error).__name__] += 1
            return tag
        with self._lock:
            self.answers[str(answer.status)] += 1
            self.times.append(time.monotonic() - began)
        return answer.headers.get("ETag", "")


@contextmanager
def _open_tabs(port: int, count: int) -> Iterator[_Tabs]:
    """So many open tabs until the end of the block."""
    tabs, closed = _Tabs(port), Event()
    each = _EACH_SECONDS / max(count, 1)
    threads = [
        Thread(target=tabs.ask_until, args=(closed, number * each))
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        yield tabs
    finally:
        closed.set()
        for thread in threads:
            thread.join()


def _intake(
    program: up.Program, runs: _Runs, rate: int, seconds: int, first: int
) -> None:
    now = datetime.now(UTC)
    deliveries = [
        Delivery(
            order_hook(number, SANDBOX_SHOP, now, "orders/create", f"tabs-{number}"),
            (number - first) / rate,
        )
        for number in range(first, first + rate * seconds)
    ]
    before = _cpu_of_web(program)
    runs.accounts.append(post(deliveries, program.port))
    runs.cpu_seconds += _cpu_of_web(program) - before
    time.sleep(_EACH_SECONDS)


def _calm(program: up.Program) -> dict[str, Any]:
    """What it costs that ten tabs ask, and nothing is new."""
    time.sleep(2 * _EACH_SECONDS)
    before = _cpu_of_web(program)
    with _open_tabs(program.port, _TABS) as tabs:
        time.sleep(_CALM_SECONDS)
    busy = _cpu_of_web(program) - before
    return {
        "news": dict(sorted(tabs.answers.items())),
        "news_ms": spread(tabs.times),
        "share_of_a_core": round(busy / _CALM_SECONDS, 3),
    }


def _cpu_of_web(program: up.Program) -> float:
    parts = psutil.Process(program.process.pid).children()
    web = [each for each in parts if each.environ().get(MARK, "").startswith("web@")]
    return cost.cpu_seconds(each.pid for each in web)


def _failures(figures: dict[str, Any]) -> list[str]:
    found = []
    if figures["added_ms_at_the_median"] > _MOST_ADDED_MS:
        found.append(f"a webhook waits {figures['added_ms_at_the_median']} ms longer")
    if figures["with_tabs"]["ack_ms"]["max"] > _LONGEST_MS:
        found.append(f"one waited {figures['with_tabs']['ack_ms']['max']} ms")
    if set(figures["with_tabs"]["answers"]) != {"200"}:
        found.append(f"not all were taken: {figures['with_tabs']['answers']}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
