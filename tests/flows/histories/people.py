"""Whom a history is about, and what their two stores tell of them."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tests import samples
from tests.wire.shopify_bodies import example

ADA, BOB = "ada.myshopify.com", "bob.myshopify.com"
STORES = (ADA, BOB)
CONSENT_TOPIC = "customers_whats_app_marketing_consent/update"

# For each country: its numbers, its language, its clock.
_COUNTRIES = {
    "DE": ("+49151200000{:02}", "de-DE", "Europe/Berlin"),
    "BR": ("+5511970000{:03}", "pt-BR", "America/Sao_Paulo"),
    "KR": ("+821020000{:03}", "ko-KR", "Asia/Seoul"),
    "US": ("+14155550{:03}", "en-US", "America/Los_Angeles"),
}
_OF_A_HISTORY = ("BR", "DE", "BR", "KR", "US", "DE", "BR", "DE", "BR", "KR")
_HOMES = ((ADA, BOB), (ADA, BOB), (ADA, BOB), (ADA,), (ADA,), (BOB,))


@dataclass(frozen=True, slots=True)
class Person:
    """``homes`` are the stores that they buy at. Whoever has no account is a guest."""

    number: int
    phone: str
    country: str
    locale: str
    clock: ZoneInfo
    has_account: bool
    homes: tuple[str, ...]

    @property
    def first_name(self):
        return f"Zorina{self.number:03}q"

    @property
    def mail(self):
        return f"mail{self.number:03}q@people.example"

    @property
    def customer_id(self):
        return 6_000_000 + self.number

    @property
    def traces(self):
        """All by which they could be found."""
        return (self.phone, self.phone[1:], self.first_name, self.mail)

    @property
    def customer(self):
        """As orders and checkouts name them."""
        if not self.has_account:
            return None
        return {
            "id": self.customer_id,
            "first_name": self.first_name,
            "email": self.mail,
            "phone": self.phone,
        }

    @property
    def address(self):
        return {
            "first_name": self.first_name,
            "country_code": self.country,
            "phone": self.phone,
        }


def people_of_a_history():
    return [_person(number) for number in range(len(_OF_A_HISTORY) * 2)]


def _person(number):
    country = _OF_A_HISTORY[number % len(_OF_A_HISTORY)]
    form, locale, clock = _COUNTRIES[country]
    return Person(
        number=number,
        phone=form.format(10 + number if country != "US" else 110 + number),
        country=country,
        locale=locale,
        clock=ZoneInfo(clock),
        has_account=number % 3 != 0,
        homes=_HOMES[number % len(_HOMES)],
    )


@dataclass(slots=True)
class Checkout:
    """``is_ticked`` is the box for offers, None where there is none."""

    store: str
    person: Person
    token: str
    started_at: datetime
    is_ticked: bool | None
    is_bought: bool = False

    def body(self, at):
        return {
            **example("checkouts/create", phone=self.person.phone),
            "token": self.token,
            "cart_token": f"cart-{self.token}",
            "created_at": self.started_at.isoformat(),
            "updated_at": at.isoformat(),
            "completed_at": at.isoformat() if self.is_bought else None,
            "email": self.person.mail,
            "customer": self.person.customer,
            "customer_locale": self.person.locale,
            "shipping_address": self.person.address,
            "note_attributes": boxes(offers=self.is_ticked),
            "abandoned_checkout_url": f"https://{self.store}/c/{self.token}",
        }


@dataclass(slots=True)
class Order:
    """``is_ticked`` is the box for the news of it."""

    store: str
    person: Person
    number: int
    placed_at: datetime
    is_ticked: bool
    wants_offers: bool
    token: str | None = None
    cancelled_at: datetime | None = None
    parcels: list[int] = field(default_factory=list)

    def body(self, at, **changes):
        return samples.order(
            order_id=self.number,
            name=f"#{1000 + self.number}",
            phone=self.person.phone,
            locale=self.person.locale,
            placed_at=self.placed_at,
            updated_at=at,
            cancelled_at=self.cancelled_at,
            **{
                "email": self.person.mail,
                "customer": self.person.customer,
                "shipping_address": self.person.address,
                "note_attributes": boxes(
                    news=self.is_ticked, offers=self.wants_offers or None
                ),
                "checkout_token": self.token,
                "order_status_url": f"https://shop.example/orders/{self.number}",
                **changes,
            },
        )

    def parcel(self, parcel, at, **changes):
        return samples.fulfillment(
            fulfillment_id=parcel,
            order_id=self.number,
            numbers=(f"JD01460000{parcel:04}",),
            created_at=at,
            phone=self.person.phone,
            destination=self.person.address,
            **changes,
        )


def boxes(*, news=None, offers=None):
    named = {"_whatsapp_opt_in": news, "_whatsapp_marketing_opt_in": offers}
    return [
        {"name": name, "value": "true" if is_ticked else "false"}
        for name, is_ticked in named.items()
        if is_ticked is not None
    ]


def consent_at_shopify(person, *, is_yes, is_confirmed, at):
    return {
        "customer_id": person.customer_id if person.has_account else None,
        "phone_number": person.phone,
        "whats_app_marketing_consent": {
            "state": "subscribed" if is_yes else "unsubscribed",
            "opt_in_level": "confirmed_opt_in" if is_confirmed else "single_opt_in",
            "updated_at": at.isoformat(),
            "collected_from": "other",
        },
    }


def redaction(person, store, orders):
    return {
        "shop_id": 1,
        "shop_domain": store,
        "customer": {
            "id": person.customer_id if person.has_account else None,
            "email": person.mail,
            "phone": person.phone,
        },
        "orders_to_redact": [order.number for order in orders],
    }


def merger(kept, gone):
    gid = "gid://shopify/Customer/{}"
    return {
        "admin_graphql_api_customer_kept_id": gid.format(kept.customer_id),
        "admin_graphql_api_customer_deleted_id": gid.format(gone.customer_id),
        "status": "completed",
        "errors": [],
    }
