"""Whatever comes in whatever order: what must hold always.

A buyer orders, parcels leave, webhooks repeat, Meta answers or does not, reports come
twice and in a muddle, senders vanish, Redis is emptied, time passes. The suite takes
some two hundred and fifty steps; more with ``SOSIK_STEPS=10000 ./sosik test
tests/flows/test_any_sequence.py``.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.lanes import LANES, Lane
from notifications import sending
from tests import samples
from tests.flows.vanishing import Gone
from tests.world import NOON, World

_STEPS = int(os.environ.get("SOSIK_STEPS", "250"))
_STEPS_OF_ONE_STORY = 25
_BUYERS = 12
_RANKS = {"sent": 1, "failed": 2, "delivered": 3, "read": 4}
_FAULTS = st.one_of(
    st.sampled_from(
        ["refuse", "reset_before", "reset_after", "error_before", "error_after"]
    ).map(lambda kind: {"kind": kind}),
    st.sampled_from([131016, 131057, 130429, 131056]).map(
        lambda code: {"kind": "refusal", "code": code, "http": 400}
    ),
)


class AnySequence(RuleBasedStateMachine):
    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.world.forget_everything()
        self.world.now = NOON
        self.world.open_shop()
        self.ordered: set[int] = set()
        self.parcels: set[int] = set()
        self.said: list[tuple[str, dict]] = []
        self.ranks: dict[str, int] = {}
        self.told_sent: set[str] = set()

    # What happens

    @rule(count=st.integers(1, 8))
    def buyers_order(self, count):
        first = max(self.ordered, default=0) + 1
        for number in range(first, first + count):
            self._orders(number)

    def _orders(self, number):
        if number not in self.ordered:
            self.ordered.add(number)
            self._says(
                "orders/create",
                samples.order(
                    order_id=number,
                    name=f"#{number}",
                    phone=_phone(number),
                    agreed=_agrees(number),
                    placed_at=self.world.now,
                ),
            )

    @rule(data=st.data())
    def a_parcel_leaves(self, data):
        """Which may be told before its order."""
        number = data.draw(st.integers(1, len(self.ordered) + 1))
        self.parcels.add(number)
        body = samples.fulfillment(
            fulfillment_id=100 + number, order_id=number, created_at=self.world.now
        )
        self._says("fulfillments/create", body)

    @rule(data=st.data())
    def a_webhook_comes_again(self, data):
        if self.said:
            topic, body = data.draw(st.sampled_from(self.said))
            assert self.world.shopify_says(topic, body) == 200

    @rule(fault=_FAULTS, times=st.integers(1, 3))
    def meta_is_about_to_fail(self, fault, times):
        self.world.meta.post("settings", {"faults": [{**fault, "next": times}]})

    @rule()
    def the_workers_work(self):
        self.world.work()

    @rule(sends=st.booleans())
    def a_sender_vanishes(self, sends):
        services = self.world.services
        gone = replace(services, office=Gone(services.office, sends=sends))
        self.world.read_everything_now()
        sending.send_messages([Lane(lane) for lane in range(LANES)], services=gone)

    @rule()
    def redis_is_emptied(self):
        self.world.redis.flushall()

    @rule(data=st.data(), word=st.sampled_from(["sent", "delivered", "read", "failed"]))
    def meta_reports(self, data, word):
        """Of what it took, it keeps none back while it tells of others."""
        if accepted := self.world.accepted:
            self._report_all_that_were_sent()
            self._report([data.draw(st.sampled_from(accepted))], word)

    @rule(seconds=st.sampled_from([1, 3, 11, 30, 61, 300, 901]), are_late=st.booleans())
    def time_passes(self, seconds, are_late):
        """And the reports on all that Meta took may be late."""
        if not are_late:
            self._report_all_that_were_sent()
        self.world.pass_time(timedelta(seconds=seconds))

    # What holds always

    @invariant()
    def nobody_gets_a_message_twice(self):
        twice = [name for name, count in self._copies().items() if count > 1]
        assert twice == []

    @invariant()
    def nobody_gets_what_they_did_not_agree_to(self):
        assert _phone(0)[1:] not in {line["to"] for line in self.world.accepted}

    @invariant()
    def no_state_falls_back(self):
        for message in self.world.messages:
            rank = _RANKS.get(message.state, 0)
            assert rank >= self.ranks.get(message.id, 0), message.state
            self.ranks[message.id] = rank

    def teardown(self):
        """In the end all is told, and everybody who agreed has it and has read it, but
        for what nobody can tell of: the only message for a quarter of an hour."""
        self.world.meta.post("settings", {"faults": []})
        for number in self.parcels:
            self._orders(number)  # a parcel alone would wait for it
        for _ in range(12):
            self._report_all_that_were_sent()
            self.world.pass_time(timedelta(minutes=6))

        assert {w.state for w in self.world.rows("webhooks")} <= {"done"}
        copies = self._copies()
        for message in self.world.messages:
            is_left_out = message.state in {"skipped", "unsure"}  # and is seen to be
            assert copies[message.id] == 1 or is_left_out, message.state

        self._report(self.world.accepted, "read")
        self.world.work()
        reached = {m.state for m in self.world.messages if copies[m.id]}
        assert reached <= {"read"}

    # How it is done

    def _says(self, topic, body):
        assert self.world.shopify_says(topic, body) == 200
        self.said.append((topic, body))

    def _report(self, lines, word):
        if lines:
            reports = [
                {
                    "id": line["id"],
                    "status": word,
                    "biz_opaque_callback_data": line["biz_opaque_callback_data"],
                }
                for line in lines
            ]
            assert self.world.meta_reports(*reports) == 200

    def _report_all_that_were_sent(self):
        silent = [
            each for each in self.world.accepted if each["id"] not in self.told_sent
        ]
        self._report(silent, "sent")
        self.told_sent |= {each["id"] for each in silent}

    def _copies(self):
        """How often Meta took each message."""
        tags = (line["biz_opaque_callback_data"] for line in self.world.accepted)
        return Counter(tag.partition(":")[0] for tag in tags)


def _phone(number):
    return f"+4915112{number % _BUYERS:06d}"


def _agrees(number):
    """One of the buyers never does."""
    return number % _BUYERS != 0


def test_nothing_is_lost_doubled_or_undone_in_any_sequence(world):
    AnySequence.world = world
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=max(1, _STEPS // _STEPS_OF_ONE_STORY),
            stateful_step_count=_STEPS_OF_ONE_STORY,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
