"""The simulated 17TRACK answers as the real one, and refuses what that refuses."""

import hashlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, ControlRefused
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.tracking.simulator import TrackingSettings, TrackingSimulator, sandbox_key

KEY = "0123456789ABCDEF0123456789ABCDEF"
NUMBER = "RR123456785GB"
ONE_CALL = timedelta(seconds=1)


@dataclass
class Track:
    """A caller of it, whose clock runs a second with every call."""

    control: Control
    inbox: Receiver
    now: datetime
    between_calls: timedelta = ONE_CALL

    def clock(self) -> datetime:
        return self.now

    def call(self, path: str, body: Any = None, key: str = KEY) -> tuple[int, Any]:
        self.now += self.between_calls
        host = self.control.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            raw = json.dumps([] if body is None else body)
            headers = {"17token": key}
            connection.request("POST", f"/track/v2.4/{path}", raw, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(said) if is_json else said

    def each(self, path: str, *asked: Any) -> list[int]:
        """The codes of what was asked; 0 for what was accepted."""
        _, said = self.call(path, list(asked))
        data = said["data"]
        return [0] * len(data["accepted"]) + [
            refused["error"]["code"] for refused in data["rejected"]
        ]


@pytest.fixture
def track(tmp_path: Path) -> Iterator[Track]:
    track = Track(Control("", ""), Receiver(), datetime(2026, 3, 1, tzinfo=UTC))
    settings = TrackingSettings(data_dir=tmp_path)
    with (
        running(TrackingSimulator(settings, clock=track.clock)) as control,
        receiver() as inbox,
    ):
        track.control, track.inbox = control, inbox
        control.post("accounts", {"key": KEY, "webhook_url": inbox.url})
        yield track


def named(number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {"number": number, **more}


def test_a_number_is_registered_once(track: Track) -> None:
    first = track.call("register", [named(tag="5001", carrier=11031)])
    second = track.each("register", named())

    assert first == (
        200,
        {
            "code": 0,
            "data": {
                "accepted": [
                    {
                        "origin": 1,
                        "number": NUMBER,
                        "carrier": 11031,
                        "email": None,
                        "lang": None,
                        "tag": "5001",
                    }
                ],
                "rejected": [],
            },
        },
    )
    assert second == [-18019901]
    assert track.call("getquota")[1]["data"]["quota_remain"] == 199


def test_a_wrong_key_opens_nothing(track: Track) -> None:
    for key in ("", "wrong", KEY.lower()):
        status, said = track.call("register", [named()], key)

        assert (status, said["code"]) == (401, -18010002)


def test_more_than_forty_numbers_are_refused_together(track: Track) -> None:
    asked = [named(f"RR1234567{place:02}GB") for place in range(41)]

    status, said = track.call("register", asked)

    assert (status, said["data"]["errors"][0]["code"]) == (200, -18010014)
    assert track.each("register", *asked[:40]) == [0] * 40


@pytest.mark.parametrize("body", ["text", {"number": NUMBER}, [NUMBER], None])
def test_what_is_no_list_of_numbers_is_refused(track: Track, body: Any) -> None:
    _, said = track.call("register", body if body is not None else 7)

    assert said["data"]["errors"][0]["code"] == -18010013


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (named("1 2"), -18010012),
        (named("XX1234567890"), -18019903),
        (named(carrier="ups"), -18010011),
    ],
)
def test_a_number_may_be_refused_alone(track: Track, asked: Any, code: int) -> None:
    assert track.each("register", named("RR123456799GB"), asked) == [0, code]


def test_a_fourth_call_in_a_second_is_refused(track: Track) -> None:
    track.between_calls = timedelta(0)

    statuses = [track.call("getquota")[0] for _ in range(4)]
    track.now += ONE_CALL

    assert statuses == [200, 200, 200, 429]
    assert track.call("getquota")[0] == 200


def test_a_quota_runs_out(track: Track) -> None:
    track.control.post("accounts", {"key": KEY, "quota": 1})

    assert track.each("register", named(), named("RR123456799GB")) == [0, -18019908]


