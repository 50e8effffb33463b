"""``/rq/``: rq-dashboard for the operator, with what it leaves open closed.

The library's routes and data are used, its pages are not: they put what is in Redis
into the page as HTML, and need a policy under which any script may run. Ours are in
``templates/rq_dashboard`` and ``static/queues.js``; they know text and nothing else,
and the policy below is what makes that certain.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import rq_dashboard
from flask import Flask, Response, request
from rq_dashboard import web
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    ServiceUnavailable,
)

from integrations import watching
from webapp.access import Guard

PREFIX = "/rq"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_BLUEPRINT = "rq_dashboard"
_POLL_MILLISECONDS = 5_000
_MOST_PER_PAGE = 200
_HIGHEST_PAGE = 1_000_000
_DELETING = (f"{_BLUEPRINT}.delete_job_view", f"{_BLUEPRINT}.empty_queue")
_ORDERS = ("asc", "dsc")


def mount(app: Flask, *, redis: watching.Client, guard: Guard, app_url: str) -> None:
    """Put the dashboard at ``/rq/``. ``app_url`` is our address as browsers know it.

    Nothing can be deleted: a failed job leaves by itself, and the row that it was
    about is found by the scheduler.
    """
    _teach_library()
    app.config["RQ_DASHBOARD_REDIS_URL"] = ("redis",)  # shown, and never opened
    app.config["RQ_DASHBOARD_POLL_INTERVAL"] = _POLL_MILLISECONDS
    app.config["RQ_DASHBOARD_DISABLE_DELETE"] = True
    # Where the library looks for it.
    app.redis_conn = redis  # type: ignore[attr-defined]

    def admit() -> Response | None:
        if not _is_ours():
            return None
        refusal = guard()
        if refusal is None:
            _refuse_odd_requests(app_url)
        return refusal

    app.before_request(admit)
    app.after_request(_harden)
    app.register_blueprint(rq_dashboard.blueprint, url_prefix=PREFIX)
    app.view_functions[f"{_BLUEPRINT}.requeue_all"] = _requeue_all_with(redis)
    for error, meaning in (
        (watching.NoSuchJob, NotFound),
        (watching.Away, ServiceUnavailable),
    ):
        app.register_error_handler(error, _answered_as(app, meaning))


@cache
def _teach_library() -> None:
    """Have the library read jobs as we do: see ``integrations.watching``.

    It holds these in its module, so that is where they must be put, once for each
    process. Left alone it unpickles what it finds, and connects for each request.
    """
    web.config.serializer = watching.JsonOrNothing
    web.Job = watching.WatchedJob
    web.Queue = watching.WatchedQueue
    web.Worker = watching.WatchedWorker
    web.requeue_job = watching.requeue
    web.serialize_queues = _queues_told
    web.get_queue_registry_jobs_count = _jobs_told
    web.from_url = _the_one_client


def _the_one_client(*_url: Any, **_options: Any) -> tuple[None, Any]:
    return None, web.current_app.redis_conn


def _queues_told(_instance: int, queues: list[Any]) -> list[dict[str, Any]]:
    return [
        {"name": queue.name, "jobs": watching.numbers_of(queue)} for queue in queues
    ]


def _jobs_told(
    queue_name: str,
    registry_name: str,
    offset: int,
    per_page: int,
    order: str,
    connection: Any,
) -> tuple[int, list[dict[str, Any]]]:
    total, jobs = watching.jobs_in(
        queue_name,
        registry_name,
        first=offset,
        most=per_page,
        newest_first=order == "dsc",
        redis=connection,
    )
    return total, [web.serialize_job(job) for job in jobs]


def _requeue_all_with(redis: watching.Client) -> Any:
    def requeue_all(queue_name: str) -> dict[str, object]:
        return {"status": "OK", "count": watching.requeue_all(queue_name, redis)}

    return requeue_all


def _is_ours() -> bool:
    # By the path as well as by the route, so that what has no route is closed too.
    path = request.path
    return (
        request.blueprint == _BLUEPRINT
        or path == PREFIX
        or path.startswith(f"{PREFIX}/")
    )


def _refuse_odd_requests(app_url: str) -> None:
    """Refuse what the library would do wrong, or fail at.

    Raises:
        MethodNotAllowed: something would be changed by looking at an address.
        Forbidden: another site is behind it, or something would be deleted.
        NotFound: there is no such list or page.
    """
    rule = request.url_rule
    if rule is None:
        return
    changes = rule.methods is not None and "POST" in rule.methods
    if changes and request.method in ("GET", "HEAD"):
        raise MethodNotAllowed(valid_methods=["POST"])
    if request.method == "POST":
        if not _is_same_origin(app_url):
            raise Forbidden
        if rule.endpoint in _DELETING:
            raise Forbidden
    asked = request.view_args or {}
    if (
        asked.get("instance_number", 0) != 0
        or (asked.get("registry_name") or "queued") not in watching.REGISTRIES
        or asked.get("order", "asc") not in _ORDERS
        or not _is_number(asked.get("per_page", 1), most=_MOST_PER_PAGE)
        or not _is_number(asked.get("page", 1), most=_HIGHEST_PAGE)
    ):
        raise NotFound


def _is_same_origin(app_url: str) -> bool:
    """Whether a page of ours asks. A request that does not tell is refused.

    The address that a browser knows us by is ours too: a proxy may have changed the
    Host on the way.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and (host == request.host or origin == app_url)


def _is_number(value: object, *, most: int) -> bool:
    digits = str(value)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return is_number and 1 <= int(digits) <= most


def _harden(response: Response) -> Response:
    if _is_ours():
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
    return response


def _answered_as(app: Flask, meaning: type[HTTPException]) -> Any:
    def answer(_error: Exception) -> Any:
        return app.handle_http_exception(meaning())

    return answer
