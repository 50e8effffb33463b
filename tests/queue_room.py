"""The operator's way to the queues, and what may be found there, for the tests."""

import base64
from typing import Any

from rq.job import Job
from rq.registry import FailedJobRegistry, FinishedJobRegistry
from rq.results import Result
from rq.serializers import JSONSerializer

from integrations.job_queue import QUEUE
from integrations.job_worker import worker_on
from tests.world import ADMIN_TOKEN

BEARER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
BASIC = {
    "Authorization": "Basic "
    + base64.b64encode(f"admin:{ADMIN_TOKEN}".encode()).decode()
}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
LISTS = "/rq/0/data/jobs"


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
