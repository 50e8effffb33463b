"""What every folder in integrations/tracking promises. New services are found here."""

import json
import string
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UnreadablePayload
from integrations import carriers, tracking
from integrations.tracking.seventeen_track.carriers import CODES
from notifications.ports import Tracker
from storage.inbox import Source
from wiring.outside import trackers_at

ROOT = Path(__file__).parents[2]
ADDRESSABLE = set(string.ascii_lowercase + string.digits + "-")


@pytest.fixture(params=tracking.discover().values(), ids=lambda service: service.name)
def service(request):
    return request.param


@pytest.fixture
def tracker(service, world):
    settings = replace(world.settings, sandbox=False)
    return trackers_at(settings)[service.name]


def test_every_folder_is_found():
    folders = set((ROOT / "integrations/tracking").glob("*/__init__.py"))

    assert len(tracking.discover()) == len(folders) >= 1


def test_its_name_can_stand_in_an_address_and_names_the_source(service):
    assert set(service.name) <= ADDRESSABLE
    assert Source(service.name).value == service.name


def test_it_can_be_asked(service, tracker):
    asked: Tracker = tracker

    assert asked.title
    assert asked.most_at_once >= 1
    assert asked.seconds_between > 0


def test_whatever_a_stranger_sends_it_answers_or_says_that_it_cannot_read(
    service, world
):
    for body in (b"", b"{}", b"[]", b"\xff\x00", b"[" * 2000, json.dumps(1).encode()):
        assert isinstance(service.subject_of(body), str)
        assert isinstance(service.topic_of(body), str)
        assert service.matches(body, b"", [b"key"]) is False
        with pytest.raises(UnreadablePayload):
            service.read(body, world.now)


def test_a_code_that_nobody_knows_has_words_all_the_same(service):
    assert service.advice("no_such_code")


def test_17track_numbers_are_of_carriers_that_we_know_by_that_name():
    assert set(CODES) <= {carrier.name for carrier in carriers.discover()}


def test_in_the_sandbox_nobody_outside_is_asked(world):
    sandbox = replace(world.settings, sandbox=True)
    simulated = replace(sandbox, seventeen_track_origin="http://127.0.0.1:8103")

    assert trackers_at(sandbox) == {}
    assert list(trackers_at(simulated)) == ["17track"]
