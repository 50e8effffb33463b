"""Checkouts and carts: what somebody may yet buy, for reminding them later."""

import re
from collections.abc import Iterator
from datetime import datetime

from core.errors import UnreadablePayload
from core.events import Event
from core.shopping import CartSeen, CheckoutDeleted, CheckoutSeen
from core.values import CheckoutNumber, CustomerId, Money, PhonePlace
from integrations.plain_text import cleaned, web_address
from integrations.shopify import wire
from integrations.shopify.kinds import LARGEST_ID
from integrations.shopify.payloads import money, orders, people
from integrations.shopify.payloads.people import country_of
from integrations.shopify.wire import Wire

_LONGEST_TOKEN = 200
_NAME = re.compile(r"#([1-9]\d{0,18})", re.ASCII)


def checkout_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    checkout = wire.checkout(body)
    country = country_of(
        checkout["shipping_country"],
        checkout["billing_country"],
        checkout["default_country"],
    )
    phone, place = people.phone_of(checkout, PhonePlace.CHECKOUT, country)
    attributes = people.attributes_of(body)
    agreed, wording = people.buyers_word(attributes)
    offers_agreed, offers_wording = people.word_about_offers(attributes)
    customer_id = checkout["customer_id"]
    # A checkout has its amounts but once, in the shop's currency; what the buyer sees
    # is known where both are one.
    currency = body.get("currency")
    is_same = body.get("presentment_currency") in (None, currency)
    yield CheckoutSeen(
        happened_at=checkout["updated_at"] or checkout["created_at"] or otherwise,
        token=_token(checkout["token"]),
        cart_token=cleaned(checkout["cart_token"], at_most=_LONGEST_TOKEN),
        started_at=checkout["created_at"],
        completed_at=checkout["completed_at"],
        closed_at=checkout["closed_at"],
        customer_id=None if customer_id is None else CustomerId(customer_id),
        phone=phone,
        phone_place=place,
        email=people.mail_address(checkout["email"], checkout["customer_email"]),
        first_name=cleaned(checkout["customer_first_name"])
        or cleaned(checkout["shipping_first_name"]),
        country=country,
        region=cleaned(checkout["shipping_region"]),
        city=cleaned(checkout["shipping_city"]),
        postcode=cleaned(checkout["shipping_postcode"]),
        locale=cleaned(checkout["customer_locale"], at_most=35),
        items=money.items(body, currency=currency if is_same else None),
        total=money.money(body.get("total_price"), currency) if is_same else None,
        worth=money.money(body.get("total_price"), currency),
        discount_codes=orders.discount_codes(body),
        url=web_address(checkout["abandoned_checkout_url"]),
        agreed=agreed,
        wording=wording,
        accepts_marketing=checkout["buyer_accepts_marketing"],
        offers_agreed=offers_agreed,
        offers_wording=offers_wording,
        accepts_sms=checkout["buyer_accepts_sms_marketing"],
        marks=people.marks_of(attributes),
        number=_number(checkout["name"]),
    )


def checkout_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """Shopify's sample names the cart alone. What says when it began is a body of
    another topic: see ``orders.order_deleted``."""
    if "created_at" in body:
        raise UnreadablePayload("this is no body of checkouts/delete")
    checkout = wire.checkout(body)
    token = cleaned(checkout["token"], at_most=_LONGEST_TOKEN)
    cart_token = cleaned(checkout["cart_token"], at_most=_LONGEST_TOKEN)
    if token or cart_token:
        yield CheckoutDeleted(happened_at=otherwise, token=token, cart_token=cart_token)


def cart_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    cart = wire.cart(body)
    attributes = people.attributes_of(body)
    agreed, wording = people.buyers_word(attributes)
    yield CartSeen(
        happened_at=cart["updated_at"] or cart["created_at"] or otherwise,
        token=_token(cart["token"]),
        started_at=cart["created_at"],
        items=money.items(body),
        total=_total(body),
        agreed=agreed,
        wording=wording,
        marks=people.marks_of(attributes),
    )


def _token(token: str | None) -> str:
    found = cleaned(token, at_most=_LONGEST_TOKEN)
    if found is None:
        raise UnreadablePayload("it has no token")
    return found


def _number(name: str | None) -> CheckoutNumber | None:
    """Bodies have no id since 2026-04, but a name that is made of it."""
    found = _NAME.fullmatch(name or "")
    number = 0 if found is None else int(found[1])
    return CheckoutNumber(number) if 0 < number <= LARGEST_ID else None


def _total(body: Wire) -> Money | None:
    """The lines together, as the buyer sees them; None when one has no price."""
    prices = [money.shown(line, "line_price") for line in _lines(body)]
    told = [price for price in prices if price is not None]
    return money.together(told) if len(told) == len(prices) else None


def _lines(body: Wire) -> list[Wire]:
    return wire.objects(body, "line_items")
