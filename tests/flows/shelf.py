"""A store with things on its shelf, and a catalog at Meta that shows them."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from core.catalog import Access
from notifications.catalog import noticing
from notifications.catalog.reading_stores import read_stores
from notifications.catalog.telling_meta import access_to, tell_meta
from sandbox.control import Control
from sandbox.meta.accounts import DEFAULT_WABA_ID
from storage import catalogs
from tests.flows.terminal import Terminal, without_waiting
from tests.world import World
from wiring.outside import keeper_at, patient_store_at

PROMPT = {"batch_ms": 0, "review_ms": 0, "has_rate": False, "endless_share": 0}
TOLD = noticing.PATIENCE.pause + timedelta(seconds=1)


class Shelf:
    """``owner`` does something at Shopify of which nobody is told; ``told`` besides has
    its webhooks come."""

    def __init__(
        self,
        world: World,
        terminal: Terminal,
        shopify: Control,
        name: str,
        **opened: Any,
    ):
        self.world, self.terminal, self.shopify = world, terminal, shopify
        self.domain = f"shelf-{sha256(name.encode()).hexdigest()[:16]}.myshopify.com"
        shopify.post("shops", {"domain": self.domain, "token": "shpat_test"})
        shopify.post("settings", {"bucket": 1_000_000})
        world.meta.post("settings", {"catalog": PROMPT})
        self.shop_id = world.open_shop(self.domain, **opened)
        store = patient_store_at(terminal.settings, world.services)
        self.store = without_waiting(store)
        self.keeper = keeper_at(terminal.settings)

    def connect(self, **more: Any) -> str:
        """A catalog of its own, in which there is nothing yet."""
        made = self.world.meta.post(
            "catalogs", {"waba_id": DEFAULT_WABA_ID, "name": self.domain}
        )
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            said = {
                "catalog_id": made["id"],
                "account_id": DEFAULT_WABA_ID,
                "is_own": True,
                "hidden_tag": "not-on-whatsapp",
                "now": self.world.now,
                **more,
            }
            catalogs.connect(tx, self.shop_id, **said)
        self.catalog_id = str(made["id"])
        return self.catalog_id

    @property
    def access(self) -> Access:
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            known = catalogs.of_shop(tx, self.shop_id)
        assert known is not None
        return access_to(known, self.world.services)

    # What the owner does at Shopify

    def owner(self, what: str, **told: Any) -> Any:
        return self.shopify.post(what, {"shop": self.domain, **told})

    def puts(self, **said: Any) -> dict[str, Any]:
        product: dict[str, Any] = self.owner("products", **said)["product"]
        return product

    def tells(self, topic: str, body: dict[str, Any]) -> None:
        """A webhook comes of it, and is read."""
        moment = self.world.now.isoformat()
        named = sha256(f"{topic} {body} {moment}".encode()).hexdigest()[:32]
        self.world.shopify_says(topic, body, domain=self.domain, webhook_id=named)
        self.world.work()

    def changes(self, **said: Any) -> dict[str, Any]:
        product = self.puts(**said)
        topic = "products/update" if "id" in said else "products/create"
        self.tells(topic, {"id": product["id"]})
        return product

    def products(self) -> list[dict[str, Any]]:
        found = self.shopify.get(f"products?shop={self.domain}")["data"]
        return list(found)

    def collections(self) -> list[dict[str, Any]]:
        found = self.shopify.get(f"collections?shop={self.domain}")["data"]
        return list(found)

    # What the program does

    def read(self, store: Any = None) -> int:
        return read_stores(store or self.store, services=self.world.services)

    def tell(self, keeper: Any = None) -> int:
        return tell_meta(keeper or self.keeper, services=self.world.services)

    def turns(self, times: int = 6, *, store: Any = None, keeper: Any = None) -> None:
        """The scheduler's, ten seconds apart."""
        for _ in range(times):
            self.read(store)
            self.tell(keeper)
            self.world.now += timedelta(seconds=10)

    # What can be seen

    @property
    def row(self) -> Any:
        return next(r for r in self.world.rows("catalogs") if r.shop_id == self.shop_id)

    @property
    def items(self) -> dict[int, Any]:
        rows = self.world.rows("catalog_items")
        return {r.variant_id: r for r in rows if r.shop_id == self.shop_id}

    @property
    def states(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self.items.values():
            found[row.state] = found.get(row.state, 0) + 1
        return found

    @property
    def at_meta(self) -> dict[str, dict[str, Any]]:
        """What Meta's catalog shows, by its ids."""
        found: dict[str, dict[str, Any]] = {}
        after = ""
        while True:
            asked = f"catalog_items?catalog_id={self.catalog_id}&limit=500"
            page = self.world.meta.get(f"{asked}&after={after}")["data"]
            found |= {each["id"]: each for each in page}
            if len(page) < 500:
                return found
            after = page[-1]["id"]

    @property
    def to_be_shown(self) -> dict[str, tuple[str, str, str]]:
        """What should be in the catalog, by a plain model of the store."""
        found = {}
        for product in self.products():
            hidden = "not-on-whatsapp" in product["tags"].split(", ")
            is_there = product["status"] == "active" and product["published_at"]
            if hidden or not is_there or not product["images"]:
                continue
            for each in product["variants"]:
                if float(each["price"]) > 0:
                    has_some = each["inventory_quantity"] > 0
                    word = "in stock" if has_some else "out of stock"
                    price = f"{each['price']} EUR"
                    found[str(each["id"])] = (product["title"], price, word)
        return found

    @property
    def shown(self) -> dict[str, tuple[str, str, str]]:
        """The same of what Meta has, without what tells one variant from another."""
        return {
            id_: (
                each["title"].partition(" - ")[0],
                each["price"],
                each["availability"],
            )
            for id_, each in self.at_meta.items()
        }

    @property
    def local(self) -> dict[str, dict[str, dict[str, str]]]:
        """What Meta shows otherwise, by items and Meta's names of places."""
        return {id_: each["local"] for id_, each in self.at_meta.items()}

    @property
    def calls(self) -> int:
        """How many portions of items Meta was ever asked to take."""
        counts = self.world.meta.get("state")["settings"]["catalog"]["counts"]
        return int(counts.get("batches", 0))

    @property
    def requests(self) -> int:
        counts = self.world.meta.get("state")["settings"]["catalog"]["counts"]
        return int(counts.get("requests", 0))
