"""Events told straight to what remembers, and all that the database knows then."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text, update

from core.events import Event
from core.values import OrderId, ShopDomain, ShopId
from notifications import remembering
from notifications.past import Known, known_now, past_of
from notifications.remembering import Heard
from storage import shops, tables
from storage.merging import version_of
from storage.shops import NewShop
from storage.tenancy import Crossing
from tests.flows.facts_words import EVERY
from tests.world import NOON, World

ORDER = OrderId(5100)
_KEPT = (
    *("orders", "parcels", "payments", "refunds", "returns", "fulfillment_orders"),
    *("customers", "merged_customers", "checkouts", "draft_orders", "carts"),
    *("history", "forgotten", "contacts"),
)


def open_shops(world: World, count: int) -> list[ShopId]:
    """So many shops with nothing but their names."""
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        return [
            shops.connect(
                tx,
                NewShop(
                    domain=ShopDomain(f"shop-{number}.myshopify.com"),
                    token_kind="permanent",
                    token=None,
                    token_expires_at=None,
                    client_id=None,
                    client_secret=None,
                    name="A Shop",
                    timezone="Europe/Berlin",
                    currency="EUR",
                    country="DE",
                ),
                sealer=world.services.sealer,
                now=world.now,
            )
            for number in range(count)
        ]


def tell(world: World, told: Mapping[ShopId, Sequence[Event]]) -> None:
    """One batch, read now."""
    with world.services.transactions.across(Crossing.READING) as tx:
        domains = [row.domain for row in tx.connection.execute(text("TABLE shops"))]
        known = {
            shop.id: shop
            for shop in shops.known_shops(
                tx, domains, sealer=world.services.sealer
            ).values()
        }
        remembering.remember(
            {shop_id: known[shop_id] for shop_id in told},
            {
                shop_id: [Heard(event, 1, world.now) for event in events]
                for shop_id, events in told.items()
            },
            tx=tx,
            now=world.now,
            services=world.services,
        )


def stored(world: World, shop_id: ShopId) -> Known:
    """What the tables say of the one order."""
    with world.services.transactions.for_shop(shop_id) as tx:
        return known_now(tx, shop_id, ORDER, services=world.services)


def everything(world: World) -> dict[ShopId, list[tuple[Any, ...]]]:
    """All that the tables say of each shop, put so that two shops may be alike; each
    with the name of its table first."""
    found: dict[ShopId, list[tuple[Any, ...]]] = {}
    phones = {
        row.id: world.services.book.opened(row.shop_id, row.phone).e164
        for row in world.rows("contacts")
    }
    for row in world.rows("shops"):
        profile = (row.name, row.timezone, row.currency, row.country, row.version)
        found[row.id] = [("shops", *profile, row.uninstall_claimed_at)]
    for kept in EVERY:
        for row in world.rows(kept.table.name):
            known = asdict(kept.of_row(row._asdict(), world.services.sealer))
            found[row.shop_id].append((kept.table.name, _alike(known, phones)))
    for row in world.rows("history"):
        told = (row.kind, row.order_id, row.thing, row.key.hex())
        found[row.shop_id].append(("history", *told))
    for row in world.rows("forgotten"):
        named, _, key = row.thing.rpartition(" ")
        thing = named if named.startswith("checkout") else f"{named} {key}"
        at = row.forgotten_at.astimezone(UTC)
        found[row.shop_id].append(("forgotten", thing, at))
    return {shop_id: sorted(said, key=repr) for shop_id, said in found.items()}


def _alike(known: Mapping[str, Any], phones: Mapping[int, str]) -> dict[str, Any]:
    """Keys and contacts are of a shop, and since when it was whole hangs on arrival."""
    alike: dict[str, Any] = {}
    for name, value in known.items():
        if name == "contact_id":
            alike[name] = phones.get(value)
        elif name not in ("shop_id", "whole_since"):
            alike[name] = "a key" if isinstance(value, bytes) else value
    return alike


def rebuilt(world: World, shop_id: ShopId, *, known_at: datetime) -> Known:
    with world.services.transactions.for_shop(shop_id) as tx:
        past = past_of(tx, shop_id, ORDER, services=world.services)
    return past.known_at(known_at)


def forget_all(world: World) -> None:
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        for table in _KEPT:
            tx.connection.execute(text(f"DELETE FROM {table}"))
        as_new = {"name": "A Shop", "timezone": "Europe/Berlin", "currency": "EUR"}
        never = {"country": "DE", "earlier": None, "uninstall_claimed_at": None}
        tx.connection.execute(
            update(tables.shops).values(**as_new, **never, version=version_of(NOON))
        )
