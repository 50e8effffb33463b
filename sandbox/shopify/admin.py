"""The admin of a simulated shop: where its owner installs the app, and opens it.

It has the app in a frame, as the real one does, and gives out id tokens to it through a
stand-in for App Bridge. Where there is no frame, it asks whether the app may.
"""

from collections.abc import Callable
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from core.clock import Clock
from sandbox.serving import json_answer
from sandbox.shopify.app_config import AppConfig, app_config
from sandbox.shopify.shops import Shop
from sandbox.shopify.signs import id_token, signed_query
from sandbox.shopify.tokens import TokenDesk

BRIDGE = "/shopifycloud/app-bridge.js"
POLARIS = "/shopifycloud/polaris-1.js"

_PAGES = files("sandbox.shopify").joinpath("pages")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "


def admin_at(shopify: str, domain: str) -> str:
    """Where the shop's owner finds the app."""
    return f"{shopify}/{domain}/admin/apps/{app_config().handle}"


class Admin:
    """``app_url`` is where the app is; ``changed`` is called when it was installed."""

    def __init__(
        self,
        app: AppConfig,
        app_url: Callable[[], str | None],
        desk: TokenDesk,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self._app = app
        self._app_url = app_url
        self._desk = desk
        self._clock = clock
        self._changed = changed

    async def answer(
        self, request: web.BaseRequest, shop: Shop, path: str, query: str
    ) -> web.Response | None:
        """What is at ``admin/{path}`` of the shop; None where there is nothing."""
        app_url = self._app_url()
        if app_url is None:
            return None
        home = f"apps/{self._app.handle}"
        here = f"/{shop.domain}/admin/{home}"
        match request.method, path:
            case "GET", each if each == home and shop.is_installed:
                return self._frame(shop, app_url, query)
            case "GET", each if each == home:
                return self._question(shop, app_url, here=here)
            case "POST", each if each == home:
                self._install(shop)
                return _going_to(here)
            case "GET", each if each == f"{home}/id_token" and shop.is_installed:
                return self._token(shop)
            case (("GET" | "POST"), "oauth/authorize"):
                return self._authorize(request.method, shop, app_url, query)
            case _:
                return None

    def _frame(self, shop: Shop, app_url: str, query: str) -> web.Response:
        """The real admin is in a language that its user has set; here it is asked
        for."""
        now = self._clock().timestamp()
        client = self._desk.client(shop)
        said = {
            "embedded": "1",
            "id_token": id_token(shop, client, now),
            "locale": dict(parse_qsl(query)).get("locale", "en"),
            "session": "sandbox",
        }
        opened = signed_query(shop, client, now, said)
        policy = f"script-src 'self'; connect-src 'self'; frame-src {app_url}"
        return _page(
            "admin.html",
            policy,
            shop=shop.name,
            domain=shop.domain,
            app=self._app.name,
            source=f"{app_url}{self._app.home}?{opened}",
            origin=app_url,
        )

    def _token(self, shop: Shop) -> web.Response:
        now = self._clock().timestamp()
        return json_answer({"id_token": id_token(shop, self._desk.client(shop), now)})

    def _install(self, shop: Shop) -> None:
        shop.is_installed = True
        shop.scopes = self._app.scopes
        self._changed()

    def _authorize(
        self, method: str, shop: Shop, app_url: str, query: str
    ) -> web.Response:
        """Shopify's question, and where the owner goes with the answer."""
        asked = dict(parse_qsl(query))
        client = self._desk.client(shop)
        back = urlsplit(asked.get("redirect_uri", ""))
        is_known = asked.get("client_id") == client[0]
        is_ours = f"{back.scheme}://{back.netloc}" == app_url
        if not is_known or not is_ours or back.path not in self._app.callbacks:
            words = "The redirect_uri is not whitelisted, or the app is unknown."
            return web.Response(status=400, text=words)
        is_per_user = asked.get("grant_options[]") == "per-user"
        # Whoever has the store's app is asked nothing more to say who they are.
        if method == "GET" and not (is_per_user and shop.is_installed):
            here = f"/{shop.domain}/admin/oauth/authorize?{urlencode(asked)}"
            return self._question(shop, app_url, here=here, scopes=asked.get("scope"))
        now = self._clock().timestamp()
        said = {"code": self._desk.code_for(shop, now, is_per_user=is_per_user)}
        if "state" in asked:
            said["state"] = asked["state"]
        shop.scopes = asked.get("scope") or self._app.scopes
        self._changed()
        query = signed_query(shop, client, now, said)
        return _going_to(f"{asked['redirect_uri']}?{query}")

    def _question(
        self, shop: Shop, app_url: str, *, here: str, scopes: str | None = None
    ) -> web.Response:
        return _page(
            "install.html",
            f"form-action 'self' {app_url}",
            shop=shop.name,
            domain=shop.domain,
            app=self._app.name,
            scopes=(scopes or self._app.scopes).replace(",", ", "),
            here=here,
        )


def script(name: str) -> web.Response | None:
    """A script of the stand-in's, by its address; None where there is none."""
    known = {
        BRIDGE: "app-bridge.js",
        POLARIS: "polaris.js",
        "/sandbox-admin.js": "admin.js",
    }
    if name not in known:
        return None
    return web.Response(
        body=_PAGES.joinpath(known[name]).read_bytes(),
        content_type="text/javascript",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _page(name: str, policy: str, **told: str) -> web.Response:
    text = Template(_PAGES.joinpath(name).read_text(encoding="utf-8"))
    escaped = {key: escape(value) for key, value in told.items()}
    return web.Response(
        text=text.substitute(escaped),
        content_type="text/html",
        headers={
            "Content-Security-Policy": f"{_POLICY}{policy}; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def _going_to(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})
