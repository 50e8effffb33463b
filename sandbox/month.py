"""``python -m sandbox.month``: a month of history, written down in one go.

The orders are read from true bodies by the program itself, day by day, so that every
fact is as it would have become. The messages are drafted by the automations, worded in
the buyers' languages, and put in by COPY with their stories told to the end. Nothing of
it is sent, and no worker ever looks at it. A second time there is nothing to add.
"""

import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from core.errors import AppError, NotPossible
from core.events import Event, OrderSeen, ParcelMoved
from core.ids import new_id_maker
from core.settings import SANDBOX_SHOP, Settings
from core.values import ContactId, MessageId, Phone, WhatsAppUser
from core.words import N_
from notifications import remembering, wording
from notifications.automations import Automation, Draft, Known
from notifications.ports import Services
from notifications.remembering import Heard
from notifications.rules.news import is_paid_at_door
from sandbox.chance import dice
from sandbox.meta.errors import asynchronous
from sandbox.page.diary import Diary
from sandbox.page.parcels import Stop, route
from sandbox.shopify import bodies
from sandbox.shopify.bodies import Body, OrderWish
from sandbox.shopify.people import BUYERS, PRODUCTS
from sandbox.shopify.rush import number_like
from storage import shops
from storage.inbox import Source
from storage.shops import KnownShop
from storage.statements import Statement, driver_of
from storage.tenancy import Crossing
from wiring.services import build

DAYS = 30
ORDERS = 2_400
_SIZE = "SANDBOX_MONTH_ORDERS"
"""In the environment it may be said that there shall be another number of them."""
_FIRST_ID = 7_100_000_000_000
_SEED = 20
_BATCH = 300
_TOLD_BY = (
    "order_confirmation", "parcel_on_its_way", "parcel_reached_hub",
    "parcel_out_for_delivery", "parcel_delivered",
)  # fmt: skip
"""Of all automations those with which a store begins."""

_NAMES: Mapping[str, Sequence[str]] = {
    "en": ("Grace", "Oliver", "Amelia", "Harry", "Isla"),
    "ko": ("지우", "서연", "민준", "하윤", "도현"),
    "pt-BR": ("João", "Mariana", "Pedro", "Beatriz", "Rafael"),
    "es": ("Lucía", "Mateo", "Valeria", "Hugo", "Carmen"),
    "hi": ("आरव", "अनन्या", "विवान", "दिया", "कबीर"),
    "id": ("Putri", "Budi", "Sari", "Agus", "Dewi"),
    "ar": ("ليلى", "عمر", "نور", "يوسف", "مريم"),
    "de": ("Johanna", "Lukas", "Emilia", "Felix", "Clara"),
    "fr": ("Camille", "Louis", "Inès", "Hugo", "Manon"),
    "zh-TW": ("雅婷", "志明", "怡君", "家豪", "淑芬"),
}
_WEIGHTS = {"pt-BR": 5, "id": 3, "hi": 4, "es": 3, "ko": 3}
"""Where WhatsApp is the inbox there are more buyers; one share elsewhere."""
_CURRENCIES = {"pt-BR": "BRL", "ko": "KRW"}
_HOURS = (1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 5, 5, 5, 5, 6, 7, 8, 9, 8, 5, 3)


