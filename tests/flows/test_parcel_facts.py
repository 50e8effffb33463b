"""What is known of a parcel does not hang on the order in which it was told."""

import json
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.events import ParcelMoved, ParcelSeen
from core.values import FulfillmentId, Milestone, OrderId, ScanId
from notifications import remembering
from storage import orders, shops
from tests.world import NOON, SHOP

HOUR = timedelta(hours=1)
MOMENTS = st.integers(0, 3).map(lambda hours: NOON + hours * HOUR)
MILESTONES = st.sampled_from(
    [Milestone.DELIVERED, Milestone.DELIVERED, Milestone.IN_TRANSIT, Milestone.DELAYED]
)
CITIES = st.sampled_from([None, "Seoul", "Incheon", "Hong Kong"])

_parcels = count(1)


@st.composite
def _journeys(draw):
    """Five events of one parcel, some of them in the same moment."""
    seen = draw(st.lists(MOMENTS, min_size=1, max_size=3, unique=True))
    fulfillments = [
        {
            "happened_at": at,
            "is_cancelled": draw(st.booleans()),
            "milestone": draw(st.none() | MILESTONES),
            "tracking_numbers": draw(st.sampled_from([(), ("A",), ("A", "B")])),
        }
        for at in seen
    ]
    scans = [
        {
            "happened_at": draw(MOMENTS),
            "milestone": draw(MILESTONES),
            "city": draw(CITIES),
            "scan_id": ScanId(number + 1),
            "expected_at": draw(st.none() | MOMENTS),
        }
        for number in range(5 - len(seen))
    ]
    return fulfillments + scans


def _event(told, parcel):
    about = {"fulfillment_id": FulfillmentId(parcel), "order_id": OrderId(1)}
    if "scan_id" in told:
        return ParcelMoved(**about, country="KR", **told)
    return ParcelSeen(
        **about,
        name="#1001.1",
        created_at=NOON,
        tracking_url=None,
        carrier=None,
        phone=None,
        country="DE",
        **told,
    )


def _remembered(world, batches):
    """What the database has in the end, with what is sealed opened."""
    parcel, shop_id = next(_parcels), world.shop_ids[SHOP]
    services = world.services
    for batch in batches:
        with services.transactions.for_shop(shop_id) as tx:
            shop = shops.known_shops(tx, [SHOP])[SHOP]
            events = [_event(told, parcel) for told in batch]
            remembering.remember(
                {shop_id: shop},
                {shop_id: events},
                tx=tx,
                now=world.now,
                services=services,
            )
    with services.transactions.for_shop(shop_id) as tx:
        [row] = [
            dict(each)
            for each in orders.parcels_of(tx, shop_id, 1)
            if each["fulfillment_id"] == parcel
        ]
    for sealed in ("private", "scan"):
        row[sealed] = orders.opened_private(row[sealed], shop_id, services.sealer)
    return {name: value for name, value in row.items() if name != "fulfillment_id"}


def test_five_events_end_alike_in_any_order_repeated_and_in_any_batches(world):
    world.open_shop(automations=False)

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(journey=_journeys(), data=st.data())
    def ends_alike(journey, data):
        told = data.draw(st.permutations(journey + journey[:2]))
        cut = data.draw(st.integers(0, len(told)))
        usual = sorted(journey, key=lambda each: each["happened_at"])

        ended = _remembered(world, [each for each in (told[:cut], told[cut:]) if each])

        assert ended == _remembered(world, [usual])
        assert ended == _remembered(world, [[each] for each in told])

    ends_alike()


def test_the_newest_scan_says_where_a_parcel_is_and_when_it_comes(world):
    world.open_shop(automations=False)
    newest = {
        "happened_at": NOON + 2 * HOUR,
        "milestone": Milestone.IN_TRANSIT,
        "city": "Hong Kong",
        "scan_id": ScanId(2),
        "expected_at": NOON + 24 * HOUR,
    }
    older = newest | {
        "happened_at": NOON + HOUR,
        "city": "Seoul",
        "scan_id": ScanId(1),
    }

    known = _remembered(world, [[newest], [older]])

    assert known["scan"] == {
        "milestone": "in_transit",
        "city": "Hong Kong",
        "country": "KR",
        "expected": (NOON + 24 * HOUR).isoformat(),
    }
    assert known["scan_at"] == NOON + 2 * HOUR
    assert known["set_out_at"] == NOON + HOUR


def test_where_a_parcel_is_lies_sealed(world):
    world.open_shop(automations=False)
    _remembered(
        world,
        [
            [
                {
                    "happened_at": NOON,
                    "milestone": Milestone.IN_TRANSIT,
                    "city": "Hong Kong",
                    "scan_id": ScanId(1),
                    "expected_at": None,
                }
            ]
        ],
    )

    [row] = world.rows("parcels")
    assert b"Hong" not in bytes(row.scan)
    assert "Hong" not in json.dumps([str(each) for each in row])
