"""The queues as the operator sees them, whatever somebody has put into Redis."""

import base64
import itertools
import pickle
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry, FinishedJobRegistry, ReadyJobRegistry
from rq.results import Result
from rq.serializers import JSONSerializer
from werkzeug.serving import make_server

from core.lanes import Lane, Work
from integrations import watching
from integrations.job_queue import QUEUE, queue_on, worker_on
from tests.world import ADMIN_TOKEN, PHONE
from webapp.app import create_app

BEARER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
BASIC = {
    "Authorization": "Basic "
    + base64.b64encode(f"admin:{ADMIN_TOKEN}".encode()).decode()
}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
NOBODY = "127.0.0.1:9"
LISTS = "/rq/0/data/jobs"

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)


# What somebody may put into Redis

DEED = "document.documentElement.dataset.owned=1"
ELEMENTS = (
    f"<script>{DEED}</script>",
    f"<ScRiPt>{DEED}</sCrIpT>",
    f"<img src=x onerror={DEED}>",
    f"<img src=x onerror='{DEED};alert(1)'>",
    f"<svg onload={DEED}>",
    f"<svg><script>{DEED}</script></svg>",
    f"<iframe srcdoc='<script>parent.{DEED}</script>'></iframe>",
    f"<a href='javascript:{DEED}'>x</a>",
    f"<details open ontoggle={DEED}>",
    f"<input autofocus onfocus={DEED}>",
    f"<body onload={DEED}>",
    f"<style>@import '//evil.example'</style><b onclick={DEED}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={DEED}>",
    f"<object data='javascript:{DEED}'></object>",
    f"<form action='javascript:{DEED}'><button>x</button></form>",
    f"<base href='javascript:{DEED}//'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{DEED}'>",
    f"<%= {DEED} %>",
    f"<% {DEED} %>",
    f"{{{{ {DEED} }}}}",
    f"${{{DEED}}}",
    f"javascript:{DEED}",
    f" onmouseover={DEED} x=",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
BEFORE = ("", '">', "'>", "-->", "</td></tr></table>", "</script>", "</title>", "\\u003c")
AFTER = ("", "<!--", "\u2028", '"', "'`")
HOSTILE = ["".join(parts) for parts in itertools.product(BEFORE, ELEMENTS, AFTER)]
SOME = HOSTILE[:: len(HOSTILE) // 40]


class Trap:
    """Whoever unpickles it has run what a stranger chose."""

    sprung = False

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return Trap.spring, ()

    @staticmethod
    def spring() -> str:
        Trap.sprung = True
        return "sprung"


def put_job(world: Any, job_id: str, queue: str = QUEUE, **told: Any) -> Job:
    job = Job.create(
        told.pop("func", "os.getcwd"),
        args=told.pop("args", ()),
        id=job_id,
        origin=queue,
        connection=world.redis,
        serializer=JSONSerializer,
        **told,
    )
    job.save()
    world.redis.sadd("rq:queues", f"rq:queue:{queue}")
    return job


def put_failed(
    world: Any, job_id: str, queue: str = QUEUE, words: str = "Boom", **told: Any
) -> Job:
    job = put_job(world, job_id, queue, status="failed", **told)
    Result.create_failure(job, ttl=600, exc_string=words)
    with world.redis.pipeline() as pipe:
        FailedJobRegistry(queue, connection=world.redis).add(job, 600, pipe)
        pipe.execute()
    return job


def put_finished(world: Any, job_id: str, value: Any, **told: Any) -> Job:
    job = put_job(world, job_id, status="finished", **told)
    Result.create(job, Result.Type.SUCCESSFUL, ttl=600, return_value=value)
    FinishedJobRegistry(QUEUE, connection=world.redis).add(job, 600)
    return job


def put_worker(world: Any, name: str, job: Job | None = None) -> None:
    worker = worker_on(world.redis, "plain")
    worker.register_birth()
    if job is not None:
        worker.prepare_execution(job)
    if name != "plain":
        for key in ("rq:worker:plain", "rq:executions:plain"):
            if world.redis.exists(key):
                world.redis.rename(key, key.removesuffix("plain") + name)
        for key in ("rq:workers", f"rq:workers:{QUEUE}"):
            world.redis.srem(key, "rq:worker:plain")
            world.redis.sadd(key, f"rq:worker:{name}")


def get(world: Any, path: str, **headers: str) -> Any:
    return world.web.get(path, headers={**BEARER, **headers})


def post(world: Any, path: str, **headers: str) -> Any:
    return world.web.post(path, headers={**BEARER, **SAME_ORIGIN, **headers})


def state_of(world: Any, job_id: str) -> str:
    return Job.fetch(
        job_id, connection=world.redis, serializer=JSONSerializer
    ).get_status()


# Who may look


def every_path(world: Any) -> list[tuple[str, str]]:
    """One address for each route of the dashboard, with each method it takes."""
    values = {
        "instance_number": 0,
        "queue_name": QUEUE,
        "registry_name": "failed",
        "per_page": 8,
        "order": "asc",
        "page": 1,
        "job_id": "one",
        "filename": "js/jquery-3.5.1.min.js",
    }
    routes = world.app.url_map.bind("localhost")
    return [
        (method, routes.build(rule.endpoint, {**values}, method=method))
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("rq_dashboard.")
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]


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
        f"/rq/0/view/jobs/{QUEUE}/odd/8/asc/1",
        f"/rq/0/view/jobs/{QUEUE}/failed/8/up/1",
    ],
)
def test_what_there_is_not_is_not_found(world, path):
    assert get(world, path).status_code == 404


