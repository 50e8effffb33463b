"""The bodies of the webhooks about orders and parcels, with every field of the real."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sandbox.shopify.people import Buyer, Product
from sandbox.shopify.prices import NOTHING, Amount, Prices

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """What the control API was asked to sell.

    ``consent`` is the box beside the phone number: True ticked, False unticked, None
    where the shop shows none. ``currency`` is the shop's, ``shown_in`` the one that the
    buyer chose, if it is another. ``is_paid`` is None where it follows from the rest:
    all is paid at once but what is paid at the door. ``storefront`` is where the
    store's pages are, if not at its domain; ``attributes`` came with the address by
    which the buyer came.
    """

    order_id: int
    customer_id: int
    number: int
    domain: str
    shop_id: int
    buyer: Buyer
    phone: str | None
    address_phone: str | None
    locale: str
    items: Sequence[tuple[Product, int]]
    currency: str
    gateway: str
    cash_on_delivery: bool
    consent: bool | None
    wording: str
    placed_at: datetime
    extra_ids: Sequence[int]
    shown_in: str | None = None
    is_paid: bool | None = None
    storefront: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def prices(self) -> Prices:
        return Prices(self.currency, self.shown_in or self.currency)

    @property
    def secret(self) -> str:
        """Where the order's tokens come from: the same order has the same ones."""
        return sha256(f"{self.domain} {self.order_id}".encode()).hexdigest()

    @property
    def checkout_token(self) -> str:
        return self.secret[:32]

    @property
    def cart_token(self) -> str:
        return f"hWN{self.secret[:20]}"

    @property
    def is_pending(self) -> bool:
        """Whether the money is still to come, at the door or otherwise."""
        return self.cash_on_delivery if self.is_paid is None else not self.is_paid


def written(moment: datetime) -> str:
    """A moment as the bodies have it, to the second."""
    return moment.replace(microsecond=0).isoformat()


def order(wish: OrderWish) -> Body:
    """The whole order, unfulfilled, with every field that Shopify sends."""
    prices = wish.prices
    goods = prices.of_all(wish.items)
    total = goods + prices.shipping
    address = address_of(wish)
    lines = [
        line_of(product, count, line_id, prices)
        for (product, count), line_id in zip(wish.items, wish.extra_ids, strict=False)
    ]
    return {
        **_identity(wish),
        **_circumstances(wish),
        **_totals(goods, total, prices),
        "total_outstanding": prices.plain(total if wish.is_pending else NOTHING),
        "total_weight": sum(p.grams * n for p, n in wish.items),
        "billing_address": address,
        "customer": customer_of(wish, address),
        "discount_applications": [],
        "fulfillments": [],
        "line_items": lines,
        "payment_terms": None,
        "refunds": [],
        "shipping_address": address,
        "shipping_lines": [_shipping(wish.extra_ids[-1], prices)],
        "returns": [],
        "line_item_groups": [],
    }


def _identity(wish: OrderWish) -> Body:
    """What tells this order from others, and its buyer."""
    token = wish.secret
    moment = written(wish.placed_at)
    return {
        "id": wish.order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{wish.order_id}",
        "cart_token": wish.cart_token,
        "checkout_token": wish.checkout_token,
        "confirmation_number": token[:9].upper(),
        "contact_email": wish.buyer.email,
        "created_at": moment,
        "currency": wish.currency,
        "customer_locale": wish.locale,
        "email": wish.buyer.email,
        "financial_status": "pending" if wish.is_pending else "paid",
        "fulfillment_status": None,
        "name": f"#{wish.number}",
        "note_attributes": attributes_of(wish),
        "number": wish.number - 1000,
        "order_number": wish.number,
        "order_status_url": (
            f"https://{wish.domain}/{wish.shop_id}/orders/{token[:32]}/authenticate"
            f"?key={token[32:]}"
        ),
        "payment_gateway_names": [wish.gateway],
        "phone": wish.phone,
        "presentment_currency": wish.prices.shown,
        "processed_at": moment,
        "token": token[:32],
        "updated_at": moment,
    }


