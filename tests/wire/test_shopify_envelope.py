"""What a webhook tells before anybody reads it, and what of that can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.shopify import envelope

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (b'{"id": 7, "order_id": 9, "name": "#1"}', "9"),
        (b'{"id":7,"status":"x","city":"y","order_id":9}', "9"),
        (b'{"id":820982911946154508,"email":"a@b.example"}', "820982911946154508"),
        (b'{"id":7,"note":"\\"order_id\\": 9"}', "7"),
        (b'{"id":7,"order_id":null}', "7"),
        (b'{\n  "id": 7,\n  "name": "#1"\n}', "7"),
        (b'{"token": "abc", "cart_token": "def"}', "abc"),
        (b'{"id":"hWN2/a=?key=1","token":"x"}', "hWN2/a=?key=1"),
        (b'{"customer_id":6,"phone_number":"+1"}', "6"),
        (b'{"name": "x"}', ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_the_subject_is_told_without_reading(body, subject):
    assert envelope.subject_of(body) == subject


@pytest.mark.parametrize(
    "claimed",
    [
        *(None, "", "yesterday", "2026-11-20T11:00:00", "é", "\ud800", "9" * 10_000),
        *(
            "0001-01-01T00:00:00+14:00",
            "2026-11-21T12:00:00.1Z",
            "9999-12-31T23:59:59Z",
        ),
    ],
)
def test_a_time_we_cannot_trust_is_the_time_of_arrival(claimed):
    assert envelope.happened_at(claimed, otherwise=NOW) == NOW


@pytest.mark.parametrize(
    ("claimed", "moment"),
    [
        ("2026-11-20T11:00:00.123456789Z", NOW - timedelta(0, 3599, 876544)),
        ("2026-11-20T20:00:00+09:00", NOW - timedelta(hours=1)),
        ("2026-11-21T12:00:00Z", NOW + timedelta(days=1)),
        ("2026-11-01T12:00:00Z", NOW - timedelta(days=19)),
    ],
)
def test_shopifys_own_time_counts_down_to_nanoseconds(claimed, moment):
    assert envelope.happened_at(claimed, otherwise=NOW) == moment
