"""Who may see the page, and who may press its buttons.

It shows what the simulated buyers wrote, and presses what breaks things, without any
password. So it answers only to browsers that know us by a name of this machine, or by
the address that the operator has named; and it does only what a page of its own asks.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Request

from core.settings import Settings, is_loopback

TOKEN_HEADER = "X-Sandbox-Token"  # noqa: S105 -- a header's name


class Guard:
    def __init__(self, settings: Settings) -> None:
        self._app_host = urlsplit(settings.app_url).netloc
        # Said so, or the settings would not have been accepted.
        self._is_open = not is_loopback(settings.host)
        secret = settings.sandbox_secret or ""
        self.token = hmac.new(
            secret.encode(), b"pressed on the sandbox's page", hashlib.sha256
        ).hexdigest()

    def may_see(self, request: Request) -> bool:
        """Whether the name by which we were asked for is one of ours.

        A page elsewhere may have its own name lead to this machine, and would then be
        of one origin with us.
        """
        host = request.host
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return self._is_open or is_loopback(name) or host == self._app_host

    def may_press(self, request: Request) -> bool:
        """Whether a page of ours asks. A request that does not tell is refused."""
        shown = request.headers.get(TOKEN_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, self.token.encode()):
            return False
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        try:
            origin = urlsplit(request.headers.get("Origin", "")).netloc
        except ValueError:
            return False
        return bool(origin) and origin in (request.host, self._app_host)
