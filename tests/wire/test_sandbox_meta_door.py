"""The simulated Meta can be down, as a machine is to which nobody gets through."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.control import Control, ControlRefused
from sandbox.meta import DEFAULT_NUMBER_ID, MetaSettings, MetaSimulator
from sandbox.serving import running
from tests.wire.meta_caller import TOKEN, message
from wiring.ports import unused_port


@pytest.fixture
def port() -> int:
    return unused_port()


@pytest.fixture
def meta(tmp_path: Path, port: int) -> Iterator[Control]:
    settings = MetaSettings(data_dir=tmp_path, door_port=port)
    with running(MetaSimulator(settings)) as control:
        yield control


def send(connection: http.client.HTTPConnection) -> int:
    connection.request(
        "POST",
        f"/v26.0/{DEFAULT_NUMBER_ID}/messages",
        body=json.dumps(message()),
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_by_the_door_one_gets_in_as_by_the_usual_way(meta: Control, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

    # No such template is there, which Meta says when it has heard one out.
    assert [send(connection) for _ in range(2)] == [404, 404]
    connection.close()


def test_who_comes_to_a_shut_door_is_refused_before_a_word(
    meta: Control, port: int
) -> None:
    guest = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    send(guest)

    meta.post("door", {"open": False})
    late = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with pytest.raises(ConnectionRefusedError):
        late.connect()
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        send(guest)
    shut = meta.get("desk")["is_shut"]
    meta.post("door", {"open": True})

    assert shut is True
    assert send(late) == 404
    assert meta.get("desk")["is_shut"] is False
    guest.close()
    late.close()


def test_to_open_what_is_open_changes_nothing(meta: Control, port: int) -> None:
    meta.post("door", {"open": True})

    assert meta.get("desk")["is_shut"] is False


def test_without_a_door_there_is_none_to_be_shut(tmp_path: Path) -> None:
    with running(MetaSimulator(MetaSettings(data_dir=tmp_path))) as control:
        assert control.post("door", {"open": True}) == {"open": True}
        with pytest.raises(ControlRefused, match="no door"):
            control.post("door", {"open": False})
