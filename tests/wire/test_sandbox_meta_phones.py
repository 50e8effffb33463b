"""The simulated Meta keeps both sides of a chat, for whoever plays the phone."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.control import ControlRefused
from sandbox.files import Bell
from sandbox.receiver import Receiver, receiver
from tests.wire.meta_caller import TEMPLATE, Meta, message, open_meta

BUYER = "4915123456789"


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox) as meta:
        yield meta


def test_a_phone_shows_both_sides_of_its_own_chat_and_of_no_other(meta: Meta) -> None:
    meta.send(message(biz_opaque_callback_data="msg_1:1"))
    meta.send(message(to="+4915100000001"))
    meta.control.post("inbound", {"from": f"+{BUYER}", "text": "Where is it?"})
    pressed = {"payload": "yes", "text": "Yes"}
    meta.control.post("inbound", {"from": f"+{BUYER}", "button": pressed})

    desk = meta.control.get(f"desk?to={BUYER}")

    bubbles = desk["bubbles"]
    assert [each["is_reply"] for each in bubbles] == [False, True, True]
    assert bubbles[0]["tag"] == "msg_1:1"
    assert bubbles[0]["content"]["body"].startswith("Hello Ada")
    assert [each["content"] for each in bubbles[1:]] == ["Where is it?", "Yes"]
    written = {each["phone"]: each["messages"] for each in desk["phones"]}
    assert written == {BUYER: 1, "4915100000001": 1}


def test_a_chat_stands_as_it_was_written_though_time_was_moved_and_moved_back(
    tmp_path: Path, inbox: Receiver
) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    now = [noon]
    with open_meta(tmp_path, inbox, clock=lambda: now[0]) as meta:
        meta.send(message(biz_opaque_callback_data="before"))
        now[0] = noon + timedelta(days=1)
        meta.send(message(biz_opaque_callback_data="a day later"))
        meta.control.post("inbound", {"from": f"+{BUYER}", "text": "Hello?"})
        now[0] = noon + timedelta(minutes=1)
        meta.send(message(biz_opaque_callback_data="back"))
        bubbles = meta.control.get(f"desk?to={BUYER}")["bubbles"]

    told = [each.get("tag") or each["content"] for each in bubbles]
    assert told == ["before", "a day later", "Hello?", "back"]


def test_what_a_customer_wrote_is_known_by_the_bytes_that_told_it(
    meta: Meta, inbox: Receiver
) -> None:
    said = meta.control.post("inbound", {"from": f"+{BUYER}", "text": "Hello?"})
    raw = inbox.next_raw()

    [reply] = meta.control.get("desk")["replies"]

    assert reply["digest"] == hashlib.sha256(raw).hexdigest()
    assert [each["id"] for each in reply["messages"]] == [said["id"]]


def test_templates_of_long_ago_are_approved_whatever_an_hour_takes(meta: Meta) -> None:
    meta.control.post("settings", {"templates": {"creates_an_hour": 0}})
    wanted = [{**TEMPLATE, "name": f"known_{n}"} for n in range(3)]

    first = meta.control.post("known_templates", {"templates": wanted})
    again = meta.control.post("known_templates", {"templates": wanted})

    assert (first["added"], again["added"]) == (3, 0)
    found = {
        each["name"]: each["status"] for each in meta.control.get("state")["templates"]
    }
    assert [found[f"known_{n}"] for n in range(3)] == ["APPROVED"] * 3


@pytest.mark.parametrize("templates", [{}, [{**TEMPLATE, "name": "Not a Name"}]])
def test_templates_that_could_not_be_are_not_known(meta: Meta, templates: object):
    with pytest.raises(ControlRefused, match="templates"):
        meta.control.post("known_templates", {"templates": templates})


def test_a_bell_rings_with_each_message_and_never_twice_alike(
    meta: Meta, tmp_path: Path
) -> None:
    bell = Bell(tmp_path / "sandbox" / "meta.bell")
    heard = {bell.heard()}

    for _ in range(5):
        meta.send(message())
        heard.add(bell.heard())
    meta.control.get("desk")
    heard.add(bell.heard())

    assert len(heard) == 6


def test_a_bell_that_never_rang_is_heard_as_nothing(tmp_path: Path) -> None:
    assert Bell(tmp_path / "silent").heard() == 0
