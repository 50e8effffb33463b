"""Whatever somebody writes in the chat is taken, and a STOP among it is obeyed."""

from datetime import timedelta

import pytest
from rq.registry import FailedJobRegistry

from core.values import Scope
from integrations.job_queue import queue_on
from tests.world import PHONE

HOSTILE = {
    "4,096 characters": "STOP " * 819 + "!",
    "4,096 letters without a space": "s" * 4_096,
    "very many digits": "7" * 4_096,
    "digits of other scripts": "١٢٣٤٥٦٧٨٩٠" * 400,
    "only emoji": "🛑✋🚫" * 100,
    "only what is not seen": "\u200b\u200c\u200d\u2060\ufeff" * 50,
    "only marks of direction": "\u202e\u202d\u2066\u2069\u061c" * 50,
    "only accents": "\u0301" * 4_000,
    "a NUL": "hello\0",
    "half a character": "hello \ud83d",
    "what is no character": "hello \uffff\U0010ffff",
    "controls": "\x01\x07\x1b[2J\x7f\x9b",
    "no words at all": "",
    "white space alone": " \t\n\u2003" * 20,
}
STOPS = {
    "turned around": "\u202eSTOP\u202c",
    "with what is not seen in it": "S\u200bT\u2060O\ufeffP",
    "among emoji": "🛑 STOP 🛑",
    "with a NUL behind": "STOP\0",
    "with half a character behind": "STOP \ud83d",
    "among white space": "\n\n\u2003STOP\t\r\n",
    "with accents piled on it": "STO\u0301\u0302\u0303P",
}


@pytest.fixture
def shop(world):
    world.open_shop()
    world.agree(scope=Scope.MARKETING)
    world.meta.post("inbound", {"from": PHONE, "text": "hi"})  # opens the window
    return world


def marketing(world):
    words = [row for row in world.rows("consents") if row.scope == "marketing"]
    return [row.act for row in sorted(words, key=lambda row: row.number)]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_wish_changes_nothing_and_keeps_no_stop_waiting(shop, words):
    shop.now += timedelta(minutes=1)
    shop.person_says(words)
    shop.work()
    assert marketing(shop) == ["granted"]

    shop.now += timedelta(minutes=1)
    shop.person_says("STOP")
    shop.work()

    assert marketing(shop) == ["granted", "revoked"]
    assert FailedJobRegistry(queue=queue_on(shop.redis)).count == 0


@pytest.mark.parametrize("words", STOPS.values(), ids=STOPS.keys())
def test_a_stop_is_a_stop_with_whatever_signs_around_it(shop, words):
    shop.now += timedelta(minutes=1)
    shop.person_says(words)
    shop.work()

    assert marketing(shop) == ["granted", "revoked"]
    assert len(shop.accepted) == 1
