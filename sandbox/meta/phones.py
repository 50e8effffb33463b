"""What lies on the phones: what the shop wrote, and what their owners wrote back."""

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.meta.messages import Messages

_MOST_SAID = 500


class Said(NamedTuple):
    """Something that a person did on the phone, ``at`` in seconds."""

    digits: str
    id: str
    what: str
    text: str
    at: float


class Phones:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._said: deque[tuple[int, Said]] = deque(maxlen=_MOST_SAID)

    def note(self, said: Said) -> None:
        self._said.append((self._messages.newest_number, said))

    def forget(self) -> None:
        self._said.clear()

    def conversation(self, digits: str, most: int) -> list[dict[str, Any]]:
        """Both sides of one person's chat with the shop, oldest first.

        In the order in which it was written, which is that of the times below it only
        while nobody moves the sandbox's clock.
        """
        theirs = [
            {"id": said.id, "type": said.what, "content": said.text, "at": said.at,
             "number": number, "is_reply": True}
            for number, said in self._said
            if said.digits == digits
        ]  # fmt: skip
        ours = [
            {**message, "is_reply": False}
            for message in self._messages.to(digits, most)
        ]
        ordered = sorted(
            ours + theirs, key=lambda each: (each["number"], each["is_reply"])
        )
        return ordered[-most:]

    def newest(self) -> list[dict[str, Any]]:
        """Every phone that something was written to, by its digits."""
        return [
            {"phone": digits, "at": at, "messages": count}
            for digits, (at, count) in self._messages.newest_to_each().items()
        ]


def said_in(body: Mapping[str, Any], wamid: str, digits: str, at: float) -> Said:
    """What the phone's owner sees of their own message."""
    pressed = body.get("button")
    if isinstance(pressed, Mapping):
        return Said(digits, wamid, "button", str(pressed.get("text", "")), at)
    other = body.get("message")
    if isinstance(other, Mapping) and other.get("type") == "interactive":
        answer = other.get("interactive", {}).get("button_reply", {})
        return Said(digits, wamid, "button", str(answer.get("title", "")), at)
    if isinstance(other, Mapping) and other.get("type") == "order":
        return Said(digits, wamid, "order", _cart(other), at)
    if isinstance(other, Mapping):
        return Said(digits, wamid, str(other.get("type", "")), "", at)
    return Said(digits, wamid, "text", str(body.get("text", "")), at)


def _cart(message: Mapping[str, Any]) -> str:
    """A cart is a picture with the number of things in it."""
    things = message.get("order", {}).get("product_items", ())
    return f"🛒 × {sum(int(each.get('quantity', 0)) for each in things)}"
