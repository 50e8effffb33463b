"""Takes the pictures of the owner's pages, out of a real run.

``python -m docs.pictures.owner`` starts ``./sosik up`` on new data, places orders,
sends a parcel, and takes a picture of each page that ``docs/owner/README.md`` has. It
needs Chromium, its driver, and what ``./sosik test`` installs.
"""

import sys
from pathlib import Path

from bench.chromium import Browser, Screen, opened
from bench.up import Program, running
from bench.vitals import place_orders, sign_in

FOLDER = Path(__file__).parent
_WIDE = Screen(width=1200, height=760, is_still=True)
_PHONE = Screen(width=390, height=780, is_still=True, is_dark=True, language="ko")


def main() -> int:
    with running() as program:
        with opened(_WIDE) as browser:
            place_orders(browser, program, 6)
            _send_a_parcel(browser)
            _let_it_settle(browser, program)
            _take(browser, program, "/app/", "owner-home")
            _take(browser, program, "/app/whatsapp", "owner-whatsapp")
            _take(browser, program, "/app/automations", "owner-automations")
            one = "/app/automations/parcel_on_its_way"
            _take(browser, program, one, "owner-automation", at="figure")
            _take(browser, program, "/app/messages", "owner-messages")
            way = browser.run("return document.querySelector('#rows a').pathname")
            _take(browser, program, way, "owner-why")
            _take(browser, program, "/app/flows/cart_reminder", "owner-flow")
        with opened(_PHONE) as browser:
            sign_in(browser, program)
            _take(browser, program, "/app/", "owner-phone")
    sizes = sum(file.stat().st_size for file in FOLDER.glob("owner-*.png"))
    sys.stdout.write(f"{sizes // 1000} kB\n")
    return 0


def _send_a_parcel(browser: Browser) -> None:
    browser.button("Ship it").click()
    browser.says(".message:last-child", "on its way", seconds=60)


def _let_it_settle(browser: Browser, program: Program) -> None:
    """Until what has come to the phone was read there, and the owner is known."""
    browser.wait_for(lambda: len(browser.all(".message .blue")) > 3, "blue ticks", 60)
    sign_in(browser, program)


def _take(
    browser: Browser, program: Program, path: str, name: str, *, at: str = ""
) -> None:
    """``at`` is what of the page is to be in the middle."""
    browser.go(f"{program.url}{path}")
    browser.find("h1")
    if at:
        script = (
            "document.querySelector(arguments[0]).scrollIntoView({block: 'center'})"
        )
        browser.run(script, at)
    browser.picture(FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
