"""What can be done on the page: each button is one act with a name."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeAlias

from core.clock import Clock, MovedClock
from core.errors import NotPossible
from core.settings import Settings
from core.values import Phone
from core.words import N_
from notifications.ports import Services
from sandbox import month, travel
from sandbox.page import looking
from sandbox.page.diary import Diary
from sandbox.page.machines import Machines
from sandbox.page.simulators import Simulators
from sandbox.shopify.people import BUYERS, PRODUCTS, Product
from sandbox.shopify.shelf import USUALLY
from storage.tenancy import Crossing
from wiring.children import ROOT

Wish: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Mapping[str, Any]

CURRENCIES = ("EUR", "USD", "BRL", "KRW")
"""The store's own first, in which its command line sells as well."""

PAYMENTS = ("paid", "unpaid", "cash_on_delivery")
FAULTS: Mapping[str, list[dict[str, Any]]] = {
    "well": [],
    "down": [],
    "slow": [{"kind": "slow", "share": 1.0, "ms": [3000, 5000]}],
    "number_limit": [{"kind": "refusal", "share": 0.7, "code": 130429}],
    "pair_limit": [{"kind": "refusal", "share": 0.7, "code": 131056}],
    "resets": [{"kind": "reset_after", "share": 1.0}],
}
"""By the name of a button: what the simulated Meta does from then on. While it is down
it does nothing at all, for nobody gets in."""

_MOST_TEXT = 1000
_MOST_OF_ONE = 99
_CATALOG = "1"
"""What a cart was chosen from; nobody looks there for what is in it."""
_TO_END_SECONDS = 2.0
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_HOURS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_SCANS = (
    "in_transit", "out_for_delivery", "attempted_delivery", "delivered", "delayed",
    "ready_for_pickup", "failure", "label_printed",
)  # fmt: skip


