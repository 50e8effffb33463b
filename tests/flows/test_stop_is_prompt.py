"""From five seconds after somebody said STOP Meta takes no offer to them any more.

Not what was scheduled, not what was queued, not what was in the middle of a batch.
"""

from datetime import timedelta

import pytest

from bench.carts import have_looked
from core.lanes import LANES, Lane
from core.values import Scope
from notifications import sending
from notifications.rules.chat import READ_WITHIN
from notifications.senders import HORIZON
from tests.flows.test_cart_reminder import REMINDER
from tests.wire.shopify_bodies import example
from tests.world import NOON

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PEOPLE = [f"+55119876543{number:02}" for number in range(20)]


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"], throughput=10)
    for number, phone in enumerate(PEOPLE):
        world.agree(phone, scope=Scope.MARKETING)
        checkout = example(
            "checkouts/create", phone=phone, updated_at=NOON.isoformat()
        ) | {
            "id": number,
            "token": f"token-{number}",
            "cart_token": f"cart-{number}",
            "email": f"{number}@example.com",
            "customer": {"id": 100 + number, "first_name": "Ada", "phone": phone},
            "shipping_address": None,
            "abandoned_checkout_url": f"https://ada.example/c/{number}",
        }
        assert world.shopify_says("checkouts/create", checkout) == 200
    world.work()
    assert len(world.messages) == len(PEOPLE)
    return world


def reminded(world):
    return [entry["to"] for entry in world.accepted if entry["template"] == REMINDER]


def send(world):
    """As a worker does that sends while others read, or hang."""
    have_looked(world.services, at=world.now)
    lanes = [Lane(lane) for lane in range(LANES)]
    sending.send_messages(lanes, services=world.services)
    world.wait_for_the_office()


def states(world):
    return {row.state for row in world.messages}


def reasons(world):
    return {row.reason for row in world.messages if row.state != "sent"}


def send_all(world):
    for _ in range(40):
        send(world)
        world.now += SECOND


def test_what_is_scheduled_is_not_sent(world):
    world.person_says("STOP", phone=PEOPLE[3])
    world.work()

    world.now += HOUR
    send_all(world)

    assert sorted(reminded(world)) == sorted(p[1:] for p in PEOPLE if p != PEOPLE[3])


def test_what_comes_in_the_middle_of_a_queue_stops_what_has_not_been_taken(world):
    world.now += HOUR
    send(world)
    first = set(reminded(world))
    assert 0 < len(first) < len(PEOPLE)
    stopped = next(p for p in PEOPLE if p[1:] not in first)

    world.person_says("STOP", phone=stopped)
    world.read_everything_now()
    world.now += SECOND
    send_all(world)

    everybody = {p[1:] for p in PEOPLE}
    assert set(reminded(world)) == everybody - {stopped[1:]}
    [message] = [row for row in world.messages if row.reason == "consent_revoked"]
    assert message.automation == "cart_reminder"


def test_while_something_that_people_said_lies_unread_no_offer_leaves(world):
    """The worker whose turn it is to read may hang: nobody knows whose STOP it is."""
    world.now += HOUR
    world.person_says("STOP", phone=PEOPLE[0])
    world.now += READ_WITHIN
    send(world)

    assert reminded(world) == []
    assert reasons(world) == {"chat_unread"}

    world.read_everything_now()
    world.now += SECOND
    send_all(world)

    assert sorted(reminded(world)) == sorted(p[1:] for p in PEOPLE[1:])


def test_what_came_a_moment_ago_holds_nothing_up(world):
    world.now += HOUR
    world.person_says("hello", phone=PEOPLE[0])
    world.now += READ_WITHIN - timedelta(milliseconds=1)

    send(world)

    assert reminded(world) != []


def test_reports_hold_up_no_offer(world):
    world.now += HOUR
    world.meta_reports({"status": "delivered"})
    world.now += 10 * SECOND

    send(world)

    assert reminded(world) != []


def test_what_cannot_be_read_holds_offers_up_for_two_minutes(world):
    world.now += HOUR
    world.meta_says(b'{"entry": "messages", "messages": 1, "not": ')
    world.now += 10 * SECOND
    world.read_everything_now()
    [stuck] = [row for row in world.rows("webhooks") if row.state == "stuck"]
    assert stuck.reason.startswith("UnreadablePayload")

    send(world)

    assert reminded(world) != []


def test_all_that_may_pass_between_a_stop_and_the_last_offer_is_below_five_seconds():
    """A STOP that came less than this before a decision may not be seen by it; what is
    decided has its slot within the horizon, and starts within so much of its slot."""
    latest = READ_WITHIN + HORIZON + sending.LAST_START

    assert latest <= timedelta(seconds=4.5)


def test_an_offer_that_has_been_taken_starts_in_time_or_never(world):
    world.now += HOUR
    handed_in = []
    office = world.services.office
    keep, office.hand_in = office.hand_in, handed_in.extend
    try:
        send(world)
    finally:
        office.hand_in = keep
        keep(handed_in)
        world.wait_for_the_office()

    spare = sending.LAST_START.total_seconds()
    starts = [envelope.post.start_at for envelope in handed_in]
    assert len(starts) > 1
    ends = min(starts) + (HORIZON + sending.LAST_START).total_seconds()
    for envelope in handed_in:
        assert envelope.post.not_after <= envelope.post.start_at + spare + 0.001
        assert envelope.post.not_after <= ends
