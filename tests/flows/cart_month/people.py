"""Who leaves carts in a month, and what the store tells of them."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tests import samples
from tests.wire.shopify_bodies import example

# For each country: its numbers, its language, its clock.
_COUNTRIES = {
    "DE": ("+491512{:07}", "de-DE", "Europe/Berlin"),
    "BR": ("+55119{:08}", "pt-BR", "America/Sao_Paulo"),
    "KR": ("+82102{:07}", "ko-KR", "Asia/Seoul"),
    "US": ("+1415555{:04}", "en-US", "America/Los_Angeles"),
}
_DRAWN = ("BR", "DE", "BR", "DE", "KR", "BR", "DE", "BR", "US", "BR")
_FIRST = {"DE": 3_000_000, "BR": 70_000_000, "KR": 2_000_000, "US": 100}


@dataclass(slots=True)
class Person:
    """``is_calm`` is whether the store tells of them at once, and nothing gets lost:
    then all of their past is known. A guest gets an account one day."""

    number: int
    phone: str
    country: str
    locale: str
    clock: ZoneInfo
    is_calm: bool
    account_since: datetime | None

    @property
    def email(self):
        return f"person{self.number}@people.example"

    def customer_id(self, now):
        has_one = self.account_since is not None and self.account_since <= now
        return 6_000_000 + self.number if has_one else None


def person(number, chance, *, begins_at, ends_at):
    country = _DRAWN[number % len(_DRAWN)]
    form, locale, clock = _COUNTRIES[country]
    kind = chance.choice(("guest", "account", "later"))
    some_day = begins_at + (ends_at - begins_at) * chance.random()
    since = {"guest": None, "account": begins_at, "later": some_day}[kind]
    return Person(
        number=number,
        phone=form.format(_FIRST[country] + number),
        country=country,
        locale=locale,
        clock=ZoneInfo(clock),
        is_calm=chance.random() < 0.6,
        account_since=since,
    )


@dataclass(slots=True)
class Cart:
    """A checkout with the moments at which it was changed."""

    token: str
    person: Person
    worth: str
    begun_at: datetime
    changed_at: datetime
    completed_at: datetime | None = None
    is_over: bool = False
    is_ordered: bool = field(default=False)

    @property
    def cart_token(self):
        return f"cart-{self.token}"

    def body(self, topic):
        """As it is now, under the names that its person has now."""
        person, money = self.person, {"amount": self.worth, "currency_code": "EUR"}
        customer_id = person.customer_id(self.begun_at)
        return {
            **example(topic, phone=person.phone),
            "token": self.token,
            "cart_token": self.cart_token,
            "created_at": self.begun_at.isoformat(),
            "updated_at": self.changed_at.isoformat(),
            "completed_at": self.completed_at and self.completed_at.isoformat(),
            "email": person.email,
            "customer": _customer(customer_id, person),
            "customer_locale": person.locale,
            "shipping_address": _address(person),
            "total_price": self.worth,
            "total_price_set": {"shop_money": money, "presentment_money": money},
            "abandoned_checkout_url": f"https://shop.example/c/{self.token}",
        }


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought, and all by which it may be told whose it is."""

    number: int
    placed_at: datetime
    token: str | None = None
    cart_token: str | None = None
    phone: str | None = None
    email: str | None = None
    customer_id: int | None = None

    def body(self, person):
        account = {"id": self.customer_id, "first_name": "Ada"}
        return samples.order(
            order_id=self.number,
            name=f"#{self.number}",
            phone=self.phone,
            locale=person.locale,
            placed_at=self.placed_at,
            agreed=None,
            email=self.email,
            customer=None if self.customer_id is None else account,
            shipping_address=None if self.phone is None else _address(person),
            checkout_token=self.token,
            cart_token=self.cart_token,
        )


def _customer(customer_id, person):
    if customer_id is None:
        return None
    return {
        "id": customer_id,
        "first_name": "Ada",
        "email": person.email,
        "phone": person.phone,
    }


def _address(person):
    return {
        "first_name": "Ada",
        "country_code": person.country,
        "phone": person.phone,
    }
