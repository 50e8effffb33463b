"""A terminal in which the command line is run, and a Shopify that it can ask."""

import json
from dataclasses import replace
from typing import Any

from flask import Flask

from notifications.privacy.requests import Attendant
from sandbox.control import Control
from sandbox.meta.accounts import sandbox_token
from tests.world import SANDBOX_SECRET, SHOP, World
from webapp import commands
from wiring.outside import MetasWords, ShopifyStore, store_at

TOKEN = "shpat_of_ada"
META_TOKEN = sandbox_token(SANDBOX_SECRET)


class Terminal:
    """Runs commands and keeps what they said."""

    def __init__(self, world: World, shopify: Control, **settings: Any) -> None:
        self.settings = replace(
            world.settings,
            app_url="http://127.0.0.1:9",
            shopify_admin_origin=f"{shopify.url}/{{shop}}",
            sandbox_shopify_url=shopify.url,
            **settings,
        )
        self.world = world
        self._app = Flask("terminal")
        commands.register(self._app, self.settings, world.services)

    def run(self, *words: str, stdin: str | None = None) -> str:
        """Standard output of a command that must succeed."""
        done = self._app.test_cli_runner().invoke(args=words, input=stdin)
        assert done.exit_code == 0, done.stderr or done.output
        return done.stdout

    def refused(self, *words: str) -> str:
        """Standard error of a command that must be refused, which is one line."""
        done = self._app.test_cli_runner().invoke(args=words)
        assert done.exit_code != 0
        assert done.stdout == ""
        [line] = [x for x in done.stderr.splitlines() if x.startswith("Error")]
        assert "Traceback" not in done.stderr
        return line

    def failed(self, *words: str) -> tuple[str, str]:
        """What a command tells that ends in one line of an error."""
        done = self._app.test_cli_runner().invoke(args=words)
        assert done.exit_code != 0
        [line] = [x for x in done.stderr.splitlines() if x.startswith("Error")]
        return done.stdout, line

    def json(self, *words: str, stdin: str | None = None) -> Any:
        return json.loads(self.run(*words, "--json", stdin=stdin))

    def lines(self, *words: str) -> list[Any]:
        said = self.run(*words)
        return [json.loads(line) for line in said.splitlines()]


def without_waiting(store: ShopifyStore) -> ShopifyStore:
    """The store, asked again at once where it asks for patience."""
    return replace(store, client=replace(store.client, wait=lambda _seconds: None))


def attendant_at(terminal: Terminal) -> Attendant:
    """Who does in the scheduler what is owed by law; here without ever waiting."""
    store = without_waiting(store_at(terminal.settings, terminal.world.services))
    return Attendant(store, MetasWords(), terminal.world.services)


def subscriptions(shopify: Control, domain: str = SHOP) -> list[str]:
    [shop] = [s for s in shopify.get("state")["shops"] if s["domain"] == domain]
    return sorted(each["topic"] for each in shop["subscriptions"])
