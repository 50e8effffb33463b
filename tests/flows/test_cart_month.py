"""Carts of a month: nothing leaves that must not, and what is played is what was sent.

People leave checkouts, change them, buy by any of their names a second before or after
a message is due, agree and take it back; the store's webhooks come late, twice, in any
order or never; processes die. The suite takes two days, in which each
``--break`` of ``./sosik bench carts30`` shows; all of it with that.
"""

import os
from collections import Counter

import psycopg
import pytest

from tests.flows.cart_month.month import Month, set_up
from tests.world import SHOP
from wiring.outside import brief_store_at

_CHECKOUTS = int(os.environ.get("SOSIK_CHECKOUTS", "26"))
_DAYS = int(os.environ.get("SOSIK_DAYS", "2"))
_SEED = int(os.environ.get("SOSIK_SEED", "3"))


_NUMBERS = """
SELECT sequencename, coalesce(last_value, 1) FROM pg_sequences
WHERE sequencename IN ('shops_id_seq', 'contacts_id_seq')
"""


@pytest.fixture
def numbers(world):
    """Shops and people have the same numbers in every run: by them it is chosen who is
    held out, and of so few it could be everybody."""
    with psycopg.connect(world.settings.database_owner_url) as connection:
        so_far = connection.execute(_NUMBERS).fetchall()
        connection.cursor().executemany(
            "SELECT setval(%s, 1000)", [[name] for name, _ in so_far]
        )
    yield
    world.forget_everything()
    with psycopg.connect(world.settings.database_owner_url) as connection:
        connection.cursor().executemany("SELECT setval(%s, %s)", so_far)


@pytest.fixture
def month(numbers, world, terminal, shopify, tmp_path):
    shopify.post("shops", {"domain": SHOP, "token": "shpat_test"})
    set_up(world, tmp_path)
    store = brief_store_at(terminal.settings, world.services)
    return Month(world, store, seed=_SEED, checkouts=_CHECKOUTS, days=_DAYS)


def test_nothing_leaves_that_must_not_and_what_is_played_is_what_was_sent(
    month, record_property
):
    month.goes_by()

    played, told = month.played(), month.told()
    outcomes = Counter(reason or state for state, reason in told.values())
    figures = {**month.life.figures, **month.figures, "compared": len(told), **outcomes}
    record_property("figures", figures)
    others = {
        key: (played.get(key), told.get(key))
        for key in played.keys() | told.keys()
        if played.get(key) != told.get(key)
    }
    assert others == {}
    assert {"sent", "cart_bought", "no_consent", "step_not_suited"} <= outcomes.keys()