def test_a_number_is_stopped_and_followed_again_once(track: Track) -> None:
    track.each("register", named())

    assert track.each("retrack", named()) == [-18019904]
    assert track.each("stoptrack", named()) == [0]
    assert track.each("stoptrack", named()) == [-18019906]
    assert track.each("retrack", named()) == [0]
    assert track.each("stoptrack", named()) == [0]
    assert track.each("retrack", named()) == [-18019905]
    assert track.each("stoptrack", named("ZZ123456")) == [-18019902]


def test_a_carrier_is_changed_five_times(track: Track) -> None:
    track.each("register", named(carrier=11031))
    change = named(carrier_old=11031, carrier_new=100002)

    codes = [track.each("changecarrier", change) for _ in range(6)]

    assert codes == [[0]] * 5 + [[-18019807]]


def test_a_scan_is_pushed_signed_with_the_whole_journey(track: Track) -> None:
    track.each("register", named(tag="5001"))
    for sub_status, city in (
        ("InTransit_PickedUp", "Seoul"),
        ("Delivered_Other", "Bonn"),
    ):
        track.now += ONE_CALL
        wish = {"number": NUMBER, "sub_status": sub_status, "city": city}
        track.control.post("scans", wish)
    track.inbox.next_raw()

    raw = track.inbox.next_raw()

    pushed = json.loads(raw)
    signed = hashlib.sha256(raw + b"/" + KEY.encode()).hexdigest()
    assert track.inbox.last[1]["sign"] == signed
    assert (pushed["event"], pushed["data"]["tag"]) == ("TRACKING_UPDATED", "5001")
    info = pushed["data"]["track_info"]
    assert info["latest_status"]["status"] == "Delivered"
    [provider] = info["tracking"]["providers"]
    cities = [event["address"]["city"] for event in provider["events"]]
    assert cities == ["Bonn", "Seoul"]
    [known] = track.call("gettrackinfo", [named()])[1]["data"]["accepted"]
    assert known["track_info"] == info


def test_what_is_stopped_is_told_once_and_pushed_no_more(track: Track) -> None:
    track.each("register", named())

    track.control.post("stops", {"number": NUMBER})

    assert track.inbox.next_body()["event"] == "TRACKING_STOPPED"
    with pytest.raises(ControlRefused, match=f"nobody follows {NUMBER}"):
        track.control.post("scans", {"number": NUMBER})


def test_a_push_that_nobody_takes_is_not_pushed_again(track: Track) -> None:
    track.each("register", named())
    track.inbox.answer_next(503)

    pushed = track.control.post("scans", {"number": NUMBER})

    assert pushed == {"pushed": [503]}
    track.inbox.next_raw()
    assert track.inbox.is_quiet()


@pytest.mark.parametrize("address", ["/track/v2.4/delete", "/track/v1/register", "/"])
def test_there_is_nothing_else(track: Track, address: str) -> None:
    host = track.control.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("POST", address, "[]", {"17token": KEY})

    assert connection.getresponse().status == 404
    connection.close()


def test_the_control_is_for_who_knows_the_secret(track: Track) -> None:
    stranger = Control(track.control.url, "wrong")

    with pytest.raises(ControlRefused, match="401"):
        stranger.get("state")


def test_what_is_registered_outlives_the_process(tmp_path: Path) -> None:
    settings = TrackingSettings(
        data_dir=tmp_path, app_url="http://app.example", shop="ada.myshopify.com"
    )
    key = sandbox_key(settings.secret)
    for _ in range(2):
        with running(TrackingSimulator(settings)) as control:
            Track(control, Receiver(), datetime.now(UTC)).call(
                "register", [named()], key
            )
            [account] = control.get("state")["accounts"]

    assert account["quota_left"] == 99_999
    assert account["webhook_url"] == (
        "http://app.example/webhooks/tracking/17track/ada.myshopify.com"
    )
