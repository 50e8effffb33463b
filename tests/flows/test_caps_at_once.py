"""Nobody gets more offers than their cap allows, however many workers send at once."""

import pytest

from bench import caps

SCHEDULES = 20


@pytest.fixture
def crew(world):
    with caps.crew_at(world, now=world.now) as made:
        yield made


def test_no_cap_is_exceeded_by_workers_that_send_at_once(crew):
    outcomes = [caps.run(seed, crew) for seed in range(SCHEDULES)]

    assert [each for outcome in outcomes for each in outcome.exceeded] == []
    assert sum(outcome.accepted for outcome in outcomes) > 100
    assert sum(outcome.held for outcome in outcomes) > 30
