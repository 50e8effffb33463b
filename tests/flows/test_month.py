"""A month of a store: its messages are those of a plain model, one for one.

Webhooks come late, twice and shuffled, processes die, Redis is emptied, Meta fails. The
suite takes thirty-eight orders; a store's whole month is ``SOSIK_ORDERS=2000``, and
``./sosik test tests/flows/test_month.py -s`` tells what happened in it.
"""

import os
import sys
from datetime import timedelta

from core.values import Scope
from tests.flows.month import post, store
from tests.flows.month.account import differences, figures
from tests.flows.month.people import refused_phones
from tests.flows.month.play import Play
from tests.flows.month.says import Store
from tests.flows.month.trouble import KINDS, Trouble
from tests.world import NOON

_OF_THE_SUITE = (38, 132)
"""So many orders, from this seed: a month in which everything is told to somebody."""
_ORDERS = int(os.environ.get("SOSIK_ORDERS", f"{_OF_THE_SUITE[0]}"))
_SEED = int(os.environ.get("SOSIK_SEED", f"{_OF_THE_SUITE[1]}"))
_MONTH = timedelta(days=30)
_ORDERS_OF_A_MONTH = 2000
_TROUBLE_SHARE = 0.05
_NOT_IN_IT = {"draft_order"}
"""The store draws nothing up: what is told of that is for test_draft_flow."""
_LANGUAGES = ["de", "en", "ko", "pt_BR", "es", "hi", "id", "ar", "fr", "zh_TW"]


def test_a_month_of_a_store_is_told_as_a_plain_model_says(world):
    world.open_shop(automations=True, languages=_LANGUAGES)
    world.set_up("payment_pending")
    script = store.write(
        seed=_SEED,
        orders=_ORDERS,
        begins_at=NOON + timedelta(hours=2),
        lasts=_MONTH * _ORDERS / _ORDERS_OF_A_MONTH,
    )
    deliveries = post.delivered(script.webhooks, seed=_SEED)
    coming = sorted([*deliveries, *script.entries], key=lambda each: each.at)
    play = Play(world, coming, Trouble(world, seed=_SEED, share=_TROUBLE_SHARE))

    play.run()

    plain = Store(
        name="Ada's Things",
        timezone="Europe/Berlin",
        language=_LANGUAGES[0],
        refused=refused_phones(),
    )
    sys.stdout.writelines(f"{line}\n" for line in figures(play))  # seen with -s
    found = differences(play, plain)
    sys.stdout.writelines(f"different: {each}\n" for each in found)
    assert found == []
    if (_ORDERS, _SEED) == _OF_THE_SUITE:
        told = [row for row in world.messages if row.state == "read"]
        news = {
            name
            for name, automation in world.services.automations.items()
            if automation.scope is Scope.TRANSACTIONAL and name not in _NOT_IN_IT
        }
        assert news <= {row.automation for row in told}
        steps = [row for row in world.messages if ":step:" in row.occasion]
        assert {row.state for row in steps} == {"read", "skipped"}
        assert {row.language for row in told} == set(_LANGUAGES)
        assert play.trouble.happened.keys() == set(KINDS)
