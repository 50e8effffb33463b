"""The store itself: what it says of itself, and that it goes."""

from collections.abc import Iterator
from datetime import datetime

from core.events import AppUninstalled, Event, PastWritten, ShopChanged
from integrations.plain_text import cleaned
from integrations.shopify import wire
from integrations.shopify.payloads.people import country_of
from integrations.shopify.wire import Wire


def shop_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    shop = wire.shop(body)
    yield ShopChanged(
        happened_at=shop["updated_at"] or otherwise,
        shop=shop["myshopify_domain"],
        name=cleaned(shop["name"]),
        timezone=cleaned(shop["iana_timezone"]),
        currency=cleaned(shop["currency"]),
        country=country_of(shop["country_code"]),
        locale=cleaned(shop["primary_locale"], at_most=35),
    )


def app_uninstalled(_body: Wire, otherwise: datetime) -> Iterator[Event]:
    yield AppUninstalled(happened_at=otherwise)


def past_written(_body: Wire, otherwise: datetime) -> Iterator[Event]:
    """Which part of it is found by asking: nobody signs what a webhook is about."""
    yield PastWritten(happened_at=otherwise)
