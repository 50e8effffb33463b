"""What 17TRACK pushes, and what of it is a scan."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnreadablePayload
from core.events import NumberLeft, NumberMoved
from core.values import Milestone
from integrations.tracking.seventeen_track import scans

ARRIVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = "ZW924750388GB"

# https://help.17track.net/hc/en-us/articles/37204799026585, as of 2026.
SUB_STATUSES = {
    "NotFound": ("_Other", "_InvalidCode"),
    "InfoReceived": ("",),
    "InTransit": (
        *("_PickedUp", "_Other", "_Departure", "_Arrival", "_CustomsProcessing"),
        *("_CustomsReleased", "_CustomsRequiringInformation"),
    ),
    "Expired": ("_Other",),
    "AvailableForPickup": ("_Other",),
    "OutForDelivery": ("_Other",),
    "DeliveryFailure": (
        *("_Other", "_NoBody", "_Security", "_Rejected", "_InvalidAddress"),
    ),
    "Delivered": ("_Other",),
    "Exception": (
        *("_Other", "_Returning", "_Returned", "_NoBody", "_Security", "_Damage"),
        *("_Rejected", "_Delayed", "_Lost", "_Destroyed", "_Cancel"),
    ),
}
DOCUMENTED = [status + sub for status, subs in SUB_STATUSES.items() for sub in subs]
STAGES = (
    *("InfoReceived", "PickedUp", "Departure", "Arrival", "AvailableForPickup"),
    *("OutForDelivery", "Delivered", "Returning", "Returned"),
)


def event(sub_status="InTransit_Arrival", **changes):
    """As the documentation's example has it."""
    return {
        "time_iso": "2026-03-01T13:09:00+08:00",
        "time_utc": "2026-03-01T05:09:00Z",
        "time_raw": {"date": "2026-03-01", "time": "13:09:00", "timezone": "+08:00"},
        "description": "Arrived at the transit centre",
        "description_translation": None,
        "location": "HONG KONG, HK",
        "stage": "Arrival",
        "sub_status": sub_status,
        "address": {
            "country": "HK",
            "state": "New Territories",
            "city": "HONG KONG",
            "street": None,
            "postal_code": None,
            "coordinates": {"longitude": None, "latitude": None},
        },
        **changes,
    }


def pushed(*events, key=None, **info):
    track_info = {
        "latest_status": {"status": "InTransit"},
        "tracking": {"providers": [{"provider": {"key": key}, "events": events}]},
        **info,
    }
    data = {"number": NUMBER, "carrier": 11031, "tag": "5001", "track_info": track_info}
    return {"event": "TRACKING_UPDATED", "data": data}


def told(webhook, arrived_at=ARRIVED):
    return scans.read(json.dumps(webhook).encode(), arrived_at)


def moved(*events, **more):
    return told(pushed(*events, **more))


def milestones(*events, **more):
    return [each.milestone for each in moved(*events, **more)]


def test_a_scan_says_where_and_when_the_parcel_was():
    [scan] = moved(event())

    assert scan == NumberMoved(
        happened_at=datetime(2026, 3, 1, 5, 9, tzinfo=UTC),
        number=NUMBER,
        milestone=Milestone.IN_TRANSIT,
        scan_id=scan.scan_id,
        city="HONG KONG",
        country="HK",
        region="New Territories",
        note="Arrived at the transit centre",
    )


def test_the_whole_journey_is_told_in_the_order_in_which_it_happened():
    journey = [
        event("Delivered_Other", time_utc="2026-03-02T05:00:00Z"),
        event("OutForDelivery_Other", time_utc="2026-03-02T05:00:00Z"),
        event("InTransit_PickedUp", time_utc="2026-02-27T05:00:00Z"),
    ]

    assert milestones(*journey) == ["in_transit", "out_for_delivery", "delivered"]
    ids = [scan.scan_id for scan in moved(*journey)]
    assert ids[1] < ids[2]


