"""Whatever comes under a topic is read or refused; what stores send is read.

The bodies of the corpus are other people's and stay beside the project: without them
the tests that need them are skipped.
"""

import copy
import json

import pytest

from core.errors import UnreadablePayload
from integrations.shopify import payloads
from integrations.shopify.payloads import TOPICS, is_of_interest, read
from tests.wire.shopify_bodies import bodies_in, example, told, topic_of
from tests.wire.shopify_table import TABLE

EVERY_TOPIC = sorted(payloads._READERS)
ODD_VALUES = (
    *(None, True, False, 0, -1, 1, 1.5, 2**63, 10**30),
    *("", " ", "7 Secret Street", "-", "gid://shopify/Order/1", "NaN", "é" * 2_000),
    *([], [None], ["7 Secret Street"], [[]], [{}], {}, {"id": "7 Secret Street"}),
)
MISSING = object()


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_topic_has_an_example_that_is_told(topic):
    assert told(topic, example(topic)) != []


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_any_field_may_be_missing_or_odd_and_is_never_repeated(topic):
    """Every field of every depth, one after the other."""
    body = example(topic)
    for path in list(paths(body)):
        for value in (MISSING, *ODD_VALUES):
            changed = changed_at(body, path, value)
            assert "Secret" not in refusal_of(topic, changed), (path, value)


@pytest.mark.parametrize("topic", EVERY_TOPIC)
@pytest.mark.parametrize("body", [b"{}", b'{"id":null}', b'{"id":1}', b'{"token":""}'])
def test_a_body_of_next_to_nothing_is_read_or_refused(topic, body):
    try:
        events = read(topic, body)
    except UnreadablePayload:
        return
    assert all(event.happened_at == payloads.UNTIMED for event in events)


def test_each_body_becomes_the_events_of_the_table(shared):
    files = bodies_in(shared / "payloads/shopify")

    found = {
        f"{file.parent.name}/{file.stem}": kinds(read(topic_of(file), bytes_of(file)))
        for file in files
        if is_of_interest(topic_of(file))
    }

    assert len(files) >= 200
    assert found == TABLE


def test_each_body_as_any_topic_is_read_or_refused(shared):
    refusals = [
        refusal_of(topic, json.loads(bytes_of(file)))
        for file in bodies_in(shared / "payloads/shopify")
        for topic in EVERY_TOPIC
    ]

    assert any(refusals)
    assert not all(refusals)


def test_each_topic_is_one_of_shopifys_for_scopes_that_a_store_is_asked_for(shared):
    ours = {"read_orders", "read_fulfillments", "read_customers", "read_returns"}
    ours |= {"read_products", "read_inventory"}
    ours |= {"read_draft_orders", "read_markets"}
    listed = json.loads((shared / "payloads/shopify/topics.json").read_text())
    known = {each["topic"]: each for each in listed}

    assert set(EVERY_TOPIC) <= known.keys()
    for topic, name in TOPICS.items():
        scopes = set(known[topic]["scopes_any_of"])
        assert known[topic]["enum_2026_10"] == name
        assert not scopes or scopes & ours, topic


def refusal_of(topic, body):
    """Why it is refused, or nothing; any other exception is a failure."""
    try:
        told(topic, body)
    except UnreadablePayload as refusal:
        return f"{refusal} {refusal.__cause__ or ''}"
    return ""


def bytes_of(file):
    return file.read_bytes()


def kinds(events):
    return " ".join(type(event).__name__ for event in events)


def paths(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from paths(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield (*path, place)
            yield from paths(inner, (*path, place))


def changed_at(body, path, value):
    changed = copy.deepcopy(body)
    *way, last = path
    holder = changed
    for step in way:
        holder = holder[step]
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value
    return changed
