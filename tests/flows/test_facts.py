"""What is known does not hang on the order in which it was told, nor on repetitions."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.events import (
    AppUninstalled,
    CustomerDeleted,
    CustomerSeen,
    CustomersMerged,
    OrderDeleted,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PaymentTried,
    PickupPrepared,
    RefundIssued,
    ReturnMoved,
    ShippingHeld,
    ShippingResumed,
    ShopChanged,
)
from core.shopping import (
    CartSeen,
    CheckoutDeleted,
    CheckoutSeen,
    DraftOrderDeleted,
    DraftOrderSeen,
)
from core.values import (
    CustomerId,
    DraftOrderId,
    FulfillmentId,
    FulfillmentOrderId,
    Item,
    LineId,
    Milestone,
    Money,
    OrderEditId,
    OrderId,
    PaymentId,
    Phone,
    PhonePlace,
    ProductId,
    RefundId,
    ReturnId,
    ReturnStep,
    ScanId,
    VariantId,
)
from storage.statements import Statement
from tests import examples
from tests.flows.facts_told import (
    ORDER,
    everything,
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
PAYMENTS = st.builds(
    PaymentTried,
    **ABOUT_AN_ORDER,
    payment_id=st.integers(51, 52).map(PaymentId),
    kind=words("sale", "refund"),
    status=words("pending", "failure", "success"),
    amount=st.none() | MONEY,
    gateway=st.none() | words("visa"),
    error_code=st.none() | words("card_declined"),
)
REFUNDS = st.builds(
    RefundIssued,
    **ABOUT_AN_ORDER,
    refund_id=st.just(RefundId(41)),
    amount=st.none() | MONEY,
    pending=st.none() | MONEY,
    items=ITEMS,
    return_id=st.none() | st.just(ReturnId(11)),
)
MAYBE_OF_AN_ORDER = {**ABOUT_AN_ORDER, "order_id": st.none() | st.just(ORDER)}
RETURNS = st.builds(
    ReturnMoved,
    **MAYBE_OF_AN_ORDER,
    return_id=st.just(ReturnId(11)),
    step=st.sampled_from(ReturnStep),
    status=st.none() | words("open", "closed"),
    name=st.none() | words("#1001-R1"),
    lines=st.none() | st.integers(0, 2),
    decline_reason=st.none() | words("final_sale"),
)
WAITING = {**MAYBE_OF_AN_ORDER, "fulfillment_order_id": st.just(FulfillmentOrderId(3))}
PICKUPS = st.builds(PickupPrepared, **WAITING)
HOLDS = st.builds(
    ShippingHeld,
    **WAITING,
    reasons=st.sampled_from([(), ("awaiting_payment",), ("other", "high_risk")]),
)
RELEASES = st.builds(ShippingResumed, **WAITING)
CUSTOMER_IDS = st.sampled_from([CustomerId(6100), CustomerId(6101)])
CUSTOMERS = st.builds(
    CustomerSeen,
    happened_at=MOMENTS,
    customer_id=CUSTOMER_IDS,
    created_at=st.none() | st.just(NOON),
    phone=st.none() | PHONES,
    phone_place=st.none() | st.sampled_from(PhonePlace),
    email=st.none() | words("ada@example.com"),
    first_name=st.none() | words("Ada"),
    country=st.none() | words("DE"),
    email_marketing=st.none() | words("subscribed"),
    sms_marketing=st.none(),
)
MERGES = st.builds(
    CustomersMerged,
    happened_at=MOMENTS,
    kept=st.just(CustomerId(6100)),
    gone=st.just(CustomerId(6101)),
)
CUSTOMERS_DELETED = st.builds(
    CustomerDeleted, happened_at=MOMENTS, customer_id=CUSTOMER_IDS
)
CHECKOUTS = st.builds(
    CheckoutSeen,
    happened_at=MOMENTS,
    token=words("c0ffee"),
    cart_token=words("c4f7"),
    started_at=st.just(NOON),
    completed_at=st.none() | MOMENTS,
    closed_at=st.none(),
    customer_id=st.none() | CUSTOMER_IDS,
    phone=st.none() | PHONES,
    phone_place=st.none(),
    email=st.none() | words("ada@example.com"),
    first_name=st.none(),
    country=st.none() | words("DE"),
    region=st.none(),
    city=st.none() | words("Berlin"),
    locale=st.none() | words("de"),
    items=st.none() | ITEMS,
    total=st.none() | MONEY,
    worth=st.none() | MONEY,
    discount_codes=st.none() | st.just(("TEA10",)),
    url=st.none() | words("https://ada.example/recover?key=1"),
    agreed=st.none() | FLAGS,
    wording=st.none(),
    accepts_marketing=st.none() | FLAGS,
    accepts_sms=st.none() | FLAGS,
    marks=st.none() | st.just({"_wa_ref": "k7"}),
)
CHECKOUTS_DELETED = st.builds(
    CheckoutDeleted,
    happened_at=MOMENTS,
    token=st.none() | words("c0ffee"),
    cart_token=st.none() | words("c4f7"),
)
DRAFT_IDS = st.sampled_from([DraftOrderId(7001), DraftOrderId(7002)])
DRAFTS = st.builds(
    DraftOrderSeen,
    happened_at=MOMENTS,
    draft_order_id=DRAFT_IDS,
    name=st.none() | words("#D133"),
    started_at=st.just(NOON),
    status=words("open", "invoice_sent", "completed"),
    invoiced_at=st.none() | MOMENTS,
    completed_at=st.none() | MOMENTS,
    order_id=st.none(),
    customer_id=st.none() | CUSTOMER_IDS,
    phone=st.none() | PHONES,
    phone_place=st.none(),
    country=st.none() | words("DE"),
    items=st.none() | ITEMS,
    total=st.none() | MONEY,
    worth=st.none() | MONEY,
    url=st.none() | words("https://ada.example/invoices/1"),
)
DRAFTS_DELETED = st.builds(
    DraftOrderDeleted, happened_at=MOMENTS, draft_order_id=DRAFT_IDS
)
CARTS = st.builds(
    CartSeen,
    happened_at=MOMENTS,
    token=words("c4f7"),
    started_at=st.none(),
    items=st.none() | ITEMS,
    total=st.none() | MONEY,
    agreed=st.none() | FLAGS,
    wording=st.none(),
    marks=st.none(),
)
SHOPS = st.builds(
    ShopChanged,
    # After it was connected, when the store was asked.
    happened_at=MOMENTS.map(lambda moment: moment + HOUR),
    name=st.none() | words("Ada's Tea", "Bob's Tea"),
    timezone=st.none() | words("Asia/Seoul", "Europe/Paris"),
    currency=st.none() | words("EUR", "KRW"),
    country=st.none() | words("KR"),
    locale=st.none() | words("ko"),
)
UNINSTALLS = st.builds(AppUninstalled, happened_at=MOMENTS)

OF_THE_ORDER = st.one_of(
    *(orders_seen(), orders_glimpsed(), EDITS, PAYMENTS, REFUNDS, RETURNS),
    *(PARCELS_SEEN, SCANS, SCANS_DELETED, PICKUPS, HOLDS, RELEASES),
)
OF_SHOPPERS = st.one_of(
    *(CUSTOMERS, MERGES, CUSTOMERS_DELETED),
    *(CHECKOUTS, CHECKOUTS_DELETED, CARTS, SHOPS, UNINSTALLS),
    *(DRAFTS, DRAFTS_DELETED),
)

ORDERS_OF_FIVE = list(permutations(range(5)))
USUALLY = settings(
    max_examples=examples.OF_FLOWS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("events", [OF_THE_ORDER, OF_SHOPPERS])
def test_any_five_events_end_alike_in_every_order_repeated_and_in_any_batches(
    world, events
):
    shop_ids = open_shops(world, len(ORDERS_OF_FIVE))

    @USUALLY
    @given(five=st.lists(events, min_size=5, max_size=5), data=st.data())
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

        ended = list(everything(world).values())
        assert len(ended) == len(ORDERS_OF_FIVE)
        assert [each for each in ended if each != ended[0]] == []

    end_alike()


def test_workers_who_tell_at_once_end_alike_and_do_not_block_each_other(world):
    """Whose lane it is, is a guess: two may tell of one order in the same moment."""
    alone, together = open_shops(world, 2)
    made = some_events(90)
    world.services.book.pepper()  # looked up once

    def tells(seed):
        said = Random(seed).sample(made, len(made))
        for start in range(0, len(said), 6):
            tell(world, {together: said[start : start + 6]})

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(tells, range(6)))
    tell(world, {alone: made})

    ended = everything(world)
    assert len(ended[alone]) > 40
    assert ended[together] == ended[alone]


def some_events(count):
    """So many events of all kinds but deletions, the same each time."""
    found = []

    @settings(USUALLY, database=None, derandomize=True, max_examples=count)
    @given(OF_THE_ORDER | CUSTOMERS | CHECKOUTS | CARTS | SHOPS | UNINSTALLS)
    def draw(event):
        found.append(event)

    draw()
    return found


def test_of_a_deleted_order_nothing_is_kept_whenever_the_rest_is_told(world):
    shop_ids = open_shops(world, len(ORDERS_OF_FIVE))
    of_it = OF_THE_ORDER.filter(lambda event: event.order_id is not None)

    @settings(USUALLY, max_examples=10)
    @given(four=st.lists(of_it, min_size=4, max_size=4))
    def is_kept(four):
        forget_all(world)
        five = [*four, OrderDeleted(happened_at=NOON, order_id=ORDER)]
        for place in range(5):
            together = zip(shop_ids, ORDERS_OF_FIVE, strict=True)
            tell(world, {shop_id: [five[order[place]]] for shop_id, order in together})

        for said in everything(world).values():
            left = [each for each in said if each[0] != "shops"]
            assert left == [("forgotten", f"order {ORDER}", NOON)]

    is_kept()


def test_what_was_known_is_known_again_at_every_moment_of_the_past(world):
    [shop_id] = open_shops(world, 1)

    @USUALLY
    @given(
        events=st.lists(OF_THE_ORDER, min_size=5, max_size=9),
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

        _border, _planning, _shops, *sent = statements
        assert sent == needs
