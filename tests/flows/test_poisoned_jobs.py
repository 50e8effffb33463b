"""Whoever can write to Redis can queue a job; the workers run none but their own."""

import json
import pickle
import zlib

import pytest
from rq.registry import FailedJobRegistry

from core.lanes import LANES
from integrations.job_queue import JOBS, QUEUE, queue_on
from integrations.job_worker import worker_on
from tests import samples
from tests.flows.traps import SPRUNG, Trap
from workers.runtime import bound_to

READ = "workers.jobs.read_webhooks"
TRAP = "tests.flows.traps.spring"
WAITING = f"rq:queue:{QUEUE}"
TAKEN = f"{WAITING}:intermediate"


def call(name, *args, instance=None, **kwargs):
    return json.dumps([name, instance, args, kwargs]).encode()


def job(called=None, *, data=None, **fields):
    """A job as RQ keeps it; ``data`` is a call that is packed already, or never was."""
    packed = zlib.compress(call(TRAP) if called is None else called)
    usual = {
        "created_at": "2026-11-20T12:00:00.000000Z",
        "enqueued_at": "2026-11-20T12:00:00.000000Z",
        "data": packed if data is None else data,
        "origin": QUEUE,
        "description": "job",
        "status": "queued",
        "timeout": 60,
    }
    return {**usual, **fields}


def poisons(marker):
    """Jobs by what is wrong with them; ``marker`` is a file that they would make."""
    touch = f"touch {marker}"
    python = f"__import__('os').system({touch!r})"
    good = zlib.compress(call(READ, 0))
    return {
        "a shell": job(call("os.system", touch)),
        "Python's own": job(call("builtins.eval", python)),
        "more of it": job(call("builtins.exec", python)),
        "a program": job(call("subprocess.run", ["touch", marker])),
        "another program": job(call("os.posix_spawn", "/bin/touch", ["x", marker], {})),
        "a file": job(call("pathlib.Path.touch", marker)),
        "a function that is there": job(call(TRAP)),
        "one that is not there": job(call("no.such.thing")),
        "no name": job(call("")),
        "a name of another kind": job(call(["os.system"], touch)),
        "our function's neighbour": job(call("workers.jobs.services")),
        "our function's insides": job(call(f"{READ}.__globals__")),
        "a method": job(call("spring", instance="tests.flows.traps.Trap")),
        "a method of ours": job(call(READ, 0, instance={"a": 1})),
        "no lane": job(call(READ)),
        "two lanes": job(call(READ, 0, 1)),
        "a lane too many": job(call(READ, LANES)),
        "a lane too few": job(call(READ, -1)),
        "a huge lane": job(call(READ, 10**400)),
        "a lane as text": job(call(READ, "0")),
        "a lane as truth": job(call(READ, True)),
        "a lane as an object": job(call(READ, {"lane": 0})),
        "a lane by name": job(call(READ, lane=0)),
        "a lane and more": job(call(READ, 0, shell=True)),
        "a pickled trap": job(pickle.dumps(Trap())),
        "a pickled call": job(pickle.dumps(("os.system", None, (touch,), {}))),
        "a pickled trap, not packed": job(data=pickle.dumps(Trap())),
        "garbage": job(b"\x00\xff\xfegarbage"),
        "garbage, not packed": job(data=b"\x9c\x00garbage"),
        "deep": job(b"[" * 100_000),
        "big": job(call(READ, "x" * 10_000_000)),
        "the wrong shape": job(b'{"func": "os.system"}'),
        "too few parts": job(b'["os.system"]'),
        "nothing in it": job(b""),
        "no data": {"origin": QUEUE, "status": "queued"},
        "a time that is none": job(data=good, created_at="yesterday"),
        "a state that is none": job(data=good, status="poisoned"),
        "words that are none": job(data=good, description=b"\xff\xfe"),
        "retries for ever": job(
            call(TRAP),
            number_of_retries=10**9,
            retries_left=10**9,
            retry_intervals="[0]",
        ),
        "repeats for ever": job(call(TRAP), repeats_left=10**9, repeat_intervals="[0]"),
        "waits for another": job(call(TRAP), dependency_ids='["a"]'),
        "a time-out of a moment": job(call(TRAP), timeout="10000000000000000000000"),
        "meta that is none": job(call(TRAP), meta=pickle.dumps(Trap())),
        "a result that is none": job(call(TRAP), result=pickle.dumps(Trap())),
        "a report to an address": job(
            call(TRAP),
            webhooks=json.dumps([{"url": "http://127.0.0.1:9/", "on": ["failed"]}]),
        ),
    }


