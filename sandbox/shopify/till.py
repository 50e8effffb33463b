"""What a shop has sold: its orders, parcels and customers, and the news of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from core.clock import Clock
from sandbox.knobs import BadControl, text
from sandbox.shopify import bodies
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.people import PRODUCTS, Product, buyer_for
from sandbox.shopify.shops import Shop, Shops

_FIRST_ORDER = 1001
_MOST_ORDERS = 5000
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


class Till:
    def __init__(self, shops: Shops, hooks: Hooks, clock: Clock) -> None:
        self._shops = shops
        self._hooks = hooks
        self._clock = clock
        self._books: dict[str, Books] = {}

    def books(self, shop: Shop) -> Books:
        return self._books.setdefault(shop.domain, Books())

    def sell(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """An order; tells ``orders/create``, and ``orders/paid`` unless paid later."""
        wish = self._wish(shop, body)
        order = bodies.order(wish)
        books = self.books(shop)
        books.orders[wish.order_id] = order
        books.customers[wish.customer_id] = order["customer"]
        if wish.phone is not None:
            books.by_phone[wish.phone] = wish.customer_id
        while len(books.orders) > _MOST_ORDERS:
            del books.orders[next(iter(books.orders))]
        event_id = self._hooks.new_id()
        ids = self._hooks.tell(shop, "orders/create", order, event_id=event_id)
        if not wish.cash_on_delivery:
            ids += self._hooks.tell(shop, "orders/paid", order, event_id=event_id)
        return {"order": order, "webhook_ids": ids}

    def pay(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The money of a cash-on-delivery order has come."""
        order = self._order(shop, body)
        order |= {"financial_status": "paid", "total_outstanding": "0.00"}
        return {"webhook_ids": self._changed(shop, order, "orders/paid")}

    def cancel(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(shop, body)
        was_paid = order["financial_status"] == "paid"
        order["cancelled_at"] = bodies.written(self._clock())
        order["cancel_reason"] = text(body, "reason", "customer")
        order["financial_status"] = "refunded" if was_paid else "voided"
        return {"webhook_ids": self._changed(shop, order, "orders/cancelled")}

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
        parcel = bodies.parcel(
            order,
            parcel_id,
            place=len(order["fulfillments"]) + 1,
            line_ids=line_ids,
            at=self._clock(),
        )
        is_later = body.get("later") is True
        # Bodies tell time to the second: news of one second would be of one age.
        pause = timedelta(seconds=1 if is_later else 0)
        tracked = bodies.with_tracking(
            parcel,
            numbers=numbers,
            company=body.get("company"),
            url=body.get("url"),
            at=self._clock() + pause,
        )
        ids = self._hooks.tell(
            shop, "fulfillments/create", parcel if is_later else tracked
        )
        if is_later:
            ids += self._hooks.tell(shop, "fulfillments/update", tracked)
        books.parcels[parcel_id] = tracked
        order["fulfillments"].append(tracked)
        packed = {x["id"] for each in order["fulfillments"] for x in each["line_items"]}
        is_whole = packed == {line["id"] for line in order["line_items"]}
        order["fulfillment_status"] = "fulfilled" if is_whole else "partial"
        topic = "orders/fulfilled" if is_whole else "orders/partially_fulfilled"
        ids += self._changed(shop, order, topic)
        return {"fulfillment": tracked, "webhook_ids": ids}

    def scan(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The carrier saw a parcel: by ``fulfillment_id``, or the order's last one."""
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
            at=self._clock(),
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

    def _changed(self, shop: Shop, order: bodies.Body, topic: str) -> list[str]:
        order["updated_at"] = bodies.written(self._clock())
        event_id = self._hooks.new_id()
        ids = self._hooks.tell(shop, topic, order, event_id=event_id)
        return ids + self._hooks.tell(shop, "orders/updated", order, event_id=event_id)

    def _order(self, shop: Shop, body: Mapping[str, Any]) -> bodies.Body:
        try:
            order = self.books(shop).orders.get(int(body.get("order_id", 0)))
        except (TypeError, ValueError):
            order = None
        if order is None:
            raise BadControl("order_id: no such order")
        return order

    def _wish(self, shop: Shop, body: Mapping[str, Any]) -> bodies.OrderWish:
        locale = text(body, "locale", "en")
        buyer = buyer_for(locale)
        names = {n: text(body, n) for n in ("first_name", "last_name") if body.get(n)}
        if names:
            buyer = replace(buyer, **names)
        consent = body.get("consent")
        if consent not in {True, False, None}:
            raise BadControl("consent: must be true, false or null")
        is_cash = body.get("cash_on_delivery") is True
        phone = body.get("phone", buyer.phone)
        items = _items(body.get("items"))
        gateway = "Cash on Delivery (COD)" if is_cash else "shopify_payments"
        order_id, customer_id, *extra = (
            self._shops.new_id(shop) for _ in range(len(items) + 3)
        )
        shop.orders_sold += 1
        return bodies.OrderWish(
            order_id=order_id,
            customer_id=self._customer_of(shop, phone) or customer_id,
            number=_FIRST_ORDER + shop.orders_sold - 1,
            domain=shop.domain,
            shop_id=shop.id,
            buyer=buyer,
            phone=phone,
            address_phone=body.get("address_phone", phone),
            locale=locale,
            items=items,
            currency=text(body, "currency", shop.currency),
            gateway=text(body, "gateway", gateway),
            cash_on_delivery=is_cash,
            consent=consent,
            wording=text(body, "wording", buyer.wording),
            placed_at=self._clock(),
            extra_ids=extra,
        )

    def _customer_of(self, shop: Shop, phone: str | None) -> int | None:
        """A customer has one phone number, and it is nobody else's."""
        if phone is None:
            return None
        return self.books(shop).by_phone.get(phone)


def _items(wanted: Any) -> Sequence[tuple[Product, int]]:
    """From ``[{"sku": ..., "quantity": 2}]`` or own ``title`` and ``price``."""
    if wanted is None:
        return [(PRODUCTS[0], 1), (PRODUCTS[1], 2), (PRODUCTS[3], 1)]
    if not isinstance(wanted, list) or not wanted:
        raise BadControl("items: must be a list with one item at least")
    return [_item(each) for each in wanted]


def _item(wanted: Any) -> tuple[Product, int]:
    if not isinstance(wanted, dict):
        raise BadControl("items: each is an object")
    count = wanted.get("quantity", 1)
    if not isinstance(count, int) or count < 1:
        raise BadControl("items: quantity must be 1 or more")
    for product in PRODUCTS:
        if product.sku == wanted.get("sku"):
            return product, count
    try:
        price = Decimal(str(wanted.get("price", "10.00")))
    except InvalidOperation as error:
        raise BadControl("items: price must be a number") from error
    title = text(wanted, "title")
    sku = text(wanted, "sku", "OWN-1")
    return Product(
        8100000000099, 45100000000099, title, "Default", sku, price, 100
    ), count
