"""The queues as the operator sees them: who may look, who may act, what is shown."""

from dataclasses import replace

import pytest
from rq.job import Job
from rq.registry import FailedJobRegistry, ReadyJobRegistry
from rq.serializers import JSONSerializer

from core.lanes import Lane, Work
from integrations import watching
from integrations.job_queue import QUEUE, queue_on
from tests.queue_room import (
    BASIC,
    BEARER,
    LISTS,
    SAME_ORIGIN,
    every_path,
    get,
    post,
    put_failed,
    put_finished,
    put_job,
    put_worker,
    state_of,
)
from tests.world import PHONE
from webapp.app import create_app

NOBODY = "127.0.0.1:9"


# Who may look


def test_nothing_is_shown_without_the_token(world):
    """Pages, data, files, what changes something, and what there is not."""
    put_failed(world, "one")
    paths = every_path(world)
    paths += [("GET", p) for p in ("/rq", "/rq/", "/rq/nowhere", "/rq/static/nowhere")]
    assert len(paths) > 20

    for method, path in paths:
        with world.web.open(path, method=method, headers=SAME_ORIGIN) as answer:
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert state_of(world, "one") == "failed"


@pytest.mark.parametrize("headers", [BEARER, BASIC])
def test_the_token_opens_it(world, headers):
    assert world.web.get("/rq/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["//rq/", "/rq//", "/x/../rq/", "/./rq/", "/%72q/", "/rq/%2e%2e/rq/"]
)
def test_no_other_spelling_of_the_address_opens_it(world, path):
    answer = world.web.get("/", environ_overrides={"PATH_INFO": path})

    assert answer.status_code != 200


def test_every_answer_allows_only_our_own_script(world):
    put_failed(world, "one")

    for method, path in every_path(world):
        headers = {**BEARER, **SAME_ORIGIN}
        with world.web.open(path, method=method, headers=headers) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self';" in policy
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"


# Who may change something


def test_nothing_changes_by_looking(world):
    """A link in a mail, or a picture on a page, is a GET with the operator's key."""
    put_failed(world, "one")

    for path in (
        f"/rq/requeue/{QUEUE}",
        "/rq/job/one/requeue",
        "/rq/job/one/delete",
        f"/rq/queue/{QUEUE}/failed/empty",
        f"/rq/queue/{QUEUE}/compact",
    ):
        for method in ("GET", "HEAD"):
            answer = world.web.open(
                path, method=method, headers={**BEARER, **SAME_ORIGIN}
            )
            assert answer.status_code == 405, path
    assert state_of(world, "one") == "failed"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[oops"},
        {"Referer": "http://localhost/rq/"},
    ],
)
def test_no_other_site_changes_anything(world, headers):
    put_failed(world, "one")

    for path in (f"/rq/requeue/{QUEUE}", "/rq/job/one/requeue"):
        answer = world.web.post(path, headers={**BASIC, **headers})
        assert answer.status_code == 403
    assert state_of(world, "one") == "failed"


@pytest.mark.parametrize(
    "headers",
    [SAME_ORIGIN, {"Origin": "http://localhost"}, {"Origin": "http://127.0.0.1:8000"}],
)
def test_our_own_page_may(world, headers):
    """It is known by the host it was asked for, or by APP_URL behind a proxy."""
    put_failed(world, "one")

    answer = world.web.post("/rq/job/one/requeue", headers={**BASIC, **headers})

    assert answer.status_code == 200
    assert state_of(world, "one") == "queued"
    assert queue_on(world.redis).get_job_ids() == ["one"]


def test_all_failed_jobs_are_requeued_and_broken_ones_stay(world):
    put_failed(world, "one")
    put_failed(world, "two")
    put_failed(world, "gone")
    world.redis.delete("rq:job:gone")

    answer = post(world, f"/rq/requeue/{QUEUE}")

    assert answer.json == {"status": "OK", "count": 2}
    assert sorted(queue_on(world.redis).get_job_ids()) == ["one", "two"]


def test_a_requeued_job_can_still_do_only_what_ours_do(world):
    put_failed(world, "one", func="os.system", args=("exit 3",))

    assert post(world, "/rq/job/one/requeue").status_code == 200
    world.work()

    assert state_of(world, "one") == "failed"


def test_a_requeued_job_of_ours_is_done(world):
    job = queue_on(world.redis).enqueue(
        "workers.jobs.read_webhooks", int(Lane(3)), failure_ttl=600
    )
    queue_on(world.redis).remove(job)
    job.set_status("failed")
    FailedJobRegistry(QUEUE, connection=world.redis).add(job, 600)

    assert post(world, f"/rq/job/{job.id}/requeue").status_code == 200
    world.work()

    assert state_of(world, job.id) == "finished"


def test_a_job_that_has_not_failed_cannot_be_requeued(world):
    put_finished(world, "one", 1)

    assert post(world, "/rq/job/one/requeue").status_code == 404
    assert state_of(world, "one") == "finished"


def test_nothing_can_be_deleted(world):
    put_failed(world, "one")

    for path in ("/rq/job/one/delete", f"/rq/queue/{QUEUE}/failed/empty"):
        assert post(world, path).status_code == 403

    assert state_of(world, "one") == "failed"


# What is shown


