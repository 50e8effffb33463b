"""A store with several numbers, as Meta knows them and as somebody connects them."""

from datetime import timedelta
from itertools import count
from typing import Any

from sandbox.meta.accounts import DEFAULT_WABA_ID
from tests import samples
from tests.flows.terminal import META_TOKEN, Terminal
from tests.world import SHOP, World

GERMAN, BRAZILIAN, PORTUGUESE = "+4915112345678", "+5511987654321", "+351912345678"
BESIDE = "100000000000881"
"""A second number of the default account."""
ELSEWHERE = {
    "waba_id": "100000000000890",
    "phone_number_id": "100000000000891",
    "token": "EAANelsewhere",
    "display_phone_number": "+55 11 5550-0103",
}
CONFIRMATION = "sosik_order_confirmation_1"


def numbered(world: World, terminal: Terminal) -> "Numbered":
    """Connected with its default number; Meta knows two more, one in another
    account."""
    world.open_shop()
    world.meta.post(
        "accounts",
        {
            "waba_id": DEFAULT_WABA_ID,
            "phone_number_id": BESIDE,
            "token": META_TOKEN,
            "display_phone_number": "+55 11 5550-0102",
        },
    )
    world.meta.post("accounts", ELSEWHERE)
    return Numbered(world, terminal)


class Numbered:
    """The store and its owner's terminal; the buyers' orders are numbered from 1."""

    def __init__(self, world: World, terminal: Terminal) -> None:
        self.world, self.terminal = world, terminal
        self._orders = count(1)

    def connect(
        self,
        number: str = BESIDE,
        *more: str,
        waba_id: str = DEFAULT_WABA_ID,
        token: str = META_TOKEN,
    ) -> Any:
        return self.terminal.json(*self.words(number, *more, waba_id, token))

    def add(self, number: str = BESIDE, *, countries: str = "BR,PT") -> Any:
        return self.connect(number, "--also", "--countries", countries)

    def add_elsewhere(self) -> Any:
        return self.connect(
            ELSEWHERE["phone_number_id"],
            *("--also", "--countries", "BR"),
            waba_id=ELSEWHERE["waba_id"],
            token=ELSEWHERE["token"],
        )

    def words(self, number: str, *more: str) -> tuple[str, ...]:
        """Of the command; the account and its token come last of ``more``."""
        *others, waba_id, token = more
        account = ("--waba-id", waba_id, "--token", token)
        named = ("--phone-number-id", number)
        return ("shop", "whatsapp", SHOP, *account, *named, *others)

    def remove(self, number: str = BESIDE) -> Any:
        words = ("shop", "whatsapp", SHOP, "--phone-number-id", number, "--remove")
        return self.terminal.json(*words)

    def order(self, phone: str, *, works: bool = True) -> int:
        """Somebody orders; answer the id of it."""
        number = next(self._orders)
        body = samples.order(
            order_id=number, name=f"#{number}", phone=phone, placed_at=self.world.now
        )
        assert self.world.shopify_says("orders/create", body) == 200
        if works:
            self.world.work()
        return number

    def ship(self, order_id: int) -> None:
        """A parcel of an order leaves, and is told of."""
        parcel = samples.fulfillment(
            order_id=order_id,
            fulfillment_id=order_id,
            numbers=(f"JD{order_id}",),
            created_at=self.world.now,
        )
        assert self.world.shopify_says("fulfillments/create", parcel) == 200
        self.world.work()
        self.world.pass_time(timedelta(minutes=2))

    def writes(
        self, number: str, phone: str | None = GERMAN, user_id: str | None = None
    ) -> None:
        """Somebody writes to one of the numbers, a minute later."""
        self.world.now += timedelta(minutes=1)
        self.world.person_says("hello", number=number, phone=phone, user_id=user_id)
        self.world.work()

    def numbers(self) -> list[tuple[str, bool, list[str]]]:
        return [
            (each["phone_number_id"], each["is_default"], each["countries"])
            for each in self.terminal.json("shop", "show", SHOP)["numbers"]
        ]

    def left(self) -> dict[str, str]:
        """The number through which Meta got the last message to each person."""
        return {f"+{m['to']}": m["phone_number_id"] for m in self.world.accepted}

    def through(self) -> list[str]:
        """The numbers through which Meta got the messages, one after the other."""
        return [m["phone_number_id"] for m in self.world.accepted]

    def stands(self) -> list[tuple[str, str | None]]:
        """How it stands with each message, in the order of their orders."""
        rows = sorted(self.world.messages, key=lambda row: row.order_id)
        return [(row.state, row.reason) for row in rows]
