"""A flow is played on the past by the scheduler, for whoever waits at a page."""

from datetime import timedelta

import pytest

from core.errors import NotPossible
from notifications import playing_flows, replays
from storage import flow_replays, shops
from storage.tenancy import Crossing
from tests.flows.left import leave

FLOW = {
    "holdout": 0,
    "steps": [{"key": "a", "message": "cart_reminder", "after_minutes": 60}],
}
LEASE = timedelta(minutes=2)


@pytest.fixture
def world(world):
    world.shop_id = world.open_shop(automations=["cart_reminder"])
    world.switch("cart_reminder", enabled=False)
    leave(world, 4)
    return world


def _ask(world, **given):
    asked = {"days": 30, "flow": FLOW} | given
    playing_flows.ask(world.shop_id, "cart_reminder", services=world.services, **asked)


def _plays(world):
    return playing_flows.play_what_is_asked(services=world.services)


def _newest(world):
    return playing_flows.newest(world.shop_id, "cart_reminder", world.services)


def test_what_is_asked_for_is_played_and_its_result_is_kept(world):
    _ask(world)
    waiting = _newest(world)

    assert _plays(world)

    kept = _newest(world)
    assert (waiting["state"], waiting["summary"]) == ("wanted", None)
    assert (kept["state"], kept["people"], kept["played"]) == ("done", 4, 4)
    assert kept["written"] == FLOW
    assert kept["summary"]["messages"] == [
        {"step": "a", "state": "sent", "reason": None, "count": 4}
    ]
    assert kept["summary"]["sent_to"] == {"DE": 4}
    assert kept["summary"]["cost"]["currency"] == "EUR"
    assert not _plays(world)
    assert world.messages == []


def test_without_a_file_the_flow_is_played_as_it_stands(world):
    _ask(world, flow=None)

    _plays(world)

    steps = [step["key"] for step in _newest(world)["written"]["steps"]]
    assert steps == ["1"]


def test_how_far_it_is_can_be_seen_while_it_is_played(world, monkeypatch):
    monkeypatch.setattr(playing_flows, "_PEOPLE_BETWEEN_NOTES", 1)
    _ask(world)
    seen = []

    def listen(summary, played):
        seen.append((_newest(world)["state"], _newest(world)["played"]))
        return added(summary, played)

    added = replays.Summary.add
    monkeypatch.setattr(replays.Summary, "add", listen)
    _plays(world)

    assert seen == [("running", n) for n in range(4)]


def test_a_process_that_dies_leaves_it_to_another_after_two_minutes(world):
    _ask(world)
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        assert flow_replays.take_due(tx, now=world.now, until=world.now + LEASE)

    early = _plays(world)
    world.now += LEASE

    assert not early
    assert _plays(world)
    assert _newest(world)["state"] == "done"


def test_what_kills_whoever_plays_it_is_given_up(world):
    _ask(world)
    for _ in range(3):
        with world.services.transactions.across(Crossing.LOOKING) as tx:
            assert flow_replays.take_due(tx, now=world.now, until=world.now + LEASE)
        world.now += LEASE

    assert _plays(world)

    assert (_newest(world)["state"], _newest(world)["because"]) == (
        *("failed", "gave_up"),
    )
    assert not _plays(world)


def test_who_asks_again_gets_the_answer_to_what_they_asked_last(world, monkeypatch):
    monkeypatch.setattr(playing_flows, "_PEOPLE_BETWEEN_NOTES", 1)
    _ask(world, days=7)
    added = replays.Summary.add

    def ask_meanwhile(summary, played):
        added(summary, played)
        if summary.people == 1:
            _ask(world, days=90)

    monkeypatch.setattr(replays.Summary, "add", ask_meanwhile)
    _plays(world)
    monkeypatch.setattr(replays.Summary, "add", added)

    assert (_newest(world)["state"], _newest(world)["days"]) == ("wanted", 90)
    assert _plays(world)
    assert _newest(world)["state"] == "done"


def test_a_store_that_has_removed_the_app_is_not_played(world):
    _ask(world)
    with world.services.transactions.for_shop(world.shop_id) as tx:
        shops.change(tx, world.shop_id, {"state": "uninstalled"})

    _plays(world)

    assert _newest(world)["because"] == "refused"


def test_what_is_refused_is_not_asked_for(world):
    with pytest.raises(NotPossible, match="steps"):
        _ask(world, flow={"steps": []})
    with pytest.raises(NotPossible, match="cannot be played"):
        playing_flows.ask(
            world.shop_id,
            "payment_pending",
            days=30,
            flow=None,
            services=world.services,
        )

    assert _newest(world) is None
