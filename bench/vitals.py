"""``vitals``: how the owner's pages feel on a slow machine: when the largest part is
there, what moves afterwards, how long a press takes, and what a page ships.

They are looked at without the admin's frame, whose elements Shopify's own script draws.
Each page is opened anew with a Chromium that has kept nothing and a processor that is
slowed down; then somebody goes on by the menu. Where Chromium, its driver or selenium
is not installed, the bench is left out.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from bench import report, up
from bench.page import missing, turns_ms
from core.settings import SANDBOX_SHOP
from sandbox.shopify.shops import Shop
from sandbox.shopify.signs import signed_query

if TYPE_CHECKING:
    from bench.chromium import Browser

_MOST_LCP_MS = 2500.0
_MOST_CLS = 0.1
_MOST_INP_MS = 200.0
_MOST_OWN_SCRIPT_BYTES = 60_000
_VENDORED = "/vendor/"

_WATCH = """
window.seen = { lcp: 0, cls: 0, events: [] };
const watch = (type, take, more = {}) => new PerformanceObserver((list) => {
  for (const each of list.getEntries()) take(each);
}).observe({ type, buffered: true, ...more });
watch("largest-contentful-paint", (each) => { window.seen.lcp = each.startTime; });
watch("layout-shift", (each) => {
  if (!each.hadRecentInput) window.seen.cls += each.value;
});
watch("event", (each) => {
  if (each.interactionId) window.seen.events.push(each.duration);
}, { durationThreshold: 16 });
"""
_LOADED = """
return performance.getEntriesByType("resource")
  .map((each) => ({ url: each.name, bytes: each.decodedBodySize }))
"""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="vitals", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders", type=int, default=20)
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
    return report.keep("vitals", figures, failures=_failures(figures))


def measure(rounds: int, orders: int, slowed: float) -> dict[str, Any]:
    from bench.chromium import opened

    with up.running() as program:
        with opened() as browser:
            place_orders(browser, program, orders)
            sign_in(browser, program)
            paths = _menu(browser)
        looks: dict[str, list[Mapping[str, Any]]] = {path: [] for path in paths}
        for _ in range(rounds):
            with opened() as browser:
                sign_in(browser, program)
                usual = turns_ms(browser)
                browser.command("Emulation.setCPUThrottlingRate", rate=slowed)
                times = turns_ms(browser) / usual
                for path in paths:
                    look = _look(browser, f"{program.url}{path}", paths)
                    looks[path].append(look | {"slowed": times})
    return {
        "throttling_rate": slowed,
        "slowed_times": round(
            median(look["slowed"] for each in looks.values() for look in each), 2
        ),
        "pages": {path: _summed_up(each) for path, each in looks.items()},
    }


def place_orders(browser: "Browser", program: up.Program, orders: int) -> None:
    """At the sandbox's store, so that there is something to be shown."""
    newest = "return document.querySelector('#orders .name')?.textContent ?? ''"
    browser.go(f"{program.url}/sandbox/?lang=en")
    browser.find("#first-order")
    for number in range(orders):
        before = browser.run(newest)
        if number == 0:
            browser.find("#first-order").click()
        else:
            browser.find("[data-more]").click()
            browser.find("#place").click()
        browser.wait_for(
            lambda before=before: browser.run(newest) != before,  # type: ignore[misc]
            "another order",
        )


def sign_in(browser: "Browser", program: up.Program) -> None:
    """As an owner who opens the app outside of the admin, at full speed."""
    env = program.environment
    client = (env["SHOPIFY_API_KEY"], env["SHOPIFY_API_SECRET"])
    shop = cast("Shop", SimpleNamespace(domain=SANDBOX_SHOP))
    browser.go(f"{program.url}/app/?{signed_query(shop, client, time.time(), {})}")
    while not browser.all(".menu"):
        browser.find("button").click()
        browser.find("body")
        time.sleep(0.2)


def _menu(browser: "Browser") -> list[str]:
    script = "return [...document.querySelectorAll('.menu a')].map((a) => a.pathname)"
    found: list[str] = browser.run(script)
    return found


def _look(browser: "Browser", url: str, paths: Sequence[str]) -> dict[str, Any]:
    """A page, and the way from there to the next by its menu and back."""
    browser.command("Network.clearBrowserCache")
    browser.go(url)
    browser.run(_WATCH)
    time.sleep(1.0)
    seen: dict[str, Any] = browser.run("return window.seen")
    loaded: list[dict[str, Any]] = browser.run(_LOADED)
    here = url.partition("/app")[2]
    others = [path for path in paths if path != f"/app{here}"][:2]
    for path in others:
        browser.find(f".menu a[href='{path}']").click()
        browser.wait_for(
            lambda path=path: browser.run("return location.pathname") == path,  # type: ignore[misc]
            path,
        )
        time.sleep(0.3)
    after: dict[str, Any] = browser.run("return window.seen")
    scripts = [each for each in loaded if each["url"].endswith(".js")]
    own = [each for each in scripts if _VENDORED not in each["url"]]
    return {
        "lcp": seen["lcp"],
        "cls": after["cls"],
        "inp": max(after["events"], default=0.0),
        "own_script_bytes": sum(each["bytes"] for each in own),
        "bytes": sum(each["bytes"] for each in loaded),
    }


def _summed_up(looks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians; of what is shipped there is no spread."""
    return {
        "lcp_ms": round(median(look["lcp"] for look in looks), 1),
        "cls": round(median(look["cls"] for look in looks), 4),
        "inp_ms": round(median(look["inp"] for look in looks), 1),
        "own_script_bytes": looks[0]["own_script_bytes"],
        "bytes": looks[0]["bytes"],
    }


def _failures(figures: Mapping[str, Any]) -> list[str]:
    marks = {
        "lcp_ms": _MOST_LCP_MS,
        "cls": _MOST_CLS,
        "inp_ms": _MOST_INP_MS,
        "own_script_bytes": _MOST_OWN_SCRIPT_BYTES,
    }
    return [
        f"{path}: {what} {found[what]}"
        for path, found in figures["pages"].items()
        for what, most in marks.items()
        if found[what] > most
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