class Acts:
    """Carries out what a button asks for. Raises NotPossible where it cannot."""

    def __init__(
        self,
        settings: Settings,
        services: Services,
        simulators: Simulators,
        machines: Machines,
        diary: Diary,
        clock: MovedClock,
    ) -> None:
        self._settings = settings
        self._services = services
        self._simulators = simulators
        self._machines = machines
        self._diary = diary
        self._moved = clock
        self._clock: Clock = clock
        self._month: subprocess.Popen[bytes] | None = None
        self._chance = random.Random()  # noqa: S311 -- whom to kill is no secret
        self._acts: Mapping[str, Callable[[Wish], Answer]] = {
            "order": self._order,
            "check_out": self._check_out,
            "invoice": self._invoice,
            "pay_invoice": self._of_draft("invoices_paid"),
            "drop_invoice": self._of_draft("draft_orders_deleted"),
            "stock": self._stock,
            "pay": self._of_order("paid"),
            "cancel": self._of_order("cancel"),
            "refund": self._of_order("refunds"),
            "ship": self._ship,
            "scan": self._scan,
            "say": self._say,
            "send_cart": self._send_cart,
            "press": self._press,
            "offers": self._agree_to_offers,
            "meta": self._break_meta,
            "again": self._again,
            "scattered": self._scatter,
            "forge": self._forge,
            "valkey": self._empty_valkey,
            "worker": self._kill_worker,
            "travel": self._travel,
            "home": self._come_home,
            "rush": self._rush,
            "end_rush": self._end_rush,
            "month": self._begin_month,
        }

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._acts)

    def do(self, name: str, wish: Wish) -> Answer:
        """What is to be told to the page that asked.

        Raises:
            NotPossible: it cannot be done, or not with these values; and why.
        """
        return self._acts[name](wish)

    # The buyer

    def _order(self, wish: Wish) -> Answer:
        asked: dict[str, Any]
        if wish.get("checkout"):
            asked = {
                "checkout_token": _text(wish, "checkout"),
                "attributes": wish.get("attributes"),
            }
            if wish.get("discount"):
                asked["discount_code"] = _text(wish, "discount")
        else:
            asked = _cart(wish)
        placed = self._simulators.do_in_store("orders", asked)["order"]
        return {"order": placed["id"], "name": placed["name"], "phone": placed["phone"]}

    def _check_out(self, wish: Wish) -> Answer:
        started = self._simulators.do_in_store("checkouts", _cart(wish))
        return {"checkout": started["token"]}

    def _invoice(self, wish: Wish) -> Answer:
        """What is in the cart is drawn up for the buyer, and the invoice sent."""
        asked = {**_cart(wish), "invoice": True}
        drawn = self._simulators.do_in_store("draft_orders", asked)["draft_order"]
        phone = drawn["customer"]["phone"]
        return {"draft": str(drawn["id"]), "name": drawn["name"], "phone": phone}

    def _of_draft(self, path: str) -> Callable[[Wish], Answer]:
        def do(wish: Wish) -> Answer:
            asked = {"draft_order_id": _id(wish, "draft")}
            return self._simulators.do_in_store(path, asked)

        return do

    def _say(self, wish: Wish) -> Answer:
        said = _text(wish, "text", most=_MOST_TEXT)
        return self._simulators.do_at_meta(
            "inbound", {"from": _phone(wish), "text": said, "name": _name(wish)}
        )

    def _send_cart(self, wish: Wish) -> Answer:
        """As WhatsApp sends what somebody has chosen in the store's catalog."""
        things = [
            {
                "product_retailer_id": str(product.variant_id),
                "quantity": count,
                "item_price": float(product.price),
                "currency": CURRENCIES[0],
            }
            for product, count in _chosen(wish)
        ]
        order = {"catalog_id": _CATALOG, "text": "", "product_items": things}
        told = {"type": "order", "order": order}
        return self._simulators.do_at_meta(
            "inbound", {"from": _phone(wish), "name": _name(wish), "message": told}
        )

    def _press(self, wish: Wish) -> Answer:
        """A button under a template, with its ``payload`` where it has one, or one with
        a ``button``'s name under words of the shop's own."""
        words = _text(wish, "text", most=_MOST_TEXT)
        payload = words
        if wish.get("payload") is not None:
            payload = _text(wish, "payload")
        pressed: Mapping[str, Any] = {"button": {"payload": payload, "text": words}}
        if wish.get("button") is not None:
            answer = {"id": _text(wish, "button"), "title": words}
            content = {"type": "button_reply", "button_reply": answer}
            pressed = {"message": {"type": "interactive", "interactive": content}}
        return self._simulators.do_at_meta(
            "inbound",
            {
                "from": _phone(wish),
                "name": _name(wish),
                "context": _text(wish, "context"),
                **pressed,
            },
        )

    def _agree_to_offers(self, wish: Wish) -> Answer:
        """In the store, as a form there would write it down once it was confirmed: some
        countries ask for that."""
        buyer = _one_of(wish, "buyer", tuple(BUYERS))
        if self._said_later_than_now(BUYERS[buyer].phone):
            raise NotPossible(
                N_("they have said something else when it was later than now")
            )
        state = "SUBSCRIBED" if wish.get("agrees") is True else "UNSUBSCRIBED"
        asked = {"buyer": buyer, "state": state, "optInLevel": "CONFIRMED_OPT_IN"}
        return self._simulators.do_in_store("consent", asked)

    def _said_later_than_now(self, phone: str) -> bool:
        """The newest word counts, and time may have been moved back since."""
        now, book = self._clock(), self._services.book
        with self._services.transactions.across(Crossing.LOOKING) as tx:
            shop_id = looking.shop_of(tx)
            if shop_id is None:
                return False
            last = looking.last_word_about_offers(tx, shop_id, Phone(phone), book=book)
        return last is not None and last.happened_at > now

    # The store's owner and the carrier

    def _of_order(self, path: str) -> Callable[[Wish], Answer]:
        def do(wish: Wish) -> Answer:
            return self._simulators.do_in_store(path, {"order_id": _order_id(wish)})

        return do

    def _stock(self, wish: Wish) -> Answer:
        sku = _one_of(wish, "sku", tuple(product.sku for product in PRODUCTS))
        count = 0 if wish.get("sold_out") is True else USUALLY
        return self._simulators.do_in_store("stock", {"sku": sku, "quantity": count})

    def _ship(self, wish: Wish) -> Answer:
        order = _order_id(wish)
        number = f"JD0146{order % 10**10:010d}"
        return self._simulators.do_in_store(
            "fulfillments",
            {
                "order_id": order,
                "tracking_numbers": [number],
                "company": "DHL",
                "url": "https://example.com/track/{number}",
                "later": wish.get("later") is True,
            },
        )

    def _scan(self, wish: Wish) -> Answer:
        place = {name: wish[name] for name in ("city", "country") if wish.get(name)}
        asked = {"order_id": _order_id(wish), "status": _one_of(wish, "status", _SCANS)}
        answer = self._simulators.do_in_store("fulfillment_events", {**asked, **place})
        if asked["status"] == "ready_for_pickup":
            self._simulators.do_in_store("pickup", {"order_id": asked["order_id"]})
        return answer

    # What breaks

    def _break_meta(self, wish: Wish) -> Answer:
        name = _one_of(wish, "how", tuple(FAULTS))
        self._simulators.do_at_meta("settings", {"faults": FAULTS[name]})
        self._simulators.do_at_meta("door", {"open": name != "down"})
        self._note(f"meta_{name}")
        return {}

    def _again(self, wish: Wish) -> Answer:
        answer = self._simulators.do_in_store(
            "again", {"order_id": _order_id(wish), "times": 3, "under_new_ids": 2}
        )
        self._note("five_times")
        return answer

    def _scatter(self, wish: Wish) -> Answer:
        order = _order_id(wish)
        number = f"JD0147{order % 10**10:010d}"
        answer = self._simulators.do_in_store(
            "scattered",
            {
                "order_id": order,
                "tracking_numbers": [number],
                "company": "DHL",
                "url": "https://example.com/track/{number}",
            },
        )
        self._note("scattered")
        return answer

    def _forge(self, _wish: Wish) -> Answer:
        self._note("forged")
        body = {"id": 1, "name": "#6666", "financial_status": "paid"}
        return self._simulators.do_in_store(
            "webhook", {"topic": "orders/create", "body": body, "forged": True}
        )

    def _empty_valkey(self, _wish: Wish) -> Answer:
        keys = self._machines.empty_valkey()
        self._note("valkey_emptied", keys=keys)
        return {}

    def _kill_worker(self, _wish: Wish) -> Answer:
        process = self._machines.kill_worker(self._chance)
        self._note("worker_killed", process=process)
        return {}

    # Time

    def _travel(self, wish: Wish) -> Answer:
        time = _HOURS[_one_of(wish, "time", tuple(_HOURS))]
        data_dir = self._settings.data_dir
        offset = travel.travel(time, clock=self._moved, data_dir=data_dir)
        ahead = int(offset.total_seconds())
        self._note("travelled", seconds=int(time.total_seconds()), offset=ahead)
        return {"offset": ahead}

    def _come_home(self, _wish: Wish) -> Answer:
        with self._services.transactions.across(Crossing.LOOKING) as tx:
            shop_id = looking.shop_of(tx)
        travel.come_home(shop_id, clock=self._moved, services=self._services)
        self._note("home")
        return {"offset": 0}

    # Much at once

    def _rush(self, wish: Wish) -> Answer:
        rate = wish.get("rate")
        answer = self._simulators.do_in_store("rush", {"a_second": rate, "seconds": 60})
        self._note("rush", rate=rate)
        return answer

    def _end_rush(self, _wish: Wish) -> Answer:
        self._simulators.end_rush()
        self._note("rush_over")
        return {}

    def _begin_month(self, _wish: Wish) -> Answer:
        """In a process of its own: it takes some seconds of a processor, which the web
        needs for others."""
        if self._month is not None:
            with suppress(subprocess.TimeoutExpired):
                # One that has told its end already may take a moment to come to it.
                self._month.wait(_TO_END_SECONDS)
        if self._month is None or self._month.poll() is not None:
            self._month = subprocess.Popen(
                [sys.executable, "-m", month.__name__],
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
            )
            self._note("month_begins")
        return {}

    def _note(self, what: str, **values: Any) -> None:
        self._diary.note(what, at=self._clock(), **values)


