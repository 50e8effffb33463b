"""The database is there and takes nothing: its disk is full, or it may only be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests import samples

_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON webhooks EXECUTE FUNCTION refuse();
"""
_TAKE_AGAIN = "DROP FUNCTION refuse CASCADE"


@contextmanager
def _database_refuses(world, code) -> Iterator[None]:
    """Every webhook meets this error, as the server itself raises it."""
    owner = world.settings.database_owner_url
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(_REFUSE.format(code=code))
        try:
            yield
        finally:
            connection.execute(_TAKE_AGAIN)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("53100", id="disk full"),
        pytest.param("25006", id="read only"),
        pytest.param("53200", id="out of memory"),
        pytest.param("57014", id="statement took too long"),
    ],
)
def test_what_the_database_does_not_take_is_not_acknowledged(world, code):
    """And the same webhook is taken, and done, as soon as the database is well."""
    world.open_shop()

    with _database_refuses(world, code):
        refused = world.shopify_says("orders/create", samples.order())
        refused_too = world.meta_says({"object": "whatsapp_business_account"})
    kept_meanwhile = world.rows("webhooks")
    taken = world.shopify_says("orders/create", samples.order())
    world.work()

    assert (refused, refused_too) == (503, 503)
    assert kept_meanwhile == []
    assert taken == 200
    assert len(world.accepted) == 1
