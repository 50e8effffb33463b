"""What a store tells is called by words on its owner's pages."""

from integrations.shopify import payloads
from notifications import topics_said


def test_whatever_is_read_has_a_name_and_nothing_else_has_one():
    assert all(payloads.is_of_interest(topic) for topic in topics_said.NAMES)
    assert topics_said.NAMES.keys() >= payloads.TOPICS.keys()
    assert topics_said.NAMES.keys() >= payloads.OWED
