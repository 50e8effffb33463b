"""What the store and a tracking service both tell of a parcel is one scan."""

from datetime import UTC, datetime, timedelta

import pytest

from core.events import ParcelMoved
from core.values import FulfillmentId, Milestone, OrderId, ScanId
from notifications import following
from notifications.following import is_same_scan
from storage.orders import NewestScan

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moved(milestone=Milestone.IN_TRANSIT, at=AT, **more):
    told = {"city": "HONG KONG, HK", "country": "HK", "scan_id": ScanId(2), **more}
    return ParcelMoved(
        happened_at=at,
        fulfillment_id=FulfillmentId(1),
        order_id=OrderId(1),
        milestone=milestone,
        **told,
    )


def newest(milestone="in_transit", at=AT, scan_id=1, **said):
    place = {"city": "hong kong (hub)", "country": "CN"}
    return NewestScan(at, ScanId(scan_id), {"milestone": milestone, **place, **said})


@pytest.mark.parametrize("hours", [-5, -1, 0, 1, 5])
def test_the_same_milestone_in_the_same_town_within_hours_is_the_same(hours):
    assert is_same_scan(moved(), newest(at=AT + hours * HOUR))


@pytest.mark.parametrize("hours", [-7, 7])
def test_the_same_a_day_part_later_is_another(hours):
    assert not is_same_scan(moved(), newest(at=AT + hours * HOUR))


@pytest.mark.parametrize(
    ("event", "before"),
    [
        (moved(city="Seoul", country="KR"), newest()),
        (moved(Milestone.OUT_FOR_DELIVERY), newest()),
        (moved(), newest("labelled")),
        (moved(expected_at=AT + 20 * HOUR), newest()),
        # Told anew, perhaps with other words: whoever keeps scans knows it by its id.
        (moved(scan_id=ScanId(1)), newest()),
    ],
)
def test_what_tells_more_is_another(event, before):
    assert not is_same_scan(event, before)


def test_where_no_town_is_told_it_is_the_one_that_is_known():
    assert is_same_scan(moved(city=None, country=None), newest())
    assert not is_same_scan(moved(), newest(city=None, country=None))


def test_a_day_of_arrival_that_is_known_already_is_no_news():
    expected = (AT + 20 * HOUR).isoformat()

    assert is_same_scan(moved(expected_at=AT + 20 * HOUR), newest(expected=expected))


@pytest.mark.parametrize(
    ("numbers", "followed"),
    [
        (("JD 0146-0000.3333",), ["JD014600003333"]),
        (("jd014600003333", "JD014600003333"), ["JD014600003333"]),
        (("see you soon!", "A1", ""), []),
        (("1234", "12345"), ["12345"]),
    ],
)
def test_numbers_are_followed_as_carriers_write_them_and_each_once(numbers, followed):
    wanted = following.numbers_to_follow(
        1, numbers, company=None, fulfillment_id=FulfillmentId(1), order_id=1
    )

    assert [each.number for each in wanted] == followed