@pytest.mark.parametrize("path", ["/rq/", "/rq/0/data/queues.json", "/rq/0/view/workers"])
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


# What somebody may have put there


def test_nothing_from_redis_is_ever_unpickled(world):
    trap = pickle.dumps(Trap())
    job = put_failed(world, "one")
    for field in ("meta", "data", "result"):
        world.redis.hset("rq:job:one", field, trap)
    world.redis.xadd(
        "rq:results:one",
        {
            "type": 1,
            "created_at": "2026-11-20T12:00:00.000000Z",
            "return_value": base64.b64encode(trap),
        },
    )
    put_worker(world, "worker-a", job)

    for method, path in every_path(world):
        with world.web.open(path, method=method, headers={**BEARER, **SAME_ORIGIN}):
            pass

    assert Trap.sprung is False
    assert get(world, "/rq/0/data/job/one.json").json["metadata"] == '"(not readable)"'


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created_at", b"yesterday"),
        ("status", b"excellent"),
        ("dependency_ids", b"{"),
        ("origin", b"\xff\xfe"),
        ("timeout", b"soon"),
        ("data", None),
    ],
)
def test_a_broken_job_does_not_hide_the_others(world, field, value):
    put_failed(world, "broken")
    put_failed(world, "good")
    if value is None:
        world.redis.hdel("rq:job:broken", field)
    else:
        world.redis.hset("rq:job:broken", field, value)

    listed = get(world, f"{LISTS}/{QUEUE}/failed/8/asc/1.json")
    single = get(world, "/rq/0/data/job/broken.json")

    assert "good" in [job["id"] for job in listed.json["jobs"]]
    assert single.status_code in (200, 404)


def test_a_broken_worker_or_queue_does_not_hide_the_others(world):
    put_worker(world, "good")
    world.redis.sadd("rq:workers", "not-a-worker", "rq:worker:bad", b"\xff")
    world.redis.hset("rq:worker:bad", mapping={"pid": "many", "birth": "never"})
    world.redis.sadd("rq:queues", "not-a-queue", b"\xff")

    workers = get(world, "/rq/0/data/workers.json").json["workers"]
    queues = get(world, "/rq/0/data/queues.json")

    assert [worker["name"] for worker in workers] == ["good"]
    assert queues.status_code == 200


