"""A real Chromium without a window, for what people see: tests, pictures and benches.

The machine's own, with its driver; nothing is downloaded. Each browser has a profile of
its own, which is gone with it, and talks to nobody but the page that it is sent to.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip
_PATIENCE_SECONDS = 15.0
# What is soon there is soon found, and what takes long is not asked for so often that
# the asking keeps a processor busy.
_STEP_SECONDS, _LONGEST_STEP_SECONDS = 0.02, 0.25

Found = TypeVar("Found")

# In the page, since it may be drawn anew between two questions from outside.
_SEEN = """
return [...document.querySelectorAll(arguments[0])].find((each) =>
  each.checkVisibility())
"""
_SAYS = """
return [...document.querySelectorAll(arguments[0])].find((each) =>
  each.innerText.trim() === arguments[1] && each.checkVisibility())
"""
_NEWEST = """
return [...document.querySelectorAll(arguments[0])].reverse().find((each) =>
  arguments[1].every((words) => each.innerText.includes(words)))
"""

# A question from outside goes through three processes, and what the page asks itself
# through none: whenever it has changed, and now and then for what is no change of it.
_ONCE = """
const given = [...arguments];
return new Promise((tell, fail) => {
  const ends = performance.now() + 2_500;
  let planned = 0;
  const look = () => {
    planned = 0;
    let found = null;
    let error = null;
    try { found = ask(...given) } catch (thrown) { fail(error = thrown) }
    if (found || error || performance.now() > ends) {
      changes.disconnect();
      clearInterval(again);
      tell(found);
    }
  };
  const changes = new MutationObserver(() => { planned ||= setTimeout(look, 20) });
  changes.observe(document,
    {subtree: true, childList: true, characterData: true, attributes: true});
  const again = setInterval(look, 250);
  look();
});
"""
# Several presses are one request; those that would lead on from there lead nowhere.
_TABS, _TABS_AT_ONCE = 300, 10
_STAY = """
const [css] = arguments;
window.staying?.abort();
window.staying = new AbortController();
addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || !document.activeElement?.matches(css)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, {capture: true, signal: window.staying.signal});
"""
_IS_THERE = """
const isThere = document.activeElement?.matches(arguments[0]);
if (isThere) window.staying.abort();
return isThere
"""
_FORGET = """
window.name = "";
for (const kept of ["localStorage", "sessionStorage"]) {
  try { window[kept].clear() } catch { /* a page of an error has none */ }
}
"""


def programs() -> tuple[str, str] | None:
    """Where Chromium and its driver are; None where one of them is not installed."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """``scale`` is how many dots of the picture make one of the page's, and
    ``is_still`` whether nothing shall move on it."""

    width: int = 1440
    height: int = 900
    scale: float = 1
    is_dark: bool = False
    is_still: bool = False
    language: str = "en"


_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " ")}
"""Their codes, and what they write."""


class Browser:
    """One window. Elements are found by CSS, and waited for."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def go(self, url: str) -> None:
        self.driver.get(url)

    def run(self, script: str, *given: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *given)

    def answer(self, expression: str) -> Any:
        """What an expression in the page comes to, after waiting for it if it is a
        promise."""
        found = self.command(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        return found["result"]["value"]

    def command(self, name: str, /, **given: Any) -> Any:
        """Ask Chromium itself, by its DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, given)

    def press(self, name: str) -> None:
        """A key, as on a keyboard and not at an element: Tab, Enter or Space."""
        code, text = _KEYS[name]
        key = {"key": text or name, "code": name, "windowsVirtualKeyCode": code}
        if text == "\r":
            key["key"] = name
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self.command("Input.dispatchKeyEvent", **down, **key)
        self.command("Input.dispatchKeyEvent", type="keyUp", **key)

    def tab(self) -> None:
        self.press("Tab")

    def tab_to(self, css: str) -> None:
        """By the tabulator alone, as whoever has no mouse.

        Raises:
            LookupError: there is no way to it.
        """
        self.run(_STAY, css)
        for _ in range(_TABS // _TABS_AT_ONCE):
            if self.run(_IS_THERE, css):
                return
            keys = ActionChains(self.driver, duration=0)
            keys.send_keys(Keys.TAB * _TABS_AT_ONCE).perform()
        raise LookupError(css)

    def types(self, text: str) -> None:
        """In place of what stands in the field that has the focus."""
        self.run("document.activeElement.select?.()")
        self.command("Input.insertText", text=text)

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def find(self, css: str) -> WebElement:
        """The first that is there and can be seen.

        Raises:
            TimeoutError: there is none in time.
        """
        found: WebElement = self.once(_SEEN, css, what=css)
        return found

    def button(self, words: str, within: str = "body") -> WebElement:
        """The first button that says this, and can be pressed.

        Raises:
            TimeoutError: there is none in time.
        """
        css = f"{within} button:enabled"
        found: WebElement = self.once(_SAYS, css, words, what=f"button {words!r}")
        return found

    def newest(self, css: str, words: Sequence[str], seconds: float) -> WebElement:
        """The last of these elements that has all these words.

        Raises:
            TimeoutError: there is none in time.
        """
        what = f"{css} with {', '.join(words)}"
        found: WebElement = self.once(
            _NEWEST, css, list(words), what=what, seconds=seconds
        )
        return found

    def once(
        self, script: str, *given: Any, what: str, seconds: float = _PATIENCE_SECONDS
    ) -> Any:
        """What a script in the page returns, once that is something.

        Raises:
            TimeoutError: it never is in time.
        """
        asking = f"const ask = function () {{ {script} }}; {_ONCE}"
        return self.wait_for(partial(self.run, asking, *given), what, seconds)

    def wait_for(
        self,
        ask: Callable[[], Found | None],
        what: str,
        seconds: float = _PATIENCE_SECONDS,
    ) -> Found:
        """The first answer that is one.

        Raises:
            TimeoutError: there is none in time.
        """
        deadline = time.monotonic() + seconds
        step_seconds = _STEP_SECONDS
        while True:
            try:
                if found := ask():
                    return found
            except Exception as error:
                # What was found may have been drawn anew before it was looked at.
                if "stale element" not in str(error):
                    raise
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(step_seconds)
            step_seconds = min(1.5 * step_seconds, _LONGEST_STEP_SECONDS)

    def text(self, css: str) -> str:
        return self.find(css).text

    def says(self, css: str, words: str, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until one of these elements says so.

        Raises:
            TimeoutError: none does in time.
        """
        self.newest(css, [words], seconds)

    def picture(self, file: Path) -> None:
        file.write_bytes(self.driver.get_screenshot_as_png())

    def begin_anew(self, screen: Screen) -> None:
        """Go on in the first tab on that screen, as if it had just been opened.

        The other tabs are closed, and what was kept or told is forgotten, except for
        the files that were fetched. A tab that goes from page to page of one host costs
        a third of what another one does: its process goes on. The language stays.
        """
        first, *others = self.driver.window_handles
        for handle in others:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(first)
        self.command("Emulation.setScriptExecutionDisabled", value=False)
        self.command("Network.clearBrowserCookies")
        self.command("Network.setUserAgentOverride", userAgent="")
        self.command("Page.resetNavigationHistory")
        self.complaints()
        self.look_by(screen)

    def look_by(self, screen: Screen) -> None:
        """Have what it shows be on that screen from now on. The language stays."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width,
            height=screen.height,
            deviceScaleFactor=screen.scale,
            mobile=False,
        )
        wishes = {
            "color-scheme": "dark" if screen.is_dark else "light",
            "reduced-motion": "reduce" if screen.is_still else "no-preference",
        }
        self.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": f"prefers-{k}", "value": v} for k, v in wishes.items()],
        )

    def rest(self) -> None:
        """Do nothing in any tab until it begins anew; what pages have kept is gone."""
        for handle in self.driver.window_handles:
            self.driver.switch_to.window(handle)
            self.run(_FORGET)
            self.command("Emulation.setScriptExecutionDisabled", value=True)

    def complaints(self) -> list[str]:
        """What the console has said since it was asked last."""
        said: list[dict[str, str]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [f"{each['level']} {each['message']}" for each in said]


@contextmanager
def opened(screen: Screen | None = None) -> Iterator[Browser]:
    """A browser, until the end of the block.

    Raises:
        FileNotFoundError: Chromium or its driver is not installed.
    """
    screen = screen or Screen()
    found = programs()
    if found is None:
        raise FileNotFoundError("chromium and chromedriver are not installed")
    with tempfile.TemporaryDirectory(
        prefix="sosik-chromium-", ignore_cleanup_errors=True
    ) as profile:
        driver = _driver(*found, profile, screen)
        try:
            browser = Browser(driver)
            browser.look_by(screen)
            yield browser
        finally:
            driver.quit()


def _driver(browser: str, driver: str, profile: str, screen: Screen) -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in _FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    options.add_argument(f"--window-size={screen.width},{screen.height}")
    options.add_argument(f"--accept-lang={screen.language}")
    options.add_argument(f"--lang={screen.language}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))
