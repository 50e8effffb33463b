"""What a shop has sold: its orders, parcels and customers, and the news of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from sandbox.knobs import BadControl, text
from sandbox.shopify import bodies, carts
from sandbox.shopify.app_drafts import DraftBook
from sandbox.shopify.bodies import OrderWish
from sandbox.shopify.collections_shown import Shown
from sandbox.shopify.discounts import DiscountBook
from sandbox.shopify.edits import Edit, edited
from sandbox.shopify.goods import Goods
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.prices import Prices
from sandbox.shopify.recovery import attributes_in
from sandbox.shopify.refunds import refund
from sandbox.shopify.shelf import Abandoned, Shelf
from sandbox.shopify.shops import Shop, Shops
from sandbox.shopify.wishes import items_in, wish

FIRST_ORDER = 1001
_MOST_ORDERS = 5000
_MOST_CHECKOUTS = 500
EVENT_STATUSES = (
    "attempted_delivery", "carrier_picked_up", "confirmed", "delayed", "delivered",
    "failure", "in_transit", "label_printed", "label_purchased", "out_for_delivery",
    "ready_for_pickup",
)  # fmt: skip
CONSENT_STATES = ("PENDING", "SUBSCRIBED", "UNSUBSCRIBED")


@dataclass(slots=True)
class Books:
    """One shop's memory; it lasts as long as the process."""

    orders: dict[int, bodies.Body] = field(default_factory=dict)
    parcels: dict[int, bodies.Body] = field(default_factory=dict)
    scans: dict[int, list[bodies.Body]] = field(default_factory=dict)
    customers: dict[int, bodies.Body] = field(default_factory=dict)
    by_phone: dict[str, int] = field(default_factory=dict)
    consents: dict[int, dict[str, Any]] = field(default_factory=dict)
    checkouts: dict[str, OrderWish] = field(default_factory=dict)
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    discounts: DiscountBook = field(default_factory=DiscountBook)
    holds: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    abandoned: Abandoned = field(default_factory=Abandoned)
    written_up: DraftBook = field(default_factory=DraftBook)
    goods: Goods = field(default_factory=Goods)
    collections: Shown = field(init=False)

    def __post_init__(self) -> None:
        self.collections = Shown(self.goods)


