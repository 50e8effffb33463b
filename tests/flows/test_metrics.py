"""What an operator's Prometheus reads, and what it costs to tell it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from integrations import counting
from integrations.job_worker import worker_on
from storage import watching
from storage.session import TransactionsOn, open_engine
from storage.tenancy import Crossing
from tests import samples
from tests.world import ADMIN_TOKEN
from webapp.app import create_app

BEARER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
NOBODY = "127.0.0.1:9"

Told = dict[tuple[str, ...], float]


def told(web: Any) -> Told:
    """Every sample, by its name followed by its labels' values."""
    answer = web.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def set_rows(world: Any, statement: str, **values: Any) -> None:
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text(statement), values)


def add_messages(world: Any, *, count: int, **columns: Any) -> None:
    """Messages of the open shop, alike but for their ids."""
    values: Mapping[str, Any] = {
        "state": "waiting",
        "priority": 0,
        "due_at": world.now,
        "lease_until": None,
        **columns,
    }
    [shop_id] = world.shop_ids.values()
    set_rows(
        world,
        "INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, "
        "state, wanted_at, due_at, lease_until, story, created_at) "
        "SELECT :prefix || n, :shop, :prefix || n, 'a', 'transactional', :priority, "
        "  :state, :due_at, :due_at, :lease_until, '[]', :due_at "
        "FROM generate_series(1, :count) AS n",
        prefix=f"{values['state']}-{values['priority']}-{values['due_at']}-",
        shop=shop_id,
        count=count,
        **values,
    )


def settle_tables(world: Any) -> None:
    """What autovacuum does in a while: the rows that other tests left are swept out of
    the indexes, and the planner knows what there is."""
    owner = open_engine(world.settings.database_owner_url, connections=1)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE messages, webhooks"))
    owner.dispose()


def basic(user: str, password: str) -> dict[str, str]:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {ADMIN_TOKEN}x"},
        {"Authorization": f"Bearer {ADMIN_TOKEN[:-1]}"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": ADMIN_TOKEN},
        {"Authorization": f"Digest username=admin, response={ADMIN_TOKEN}"},
        {"Authorization": "Basic !!!"},
        basic("admin", "wrong"),
        basic("admin", "pässwörd"),
        basic("Admin", ADMIN_TOKEN),
        basic("", ADMIN_TOKEN),
    ],
)
def test_is_told_to_nobody_without_the_token(world, headers):
    answer = world.web.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert "sosik_" not in answer.text


@pytest.mark.parametrize("headers", [BEARER, basic("admin", ADMIN_TOKEN)])
def test_is_told_to_who_knows_the_token(world, headers):
    answer = world.web.get("/metrics", headers=headers)

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")


def test_an_empty_token_opens_nothing(world):
    app = create_app(replace(world.settings, admin_token=""), world.services)

    for headers in ({"Authorization": "Bearer "}, basic("admin", "")):
        assert app.test_client().get("/metrics", headers=headers).status_code == 401


def test_all_is_zero_where_nothing_waits(world):
    found = told(world.web)

    assert found[("sosik_database_up",)] == found[("sosik_redis_up",)] == 1
    for name in (
        "sosik_webhooks_pending",
        "sosik_webhooks_stuck",
        "sosik_webhooks_oldest_seconds",
        "sosik_messages_oldest_due_seconds",
        "sosik_shops_parked",
        "sosik_rq_jobs_waiting",
        "sosik_rq_jobs_failed",
        "sosik_workers_alive",
    ):
        assert found[(name,)] == 0, name
    for queue in ("due", "sending", "unsure"):
        assert found[("sosik_messages", queue)] == 0


def test_tells_what_waits_and_since_when(world):
    world.open_shop()
    assert world.shopify_says("orders/create", samples.order()) == 200
    world.now += timedelta(seconds=30)
    assert world.shopify_says("orders/updated", samples.order()) == 200
    world.now += timedelta(seconds=60)

    found = told(world.web)

    assert found[("sosik_webhooks_pending",)] == 2
    assert found[("sosik_webhooks_oldest_seconds",)] == 90


def test_tells_webhooks_that_wait_for_a_person(world):
    world.shopify_says("orders/create", samples.order())
    set_rows(world, "UPDATE webhooks SET state = 'stuck'")

    found = told(world.web)

    assert found[("sosik_webhooks_stuck",)] == 1
    assert found[("sosik_webhooks_pending",)] == 0


def test_tells_messages_by_what_is_to_be_done(world):
    """A message for tonight is not late, and one that is sent is no work."""
    world.open_shop()
    hour = timedelta(hours=1)
    add_messages(world, count=3, due_at=world.now - hour)
    add_messages(world, count=2, priority=1, due_at=world.now - 2 * hour)
    add_messages(world, count=7, due_at=world.now + hour)
    add_messages(world, count=4, state="sending", lease_until=world.now)
    add_messages(world, count=5, state="unsure")
    add_messages(world, count=6, state="sent")

    found = told(world.web)

    assert found[("sosik_messages", "due")] == 5
    assert found[("sosik_messages", "sending")] == 4
    assert found[("sosik_messages", "unsure")] == 5
    assert found[("sosik_messages_oldest_due_seconds",)] == 7200


