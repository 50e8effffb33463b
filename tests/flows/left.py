"""People who leave something at the checkout."""

from collections.abc import Collection
from datetime import timedelta

from core.values import Act, Scope
from tests.wire.shopify_bodies import example
from tests.world import World


def phone(number: int) -> str:
    return f"+4915112345{number:03}"


def leave(world: World, count: int, *, stopping: Collection[str] = ()) -> None:
    """They want offers, and leave something five hours ago; some say STOP at once."""
    for number in range(count):
        world.agree(phone(number), scope=Scope.MARKETING, act=Act.CONFIRMED)
        body = example(
            "checkouts/create",
            token=f"token{number}",
            cart_token=f"cart{number}",
            phone=phone(number),
            email=f"{number}@example.com",
            customer={"id": 100 + number, "phone": phone(number)},
            updated_at=world.now.isoformat(),
            shipping_address={"country_code": "DE", "phone": phone(number)},
        )
        assert world.shopify_says("checkouts/create", body) == 200
    world.work()
    world.now += timedelta(minutes=1)
    for each in stopping:
        world.agree(each, scope=Scope.MARKETING, act=Act.REVOKED)
    world.now += timedelta(hours=5)
