"""An order comes in at Shopify; the buyer reads of it on WhatsApp."""

from tests import samples
from tests.world import PHONE


def test_reaches_the_buyer(world):
    """One webhook in, one WhatsApp message out, with what the order says."""
    world.open_shop()

    assert world.shopify_says("orders/create", samples.order()) == 200
    world.work()

    [sent] = world.accepted
    assert sent["to"] == PHONE
    assert (sent["template"], sent["language"]) == ("sosik_order_confirmation_1", "en")
    assert world.message.state == "sent"
    assert world.message.provider_id == sent["wamid"]