def test_what_two_carriers_tell_alike_is_one_scan_and_anything_else_is_another():
    other = event(location="KOWLOON", address=None)

    assert len(moved(event(), event(), other)) == 2


def test_a_scan_has_the_same_id_whenever_it_is_told():
    [first] = moved(event())
    later = moved(event(stage=None), event("Delivered_Other"))

    assert first.scan_id in {scan.scan_id for scan in later}
    assert first.scan_id.bit_length() == 63


def test_the_table_of_sub_statuses_is_that_of_the_documentation():
    assert sorted(scans.MEANINGS) == sorted(DOCUMENTED)
    assert {*STAGES, *SUB_STATUSES} == set(scans._STAGES)


@pytest.mark.parametrize("sub_status", DOCUMENTED)
def test_every_documented_sub_status_is_understood_without_a_word(sub_status, caplog):
    found = milestones(event(sub_status))

    assert found == [m for m in [scans.MEANINGS[sub_status]] if m is not None]
    assert caplog.text == ""


@pytest.mark.parametrize("stage", [*STAGES, *SUB_STATUSES])
def test_a_stage_counts_where_no_sub_status_is_told(stage):
    found = milestones(event(None, stage=stage))

    assert found == [m for m in [scans._STAGES[stage]] if m is not None]


def test_the_carriers_own_words_count_where_neither_is_told():
    parcel = event(None, stage=None, description="배송출발")
    unknown = event(None, stage=None, description="Zustellung!")

    assert milestones(parcel, unknown, key=100506) == ["out_for_delivery"]
    assert milestones(parcel, unknown) == []


@pytest.mark.parametrize(
    ("changes", "logged"),
    [
        ({"sub_status": "InTransit_Teleported"}, "sub_status=InTransit_Teleported"),
        ({"sub_status": None, "stage": "Beamed"}, "stage=Beamed"),
        ({"sub_status": "+49 151 12345678"}, "sub_status=?"),
    ],
)
def test_what_is_in_no_table_is_ignored_and_logged(changes, logged, caplog):
    assert moved(event(**changes)) == []
    assert f"scan_not_understood of=17track {logged}" in caplog.text
    assert "49 151" not in caplog.text


@pytest.mark.parametrize(
    ("times", "moment"),
    [
        ({"time_utc": None}, "2026-03-01T05:09:00+00:00"),
        ({"time_utc": None, "time_iso": None}, "2026-03-01T05:09:00+00:00"),
        (
            {
                "time_utc": None,
                "time_iso": None,
                "time_raw": {"date": "2026-03-01", "time": "13:09:00"},
            },
            "2026-03-01T13:09:00+00:00",
        ),
        (
            {
                "time_utc": "yesterday",
                "time_iso": 7,
                "time_raw": {"date": "2026-03-01", "time": None, "timezone": None},
            },
            "2026-03-01T00:00:00+00:00",
        ),
        # A clock that is wrong must not win over all that comes later.
        ({"time_utc": "2031-01-01T00:00:00Z"}, ARRIVED.isoformat()),
    ],
)
def test_the_moment_is_told_in_many_ways(times, moment):
    [scan] = moved(event(**times))

    assert scan.happened_at.isoformat() == moment


@pytest.mark.parametrize(
    "raw", [None, {}, {"date": None}, {"date": "0001-01-01", "timezone": "+08:00"}]
)
def test_a_scan_of_no_moment_is_none(raw):
    when = {"time_utc": None, "time_iso": None, "time_raw": raw}

    assert moved(event(**when)) == []


def test_the_place_is_the_location_where_no_town_is_told():
    address = {"country": "hongkong", "state": None, "city": None}
    [scan] = moved(event(address=address))
    [nowhere] = moved(event(address=None, location=None))

    assert (scan.city, scan.country) == ("HONG KONG, HK", None)
    assert (nowhere.city, nowhere.country, nowhere.region) == (None, None, None)


