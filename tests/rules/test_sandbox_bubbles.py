"""What lies on the simulated phone looks as WhatsApp shows it."""

import pytest

from sandbox.page.bubbles import shown

PRODUCT = {"retailer_id": "1", "title": "Mug", "price": "9.00 EUR"}


def bubble(content, products=()):
    found = {"id": "wamid.1", "at": 1.0, "is_reply": False, "tag": None}
    told = {**found, "type": "interactive", "content": content, "products": products}
    [only] = shown([told], [], set())
    return only


@pytest.mark.parametrize(
    ("kind", "label"),
    [("catalog_message", "View catalog"), ("product_list", "View items")],
)
def test_what_shows_things_of_a_catalog_has_whatsapps_own_button(kind, label):
    action = {"name": kind, "sections": []}

    found = bubble(
        {"type": kind, "body": {"text": "Look:"}, "action": action}, [PRODUCT]
    )

    assert [each["text"] for each in found["buttons"]] == [label]
    assert found["body"] == "Look:\n▪ Mug, 9.00 EUR"
