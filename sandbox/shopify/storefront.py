"""The pages of a simulated shop for which the app answers: the app proxy.

A visitor asks the store, and the store asks the app, with a proof of which store it is.
As at Shopify, cookies pass in neither direction, and a body is passed on unsigned.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from yarl import URL

from core.clock import Clock
from sandbox.shopify.app_config import AppConfig, app_config
from sandbox.shopify.shops import Shop
from sandbox.shopify.signs import proxied_query
from sandbox.shopify.tokens import TokenDesk

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_TOLD = ("Accept", "Accept-Language", "Content-Type", "User-Agent")
_SHOWN = ("Cache-Control", "Content-Security-Policy", "Content-Type", "Location")


def offers_form_at(shopify: str, domain: str) -> str:
    """Where a visitor of the shop finds the form for offers."""
    return f"{shopify}/{domain}/{app_config().storefront}/offers"


class Storefront:
    """``app_url`` is where the app is."""

    def __init__(
        self,
        app: AppConfig,
        app_url: Callable[[], str | None],
        desk: TokenDesk,
        clock: Clock,
    ) -> None:
        self._app = app
        self._app_url = app_url
        self._desk = desk
        self._clock = clock

    async def answer(
        self, request: web.BaseRequest, shop: Shop, path: str, query: str
    ) -> web.Response | None:
        """What the app shows at ``path`` of the shop; None where it shows nothing."""
        app_url = self._app_url()
        prefix, slash, rest = path.partition(f"{self._app.storefront}/")
        if app_url is None or prefix or not slash or not shop.is_installed:
            return None
        signed = proxied_query(
            shop,
            self._desk.client(shop),
            self._clock().timestamp(),
            path_prefix=f"/{self._app.storefront}",
            given=parse_qsl(query, keep_blank_values=True),
        )
        address = URL(f"{app_url}{self._app.proxy}/{rest}?{signed}", encoded=True)
        try:
            return await self._asked(request, address)
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=502, text="The app does not answer.")

    async def _asked(self, request: web.BaseRequest, address: URL) -> web.Response:
        headers = {
            name: request.headers[name] for name in _TOLD if name in request.headers
        }
        headers["X-Forwarded-For"] = request.remote or ""
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.request(
                request.method,
                address,
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer,
        ):
            return web.Response(
                status=answer.status,
                body=await answer.read(),
                headers={
                    name: answer.headers[name]
                    for name in _SHOWN
                    if name in answer.headers
                },
            )
