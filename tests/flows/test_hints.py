"""Hints: how few are given, and that the last one always is."""

from datetime import timedelta
from threading import Event

from core.lanes import LANES, Lane, Work
from core.redis_urls import open_redis
from integrations.job_queue import GatheredHints, LaneHints, queue_on

FIRST, LAST = Lane(1), Lane(2)


class Listener:
    """Takes hints; fails on the first, as Redis may."""

    def __init__(self):
        self.times = 0
        self.heard = []
        self.heard_last = Event()

    def look_at_all(self, lanes):
        self.times += 1
        self.heard += lanes
        if (Work.READ, LAST) in lanes:
            self.heard_last.set()
        if self.times == 1:
            raise RuntimeError("the thread must survive this")

    def clear_all(self, work, lanes):
        self.heard.append(("cleared", work, lanes))

    def is_pending(self, work, lane):
        return lane == FIRST


def test_many_notes_are_few_hints_and_the_last_one_is_given():
    listener = Listener()
    hints = GatheredHints(listener, timedelta(milliseconds=50))

    for _ in range(1_000):
        hints.look(Work.READ, FIRST)
    hints.look(Work.READ, LAST)

    assert listener.heard_last.wait(5)
    assert listener.times <= 10


def test_what_is_asked_in_between_is_asked_of_redis():
    listener = Listener()
    hints = GatheredHints(listener, timedelta(milliseconds=50))

    hints.clear_all(Work.SEND, [LAST])

    assert listener.heard == [("cleared", Work.SEND, [LAST])]
    assert hints.is_pending(Work.SEND, FIRST)
    assert not hints.is_pending(Work.SEND, LAST)


def test_a_lane_has_one_waiting_job_of_a_kind_however_often_it_is_hinted_at(world):
    hints = LaneHints(world.redis)

    for _ in range(100):
        hints.look(Work.READ, FIRST)
        hints.look(Work.SEND, FIRST)

    assert world.waiting_jobs() == 2


def test_a_hint_after_the_flag_is_cleared_is_a_new_job(world):
    """Who looks clears first: what is written after that look has a hint of its own."""
    hints = LaneHints(world.redis)

    hints.look(Work.READ, FIRST)
    [old] = queue_on(world.redis).job_ids
    hints.clear_all(Work.READ, [FIRST])
    assert not hints.is_pending(Work.READ, FIRST)
    hints.look(Work.READ, FIRST)

    [new] = queue_on(world.redis).job_ids
    assert new != old


def test_with_a_flag_goes_its_job_for_it_has_nothing_left_to_do(world):
    hints = LaneHints(world.redis)
    hints.look_at_all([(Work.READ, FIRST), (Work.READ, LAST), (Work.SEND, FIRST)])

    hints.clear_all(Work.READ, [FIRST, LAST])

    assert world.waiting_jobs() == 1
    assert len(world.redis.keys("rq:job:*")) == 1


def test_a_flag_without_a_job_falls_off_by_itself(world):
    """Left by a process that died between the two."""
    LaneHints(world.redis).look(Work.READ, FIRST)

    [flag] = world.redis.keys("sosik:hint:*")
    assert 0 < world.redis.ttl(flag) <= 10


def test_without_workers_jobs_do_not_pile_up(world):
    hints = LaneHints(world.redis)
    everywhere = [(work, Lane(lane)) for work in Work for lane in range(LANES)]

    for _ in range(20):
        hints.look_at_all(everywhere)
        world.redis.delete(*world.redis.keys("sosik:hint:*"))

    assert world.waiting_jobs() == 4 * len(everywhere)


def test_without_redis_a_hint_is_lost_and_nothing_else():
    nowhere = LaneHints(open_redis("redis://127.0.0.1:9"))

    nowhere.look(Work.READ, FIRST)
    nowhere.clear_all(Work.READ, [FIRST])

    assert not nowhere.is_pending(Work.READ, FIRST)