def test_shows_queues_jobs_and_workers(world):
    world.services.hints.look(Work.READ, Lane(3))
    put_failed(world, "one", words="Traceback: boom")
    put_worker(world, "worker-a")

    queues = get(world, "/rq/0/data/queues.json").json["queues"]
    waiting = get(world, f"{LISTS}/{QUEUE}/queued/8/asc/1.json").json["jobs"]
    failed = get(world, f"{LISTS}/{QUEUE}/failed/8/asc/1.json").json["jobs"]
    workers = get(world, "/rq/0/data/workers.json").json["workers"]

    [queue] = queues
    assert queue["name"] == QUEUE
    assert (queue["jobs"]["queued"], queue["jobs"]["failed"]) == (1, 1)
    assert [job["description"] for job in waiting] == ["read lane 3"]
    assert [job["exc_info"] for job in failed] == ["Traceback: boom"]
    assert [worker["name"] for worker in workers] == ["worker-a"]


def test_shows_every_state_that_a_job_can_have(world):
    put_job(world, "ready")
    ready = ReadyJobRegistry(QUEUE, connection=world.redis)
    ready.add(Job.fetch("ready", connection=world.redis, serializer=JSONSerializer), 60)
    put_job(world, "held")
    world.redis.sadd("rq:rl-keys", "tight")
    world.redis.zadd("rq:rl:tight:rate_limited", {"held": 1})

    shown = {
        registry: [
            job["id"]
            for job in get(world, f"{LISTS}/{QUEUE}/{registry}/8/asc/1.json").json[
                "jobs"
            ]
        ]
        for registry in watching.REGISTRIES
    }

    assert shown.pop("ready_to_enqueue") == ["ready"]
    assert shown.pop("rate_limited") == ["held"]
    assert not any(shown.values())


@pytest.mark.parametrize("registry", ["failed", "queued"])
@pytest.mark.parametrize(
    ("order", "page", "expected"),
    [
        ("asc", 1, ["job-0", "job-1"]),
        ("asc", 3, ["job-4"]),
        ("dsc", 1, ["job-4", "job-3"]),
        ("dsc", 3, ["job-0"]),
        ("asc", 4, []),
        ("dsc", 4, []),
    ],
)
def test_pages_through_a_list(world, registry, order, page, expected):
    for number in range(5):
        if registry == "failed":
            put_failed(world, f"job-{number}")
            world.redis.zadd(f"rq:failed:{QUEUE}", {f"job-{number}": 10**10 + number})
        else:
            put_job(world, f"job-{number}")
            world.redis.rpush(f"rq:queue:{QUEUE}", f"job-{number}")

    answer = get(world, f"{LISTS}/{QUEUE}/{registry}/2/{order}/{page}.json").json

    assert [job["id"] for job in answer["jobs"]] == expected
    assert answer["pagination"]["num_pages"] == 3


@pytest.mark.parametrize(
    "path",
    [
        "/rq/0/view/job/nobody",
        "/rq/0/data/job/nobody.json",
        "/rq/0/data/job/a<b>.json",
        "/rq/0/view/job/%FF",
        "/rq/1/",
        "/rq/7/data/queues.json",
        f"{LISTS}/{QUEUE}/odd/8/asc/1.json",
        f"{LISTS}/{QUEUE}/failed/0/asc/1.json",
        f"{LISTS}/{QUEUE}/failed/-1/asc/1.json",
        f"{LISTS}/{QUEUE}/failed/9999/asc/1.json",
        f"{LISTS}/{QUEUE}/failed/8/up/1.json",
        f"{LISTS}/{QUEUE}/failed/8/asc/x.json",
        f"{LISTS}/{QUEUE}/failed/8/asc/000000001999999999.json",
        f"{LISTS}/{QUEUE}/failed/000000001999999999/asc/1.json",
        f"/rq/0/view/jobs/{QUEUE}/odd/8/asc/1",
        f"/rq/0/view/jobs/{QUEUE}/failed/8/up/1",
    ],
)
def test_what_there_is_not_is_not_found(world, path):
    assert get(world, path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/rq/", "/rq/0/data/queues.json", "/rq/0/view/workers"]
)
def test_says_come_again_while_redis_is_away(world, path):
    settings = replace(world.settings, redis_url=f"redis://:secret@{NOBODY}")
    web = create_app(settings, world.services).test_client()

    answer = web.get(path, headers=BEARER)

    assert "secret" not in answer.text
    assert answer.status_code == 503 or "Connection Error" in answer.text


def test_no_address_of_redis_is_shown(world):
    for path in ("/rq/", "/rq/0/view/jobs", "/rq/0/view/workers"):
        page = get(world, path).text
        assert world.settings.redis_url not in page
        assert "valkey.sock" not in page


def test_connects_once_for_all_requests(world):
    get(world, "/rq/0/data/queues.json")
    before = world.redis.info("stats")["total_connections_received"]

    for _ in range(20):
        get(world, "/rq/0/data/queues.json")
        get(world, "/rq/0/view/workers")

    after = world.redis.info("stats")["total_connections_received"]
    assert after - before <= 2


def test_looking_at_workers_leaves_the_clients_patience_alone(world):
    """RQ's worker class makes the client that it is given wait for minutes."""
    put_worker(world, "worker-a")
    redis = world.app.redis_conn
    before = redis.connection_pool.connection_kwargs["socket_timeout"]

    get(world, "/rq/0/view/workers")
    get(world, "/rq/0/data/workers.json")

    assert redis.connection_pool.connection_kwargs["socket_timeout"] == before == 1


def test_what_an_error_repeats_of_a_person_is_hidden(world):
    put_failed(world, "one", words=f"ValueError: {PHONE} of ada@example.com")

    shown = get(world, "/rq/0/data/job/one.json").json["exc_info"]

    assert shown == "ValueError: [hidden] of [hidden]"
