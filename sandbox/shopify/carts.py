"""The bodies of carts and checkouts: what somebody may yet buy."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sandbox.shopify import recovery
from sandbox.shopify.bodies import (
    Body,
    OrderWish,
    address_of,
    attributes_of,
    customer_of,
    written,
)
from sandbox.shopify.people import Product
from sandbox.shopify.prices import NOTHING, Prices


def cart(
    token: str,
    items: Sequence[tuple[Product, int]],
    prices: Prices,
    *,
    started_at: datetime,
    at: datetime,
) -> Body:
    """A cart knows what is in it, and nobody's name or number."""
    return {
        "id": token,
        "token": token,
        "line_items": [_cart_line(product, n, prices) for product, n in items],
        "note": None,
        "updated_at": _to_the_millisecond(at),
        "created_at": _to_the_millisecond(started_at),
    }


def checkout(
    wish: OrderWish,
    *,
    started_at: datetime,
    completed_at: datetime | None,
    at: datetime,
) -> Body:
    """A checkout whose address is filled in.

    It has no id, and its amounts but once, in the shop's currency.
    """
    prices = wish.prices
    goods = prices.of_all(wish.items)
    address = address_of(wish)
    absent = (
        "gateway", "landing_site", "note", "referring_site", "closed_at", "user_id",
        "location_id", "source_identifier", "source_url", "device_id", "source",
        "sms_marketing_phone", "total_duties", "reservation_token",
    )  # fmt: skip
    return {
        **dict.fromkeys(absent),
        "token": wish.checkout_token,
        "cart_token": wish.cart_token,
        "email": wish.buyer.email,
        "buyer_accepts_marketing": False,
        "created_at": written(started_at),
        "updated_at": written(at),
        "note_attributes": attributes_of(wish),
        "shipping_lines": [],
        "taxes_included": True,
        "total_weight": sum(p.grams * n for p, n in wish.items),
        "currency": prices.own,
        "completed_at": None if completed_at is None else written(completed_at),
        "phone": wish.phone,
        "customer_locale": wish.locale,
        "line_items": [_checkout_line(product, n, prices) for product, n in wish.items],
        "name": f"#{wish.order_id}",
        "abandoned_checkout_url": recovery.address_of(wish),
        "discount_codes": [],
        "tax_lines": [],
        "source_name": "web",
        "presentment_currency": prices.shown,
        "buyer_accepts_sms_marketing": False,
        "total_discounts": prices.plain(NOTHING),
        "total_line_items_price": prices.plain(goods),
        "total_price": prices.plain(goods + prices.shipping),
        "total_tax": prices.plain(NOTHING),
        "subtotal_price": prices.plain(goods),
        "billing_address": address,
        "shipping_address": address,
        "customer": customer_of(wish, address),
    }


def _checkout_line(product: Product, count: int, prices: Prices) -> Body:
    price = prices.of(product)
    return {
        "applied_discounts": [],
        "discount_allocations": [],
        "key": _key(product),
        "destination_location_id": None,
        "fulfillment_service": "manual",
        "gift_card": False,
        "grams": product.grams,
        "origin_location_id": None,
        "presentment_title": product.title,
        "presentment_variant_title": product.variant,
        "product_id": product.id,
        "properties": None,
        "quantity": count,
        "requires_shipping": True,
        "sku": product.sku,
        "tax_lines": [],
        "taxable": True,
        "title": product.title,
        "variant_id": product.variant_id,
        "variant_title": product.variant,
        "variant_price": prices.plain(price),
        "vendor": "Sosik Sandbox",
        "user_id": None,
        "unit_price_measurement": {
            "measured_type": None,
            "quantity_value": None,
            "quantity_unit": None,
            "reference_value": None,
            "reference_unit": None,
        },
        "rank": None,
        "compare_at_price": None,
        "line_price": prices.plain(price * count),
        "price": prices.plain(price),
    }


def _cart_line(product: Product, count: int, prices: Prices) -> Body:
    price = prices.of(product)
    one, line, nothing = price, price * count, NOTHING
    amounts = {
        "discounted_price": one,
        "line_price": line,
        "original_line_price": line,
        "price": one,
        "total_discount": nothing,
    }
    return {
        "id": product.variant_id,
        "properties": None,
        "quantity": count,
        "variant_id": product.variant_id,
        "key": f"{product.variant_id}:{_key(product)}",
        "discounts": [],
        "gift_card": False,
        "grams": product.grams,
        "original_price": prices.plain(one),
        "product_id": product.id,
        "sku": product.sku,
        "taxable": True,
        "title": f"{product.title} - {product.variant}",
        "vendor": "Sosik Sandbox",
        **{name: prices.plain(amount) for name, amount in amounts.items()},
        **{f"{name}_set": prices.both(amount) for name, amount in amounts.items()},
        "parent_relationship": None,
    }


def _key(product: Product) -> str:
    return sha256(product.sku.encode()).hexdigest()[:32]


def _to_the_millisecond(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
