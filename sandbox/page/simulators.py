"""The simulated store and phone, as the page asks them."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.errors import NotPossible
from core.settings import Settings
from core.words import N_
from sandbox.control import Control, ControlRefused

_ANSWER_SECONDS = 2.0
"""They answer at once or are being started again; a web thread does not wait long."""


@dataclass(frozen=True, slots=True)
class Simulators:
    store: Control
    phone: Control

    @classmethod
    def of(cls, settings: Settings) -> "Simulators":
        def control(url: str | None) -> Control:
            # Without an address nobody answers, which is told as such.
            secret = settings.sandbox_secret or ""
            return Control(url or "http://127.0.0.1:9", secret, _ANSWER_SECONDS)

        return cls(
            store=control(settings.sandbox_shopify_url),
            phone=control(settings.sandbox_meta_url),
        )

    def desk(self, *, orders: int) -> Mapping[str, Any]:
        """The store at a glance.

        Raises:
            NotPossible: it does not answer.
        """
        return _asked(self.store, "GET", f"desk?limit={orders}")

    def checkout(self, token: str, key: str, discount: str) -> Mapping[str, Any]:
        """What stands at a checkout that somebody has left, and whether a code counts.

        Raises:
            NotPossible: it was paid, or there is none; or the store does not answer.
        """
        query = urlencode({"token": token, "key": key, "discount": discount})
        return _asked(self.store, "GET", f"checkout?{query}")

    def screen(self, digits: str, *, most: int) -> Mapping[str, Any]:
        """One phone, and what is out of order at Meta.

        Raises:
            NotPossible: it does not answer.
        """
        query = urlencode({"to": digits, "limit": most})
        return _asked(self.phone, "GET", f"desk?{query}")

    def do_in_store(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have the store's owner, a buyer or a carrier do something.

        Raises:
            NotPossible: it does not answer, or does not want to; and why.
        """
        return _asked(self.store, "POST", path, body)

    def end_rush(self) -> None:
        """Raises NotPossible as the others do."""
        _asked(self.store, "DELETE", "rush")

    def do_at_meta(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same for the phone's owner and for Meta.

        Raises:
            NotPossible: it does not answer, or does not want to; and why.
        """
        return _asked(self.phone, "POST", path, body)


def _asked(
    control: Control, method: str, path: str, body: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    try:
        match method:
            case "GET":
                answer = control.get(path)
            case "DELETE":
                answer = control.delete(path)
            case _:
                answer = control.post(path, body)
    except ControlRefused as refusal:
        raise NotPossible(str(refusal)) from refusal
    except (OSError, http.client.HTTPException) as error:
        away = N_("the simulator does not answer; it is started again")
        raise NotPossible(away) from error
    found: Mapping[str, Any] = answer
    return found
