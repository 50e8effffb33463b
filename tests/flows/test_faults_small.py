"""Kills, stops, repeats and bad answers, in small: nothing lost, nothing twice."""

import pytest

from bench.faults import Trial, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial():
    """One storm for all the promises below; ``./sosik bench faults`` is the big one."""
    return run(
        Trial(
            seed=7,
            count=300,
            rate=40,
            kills=9,
            shops=1,
            outage_seconds=3,
            settle_seconds=120,
            has_slow_refusals=False,
        )
    )


def test_processes_were_really_killed_and_stopped(trial):
    assert trial["kills"] == 9
    assert trial["stops"] >= 1


def test_all_that_was_acknowledged_is_read(trial):
    assert trial["webhooks"]["never_acknowledged"] == 0
    assert trial["webhooks"]["acknowledged_but_not_done"] == {}


def test_forgeries_are_not_taken(trial):
    assert trial["webhooks"]["forged"] > 0
    assert trial["webhooks"]["forged_and_taken"] == 0


def test_every_occasion_reaches_meta_once(trial):
    messages = trial["messages"]
    assert messages["expected"] > 100
    kinds = ("lost", "doubled", "doubled_by_id", "unexpected")
    found = {kind: messages[kind] for kind in kinds}
    assert found == dict.fromkeys(kinds, 0), messages["stories_of_doubled"]


def test_doubts_are_settled_once_reports_flow_again(trial):
    assert trial["doubts_after_60_s"]["unsure_though_reported"] == 0
    unsure = trial["messages"]["states"].get("unsure", 0)
    assert unsure == trial["messages"]["left_to_a_person"] <= 1