class Shape(HTMLParser):
    """Which elements and attributes a page has, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, ...]] = []
        self.text = ""
        self.values: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, *sorted(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_no_page_of_the_server_takes_a_string_for_html(world):
    """Queue names are all that the pages hold of what is in Redis."""
    plain = Shape(get(world, "/rq/0/view/jobs/ada/failed/8/asc/1").text)
    listing = "rq_dashboard.jobs_overview"
    routes = world.app.url_map.bind("localhost")

    for name in HOSTILE:
        if "/" in name:  # no route leads there
            continue
        path = routes.build(
            listing,
            {
                "instance_number": 0,
                "queue_name": name,
                "registry_name": "failed",
                "per_page": 8,
                "order": "asc",
                "page": 1,
            },
        )
        shape = Shape(get(world, path).text)
        assert shape.parts == plain.parts
        assert name in shape.values


def test_the_list_of_known_queues_is_text(world):
    plain = Shape(get(world, "/rq/0/view/jobs").text)
    world.redis.sadd("rq:queues", *(f"rq:queue:{name}" for name in HOSTILE))

    shape = Shape(get(world, "/rq/0/view/jobs").text)

    assert set(HOSTILE) <= set(shape.values)
    assert set(shape.parts) == set(plain.parts) | {("option", "value")}


def test_data_is_never_a_page(world):
    """A browser that is led to the data itself must not take it for HTML."""
    for number, words in enumerate(HOSTILE):
        put_failed(world, f"job-{number}", words=words, description=words)

    answer = get(world, f"{LISTS}/{QUEUE}/failed/200/asc/1.json")

    assert answer.content_type == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {job["description"] for job in answer.json["jobs"]} <= set(HOSTILE)
    assert len(answer.json["jobs"]) == 200


def test_our_script_knows_no_way_from_text_to_html():
    script = Path("webapp/static/queues.js").read_text(encoding="utf-8")

    for way in (
        "innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser",
        r"document\.write|srcdoc|setHTML|\beval\b|\bFunction\b|import\(",
        r"setAttribute\((?!\"aria-current\", \"page\"\))",
    ):
        assert not re.search(way, script), way


def test_our_pages_hold_no_script_and_no_style_of_their_own():
    folder = Path("webapp/templates")
    pages = [page.read_text(encoding="utf-8") for page in folder.rglob("*.html")]

    assert len(pages) > 5
    for page in pages:
        assert not re.search(r"<style|style=|\son\w+=|\|\s*safe|autoescape", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


# In a real browser


@contextmanager
def served(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rendered(address: str, path: str, profile: Path) -> str:
    """The page as it is once its script has done its work."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--disable-sync", "--disable-extensions", "--no-default-browser-check"),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={profile}",
            *("--virtual-time-budget=4000", "--dump-dom"),
            f"http://admin:{ADMIN_TOKEN}@{address}{path}",
        ],
        capture_output=True,
        check=True,
        timeout=90,
    )
    return done.stdout.decode()


def put_hostile_jobs(world: Any) -> Job:
    """Hundreds of hostile strings, wherever a string can be."""
    for number, words in enumerate(HOSTILE[:200]):
        put_failed(world, f"job-{number}", words=words, description=words)
    for number, words in enumerate(SOME):
        world.redis.sadd("rq:queues", f"rq:queue:{words}")
        put_worker(world, words)
        put_failed(world, f"odd-{number}", f"{words}", words=words)
    everything = "\n".join(HOSTILE[200:600])
    job = put_failed(
        world,
        "all",
        words=everything,
        func=f"os.{SOME[3]}",
        description=everything,
        meta={words: words for words in SOME},
    )
    put_worker(world, "busy", job)
    put_finished(world, "result", [everything, {words: words for words in SOME}])
    return job


def assert_harmless(page: str) -> Shape:
    shape = Shape(page)
    tags = {tag for tag, *_ in shape.parts}
    names = {name for _, *names in shape.parts for name in names}
    scripts = [part for part in shape.parts if part[0] == "script"]
    assert not tags & {"img", "svg", "iframe", "object", "form", "base", "style"}
    assert not {name for name in names if name.startswith("on")} - {"open"}
    assert "data-owned" not in names
    assert "data-loaded" in names, page[:3000]
    assert scripts == [("script", "defer", "src")]
    assert not [value for value in shape.values if value.startswith("javascript:")]
    return shape


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_shows_hostile_strings_as_text(world, tmp_path):
    """In descriptions, errors, metadata, results, names of queues and workers."""
    put_hostile_jobs(world)

    with served(world.app) as address:
        failed = rendered(
            address, f"/rq/0/view/jobs/{QUEUE}/failed/200/asc/1", tmp_path
        )
        single = rendered(address, "/rq/0/view/job/all", tmp_path)
        result = rendered(address, "/rq/0/view/job/result", tmp_path)
        workers = rendered(address, "/rq/0/view/workers", tmp_path)
        queues = rendered(address, "/rq/", tmp_path)

    shown = assert_harmless(failed).text
    assert sum(words in shown for words in HOSTILE[:200]) > 190
    shown = assert_harmless(single).text
    assert all(words in shown for words in HOSTILE[200:600:7])
    assert_harmless(result)
    shown = assert_harmless(workers).text
    assert all(words in shown for words in SOME)
    assert "busy" in shown
    shown = assert_harmless(queues).text
    assert all(words in shown for words in SOME)
    assert Queue.all(connection=world.redis)
