"""Whatever is in a webhook that proves to be Shopify's or Meta's: taken, and settled.

A body is kept before anything in it is looked at, so it is never a reason for an error
at the door; and whoever reads it later says what is wrong and goes on to the next.
"""

import json
import logging
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.values import MessageId
from tests import samples
from tests.flows.hostile import (
    PLANTED,
    assert_all_settled,
    assert_still_works,
    hostile_bodies,
    hostile_values,
    mutations,
)
from tests.world import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID

TOPICS = (
    "orders/create",
    "orders/delete",
    "fulfillments/update",
    "fulfillment_events/create",
    "customers_whats_app_marketing_consent/update",
    "app/uninstalled",
)


@pytest.fixture
def world(world):
    world.open_shop()
    return world


@pytest.fixture(autouse=True)
def _nothing_is_repeated_in_the_log(caplog):
    with caplog.at_level(logging.INFO):
        yield
    said = [record.getMessage() + str(record.exc_text) for record in caplog.records]
    assert [line for line in said if PLANTED in line] == []


def test_every_kind_of_rotten_body_is_taken_and_settled(world):
    for number, body in enumerate(hostile_bodies().values()):
        topic = TOPICS[number % len(TOPICS)]
        for told, named in (("orders/create", f"o{number}"), (topic, f"t{number}")):
            assert world.shopify_says(told, body, webhook_id=named) == 200
        assert world.meta_says(body) == 200
    world.work()

    assert len(world.rows("webhooks")) == 3 * len(hostile_bodies())
    assert_all_settled(world)
    assert_still_works(world)


def test_only_what_every_program_reads_alike_is_read(world):
    """What one reads as this and another as that is left to a person."""
    harmless = {
        "5 MiB of spaces",
        "one text of 5 MiB less a byte",
        "prototypes",
        "Python's own names",
        "such a fraction",
        "1e999",
        "a price of 1e999",
    }
    for name, body in hostile_bodies().items():
        world.shopify_says("orders/create", body, webhook_id=name.replace(" ", "_"))
    world.work()

    read = {row.dedupe_id for row in world.rows("webhooks") if row.state == "done"}
    assert {name.replace("_", " ") for name in read} == harmless


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity", "\xff"])
def test_what_says_it_is_packed_is_kept_as_it_came(world, encoding):
    """Shopify packs nothing, and what was signed is what came."""
    headers = {"Content-Encoding": encoding}

    said = world.shopify_says("orders/create", samples.order(), headers=headers)
    world.work()

    assert said == 200
    assert world.message.state == "sent"


def _own_ids(world, number, body):
    """A body about an order of its own, so that it is not taken for a repeat."""
    body = json.loads(json.dumps(body))
    if body.get("id") == samples.ORDER_ID:
        body["id"] = number
    if body.get("id") == samples.FULFILLMENT_ID:
        body["id"] = number
    return body


@pytest.mark.parametrize(
    ("topic", "body", "under"),
    [
        ("orders/create", samples.order(), ()),
        ("orders/create", samples.order(fulfillments=[{"id": 1}]), ("fulfillments",)),
        ("fulfillments/create", samples.fulfillment(), ()),
        ("fulfillment_events/create", samples.scan("in_transit"), ()),
    ],
    ids=["order", "parcel in an order", "parcel", "scan"],
)
def test_any_field_may_be_missing_or_of_another_kind(world, topic, body, under):
    """And what is told of it all the same is fit for Meta."""
    names = []
    for number, (name, mutated) in enumerate(mutations(body, under=under), start=1):
        names.append(name)
        told = _own_ids(world, number, mutated)
        assert world.shopify_says(topic, told, webhook_id=f"w{number}") == 200, name
    world.work()
    for _ in range(3):
        world.pass_time(timedelta(minutes=5))

    assert len(world.rows("webhooks")) == len(names)
    assert_all_settled(world)
    states = {(m.state, m.reason) for m in world.messages}
    assert {state for state, _ in states} <= {"sent", "skipped", "waiting"}, states
    assert_still_works(world)