class Till:
    def __init__(
        self,
        shops: Shops,
        hooks: Hooks,
        clock: Clock,
        *,
        storefront: str | None = None,
    ) -> None:
        """``storefront`` is where the stores' pages are, if not at their domains."""
        self._storefront = storefront
        self._shops = shops
        self._hooks = hooks
        self._clock = clock
        self._books: dict[str, Books] = {}

    def books(self, shop: Shop) -> Books:
        return self._books.setdefault(shop.domain, Books())

    def fill_cart(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """Something was put into a cart: by its ``token``, or into a new one."""
        now = self._clock()
        token = text(body, "token", f"hWN{self._shops.new_id(shop):x}")
        prices = Prices(shop.currency, text(body, "shown_in", shop.currency))
        topic = "carts/update" if body.get("token") else "carts/create"
        told = carts.cart(
            token, items_in(body.get("items")), prices, started_at=now, at=now
        )
        return {"token": token, "webhook_ids": self._hooks.tell(shop, topic, told)}

    def check_out(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """Somebody stands at the checkout with an address, and has not paid."""
        started = self._wish(shop, body)
        checkouts = self.books(shop).checkouts
        checkouts[started.checkout_token] = started
        self._know(shop, started)
        self.books(shop).abandoned.note(started)
        while len(checkouts) > _MOST_CHECKOUTS:
            del checkouts[next(iter(checkouts))]
        return {
            "token": started.checkout_token,
            "webhook_ids": self._tell_checkout(shop, started, "checkouts/create"),
        }

    def sell(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """An order; tells ``orders/create``, and ``orders/paid`` unless paid later.

        With a ``checkout_token`` it is that checkout which ends in an order, and what
        stands there counts; ``attributes`` come along with the address by which the
        buyer came. A ``discount_code`` is bought with.
        """
        started = None
        if "checkout_token" in body:
            started = self.books(shop).checkouts.pop(text(body, "checkout_token"), None)
            if started is None:
                raise BadControl("checkout_token: no such checkout")
        code = self._discounted(shop, body)
        wanted = started or self._wish(shop, body)
        order, ids = self.place(
            shop, replace(wanted, attributes=attributes_in(body)), code
        )
        if started is not None:
            ids += self._tell_checkout(
                shop,
                started,
                "checkouts/update",
                completed_at=datetime.fromisoformat(order["created_at"]),
            )
        return {"order": order, "webhook_ids": ids}

    def place(
        self, shop: Shop, wanted: OrderWish, more: bodies.Body
    ) -> tuple[bodies.Body, list[str]]:
        """What was wanted is an order from now on, with what is known of it besides;
        the ids of the webhooks that tell it."""
        shop.orders_sold += 1
        number = FIRST_ORDER + shop.orders_sold - 1
        sold = replace(wanted, number=number, placed_at=self._clock())
        order = bodies.order(sold) | more
        self._enter(shop, sold, order)
        event_id = self._hooks.new_id()
        ids = self._hooks.tell(shop, "orders/create", order, event_id=event_id)
        if not sold.is_pending:
            ids += self._hooks.tell(shop, "orders/paid", order, event_id=event_id)
        return order, ids

    def wished(self, shop: Shop, body: Mapping[str, Any]) -> OrderWish:
        """What somebody would buy, of which nobody knows yet."""
        return self._wish(shop, body)

    def drawn_up(self, shop: Shop, body: Mapping[str, Any]) -> OrderWish:
        """What the owner draws up for somebody, who need not have bought before."""
        books = self.books(shop)
        number = len(books.abandoned.drafts) + 1
        drawn = replace(self._wish(shop, body), number=number)
        self._know(shop, drawn)
        books.abandoned.drafts[drawn.customer_id] = self._clock()
        return drawn

    def _discounted(self, shop: Shop, body: Mapping[str, Any]) -> bodies.Body:
        """That it is bought with a code, which counts as used by that. What it takes
        off the price is not worked out."""
        if "discount_code" not in body:
            return {}
        code = text(body, "discount_code")
        refusal = self.books(shop).discounts.use(code, self._clock())
        if refusal is not None:
            raise BadControl(f"discount_code: {refusal}")
        told = {"code": code, "amount": "0.00", "type": "percentage"}
        return {"discount_codes": [told]}

    def pay(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The money of an order that was not paid at once has come."""
        order = self._order(shop, body)
        order |= {"financial_status": "paid", "total_outstanding": "0.00"}
        return {"webhook_ids": self._changed(shop, order, "orders/paid")}

    def cancel(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was paid goes back, which Shopify tells as a refund of its own."""
        order = self._order(shop, body)
        was_paid = order["financial_status"] == "paid"
        order["cancelled_at"] = bodies.written(self._clock())
        order["cancel_reason"] = text(body, "reason", "customer")
        order["financial_status"] = "voided"
        ids = self._give_back(shop, order, _all_lines(order)) if was_paid else []
        return {"webhook_ids": ids + self._changed(shop, order, "orders/cancelled")}

    def tag(self, shop: Shop, order: bodies.Body, tags: Sequence[str]) -> None:
        """Tags that are there already are not added again, and nothing is told."""
        known = [each for each in order["tags"].split(", ") if each]
        new = [each for each in dict.fromkeys(tags) if each and each not in known]
        if new:
            order["tags"] = ", ".join(sorted([*known, *new]))
            self._changed(shop, order, None)

    def refund(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The money of all lines goes back, or that of ``line_item_ids``."""
        order = self._order(shop, body)
        if order["financial_status"] not in {"paid", "partially_refunded"}:
            raise BadControl("order_id: nothing was paid")
        refunded = {
            line["line_item_id"]
            for each in order["refunds"]
            for line in each["refund_line_items"]
        }
        wanted = set(body.get("line_item_ids") or _all_lines(order)) - refunded
        if not wanted:
            raise BadControl("line_item_ids: all of it has gone back")
        ids = self._give_back(shop, order, wanted)
        return {"webhook_ids": ids + self._changed(shop, order, None)}

    def edit(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """Things are put on an order, ``added`` as an order's ``items``, and taken off
        it: ``removed`` has how many of each line."""
        order = self._order(shop, body)
        removed = _removed(order, body.get("removed") or {})
        added = {}
        for product, count in items_in(body["added"]) if body.get("added") else ():
            line_id = self._shops.new_id(shop)
            prices = Prices(order["currency"], order["presentment_currency"])
            line = bodies.line_of(product, count, line_id, prices)
            order["line_items"].append(line)
            added[line_id] = count
        edit = Edit(
            self._shops.new_id(shop),
            self._shops.new_id(shop),
            added,
            removed,
            tells_buyer=body.get("tells_buyer") is True,
            at=self._clock(),
        )
        told = edited(order, edit)
        self.books(shop).edits.setdefault(order["id"], []).append(edit)
        ids = self._hooks.tell(shop, "orders/edited", told)
        return {"edit": told, "webhook_ids": ids + self._changed(shop, order, None)}

    def ship(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """A parcel; with ``later`` its numbers come in an update of its own."""
        order = self._order(shop, body)
        books = self.books(shop)
        numbers = body.get("tracking_numbers", [])
        if not isinstance(numbers, list) or not all(
            isinstance(n, str) for n in numbers
        ):
            raise BadControl("tracking_numbers: must be a list of texts")
        line_ids = body.get("line_item_ids", [])
        parcel_id = self._shops.new_id(shop)
        now = self._moment(body)
        parcel = bodies.parcel(
            order,
            parcel_id,
            place=len(order["fulfillments"]) + 1,
            line_ids=line_ids,
            at=now,
        )
        is_later = body.get("later") is True
        # Bodies tell time to the second: news of one second would be of one age.
        pause = timedelta(seconds=1 if is_later else 0)
        tracked = bodies.with_tracking(
            parcel,
            numbers=numbers,
            company=body.get("company"),
            url=body.get("url"),
            at=now + pause,
        )
        ids = self._hooks.tell(
            shop, "fulfillments/create", parcel if is_later else tracked
        )
        if is_later:
            ids += self._hooks.tell(shop, "fulfillments/update", tracked)
        books.parcels[parcel_id] = tracked
        order["fulfillments"].append(tracked)
        packed = {x["id"] for each in order["fulfillments"] for x in each["line_items"]}
        is_whole = packed == _all_lines(order)
        order["fulfillment_status"] = "fulfilled" if is_whole else "partial"
        topic = "orders/fulfilled" if is_whole else "orders/partially_fulfilled"
        ids += self._changed(shop, order, topic)
        return {"fulfillment": tracked, "webhook_ids": ids}

    def prepare(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The things wait in the shop to be fetched."""
        order = self._order(shop, body)
        told = {
            "fulfillment_order": {
                "id": f"gid://shopify/FulfillmentOrder/{order['id'] + 7}",
                "status": "open",
                "preparable": True,
                "delivery_method": {"method_type": "pickup"},
            }
        }
        topic = "fulfillment_orders/line_items_prepared_for_pickup"
        return {"webhook_ids": self._hooks.tell(shop, topic, told)}

    def scan(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The carrier saw a parcel: by ``fulfillment_id``, or the order's last one.

        ``city`` and ``country`` are where; ``at`` is when, if it was not just now.
        """
        books = self.books(shop)
        parcel = books.parcels.get(body.get("fulfillment_id", 0))
        if parcel is None and "order_id" in body:
            parcels = self._order(shop, body)["fulfillments"]
            parcel = parcels[-1] if parcels else None
        if parcel is None:
            raise BadControl("fulfillment_id: no such parcel")
        status = text(body, "status")
        if status not in EVENT_STATUSES:
            raise BadControl(f"status: must be one of {', '.join(EVENT_STATUSES)}")
        event = bodies.parcel_event(
            parcel,
            self._shops.new_id(shop),
            shop_id=shop.id,
            status=status,
            city=body.get("city"),
            country=body.get("country"),
            at=self._moment(body),
        )
        parcel["shipment_status"] = status
        parcel["updated_at"] = event["happened_at"]
        books.scans.setdefault(parcel["id"], []).append(event)
        event_id = self._hooks.new_id()
        ids = self._hooks.tell(
            shop, "fulfillment_events/create", event, event_id=event_id
        )
        ids += self._hooks.tell(shop, "fulfillments/update", parcel, event_id=event_id)
        return {"event": event, "webhook_ids": ids}

    def enrol(self, shop: Shop, locale: str) -> int:
        """The customer that the buyer of that language is, or becomes by this."""
        wanted = self._wish(shop, {"locale": locale})
        books = self.books(shop)
        if wanted.customer_id not in books.customers:
            self._know(shop, wanted)
            told = books.customers[wanted.customer_id]
            self._hooks.tell(shop, "customers/create", told)
        return wanted.customer_id

    def consent(
        self, shop: Shop, customer_id: int, wanted: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Write a customer's WhatsApp consent and tell it; None without such a one."""
        customer = self.books(shop).customers.get(customer_id)
        if customer is None:
            return None
        consent = {
            "state": wanted["state"],
            "opt_in_level": wanted.get("optInLevel") or "SINGLE_OPT_IN",
            "updated_at": wanted.get("updatedAt") or bodies.written(self._clock()),
            "collected_from": "OTHER",
        }
        self.books(shop).consents[customer_id] = consent
        customer["updated_at"] = bodies.written(self._clock())
        told = {
            "customer_id": customer_id,
            "phone_number": customer["phone"],
            "whats_app_marketing_consent": {
                name: value.lower() if name != "updated_at" else value
                for name, value in consent.items()
            },
        }
        self._hooks.tell(shop, "customers_whats_app_marketing_consent/update", told)
        return consent

    def _wish(self, shop: Shop, body: Mapping[str, Any]) -> OrderWish:
        by_phone = self.books(shop).by_phone
        return wish(
            shop,
            body,
            storefront=self._storefront,
            new_id=lambda: self._shops.new_id(shop),
            # A customer has one phone number, and it is nobody else's.
            customer_with=lambda phone: by_phone.get(phone or ""),
            at=self._clock(),
        )

    def _enter(self, shop: Shop, sold: OrderWish, order: bodies.Body) -> None:
        books = self.books(shop)
        books.orders[sold.order_id] = order
        self._know(shop, sold)
        while len(books.orders) > _MOST_ORDERS:
            del books.orders[next(iter(books.orders))]

    def _know(self, shop: Shop, wanted: OrderWish) -> None:
        books, address = self.books(shop), bodies.address_of(wanted)
        books.customers[wanted.customer_id] = bodies.customer_of(wanted, address)
        if wanted.phone is not None:
            books.by_phone[wanted.phone] = wanted.customer_id

    def _give_back(
        self, shop: Shop, order: bodies.Body, line_ids: set[int]
    ) -> list[str]:
        refund_id, *new_ids = (
            self._shops.new_id(shop) for _ in range(len(line_ids) + 2)
        )
        told = refund(
            order,
            refund_id=refund_id,
            new_ids=new_ids,
            line_ids=line_ids,
            at=self._clock(),
        )
        order["refunds"].append(told)
        gone = {
            line["line_item_id"]
            for each in order["refunds"]
            for line in each["refund_line_items"]
        }
        is_whole = gone == _all_lines(order)
        order["financial_status"] = "refunded" if is_whole else "partially_refunded"
        return self._hooks.tell(shop, "refunds/create", told)

    def _tell_checkout(
        self,
        shop: Shop,
        started: OrderWish,
        topic: str,
        *,
        completed_at: datetime | None = None,
    ) -> list[str]:
        told = carts.checkout(
            started,
            started_at=started.placed_at,
            completed_at=completed_at,
            at=self._clock(),
        )
        return self._hooks.tell(shop, topic, told)

    def _changed(self, shop: Shop, order: bodies.Body, topic: str | None) -> list[str]:
        """Tell that an order has changed, under a topic of its own where it has one."""
        order["updated_at"] = bodies.written(self._clock())
        event_id = self._hooks.new_id()
        topics = filter(None, (topic, "orders/updated"))
        return [
            webhook_id
            for each in topics
            for webhook_id in self._hooks.tell(shop, each, order, event_id=event_id)
        ]

    def _order(self, shop: Shop, body: Mapping[str, Any]) -> bodies.Body:
        try:
            order = self.books(shop).orders.get(int(body.get("order_id", 0)))
        except (TypeError, ValueError):
            order = None
        if order is None:
            raise BadControl("order_id: no such order")
        return order

    def _moment(self, body: Mapping[str, Any]) -> datetime:
        if "at" not in body:
            return self._clock()
        try:
            moment = datetime.fromisoformat(text(body, "at"))
        except ValueError as error:
            raise BadControl("at: must be a moment in ISO 8601") from error
        if moment.tzinfo is None:
            raise BadControl("at: must have a zone")
        return moment


def _removed(order: bodies.Body, wanted: Any) -> dict[int, int]:
    left = {line["id"]: line["current_quantity"] for line in order["line_items"]}
    try:
        removed = {int(line_id): int(count) for line_id, count in wanted.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise BadControl("removed: counts by the ids of lines") from error
    if any(not 0 < count <= left.get(id_, 0) for id_, count in removed.items()):
        raise BadControl("removed: there is not so much of it")
    return removed


def _all_lines(order: bodies.Body) -> set[int]:
    return {line["id"] for line in order["line_items"]}