def test_tells_shops_that_send_nothing_for_now(world):
    world.open_shop()
    set_rows(
        world,
        "UPDATE numbers SET parked_until = :until",
        until=world.now + timedelta(hours=1),
    )

    found = told(world.web)
    world.now += timedelta(hours=2)
    later = told(world.web)

    assert found[("sosik_shops_parked",)] == 1
    assert later[("sosik_shops_parked",)] == 0


def test_counting_stops_at_its_limit(world):
    world.open_shop()
    add_messages(world, count=watching.MOST + 1)

    found = told(world.web)

    assert found[("sosik_messages", "due")] == watching.MOST


def test_tells_what_was_counted(world):
    for field, count in {
        counting.field_of("parcels_seen", {"of": "sea"}): 3,
        counting.field_of("parcels_seen", {"of": "land"}): 2,
        counting.field_of("parcels_lost", {}): 7,
        'evil{x="1"} 1\n|a=b': 1,
        "evil|la\nbel=b": 1,
    }.items():
        world.redis.hincrby(counting.KEY, field, count)

    found = told(world.web)

    assert found[("sosik_parcels_seen_total", "sea")] == 3
    assert found[("sosik_parcels_seen_total", "land")] == 2
    assert found[("sosik_parcels_lost_total",)] == 7
    assert not any("evil" in name for name, *_ in found)


def test_tells_workers_and_jobs(world):
    worker = worker_on(world.redis, "one")
    worker.register_birth()
    world.redis.sadd("rq:workers:lanes", "rq:worker:died-long-ago")
    world.shopify_says("orders/create", samples.order())

    found = told(world.web)

    assert found[("sosik_workers_alive",)] == 1
    assert found[("sosik_rq_jobs_waiting",)] == world.waiting_jobs()


def test_a_worker_is_counted_again_soon_after_redis_has_forgotten_it(world):
    seconds = iter(range(0, 100, 3))
    worker = worker_on(world.redis, "one", monotonic=lambda: next(seconds))
    worker.register_birth()
    world.redis.delete(worker.key, "rq:workers", "rq:workers:lanes")
    forgotten = told(world.web)[("sosik_workers_alive",)]

    worker.heartbeat()

    assert (forgotten, told(world.web)[("sosik_workers_alive",)]) == (0, 1)
    assert world.redis.hget(worker.key, "pid") is not None


def test_answers_without_redis(world):
    settings = replace(world.settings, redis_url=f"redis://{NOBODY}")

    found = told(create_app(settings, world.services).test_client())

    assert found[("sosik_redis_up",)] == 0
    assert found[("sosik_database_up",)] == 1
    assert ("sosik_rq_jobs_waiting",) not in found


def test_answers_without_the_database(world):
    engine = open_engine(f"postgresql://{NOBODY}/sosik", connections=1)
    services = replace(world.services, transactions=TransactionsOn(engine))

    found = told(create_app(world.settings, services).test_client())

    assert found[("sosik_database_up",)] == 0
    assert found[("sosik_redis_up",)] == 1
    assert ("sosik_webhooks_pending",) not in found


def test_costs_nothing_for_what_is_done(world):
    """Asked for ever, every few seconds: history must not make it dearer."""
    world.open_shop()
    add_messages(world, count=20_000, state="sent")
    add_messages(world, count=3)
    set_rows(
        world,
        "INSERT INTO webhooks (source, dedupe_id, topic, shop_domain, lane, body, "
        "happened_at, arrived_at, next_attempt_at, state) "
        "SELECT 'shopify', n::text, 't', 's', n % 16, 'b', :now, :now, :now, "
        "CASE WHEN n % 5000 = 0 THEN 'pending' ELSE 'done' END "
        "FROM generate_series(1, 20000) AS n",
        now=world.now,
    )
    settle_tables(world)

    with world.services.transactions.across(Crossing.LOOKING) as tx:
        tx.connection.execute(watching.BY_INDEX)
        explained = tx.connection.scalar(
            text(f"EXPLAIN (ANALYZE, FORMAT JSON) {watching.BACKLOG.text}"),
            watching.arguments(world.now),
        )
    history = ("messages", "webhooks")  # the rest has a row for each shop
    scans = [
        scan
        for scan in scans_in(explained[0]["Plan"])
        if scan["Relation Name"] in history
    ]

    assert {scan["Relation Name"] for scan in scans} == set(history)
    for scan in scans:
        assert scan["Node Type"].startswith("Index"), json.dumps(scan, indent=1)
        assert scan["Actual Rows"] <= 5
        assert scan.get("Rows Removed by Filter", 0) <= 5


def scans_in(plan: Mapping[str, Any]) -> Any:
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans_in(part)