TEXTS = st.text(max_size=30) | st.sampled_from(
    [value for value in hostile_values().values() if isinstance(value, str)]
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
KEYS = TEXTS | st.sampled_from(sorted(samples.order()) + sorted(samples.fulfillment()))
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=25,
)
SOME_ORDER = st.builds(
    lambda changes: {**samples.order(), **changes},
    st.dictionaries(st.sampled_from(sorted(samples.order())), VALUES, max_size=4),
)
SOME_PARCEL = st.builds(
    lambda changes: {**samples.fulfillment(), **changes},
    st.dictionaries(st.sampled_from(sorted(samples.fulfillment())), VALUES, max_size=4),
)
BODIES = st.one_of(
    st.tuples(st.sampled_from(TOPICS), VALUES),
    st.tuples(st.just("orders/create"), SOME_ORDER),
    st.tuples(st.just("fulfillments/create"), SOME_PARCEL),
)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    # The world is swept at the start of each example instead of each test.
    suppress_health_check=list(HealthCheck),
)
@given(told=st.lists(BODIES, min_size=20, max_size=22))
def test_anything_that_is_json_is_taken_and_settled(world, told):
    world.forget_everything()
    world.open_shop()

    for number, (topic, body) in enumerate(told):
        raw = json.dumps(body, ensure_ascii=bool(number % 2))
        raw_body = raw.encode("utf-8", "surrogatepass")
        assert world.shopify_says(topic, raw_body, webhook_id=f"w{number}") == 200
        if number % 4 == 0:
            assert world.meta_says(raw_body) == 200
    world.work()

    assert_all_settled(world)


def _status(**changes):
    return {
        "id": "wamid.1",
        "status": "delivered",
        "timestamp": "1795176000",
        "recipient_id": "4915112345678",
        "biz_opaque_callback_data": "msg_01:1",
        "errors": [{"code": 131026, "title": PLANTED}],
        "pricing": {"billable": True, "category": "utility"},
        **changes,
    }


def _bundle(*statuses):
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": DEFAULT_NUMBER_ID},
        "statuses": list(statuses),
    }
    change = {"field": "messages", "value": value}
    entry = {"id": DEFAULT_WABA_ID, "time": 1795176000, "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


REVIEW = {
    "event": "APPROVED",
    "message_template_id": 1,
    "message_template_name": "sosik_order_confirmation_1",
    "message_template_language": "en",
    "message_template_category": "UTILITY",
    "reason": "NONE",
    "rejection_info": {"reason": PLANTED},
}


def _review():
    change = {"field": "message_template_status_update", "value": REVIEW}
    entry = {"id": DEFAULT_WABA_ID, "time": 1795176000, "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


@pytest.mark.parametrize(
    "body", [_bundle(_status()), _review()], ids=["report", "review"]
)
def test_any_field_of_metas_may_be_missing_or_of_another_kind(world, body):
    world.shopify_says("orders/create", samples.order())
    world.work()
    [message] = world.messages
    text = json.dumps(body).replace("msg_01", message.id)

    told = 0
    for name, mutated in mutations(json.loads(text)):
        told += 1
        assert world.meta_says(mutated) == 200, name
    world.work()

    assert told > 300
    assert {row.state for row in world.rows("webhooks")} == {"done"}
    assert_all_settled(world)


def test_a_bundle_of_a_thousand_updates_is_taken_whole_and_applied(world):
    """Meta sends up to a thousand at once, in about 3 MB."""
    for number in range(1, 21):
        phone = f"+4915112{number:06d}"
        body = samples.order(order_id=number, name=f"#{number}", phone=phone)
        world.shopify_says("orders/create", body)
    world.work()
    ours = [m.id for m in world.messages if m.state == "sent"]
    assert len(ours) == 20
    strangers = [
        _status(
            id=f"wamid.{n}", biz_opaque_callback_data=f"msg_x{n}", more=PLANTED * 230
        )
        for n in range(980)
    ]
    reports = [_status(biz_opaque_callback_data=f"{MessageId(m)}:1") for m in ours]
    bundle = _bundle(*strangers[:500], *reports, *strangers[500:])
    assert 2_900_000 < len(json.dumps(bundle)) < 3_300_000

    assert world.meta_says(bundle) == 200
    world.work()

    assert {m.state for m in world.messages} == {"delivered"}
    assert_all_settled(world)
