"""What is known does not hang on the order in which it was told, nor on repetitions."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.events import (
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
)
from core.values import (
    CustomerId,
    FulfillmentId,
    Item,
    LineId,
    Milestone,
    Money,
    OrderEditId,
    OrderId,
    Phone,
    PhonePlace,
    ProductId,
    ScanId,
    VariantId,
)
from storage.statements import Statement
from tests.flows.facts_told import (
    ORDER,
    forget_all,
    open_shops,
    rebuilt,
    stored,
    tell,
)
from tests.world import NOON

HOUR = timedelta(hours=1)
MOMENTS = st.integers(0, 2).map(lambda hours: NOON + hours * HOUR)
PHONES = st.sampled_from([Phone("+4915112345678"), Phone("+4915112345679")])
MONEY = st.sampled_from(["39.90", "0.00", "12"]).map(
    lambda amount: Money(Decimal(amount), "EUR")
)
FLAGS = st.booleans()


def words(*said: str) -> st.SearchStrategy[str]:
    return st.sampled_from(said)


ITEMS = st.lists(
    st.builds(
        Item,
        line_id=st.integers(1, 2).map(LineId),
        product_id=st.just(ProductId(1)),
        variant_id=st.none() | st.just(VariantId(2)),
        title=words("Tea", "茶"),
        variant=st.none(),
        sku=st.none() | words("TEA"),
        quantity=st.integers(0, 2),
        price=st.none() | MONEY,
    ),
    max_size=2,
).map(tuple)

# What a narrowed webhook may tell; each of these may be left out.
OF_AN_ORDER: Mapping[str, st.SearchStrategy[Any]] = {
    "customer_id": st.just(CustomerId(6100)),
    "email": words("ada@example.com", "bob@example.com"),
    "phone_place": st.sampled_from(PhonePlace),
    "region": words("BE"),
    "city": words("Berlin", "Bonn"),
    "shipping": words("unfulfilled", "partial", "fulfilled"),
    "cancel_reason": words("customer", "fraud"),
    "closed_at": MOMENTS,
    "items": ITEMS,
    "current_total": MONEY,
    "worth": MONEY,
    "discount_codes": st.sampled_from([(), ("TEA10",)]),
    "checkout_token": words("c0ffee"),
    "cart_token": words("c4f7"),
    "source": words("web", "pos"),
    "is_test": FLAGS,
    "accepts_marketing": FLAGS,
    "marks": st.sampled_from([{}, {"_wa_ref": "k7"}]),
    "cancelled_at": MOMENTS,
    "payment": words("pending", "paid", "refunded"),
    "total": MONEY,
    "phone": PHONES,
    "country": words("DE", "AT"),
    "first_name": words("Ada", "Bob"),
    "locale": words("de", "en-DE"),
    "status_url": words("https://ada.example/orders/1?key=secret"),
    "agreed": FLAGS,
    "wording": words("Yes, tell me."),
}
ALWAYS_TOLD: Mapping[str, st.SearchStrategy[Any]] = {
    "name": words("#1001", "#1001-A"),
    "placed_at": MOMENTS,
    "cash_on_delivery": FLAGS,
}
NEEDED = (
    *("cancelled_at", "payment", "total", "phone", "country", "first_name"),
    *("locale", "status_url", "agreed", "wording"),
)


@st.composite
def orders_seen(draw):
    """An order as most webhooks tell of it, with a gap here and there."""
    told = draw(st.fixed_dictionaries(ALWAYS_TOLD, optional=OF_AN_ORDER))
    silent = {name: None for name in NEEDED if name not in told}
    return OrderSeen(happened_at=draw(MOMENTS), order_id=ORDER, **told, **silent)


@st.composite
def orders_glimpsed(draw):
    some = {**ALWAYS_TOLD, **OF_AN_ORDER}
    told = draw(st.fixed_dictionaries({}, optional=some))
    return OrderGlimpsed(happened_at=draw(MOMENTS), order_id=ORDER, **told)


PARCELS = st.sampled_from([FulfillmentId(7100), FulfillmentId(7101)])
MILESTONES = st.sampled_from(
    [Milestone.IN_TRANSIT, Milestone.DELAYED, Milestone.DELIVERED]
)
ABOUT_AN_ORDER = {"happened_at": MOMENTS, "order_id": st.just(ORDER)}

PARCELS_SEEN = st.builds(
    ParcelSeen,
    **ABOUT_AN_ORDER,
    fulfillment_id=PARCELS,
    name=words("#1001.1"),
    created_at=st.just(NOON),
    is_cancelled=FLAGS,
    milestone=st.none() | MILESTONES,
    tracking_numbers=st.sampled_from([(), ("A",), ("A", "B")]),
    tracking_url=st.none() | words("https://x.example/A"),
    carrier=st.none() | words("DHL"),
    phone=st.none() | PHONES,
    country=st.none() | words("DE"),
    status=st.none() | words("success", "cancelled"),
    tracking_urls=st.sampled_from([(), (None, "https://x.example/B")]),
    items=st.none() | ITEMS,
    region=st.none(),
    city=st.none() | words("Berlin"),
)
SCANS = st.builds(
    ParcelMoved,
    **ABOUT_AN_ORDER,
    fulfillment_id=PARCELS,
    milestone=MILESTONES,
    city=st.none() | words("Seoul", "Incheon"),
    country=words("KR"),
    scan_id=st.none() | st.integers(1, 3).map(ScanId),
    expected_at=st.none() | MOMENTS,
    region=st.none(),
    note=st.none() | words("On the way"),
)
SCANS_DELETED = st.builds(
    ParcelScanDeleted,
    **ABOUT_AN_ORDER,
    fulfillment_id=PARCELS,
    scan_id=st.integers(1, 3).map(ScanId),
    milestone=st.none() | MILESTONES,
)
EDITS = st.builds(
    OrderEdited,
    **ABOUT_AN_ORDER,
    edit_id=st.just(OrderEditId(31)),
    added=st.just(((LineId(1), 1),)),
    removed=st.just(()),
    tells_buyer=FLAGS,
)
EVENTS = st.one_of(
    orders_seen(), orders_glimpsed(), PARCELS_SEEN, SCANS, SCANS_DELETED, EDITS
)

ORDERS_OF_FIVE = list(permutations(range(5)))
USUALLY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def alike(known: Any, *, shop_id: int, phones: Mapping[int, str]) -> Any:
    """The same in every shop, and whenever it was read."""
    if is_dataclass(known):
        told = {each.name: getattr(known, each.name) for each in fields(known)}
        told.pop("shop_id", None)
        told.pop("whole_since", None)
        if told.get("contact_id") is not None:
            told["contact_id"] = phones[told["contact_id"]]
        for key in ("checkout_key", "cart_key"):
            if told.get(key) is not None:
                told[key] = "the only one"
        return {
            name: alike(value, shop_id=shop_id, phones=phones)
            for name, value in told.items()
        }
    if isinstance(known, list):
        return [alike(each, shop_id=shop_id, phones=phones) for each in known]
    return known


def phones_of(world):
    """Whose number each contact is."""
    return {
        row.id: world.services.book.opened(row.shop_id, row.phone).e164
        for row in world.rows("contacts")
    }


def test_any_five_events_end_alike_in_every_order_repeated_and_in_any_batches(world):
    shop_ids = open_shops(world, len(ORDERS_OF_FIVE))

    @USUALLY
    @given(five=st.lists(EVENTS, min_size=5, max_size=5), data=st.data())
    def end_alike(five, data):
        forget_all(world)
        again = data.draw(st.lists(st.integers(0, 4), max_size=2))
        cuts = sorted(data.draw(st.lists(st.integers(0, 7), min_size=3, max_size=3)))
        told = {
            shop_id: [five[place] for place in (*order, *again)]
            for shop_id, order in zip(shop_ids, ORDERS_OF_FIVE, strict=True)
        }

        for start, end in zip((0, *cuts), (*cuts, 7), strict=True):
            tell(world, {shop: events[start:end] for shop, events in told.items()})

        phones = phones_of(world)
        ended = [
            alike(stored(world, shop_id), shop_id=shop_id, phones=phones)
            for shop_id in shop_ids
        ]
        assert [each for each in ended if each != ended[0]] == []

    end_alike()


def test_what_was_known_is_known_again_at_every_moment_of_the_past(world):
    [shop_id] = open_shops(world, 1)

    @settings(USUALLY, max_examples=60)
    @given(
        events=st.lists(EVENTS, min_size=5, max_size=9),
        sizes=st.lists(st.integers(1, 3), min_size=9, max_size=9),
    )
    def is_known_again(events, sizes):
        forget_all(world)
        seen = []
        for size in sizes:
            batch, events = events[:size], events[size:]
            if batch:
                world.now += timedelta(minutes=1)
                tell(world, {shop_id: batch})
                seen.append((world.now, stored(world, shop_id)))

        for moment, known in seen:
            assert rebuilt(world, shop_id, known_at=moment) == known

    is_known_again()


@pytest.fixture
def statements(monkeypatch):
    """The statements that are sent, by their first words."""
    sent = []
    send = Statement.sent

    def noted(self, connection, asked):
        sent.append(" ".join(self.text.split()[:3]))
        return send(self, connection, asked)

    monkeypatch.setattr(Statement, "sent", noted)
    return sent


def an_order(number):
    order_id = OrderId(number)
    return OrderSeen(
        **dict.fromkeys(NEEDED),
        happened_at=NOON,
        order_id=order_id,
        name=f"#{number}",
        placed_at=NOON,
        cash_on_delivery=False,
    )


def a_scan(number):
    return ParcelMoved(
        happened_at=NOON,
        fulfillment_id=FulfillmentId(number),
        order_id=OrderId(number),
        milestone=Milestone.IN_TRANSIT,
        city=None,
        country=None,
    )


@pytest.mark.parametrize(
    ("event_about", "needs"),
    [
        (
            an_order,
            ["INSERT INTO history", "INSERT INTO orders", "UPDATE messages m"],
        ),
        (a_scan, ["INSERT INTO history", "INSERT INTO parcels"]),
    ],
)
def test_a_batch_takes_the_same_few_statements_whatever_its_size(
    world, statements, event_about, needs
):
    """What is usual costs one statement for its history, besides what it changes."""
    [shop_id] = open_shops(world, 1)
    world.services.book.pepper()  # looked up once
    for numbers in (range(1), range(1, 40)):
        statements.clear()

        tell(world, {shop_id: [event_about(n) for n in numbers]})

        _border, _shops, *sent = statements
        assert sent == needs
