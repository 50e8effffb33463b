"""The sandbox's page as somebody uses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from bench.chromium import Browser

_NAMES = (
    "[...document.querySelectorAll('#orders .name')].map((each) => each.textContent)"
)

_PRESSES = """
const box = document.getElementById("consent");
if (box.checked !== arguments[0]) box.click();
document.querySelector("[data-more='MUG-CEL']").click();
document.getElementById("place").click();
"""


@dataclass(frozen=True, slots=True)
class SandboxPage:
    browser: Browser

    def wait_until_it_is_told(self) -> None:
        """Until the first news has come, which names the next order."""
        self.browser.once(
            "return document.body.dataset.shop === 'there'"
            " && document.getElementById('clock').dateTime !== ''",
            what="the first news",
        )

    # The store

    def order(self, buyer: str = "en", *, agrees: bool = True) -> str:
        """An order by way of the cart; answers its name.

        As a script presses: a mouse, which goes there first and looks what lies above,
        takes as long as all that follows from it.
        """
        self.choose_buyer(buyer)
        before = self.names()
        self.browser.run(_PRESSES, agrees)
        return self.placed_after(before)

    def order_by_mouse(self) -> str:
        """The same, as most people do it."""
        before = self.names()
        box = self.browser.find("#consent")
        box.click()
        assert not box.is_selected()
        box.click()
        self.browser.find("[data-more='MUG-CEL']").click()
        self.browser.find("#place").click()
        return self.placed_after(before)

    def placed_after(self, before: Sequence[str]) -> str:
        """The newest of the orders, once there are others than before."""
        name: str = self.browser.once(
            f"const names = {_NAMES};"
            "return String(names) !== String(arguments[0]) && names[0]",
            list(before),
            what="a new order",
        )
        return name

    def choose_buyer(self, locale: str) -> None:
        if self.browser.run("return document.getElementById('buyer').value") != locale:
            Select(self.browser.find("#buyer")).select_by_value(locale)

    def names(self) -> list[str]:
        """Of the orders, the newest first."""
        found: list[str] = self.browser.run(f"return {_NAMES}")
        return found

    def card(self, name: str) -> str:
        """A selector of what is shown of one order."""
        place = self.browser.once(
            f"return {_NAMES}.indexOf(arguments[0]) + 1", name, what=f"order {name}"
        )
        return f"#orders > li:nth-child({place})"

    def press(self, name: str, words: str) -> None:
        """A button of an order."""
        self._click(lambda: self.browser.button(words, self.card(name)))

    # The phone

    def bubbles(self) -> list[str]:
        found: list[str] = self.browser.run(
            "return [...document.querySelectorAll('#chat .message .bubble')]"
            ".map((each) => each.innerText)"
        )
        return found

    def bubble(self, *words: str, seconds: float = 40) -> WebElement:
        """The newest bubble with all these words."""
        return self.browser.newest("#chat .message", words, seconds)

    def said(self, *words: str) -> str:
        """What the newest bubble with all these words says, and what stands below it,
        in one line."""

        text: str = self.browser.once(
            "return [...document.querySelectorAll('#chat .message')].reverse()"
            ".map((each) => each.innerText)"
            ".find((each) => arguments[0].every((one) => each.includes(one)))",
            list(words),
            what=f"a bubble with {', '.join(words)}",
        )
        return " ".join(text.split())

    def address(self, words: str) -> str:
        """Where the button of the newest bubble with these words leads to."""
        found: str = self.browser.run(
            "return [...document.querySelectorAll('#chat .message')].reverse()"
            ".find((each) => each.innerText.includes(arguments[0]))"
            ".querySelector('a.answer').href",
            words,
        )
        return found

    def press_below(self, words: str) -> None:
        """A button of the chat."""
        self._click(lambda: self.browser.button(words, "#chat"))

    def ticks(self, words: str, state: str) -> None:
        """Wait until the newest bubble with these words has the ticks of a state."""
        self.browser.once(
            "return [...document.querySelectorAll('#chat .message')].reverse()"
            ".find((each) => each.innerText.includes(arguments[0]))"
            "?.querySelector(arguments[1])",
            words,
            f".ticks[title='{state}']",
            what=f"that {words!r} is {state}",
            seconds=40,
        )

    # The trace

    def says(self, *words: str, seconds: float = 40) -> WebElement:
        """The newest line of the trace with all these words."""
        return self.browser.newest("#lines > li", words, seconds)

    def open_line(self, *words: str) -> None:
        """Open the newest line with all these words."""
        self._press_in("#lines > li", words, "button")

    def ask_why(self, *words: str) -> None:
        """Press the button below the newest bubble with all these words."""
        self._press_in("#chat .message", words, ".why")

    def _click(self, find: Callable[[], WebElement]) -> None:
        """Again, where what was found was drawn anew before it was pressed."""

        def clicked() -> bool:
            find().click()
            return True

        self.browser.wait_for(clicked, "a click that meets something")

    def _press_in(self, css: str, words: Sequence[str], button: str) -> None:
        """At once, since what was found may be drawn anew before it is pressed."""
        script = (
            "const found = [...document.querySelectorAll(arguments[0])].reverse()"
            ".find((each) => arguments[1].every((one) => each.innerText.includes(one)))"
            "?.querySelector(arguments[2]);"
            "found?.click(); return found !== undefined"
        )
        what = f"{button} in {css} with {words}"
        self.browser.once(script, css, list(words), button, what=what, seconds=40)

    def lines(self) -> list[str]:
        found: list[str] = self.browser.run(
            "return [...document.querySelectorAll('#lines > li')]"
            ".map((each) => each.innerText)"
        )
        return found

    def wait_until_nothing_waits(self) -> None:
        """No line says until when something waits: it would be the last of its story.
        What waits until another day is not meant."""
        self.browser.once(
            "return ![...document.querySelectorAll('#lines > li')].some((each) =>"
            r" /Looked at again at \d\d:\d\d:\d\d\./.test(each.innerText))",
            what="an end of all waiting",
            seconds=60,
        )

    def only(self, name: str) -> None:
        """Have the trace show one order alone."""
        self._click(lambda: self.browser.find(f"{self.card(name)} .name"))
        self.browser.says("#showing", name)

    def break_open(self) -> None:
        if not self.browser.all("#break[open]"):
            self.browser.find("#break summary").click()

    def meta_is(self, words: str) -> None:
        """Press one of the buttons that say how Meta is."""
        self.break_open()
        label: WebElement = self.browser.once(
            "return [...document.querySelectorAll('#meta label')]"
            ".find((each) => each.innerText.trim() === arguments[0])",
            words,
            what=words,
        )
        label.click()
