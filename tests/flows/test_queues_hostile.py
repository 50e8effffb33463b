"""The queues as the operator sees them, whatever somebody has put into Redis."""

import base64
import itertools
import pickle
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rq.job import Job
from werkzeug.serving import make_server

from integrations.job_queue import QUEUE
from tests.queue_room import (
    BEARER,
    LISTS,
    SAME_ORIGIN,
    every_path,
    get,
    put_failed,
    put_finished,
    put_worker,
)
from tests.world import ADMIN_TOKEN

ROOT = Path(__file__).parents[2]

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)


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
BEFORE = (
    "",
    '">',
    "'>",
    "-->",
    "</td></tr></table>",
    "</script>",
    "</title>",
    "\\u003c",
)
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
    script = (ROOT / "webapp/static/queues.js").read_text(encoding="utf-8")

    for way in (
        "innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser",
        r"document\.write|srcdoc|setHTML|\beval\b|\bFunction\b|import\(",
        r"setAttribute\((?!\"aria-current\", \"page\"\))",
    ):
        assert not re.search(way, script), way


def test_our_pages_hold_no_script_and_no_style_of_their_own():
    folder = ROOT / "webapp/templates"
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