_TOLD_COUNTS = ("orders", "messages", "read", "delivered", "failed", "skipped")
_AGREES, _FAILS, _UNREAD = 0.93, 0.012, 0.25
_UNDELIVERABLE = 131026
_PRICING = {
    "type": "regular", "billable": True, "category": "utility", "pricing_model": "PMP",
}  # fmt: skip
_TAKES = {  # hours, from and to
    "ship": (3.0, 40.0), "in_transit": (6.0, 22.0), "out": (14.0, 30.0),
    "delivered": (2.0, 8.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Happened:
    """What one webhook told, and of which order."""

    at: datetime
    topic: str
    body: Body
    wish: OrderWish


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A message as it is kept; its fields are the columns."""

    id: str
    shop_id: int
    occasion: str
    automation: str
    scope: str
    priority: int
    order_id: int
    fulfillment_id: int | None
    tracking_key: str | None
    told: Any
    contact_id: int | None
    state: str
    reason: str | None
    attempt: int
    wanted_at: datetime
    due_at: datetime
    asked_at: datetime | None
    accepted_at: datetime | None
    reported_at: datetime | None
    provider_id: str | None
    template: str | None
    language: str | None
    body: bytes | None
    errors: Any
    pricing: Any
    story: Any
    created_at: datetime


_COLUMNS = tuple(field.name for field in fields(_Row))
_NAMED = ", ".join(_COLUMNS)
_ROOM = f"""
CREATE TEMPORARY TABLE month_of_messages ON COMMIT DROP AS
SELECT {_NAMED} FROM messages WITH NO DATA
"""
_COPY = f"COPY month_of_messages ({_NAMED}) FROM STDIN"
_PUT_IN = f"""
INSERT INTO messages ({_NAMED}) SELECT {_NAMED} FROM month_of_messages
ON CONFLICT DO NOTHING
"""
_LAST = Statement(
    "SELECT id FROM messages WHERE shop_id = :shop AND order_id = :order LIMIT 1"
)


def live_through(services: Services, *, orders: int = ORDERS) -> Counter[str]:
    """Have the simulated store look back on a month; how many ``orders`` and
    ``messages`` that added, and of these how many are in each state.

    One that was interrupted is begun again, and finds its facts there.

    Raises:
        NotPossible: the simulated store is not connected.
    """
    now = services.clock()
    with services.transactions.across(Crossing.OPERATING) as tx:
        shop = shops.known_shops(tx, {SANDBOX_SHOP}, sealer=services.sealer).get(
            SANDBOX_SHOP
        )
        if shop is None:
            raise NotPossible(N_("the simulated store is not connected yet"))
        if tx.ask(_LAST, {"shop": shop.id, "order": _FIRST_ID}):
            return Counter()
    chance = dice(_SEED)
    bought = [_wish(number, now, chance) for number in range(orders)]
    happened = sorted(
        (each for wish in bought for each in _way_of(wish, now, chance)),
        key=lambda each: each.at,
    )
    writer = _Writer(services, shop, chance)
    for first in range(0, len(happened), _BATCH):
        writer.hear(happened[first : first + _BATCH])
    writer.put_in()
    return Counter(orders=orders) + writer.counts()


def _wish(number: int, now: datetime, chance: random.Random) -> OrderWish:
    locales = list(BUYERS)
    [locale] = chance.choices(locales, [_WEIGHTS.get(each, 1) for each in locales])
    name = chance.choice(_NAMES[locale])
    buyer = replace(BUYERS[locale], first_name=name)
    things = chance.sample(PRODUCTS, chance.choice((1, 1, 2, 2, 3)))
    first = _FIRST_ID + number * 100
    phone = number_like(buyer, chance)
    return OrderWish(
        order_id=first,
        customer_id=first + 1,
        number=number,
        domain=SANDBOX_SHOP,
        shop_id=1,
        buyer=buyer,
        phone=phone,
        address_phone=phone,
        locale=locale,
        items=[(product, chance.choice((1, 1, 1, 2))) for product in things],
        currency="EUR",
        gateway="shopify_payments",
        cash_on_delivery=False,
        consent=chance.random() < _AGREES,
        wording=buyer.wording,
        placed_at=_moment(now, chance),
        extra_ids=range(first + 2, first + 9),
        shown_in=_CURRENCIES.get(locale, "USD"),
    )


def _moment(now: datetime, chance: random.Random) -> datetime:
    """Some time in the month, more often in the evening and towards its end."""
    day = int(DAYS * chance.random() ** 1.2)
    [hour] = chance.choices(range(24), _HOURS)
    midnight = (now - timedelta(days=day + 1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return midnight + timedelta(hours=hour, seconds=chance.randrange(3600))


def _way_of(
    wish: OrderWish, now: datetime, chance: random.Random
) -> Iterator[_Happened]:
    """All that has happened to an order and its parcel by now."""
    order = {**bodies.order(wish), "name": f"#P{wish.number + 1:04d}"}
    yield _Happened(wish.placed_at, "orders/create", order, wish)
    at = wish.placed_at + _hours("ship", chance)
    parcel = bodies.with_tracking(
        bodies.parcel(order, wish.order_id + 50, place=1, line_ids=(), at=at),
        numbers=[f"JD0145{wish.number:010d}"],
        company="DHL",
        url="https://example.com/track/{number}",
        at=at,
    )
    if at < now:
        yield _Happened(at, "fulfillments/create", parcel, wish)
    for place, (status, stop, takes) in enumerate(_stops(wish)):
        at += _hours(takes, chance)
        if at >= now:
            return
        scan = bodies.parcel_event(
            parcel,
            wish.order_id + 60 + place,
            shop_id=wish.shop_id,
            status=status,
            city=stop[0],
            country=stop[1],
            at=at,
        )
        yield _Happened(at, "fulfillment_events/create", scan, wish)


def _sets_out(each: _Happened) -> bool:
    """Where a parcel sets out from it has not come to."""
    first, *_ = route(each.wish.buyer.country_code)
    return each.body.get("city") == first[0]


def _stops(wish: OrderWish) -> Iterator[tuple[str, Stop, str]]:
    for stop in route(wish.buyer.country_code):
        yield "in_transit", stop, "in_transit"
    home = (wish.buyer.city, wish.buyer.country_code)
    yield "out_for_delivery", home, "out"
    yield "delivered", home, "delivered"


def _hours(step: str, chance: random.Random) -> timedelta:
    return timedelta(hours=chance.uniform(*_TAKES[step]))


class _Writer:
    """Keeps the facts batch by batch, and the messages for the end."""

    def __init__(
        self, services: Services, shop: KnownShop, chance: random.Random
    ) -> None:
        self._services = services
        self._shop = shop
        self._sealer = services.sealer.of(shop.id)
        self._chance = chance
        self._rows: dict[str, _Row] = {}
        self._contacts: dict[Phone, ContactId] = {}
        self._cities: dict[int, str | None] = {}
        self._orders: dict[int, OrderSeen] = {}

    def hear(self, happened: Sequence[_Happened]) -> None:
        """Read what happened, as if each had come at once, and draft the messages."""
        read = [(each, event) for each in happened for event in self._read(each)]
        heard = [Heard(event, None, each.at) for each, event in read]
        with self._services.transactions.across(Crossing.READING) as tx:
            remembered = remembering.remember(
                {self._shop.id: self._shop},
                {self._shop.id: heard},
                tx=tx,
                now=happened[-1].at,
                services=self._services,
            )
        self._contacts |= {
            phone: contact for (_, phone, _), contact in remembered.contacts.items()
        }
        for each, event in read:
            self._draft(each, event)

    def _read(self, each: _Happened) -> Sequence[Event]:
        raw = json.dumps(each.body).encode()
        return self._services.read_webhook(Source.SHOPIFY, each.topic, raw, each.at)

    def _draft(self, each: _Happened, event: Event) -> None:
        if isinstance(event, OrderSeen):
            self._orders[event.order_id] = event
        if isinstance(event, ParcelMoved):
            self._cities[event.order_id] = event.city
        for name in _TOLD_BY:
            automation = self._services.automations[name]
            is_heard = isinstance(event, automation.listens_to)
            if not is_heard or not automation.concerns(event):
                continue
            if name == "parcel_reached_hub" and _sets_out(each):
                continue
            draft = automation.propose(event, automation.config({}))
            if isinstance(draft, Draft) and draft.occasion not in self._rows:
                row = self._row(draft, automation, each)
                self._rows[draft.occasion] = row

    def _row(self, draft: Draft, automation: Automation[Any], each: _Happened) -> _Row:
        wish, chance = each.wish, self._chance
        new_id = new_id_maker(lambda: each.at)
        proposed = {"at": each.at.isoformat(), "what": "proposed",
                    "automation": automation.name,
                    "wanted_at": draft.wanted_at.isoformat()}  # fmt: skip
        plain = _Row(
            id=new_id("msg"),
            shop_id=self._shop.id,
            occasion=draft.occasion,
            automation=automation.name,
            scope=automation.scope,
            priority=automation.priority,
            order_id=wish.order_id,
            fulfillment_id=draft.fulfillment_id,
            tracking_key=draft.tracking_key,
            told=Jsonb(dict(draft.told)) if draft.told else None,
            contact_id=self._contacts.get(Phone(wish.phone or "")),
            state="skipped",
            reason="no_consent",
            attempt=0,
            wanted_at=draft.wanted_at,
            due_at=each.at,
            asked_at=None,
            accepted_at=None,
            reported_at=None,
            provider_id=None,
            template=None,
            language=None,
            body=None,
            errors=None,
            pricing=None,
            story=[proposed],
            created_at=each.at,
        )
        if not wish.consent:
            skipped = {"at": _later(each.at, 0.1), "what": "skipped",
                       "because": "no_consent"}  # fmt: skip
            return replace(plain, story=Jsonb([proposed, skipped]))
        return self._sent(plain, automation, each, chance)

    def _sent(
        self,
        plain: _Row,
        automation: Automation[Any],
        each: _Happened,
        chance: random.Random,
    ) -> _Row:
        wish, order = each.wish, self._orders[plain.order_id]
        texts = list(automation.template.texts)
        [language, *_] = wording.languages_for(wish.locale, texts, "en")
        number = f"JD0145{wish.number:010d}"
        known = Known(
            language=language,
            shop_name="Sosik Sandbox",
            order_name=order.name,
            first_name=order.first_name,
            total=order.total,
            payment=order.payment,
            is_paid_at_door=is_paid_at_door(order.payment, order.cash_on_delivery),
            order_link=order.status_url,
            tracking_numbers=(number,),
            tracking_link=f"https://example.com/track/{number}",
            carrier="DHL",
            city=self._cities.get(plain.order_id),
            country=wish.buyer.country_code,
        )
        body = self._services.channel.body(
            to=WhatsAppUser(phone=Phone(wish.phone or "")),
            template=automation.template,
            language=language,
            values=automation.compose(known),
            reference=MessageId(plain.id),
            attempt=1,
        )
        state, waits = _fate(chance)
        is_lost = state == "failed"
        at, story = each.at, list(plain.story)
        for what, seconds in waits:
            at += timedelta(seconds=seconds)
            line: dict[str, Any] = {"at": at.isoformat(), "what": what}
            if what == "taken":
                line |= {"attempt": 1, "language": language}
            story.append(line)
        return replace(
            plain,
            state=state,
            reason=f"meta_{_UNDELIVERABLE}" if is_lost else None,
            attempt=1,
            asked_at=each.at,
            accepted_at=each.at + timedelta(seconds=0.4),
            reported_at=at,
            provider_id=f"wamid.{plain.id}",
            template=automation.template.name,
            language=language,
            body=self._sealer.seal(body, context=f"message {plain.id}"),
            errors=Jsonb([asynchronous(_UNDELIVERABLE)]) if is_lost else None,
            pricing=None if is_lost else Jsonb(_PRICING),
            story=Jsonb(story),
        )

    def counts(self) -> Counter[str]:
        """How many ``messages`` there are, and how many in each state."""
        states = Counter(row.state for row in self._rows.values())
        return states + Counter(messages=states.total())

    def put_in(self) -> None:
        """By way of a table of our own, since no COPY goes where a row must be proved
        to be a shop's. Those of the first order are the sign that all are there."""
        with self._services.transactions.for_shop(self._shop.id) as tx:
            cursor = driver_of(tx.connection).cursor()
            cursor.execute(_ROOM)
            with cursor.copy(_COPY) as copy:
                for row in self._rows.values():
                    copy.write_row([getattr(row, name) for name in _COLUMNS])
            cursor.execute(_PUT_IN)


def _fate(chance: random.Random) -> tuple[str, list[tuple[str, float]]]:
    """What became of a message, and its story's lines with the seconds before each."""
    lines = [("taken", 0.1), ("accepted", 0.3), ("reported_sent", 0.5)]
    drawn = chance.random()
    if drawn < _FAILS:
        return "failed", [*lines, ("reported_failed", 2.0)]
    lines.append(("reported_delivered", chance.uniform(0.5, 40)))
    if drawn < _UNREAD:
        return "delivered", lines
    return "read", [*lines, ("reported_read", chance.uniform(5, 5400))]


def _later(at: datetime, seconds: float) -> str:
    return (at + timedelta(seconds=seconds)).isoformat()


def main(env: Mapping[str, str]) -> None:
    orders = env.get(_SIZE, f"{ORDERS}")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", orders):
        sys.exit(f"sandbox.month: {_SIZE} must be a number from 1 on")
    try:
        settings = Settings.from_env(env)
        services = build(settings)
        try:
            added = live_through(services, orders=int(orders))
        finally:
            services.close()
    except AppError as error:
        sys.exit(f"sandbox.month: {error}")
    counts: dict[str, Any] = {name: added[name] for name in _TOLD_COUNTS}
    what = "month" if added else "month_known"
    Diary(settings.data_dir).note(what, at=services.clock(), **counts)


if __name__ == "__main__":
    main(os.environ)
