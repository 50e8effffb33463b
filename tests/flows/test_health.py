"""Whether the process lives and can work, and what every answer carries."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask, request
from sqlalchemy import text

from core.settings import Settings
from notifications.ports import Services
from storage.session import TransactionsOn, open_engine
from storage.tenancy import Crossing
from webapp.app import create_app

NOBODY = "127.0.0.1:9"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        yield f"{host}:{port}"


def without_database(settings: Settings, services: Services) -> Flask:
    engine = open_engine(f"postgresql://ada:secret@{NOBODY}/sosik", connections=1)
    return create_app(settings, replace(services, transactions=TransactionsOn(engine)))


def with_redis_at(address: str, settings: Settings, services: Services) -> Flask:
    url = f"redis://:secret@{address}/0"
    return create_app(replace(settings, redis_url=url), services)


def test_lives_without_any_server(world):
    """A restart would not bring PostgreSQL back."""
    app = without_database(
        replace(world.settings, redis_url=f"redis://{NOBODY}"), world.services
    )

    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


def test_is_ready_with_both_servers(world):
    answer = world.web.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "degraded": []}
    assert answer.headers["Cache-Control"] == "no-store"


def test_is_ready_without_redis(world):
    """Webhooks are kept all the same, so a load balancer must keep sending them."""
    app = with_redis_at(NOBODY, world.settings, world.services)

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "degraded": ["redis"]}


def test_does_not_wait_for_a_redis_that_says_nothing(world, silent_server):
    web = with_redis_at(silent_server, world.settings, world.services).test_client()
    web.get("/readyz")

    before = time.monotonic()
    answer = web.get("/readyz")
    seconds = time.monotonic() - before

    assert answer.json == {"status": "ready", "degraded": ["redis"]}
    assert seconds < 0.6


def test_is_not_ready_without_the_database_and_says_no_more(world):
    answer = (
        without_database(world.settings, world.services).test_client().get("/readyz")
    )

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "missing": ["database"]}


def test_is_not_ready_before_the_migrations(world, monkeypatch):
    monkeypatch.setattr("storage.watching.NEWEST", "9999")
    app = create_app(world.settings, world.services)

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "missing": ["migrations"]}


def test_is_ready_again_once_they_have_run(world, monkeypatch):
    web = create_app(world.settings, world.services).test_client()
    with monkeypatch.context() as patched:
        patched.setattr("storage.watching.NEWEST", "9999")
        assert web.get("/readyz").status_code == 503

    answer = web.get("/readyz")

    assert answer.status_code == 200


def test_looks_at_the_revision_only_until_it_is_right(world, monkeypatch):
    """Who updates the database first must not take the running processes away."""
    web = create_app(world.settings, world.services).test_client()
    assert web.get("/readyz").status_code == 200
    monkeypatch.setattr("storage.watching.NEWEST", "9999")

    answer = web.get("/readyz")

    assert answer.status_code == 200


def test_the_front_page_says_how_it_is(world):
    good = world.web.get("/")
    bad = without_database(world.settings, world.services).test_client().get("/")

    assert good.status_code == bad.status_code == 200
    assert ">Ready.<" in good.text
    assert "the database is missing" in bad.text


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/metrics", "/nowhere", "/static/operator.css"]
)
def test_every_answer_forbids_what_it_does_not_need(world, path):
    with world.web.get(path) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_page_that_is_to_be_framed_keeps_its_own_policy(world):
    app = create_app(world.settings, world.services)
    policy = "frame-ancestors https://ada.myshopify.com https://admin.shopify.com"
    app.add_url_rule("/own", "own", lambda: ("", {"Content-Security-Policy": policy}))

    headers = app.test_client().get("/own").headers

    assert headers["Content-Security-Policy"] == policy
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/healthz", 405), ("GET", "/breaks", 500)],
)
def test_a_refusal_is_a_number_and_a_sentence(world, method, path, status):
    app = create_app(world.settings, world.services)
    app.add_url_rule("/breaks", "breaks", lambda: {}["secret-of-ada"])

    answer = app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert f"<h1>{status}</h1>" in answer.text
    for inside in ("secret-of-ada", "Traceback", "werkzeug", "KeyError"):
        assert inside not in answer.text


def test_what_was_allowed_is_told_with_the_refusal(world):
    answer = world.web.delete("/healthz")

    assert "GET" in answer.headers["Allow"]


def test_a_page_that_needs_the_database_says_come_again(world):
    app = without_database(world.settings, world.services)
    _, services = app.extensions["sosik"]

    def page() -> str:
        with services.transactions.across(Crossing.LOOKING) as tx:
            return str(tx.connection.scalar(text("SELECT 1")))

    app.add_url_rule("/page", "page", page)

    answer = app.test_client().get("/page")

    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_a_large_form_is_refused(world):
    app = create_app(world.settings, world.services)
    app.add_url_rule("/form", "form", lambda: str(len(request.form)), methods=["POST"])

    answer = app.test_client().post("/form", data={"text": "a" * 2_000_000})

    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
}


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (0, "127.0.0.1 http://localhost/who"),
        (1, "203.0.113.7 https://localhost/who"),
        (2, "127.0.0.1 http://localhost/who"),
    ],
)
def test_forwarded_headers_count_only_from_trusted_proxies(world, proxies, seen):
    """Of two proxies that we expect, both must have written down who they saw."""
    app = create_app(replace(world.settings, trusted_proxies=proxies), world.services)
    app.add_url_rule("/who", "who", lambda: f"{request.remote_addr} {request.base_url}")

    answer = app.test_client().get("/who", headers=FORWARDED)

    assert answer.text == seen