def _cart(wish: Wish) -> dict[str, Any]:
    payment = _one_of(wish, "payment", PAYMENTS)
    items = wish.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= len(PRODUCTS):
        raise NotPossible("items: the cart is empty, or too full")
    return {
        "locale": _one_of(wish, "buyer", tuple(BUYERS)),
        "items": items,
        "shown_in": _one_of(wish, "currency", CURRENCIES),
        "consent": wish.get("consent") is True,
        "unpaid": payment == "unpaid",
        "cash_on_delivery": payment == "cash_on_delivery",
    }


def _chosen(wish: Wish) -> list[tuple[Product, int]]:
    """Each once, and as many as WhatsApp lets somebody take of one."""
    items = wish.get("items")
    counts = items if isinstance(items, dict) else {}
    known = {product.sku: product for product in PRODUCTS}
    chosen = [
        (known[sku], count)
        for sku, count in counts.items()
        if sku in known and type(count) is int and 1 <= count <= _MOST_OF_ONE
    ]
    if not chosen or len(chosen) < len(counts):
        raise NotPossible("items: the cart is empty, or makes no sense")
    return chosen


def _text(wish: Wish, name: str, *, most: int = 200) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise NotPossible(f"{name}: must be a text of 1 to {most} characters")
    return value


def _one_of(wish: Wish, name: str, known: tuple[str, ...]) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or value not in known:
        raise NotPossible(f"{name}: must be one of {', '.join(known)}")
    return value


def _order_id(wish: Wish) -> int:
    return _id(wish, "order")


def _id(wish: Wish, name: str) -> int:
    """As a text, since a script's numbers are not exact where Shopify's ids are."""
    value = wish.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise NotPossible(f"{name}: must be an id")
    return int(value)


def _phone(wish: Wish) -> str:
    value = _text(wish, "phone", most=16)
    if not value.lstrip("+").isdecimal():
        raise NotPossible("phone: must be a number")
    return f"+{value.lstrip('+')}"


def _name(wish: Wish) -> str | None:
    for buyer in BUYERS.values():
        if buyer.phone == _phone(wish):
            return buyer.name
    return None


def wish_in(raw: bytes) -> Wish:
    """The body of a press.

    Raises:
        NotPossible: it is not an object in JSON.
    """
    try:
        wish = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        wish = None
    if not isinstance(wish, dict):
        raise NotPossible("this is not what a button of ours asks for")
    return wish