def _circumstances(wish: OrderWish) -> Body:
    """What is the same for every order of a plain online store."""
    absent = (
        "cancel_reason", "cancelled_at", "client_details", "closed_at", "device_id",
        "landing_site_ref", "location_id", "merchant_of_record_app_id", "note",
        "po_number", "reference", "referring_site", "source_identifier", "source_url",
        "user_id",
    )  # fmt: skip
    return {
        **dict.fromkeys(absent),
        "app_id": 580111,
        "browser_ip": "203.0.113.7",
        "buyer_accepts_marketing": False,
        "confirmed": True,
        "discount_codes": [],
        "duties_included": False,
        "estimated_taxes": False,
        "landing_site": "/",
        "merchant_business_entity_id": f"MTU0{wish.shop_id % 10**6:06d}",
        "source_name": "web",
        "tags": "",
        "tax_exempt": False,
        "tax_lines": [],
        "taxes_included": True,
        "test": False,
        "total_tip_received": "0.00",
    }


def parcel(
    order_body: Body,
    parcel_id: int,
    *,
    place: int,
    line_ids: Sequence[int],
    at: datetime,
) -> Body:
    """A parcel without tracking, as it is told first."""
    packed = set(line_ids) or {line["id"] for line in order_body["line_items"]}
    return {
        "id": parcel_id,
        "order_id": order_body["id"],
        "status": "success",
        "created_at": written(at),
        "service": "manual",
        "updated_at": written(at),
        "tracking_company": None,
        "shipment_status": None,
        "location_id": 655441491,
        "origin_address": None,
        "email": order_body["email"],
        "destination": order_body["shipping_address"],
        "line_items": [x for x in order_body["line_items"] if x["id"] in packed],
        "tracking_number": None,
        "tracking_numbers": [],
        "tracking_url": None,
        "tracking_urls": [],
        "receipt": {},
        "name": f"{order_body['name']}.{place}",
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{parcel_id}",
    }


def with_tracking(
    parcel_body: Body,
    *,
    numbers: Sequence[str],
    company: str | None,
    url: str | None,
    at: datetime,
) -> Body:
    """The same parcel; ``{number}`` in the address stands for each number."""
    urls = [url.replace("{number}", number) for number in numbers] if url else []
    return {
        **parcel_body,
        "updated_at": written(at),
        "tracking_company": company,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": list(numbers),
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
    }


def parcel_event(
    parcel_body: Body,
    event_id: int,
    *,
    shop_id: int,
    status: str,
    city: str | None,
    country: str | None = None,
    at: datetime,
) -> Body:
    """A scan. ``country`` is None for that of the destination."""
    destination = parcel_body["destination"] or {}
    is_near = country in {None, destination.get("country_code")}
    late = {"delivered", "failure", "attempted_delivery"}
    expected = None if status in late else written(at + timedelta(days=2))
    return {
        "id": event_id,
        "fulfillment_id": parcel_body["id"],
        "status": status,
        "message": status.replace("_", " ").capitalize(),
        "happened_at": written(at),
        "city": city,
        "province": None,
        "country": destination.get("country_code") if is_near else country,
        "zip": destination.get("zip") if is_near else None,
        "address1": None,
        "latitude": None,
        "longitude": None,
        "shop_id": shop_id,
        "created_at": written(at),
        "updated_at": written(at),
        "estimated_delivery_at": expected,
        "order_id": parcel_body["order_id"],
        "admin_graphql_api_id": f"gid://shopify/FulfillmentEvent/{event_id}",
    }


def attributes_of(wish: OrderWish) -> list[Body]:
    told = dict(wish.attributes)
    if wish.consent is not None:
        told["_whatsapp_opt_in"] = "true" if wish.consent else "false"
    if wish.consent:
        told["_whatsapp_opt_in_wording"] = wish.wording
    return [{"name": name, "value": value} for name, value in told.items()]


