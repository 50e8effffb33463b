"""Who takes some rows for itself takes those alone, however PostgreSQL plans it."""

import pkgutil
import re
from datetime import timedelta
from importlib import import_module

import storage
from storage import backfills
from storage.backfills import Part
from storage.statements import Statement
from storage.tenancy import Crossing

_AVOIDED = ("hashjoin", "mergejoin", "hashagg", "sort", "material", "indexscan")
"""Without these the planner runs a subquery anew for each row that it is compared with,
as it may choose to on any day on which its statistics say that a table is tiny."""
_LOCKED = "SKIP LOCKED)"


def test_of_three_parts_that_are_due_one_is_taken_at_a_time(world):
    shop_id = world.open_shop()
    begun, until = world.now, world.now + timedelta(minutes=15)
    with world.services.transactions.for_shop(shop_id) as tx:
        backfills.begin(tx, shop_id, now=begun)

    with world.services.transactions.across(Crossing.LOOKING) as tx:
        for how in _AVOIDED:
            tx.run(Statement(f"SET LOCAL enable_{how} = off"), {})
        taken = backfills.take_due(tx, now=begun, until=until)

    assert taken is not None
    due_at = {row.part: row.due_at for row in world.rows("backfills")}
    assert due_at == dict.fromkeys(Part, begun) | {taken.part: until}


def _statements():
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        for name, found in vars(import_module(module.name)).items():
            many = found.values() if isinstance(found, dict) else [found]
            for each in many:
                if isinstance(each, Statement):
                    yield f"{module.name}.{name}", each.text


def _opening(sql, close):
    """Where the parenthesis opens that is closed at ``close``."""
    depth = 0
    for at in range(close, -1, -1):
        depth += (sql[at] == ")") - (sql[at] == "(")
        if depth == 0:
            return at
    raise AssertionError(f"nothing opens it: {sql}")


def test_rows_are_chosen_once_wherever_some_are_taken():
    found = {}
    for name, sql in _statements():
        for locked in re.finditer(re.escape(_LOCKED), sql):
            opens = _opening(sql, locked.end() - 1)
            found[name] = re.search(r"(\w+) $", sql[:opens])[1]

    by_shop = found.pop("storage.outbox._DUE")
    assert by_shop == "LATERAL"  # chosen anew for each shop, which is what it means
    assert len(found) > 12
    assert set(found.values()) == {"MATERIALIZED"}, found
