"""Events told straight to what remembers, and all that the database knows then."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text

from core.events import Event
from core.values import OrderId, ShopDomain, ShopId
from notifications import remembering
from notifications.past import Known, past_of
from notifications.remembering import Heard
from storage import orders, shops
from storage.shops import NewShop
from storage.tenancy import Crossing
from tests.world import World

ORDER = OrderId(5100)
_KEPT = ("orders", "parcels", "history", "forgotten", "contacts")


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
        known = {shop.id: shop for shop in shops.known_shops(tx, domains).values()}
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
    sealer = world.services.sealer
    with world.services.transactions.for_shop(shop_id) as tx:
        return Known(
            order=orders.order_known(tx, shop_id, ORDER, sealer=sealer),
            parcels=orders.parcels_known(tx, shop_id, ORDER, sealer=sealer),
        )


def rebuilt(world: World, shop_id: ShopId, *, known_at: datetime) -> Known:
    with world.services.transactions.for_shop(shop_id) as tx:
        past = past_of(tx, shop_id, ORDER, services=world.services)
    return past.known_at(known_at)


def forget_all(world: World) -> None:
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        for table in _KEPT:
            tx.connection.execute(text(f"DELETE FROM {table}"))
