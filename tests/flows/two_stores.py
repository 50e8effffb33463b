"""Two stores in one installation, with the same orders, numbers and buyers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from core.values import ShopId
from sandbox.control import Control
from sandbox.meta.accounts import DEFAULT_NUMBER_ID
from storage.statements import Statement
from storage.tables import metadata
from storage.tenancy import Crossing
from tests import samples
from tests.flows.terminal import TOKEN, Terminal
from tests.world import PHONE, World

ADA, BOB = "ada.myshopify.com", "bob.myshopify.com"
BOBS_NUMBER = "100000000000777"
BOBS = ("Bobsbuyer", "bob.myshopify.com", "#BOB-1")
"""Words that stand in nothing but what is Bob's."""

OF_SHOPS = [table.name for table in metadata.sorted_tables if "shop_id" in table.c]


@dataclass
class TwoStores:
    world: World
    terminal: Terminal
    ada: ShopId
    bob: ShopId

    def bobs_rows(self) -> dict[str, list[str]]:
        """Every row of his, in every table."""
        with self.world.services.transactions.across(Crossing.OPERATING) as tx:
            found = {
                table: [
                    str(tuple(row))
                    for row in tx.connection.execute(
                        text(f"SELECT * FROM {table} WHERE shop_id = :bob"),
                        {"bob": self.bob},
                    )
                ]
                for table in OF_SHOPS
            }
            shop = tx.connection.execute(
                text("SELECT * FROM shops WHERE id = :bob"), {"bob": self.bob}
            )
            came = tx.connection.execute(
                text("SELECT * FROM webhooks WHERE shop_domain = :bob"), {"bob": BOB}
            )
            return {table: sorted(rows) for table, rows in found.items()} | {
                "shops": [str(tuple(row)) for row in shop],
                "what came": sorted(str(tuple(row)) for row in came),
            }

    def id_of_bobs(self, table: str) -> Any:
        with self.world.services.transactions.for_shop(self.bob) as tx:
            [row] = tx.ask(Statement(f"SELECT id FROM {table} LIMIT 1"), {})
            return row.id

    def says(self, words: list[str]) -> str:
        """All that a command says, whether it does what it is asked or refuses."""
        runner = self.terminal._app.test_cli_runner()
        done = runner.invoke(args=words, input="y\n")
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.stdout + done.stderr


def open_both(shopify: Control) -> None:
    for domain in (ADA, BOB):
        shopify.post("shops", {"domain": domain, "name": domain, "token": TOKEN})


def two_stores(world: World, terminal: Terminal) -> tuple[ShopId, ShopId]:
    """What has happened in both, and which is which."""
    ids = []
    for domain, name, buyer in ((ADA, "#1001", "Ada"), (BOB, "#BOB-1", "Bobsbuyer")):
        terminal.json("shop", "add", domain, "--access-token", TOKEN)
        number = DEFAULT_NUMBER_ID if domain == ADA else BOBS_NUMBER
        ids.append(world.open_shop(domain, number=number, automations=True))
        world.agree(domain=domain)
        order = samples.order(name=name, first_name=buyer)
        world.shopify_says("orders/create", order, domain=domain)
        world.shopify_says("fulfillments/create", samples.fulfillment(), domain=domain)
        request = {
            "shop_id": 1,
            "shop_domain": domain,
            "customer": {"id": 1, "email": "a@example.com", "phone": PHONE},
            "orders_requested": [],
            "data_request": {"id": 1},
        }
        world.shopify_says("customers/data_request", request, domain=domain)
    world.work()
    ada, bob = ids
    return ada, bob