@pytest.mark.parametrize(
    ("expected", "day"),
    [
        ({"source": "Official", "to": "2026-03-05T18:00:00+00:00"}, 5),
        ({"source": "Official", "from": "2026-03-04T08:00:00+00:00", "to": None}, 4),
        ({"source": "17TRACK", "to": "2026-03-05T18:00:00+00:00"}, None),
        ({"source": None, "to": "2026-03-05T18:00:00+00:00"}, None),
        ({"source": "Official", "to": "2026-03-05"}, None),
        ("soon", None),
    ],
)
def test_the_day_of_arrival_is_the_carriers_own_and_the_newest_scans(expected, day):
    journey = event("InTransit_PickedUp", time_utc="2026-02-28T00:00:00Z"), event()
    first, last = moved(*journey, time_metrics={"estimated_delivery_date": expected})

    assert first.expected_at is None
    assert (last.expected_at and last.expected_at.day) == day


def test_a_number_that_17track_has_left_is_told():
    data = {"number": "zw 924750388 gb", "carrier": 11031, "param": None, "tag": "5001"}

    assert told({"event": "TRACKING_STOPPED", "data": data}) == [
        NumberLeft(happened_at=ARRIVED, number=NUMBER)
    ]


def test_an_event_of_another_kind_tells_nothing_and_is_logged(caplog):
    assert told({"event": "TRACKING_SUNG", "data": {"number": NUMBER}}) == []
    assert "webhook_not_understood of=17track event=TRACKING_SUNG" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"{}",
        b'{"event": "TRACKING_UPDATED", "data": []}',
        b'{"event": "TRACKING_UPDATED", "data": {"number": "a@b.example"}}',
        b'{"event": "TRACKING_UPDATED", "data": {"number": "' + b"1" * 90 + b'"}}',
    ],
)
def test_what_names_no_number_cannot_be_read(body):
    with pytest.raises(UnreadablePayload):
        scans.read(body, ARRIVED)


NAMES = (
    *("events", "provider", "key", "sub_status", "stage", "time_utc", "time_iso"),
    *("time_raw", "date", "time", "timezone", "address", "city", "country", "state"),
    *("location", "description", "estimated_delivery_date", "source", "to"),
)
WRITTEN = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
"""A body with a NUL or half a character is refused as a whole: see strict_json."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(WRITTEN, max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_whatever_stands_in_a_journey_no_reader_falls_over_it(one, other, metrics):
    journey = {
        "event": "TRACKING_UPDATED",
        "data": {
            "number": NUMBER,
            "track_info": {
                "time_metrics": metrics,
                "tracking": {"providers": [other, {"events": [one, other, event()]}]},
            },
        },
    }

    found = told(journey)

    assert all(isinstance(scan, NumberMoved) for scan in found)
    assert all(scan.happened_at <= ARRIVED for scan in found)


@pytest.mark.parametrize("are_apart", [False, True])
def test_of_a_journey_without_end_the_newest_scans_are_read(are_apart):
    moments = [ARRIVED - timedelta(minutes=minute) for minute in range(3000)]
    endless = [event(time_utc=moment.isoformat()) for moment in moments]
    groups = [[each] for each in endless] if are_apart else [endless]
    tracking = {"providers": [{"events": group} for group in groups]}

    found = moved(tracking=tracking)

    assert [scan.happened_at for scan in reversed(found)] == moments[:500]


# What a door reads of a body, without reading it


@pytest.mark.parametrize(
    ("body", "subject", "topic"),
    [
        (json.dumps(pushed(event())).encode(), "5001", "tracking/updated"),
        (
            b'{"event":"TRACKING_STOPPED","data":{"number":"AB123"}}',
            "AB123",
            "tracking/stopped",
        ),
        (b'{"data":{"tag":"gift for Ada","number":"AB123"}}', "AB123", ""),
        (b"\xff\x00", "", ""),
        (b'{"note":"\\"tag\\":\\"9\\"","number":"AB123"}', "AB123", ""),
    ],
)
def test_a_body_says_whose_it_is_and_what(body, subject, topic):
    assert scans.subject_of(body) == subject
    assert scans.topic_of(body) == topic
