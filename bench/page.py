"""``page``: how soon the sandbox's page is there on a slow machine, and what it weighs.

Each look is with a Chromium of its own, with nothing kept from before and a processor
that is slowed down. Then, at full speed, orders are placed, each by a click that is
timed until its bubble is in the phone. Where Chromium, its driver or selenium is not
installed, the bench is left out.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import report, up
from bench.report import spread

if TYPE_CHECKING:
    from bench.chromium import Browser

_MOST_LCP_MS = 2500.0
_MOST_SCRIPT_BYTES = 60_000
_MOST_BUBBLE_MS = 1500.0

# A loop of fixed length: what it takes tells how fast the processor is.
_TURNS = """(() => {
  const began = performance.now();
  let sum = 0;
  for (let turn = 0; turn < 3e7; turn += 1) sum += turn % 7;
  return sum > 0 ? performance.now() - began : 0;
})()"""
_SEEN = """new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) last = each.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done({
    lcp: last,
    fcp: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    loaded: ["navigation", "resource"].flatMap((kind) =>
      performance.getEntriesByType(kind)
        .map((each) => ({ url: each.name, bytes: each.decodedBodySize }))),
  }), 1500);
})"""
_IS_TOLD = "return document.body.dataset.shop === 'there'"
# Timed in the page, where no driver stands in between.
_TIME_THE_NEXT = """
const chat = document.getElementById("chat");
const count = () => chat.querySelectorAll(".message").length;
const before = count();
let began;
addEventListener("click", () => { began = performance.now(); },
  { once: true, capture: true });
window.timed = new Promise((done) => new MutationObserver((_, observer) => {
  if (count() <= before) return;
  observer.disconnect();
  done(performance.now() - began);
}).observe(chat, { childList: true, subtree: true }));
"""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="page", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--orders", type=int, default=10, help="Of one buyer: the 11th message waits."
    )
    parser.add_argument("--slowed", type=float, default=4.0, help="So many times.")
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    lacking = missing()
    if lacking is not None:
        print(f"left out: {lacking}")
        return 0
    if said.quick:
        said.rounds, said.orders = 2, 5
    figures = measure(said.rounds, said.orders, said.slowed)
    return report.keep("page", figures, failures=_failures(figures))


def missing() -> str | None:
    if find_spec("selenium") is None:
        return "selenium is not installed, which requirements-dev.txt names"
    from bench.chromium import programs

    return "chromium or chromedriver is not installed" if programs() is None else None


def measure(rounds: int, orders: int, slowed: float) -> dict[str, Any]:
    from bench.chromium import opened

    with up.running() as program:
        url = f"{program.url}/sandbox/?lang=en"
        looks = {"empty": [_look(program.url, url, slowed) for _ in range(rounds)]}
        with opened() as browser:
            bubbles = _timed_bubbles(browser, url, orders)
        looks["with_orders"] = [_look(program.url, url, slowed) for _ in range(rounds)]
    every = [look for each in looks.values() for look in each]
    return {
        "throttling_rate": slowed,
        "slowed_times": round(median(look["slowed"] for look in every), 2),
        **{
            f"{name}_ms": {
                what: spread([look[what] for look in of_kind], scale=1.0)
                for what in ("lcp", "fcp")
            }
            for name, of_kind in looks.items()
        },
        "click_to_bubble_ms": spread(bubbles, scale=1.0),
        **_weight(every[0]["loaded"]),
    }


def _look(origin: str, url: str, slowed: float) -> Mapping[str, Any]:
    """The page as whoever comes there for the first time gets it."""
    from bench.chromium import opened

    with opened() as browser:
        # The same origin first: a processor is slowed for one process of Chromium's.
        browser.go(f"{origin}/healthz")
        usual = turns_ms(browser)
        browser.command("Emulation.setCPUThrottlingRate", rate=slowed)
        browser.go(url)
        browser.wait_for(lambda: browser.run(_IS_TOLD), "the first news", 60)
        seen: dict[str, Any] = browser.answer(_SEEN)
        return seen | {"slowed": turns_ms(browser) / usual}


def turns_ms(browser: "Browser") -> float:
    """At its fastest, which is when it has been compiled and nobody interrupts."""
    return min(float(browser.answer(_TURNS)) for _ in range(5))


def _timed_bubbles(browser: "Browser", url: str, orders: int) -> list[float]:
    browser.go(url)
    times = []
    for number in range(orders):
        if number > 0:
            browser.find("[data-more]").click()
        browser.run(_TIME_THE_NEXT)
        browser.find("#place" if number > 0 else "#first-order").click()
        times.append(float(browser.answer("window.timed")))
    return times


def _weight(loaded: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of what the page loads, before any compression."""
    scripts = [each for each in loaded if each["url"].endswith(".js")]
    return {
        "script_bytes": sum(each["bytes"] for each in scripts),
        "scripts": len(scripts),
        "bytes": sum(each["bytes"] for each in loaded),
        "requests": len(loaded),
    }


def _failures(figures: Mapping[str, Any]) -> list[str]:
    slow = [
        f"{name}: the largest paint comes after {figures[name]['lcp']['max']} ms"
        for name in ("empty_ms", "with_orders_ms")
        if figures[name]["lcp"]["max"] > _MOST_LCP_MS
    ]
    if figures["script_bytes"] > _MOST_SCRIPT_BYTES:
        slow.append(f"{figures['script_bytes']} bytes of script")
    if figures["click_to_bubble_ms"]["p50"] > _MOST_BUBBLE_MS:
        slow.append(f"a bubble takes {figures['click_to_bubble_ms']['p50']} ms")
    return slow


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
