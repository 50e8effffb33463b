"""Takes the picture of the sandbox's page, out of a real run.

``python -m docs.pictures.sandbox`` starts ``./sosik up`` on new data, places an
order, sends its parcel halfway across Asia, and takes ``sandbox.png``. It needs
Chromium, its driver, and what ``./sosik test`` installs.
"""

import sys
from pathlib import Path

from bench.chromium import Browser, Screen, opened
from bench.up import running

PICTURE = Path(__file__).with_name("sandbox.png")


def main() -> int:
    with running() as program, opened(Screen(width=1360, height=850)) as browser:
        browser.go(f"{program.url}/sandbox/?lang=en")
        _play(browser)
        browser.picture(PICTURE)
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB\n")
    return 0


def _play(browser: Browser) -> None:
    """Slowly enough that each piece of news goes out by itself."""
    browser.find("#first-order").click()
    browser.says(".message", "#1001 confirmed")
    browser.says(".lines .read", "read")
    browser.button("Ship it").click()
    browser.says(".message:last-child", "on its way", seconds=60)
    for town, news in (
        ("Seoul", "in transit"),
        ("Incheon", "reached Incheon"),
        ("Hong Kong", "reached Hong Kong"),
    ):
        browser.button(f"Next scan: {town}").click()
        browser.says(".message:last-child", news, seconds=60)
    browser.says(".message:last-child .blue", "read", seconds=30)
    browser.wait_for(lambda: not browser.all(".fresh"), "the last line at rest", 5)


if __name__ == "__main__":
    sys.exit(main())
