"""An event that was written is the same event when it is read again."""

import orjson
import pytest

from core import event_text
from integrations.shopify import payloads
from integrations.shopify.payloads import is_of_interest, read
from tests.wire.shopify_bodies import bodies_in, example, told, topic_of

EVERY_TOPIC = sorted(payloads._READERS)


def again(event):
    return event_text.read(event_text.kind_of(event), event_text.written(event))


@pytest.mark.parametrize("topic", EVERY_TOPIC)
def test_every_event_of_every_topic_is_read_as_it_was_written(topic):
    for event in told(topic, example(topic)):
        assert again(event) == event


def test_every_event_of_every_body_is_read_as_it_was_written(shared):
    events = [
        event
        for file in bodies_in(shared / "payloads/shopify")
        if is_of_interest(topic_of(file))
        for event in read(topic_of(file), file.read_bytes())
    ]

    assert len(events) > 100
    assert [again(event) for event in events] == events


def test_what_an_event_is_silent_about_is_not_written():
    [event] = told("orders/create", example("orders/create", email=None, phone=None))

    assert "email" not in orjson.loads(event_text.written(event))


def test_a_field_that_an_older_text_lacks_is_silent_and_one_unknown_is_passed_over():
    [event] = told("fulfillment_events/create", example("fulfillment_events/create"))
    text = orjson.loads(event_text.written(event))
    del text["scan_id"], text["city"]
    text["weight_of_the_van"] = 3

    found = event_text.read("ParcelMoved", orjson.dumps(text))

    assert (found.scan_id, found.city) == (None, None)
    assert found.milestone is event.milestone


def test_an_event_of_a_kind_that_there_is_not_is_refused():
    with pytest.raises(LookupError):
        event_text.read("OrderEaten", b"{}")