def _totals(goods: Amount, total: Amount, prices: Prices) -> Body:
    amounts = {
        "current_subtotal_price": goods,
        "current_total_discounts": NOTHING,
        "current_total_price": total,
        "current_total_tax": NOTHING,
        "subtotal_price": goods,
        "total_discounts": NOTHING,
        "total_line_items_price": goods,
        "total_price": total,
        "total_tax": NOTHING,
    }
    told: Body = {}
    for name, amount in amounts.items():
        told[name] = prices.plain(amount)
        told[f"{name}_set"] = prices.both(amount)
    for name in ("current_shipping_price_set", "total_shipping_price_set"):
        told[name] = prices.both(prices.shipping)
    for kind in ("payment", "refund"):
        name = f"total_cash_rounding_{kind}_adjustment_set"
        told[name] = prices.both(NOTHING)
    for kind in ("additional_fees", "duties"):
        told[f"current_total_{kind}_set"] = None
        told[f"original_total_{kind}_set"] = None
    return told


def line_of(product: Product, count: int, line_id: int, prices: Prices) -> Body:
    price = prices.of(product)
    return {
        "id": line_id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line_id}",
        "attributed_staffs": [],
        "current_quantity": count,
        "fulfillable_quantity": count,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": product.grams,
        "name": f"{product.title} - {product.variant}",
        "price": prices.plain(price),
        "price_set": prices.both(price),
        "product_exists": True,
        "product_id": product.id,
        "properties": [],
        "quantity": count,
        "requires_shipping": True,
        "sales_line_item_group_id": None,
        "sku": product.sku,
        "taxable": True,
        "title": product.title,
        "total_discount": prices.plain(NOTHING),
        "total_discount_set": prices.both(NOTHING),
        "variant_id": product.variant_id,
        "variant_inventory_management": "shopify",
        "variant_title": product.variant,
        "vendor": "Sosik Sandbox",
        "tax_lines": [],
        "duties": [],
        "discount_allocations": [],
    }


def _shipping(line_id: int, prices: Prices) -> Body:
    price = prices.both(prices.shipping)
    return {
        "id": line_id,
        "carrier_identifier": None,
        "code": "Standard",
        "current_discounted_price_set": price,
        "discounted_price": prices.plain(prices.shipping),
        "discounted_price_set": price,
        "is_removed": False,
        "phone": None,
        "price": prices.plain(prices.shipping),
        "price_set": price,
        "requested_fulfillment_service_id": None,
        "source": "shopify",
        "title": "Standard",
        "tax_lines": [],
        "discount_allocations": [],
    }


def address_of(wish: OrderWish) -> Body:
    buyer = wish.buyer
    return {
        "first_name": buyer.first_name,
        "address1": buyer.street,
        "phone": wish.address_phone,
        "city": buyer.city,
        "zip": buyer.zip,
        "province": None,
        "country": buyer.country,
        "last_name": buyer.last_name,
        "address2": None,
        "company": None,
        "latitude": None,
        "longitude": None,
        "name": f"{buyer.first_name} {buyer.last_name}",
        "country_code": buyer.country_code,
        "province_code": None,
    }


def customer_of(wish: OrderWish, address: Body) -> Body:
    moment = written(wish.placed_at)
    where = {k: v for k, v in address.items() if k not in {"latitude", "longitude"}}
    return {
        "id": wish.customer_id,
        "created_at": moment,
        "updated_at": moment,
        "first_name": wish.buyer.first_name,
        "last_name": wish.buyer.last_name,
        "state": "disabled",
        "note": None,
        "verified_email": True,
        "multipass_identifier": None,
        "tax_exempt": False,
        "email": wish.buyer.email,
        "phone": wish.phone,
        "currency": wish.currency,
        "tax_exemptions": [],
        "admin_graphql_api_id": f"gid://shopify/Customer/{wish.customer_id}",
        "default_address": {
            "id": wish.customer_id + 1,
            "customer_id": wish.customer_id,
            **where,
            "country_name": wish.buyer.country,
            "default": True,
        },
    }