def callbacks():
    """Jobs of ours that ask for a call of something else when they are done."""
    named = {
        f"{event}_callback_{part}": value
        for event in ("success", "failure", "stopped")
        for part, value in (("name", TRAP), ("timeout", "60"))
    }
    return {
        "callbacks when it is well": job(call(READ, 0), **named),
        "callbacks when it is not": job(call(READ, "x"), **named),
        "callbacks of a shell": job(
            call(READ, "x"), **{**named, "failure_callback_name": "os.system"}
        ),
        "callbacks that are garbage": job(
            call(READ, 0), **{**named, "success_callback_name": b"\xff"}
        ),
    }


@pytest.fixture(autouse=True)
def _nothing_springs(tmp_path):
    SPRUNG.clear()
    yield
    assert SPRUNG == []
    assert list(tmp_path.iterdir()) == []


def put(world, jobs):
    for number, fields in enumerate(jobs.values()):
        world.redis.hset(f"rq:job:poison-{number}", mapping=fields)
        world.redis.rpush(WAITING, f"poison-{number}")


def work_with_one_worker(world):
    """All that waits, and what it leads to, in a single worker."""
    worker = worker_on(world.redis, "the-only-one")
    with bound_to(world.services):
        worker.work(burst=True, logging_level="CRITICAL")
        assert world.services.office.flush(20)


def failed(world):
    return set(FailedJobRegistry(queue=queue_on(world.redis)).get_job_ids())


def test_no_job_but_ours_is_run_and_the_worker_goes_on(world, tmp_path):
    """Each has failed, or was dropped where RQ could not even make it out."""
    world.open_shop()
    strangers = poisons(str(tmp_path / "made"))
    put(world, strangers)
    world.shopify_says("orders/create", samples.order())

    work_with_one_worker(world)

    assert len(strangers) >= 40
    assert world.redis.llen(WAITING) == 0
    assert len(world.accepted) == 1
    dropped = [
        name
        for number, name in enumerate(strangers)
        if f"poison-{number}" not in failed(world)
    ]
    assert dropped == [
        "big",
        "no data",
        "a time that is none",
        "a state that is none",
        "words that are none",
    ]


def test_our_jobs_call_nothing_when_they_are_done(world):
    world.open_shop()
    put(world, callbacks())
    world.shopify_says("orders/create", samples.order())

    work_with_one_worker(world)

    assert world.redis.llen(WAITING) == 0
    assert len(world.accepted) == 1


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe",
        b"",
        b":",
        b"a:b:c",
        b"\x00",
        b"../../x",
        "주문".encode(),
        b"x" * 10**6,
        b"nobody-knows-it",
    ],
    ids=lambda name: repr(name)[:20],
)
@pytest.mark.parametrize("place", [WAITING, TAKEN])
def test_what_is_no_name_of_a_job_is_dropped(world, name, place):
    world.open_shop()
    world.redis.rpush(place, name)
    world.shopify_says("orders/create", samples.order())

    work_with_one_worker(world)
    worker_on(world.redis, "the-next").run_maintenance_tasks()

    assert world.redis.llen(WAITING) == 0
    assert world.redis.llen(TAKEN) == 0
    assert len(world.accepted) == 1


def test_a_worker_takes_no_commands_from_redis(world):
    """RQ's own listens to a channel, and ends or kills its job when told to."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    judge, heard = world.services.office._judge, []

    def told_to_end(outcome):
        order = '{"command": "shutdown"}'
        heard.append(world.redis.publish("rq:pubsub:the-only-one", order))
        return judge(outcome)

    world.services.office._judge = told_to_end
    try:
        work_with_one_worker(world)
    finally:
        world.services.office._judge = judge

    assert heard == [0]
    assert world.message.state == "sent"


def test_every_job_of_ours_is_still_run(world):
    """What is refused to strangers is not refused to ourselves."""
    world.open_shop()
    put(world, {name: job(call(name, 3), result_ttl=0) for name in JOBS.values()})

    work_with_one_worker(world)

    assert failed(world) == set()
    assert world.redis.llen(WAITING) == 0
    assert world.redis.keys("rq:job:poison-*") == []
