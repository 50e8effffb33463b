"""Whatever people agree to and take back, wherever and in whatever order.

Two stores, people of four countries who buy and stop and start, are made one and are
forgotten; stores that leave and come back; Meta and workers that fail; days that pass.
The suite takes 250 steps; more with ``./sosik bench histories``.
"""

import logging
import os

import pytest

from tests.flows.histories.checks import Checks
from tests.flows.histories.steps import take_one
from tests.flows.histories.story import SECOND, Story

_STEPS = int(os.environ.get("SOSIK_STEPS", "250"))
_FIRST_SEED = int(os.environ.get("SOSIK_SEED", "1"))
_STEPS_OF_ONE_STORY = 125
_STEPS_BETWEEN_DEAR_CHECKS = 25
_SEEDS = range(_FIRST_SEED, _FIRST_SEED + max(1, _STEPS // _STEPS_OF_ONE_STORY))


@pytest.mark.parametrize("seed", _SEEDS)
def test_nobody_gets_what_they_did_not_agree_to_in_any_history(
    world, terminal, shopify, caplog, record_property, seed
):
    caplog.set_level(logging.DEBUG)
    story = Story(world, terminal, shopify, seed)
    story.checks = checks = Checks(story, lambda: caplog.text)

    try:
        for step in range(1, _STEPS_OF_ONE_STORY + 1):
            world.now += SECOND
            take_one(story)
            checks.each_step()
            if step % _STEPS_BETWEEN_DEAR_CHECKS == 0:
                checks.now_and_then()
            checks.nobody_is_found()
        checks.at_the_end()
    except Exception as trouble:
        trouble.add_note(story.report())
        raise

    record_property("figures", checks.figures)
