"""What people buy, or do not, and what their stores tell of it."""

from datetime import timedelta

from tests import samples
from tests.flows.histories.people import Checkout, Order


def begins_a_checkout(story):
    found = story.somebody()
    return leaves(story, *found) if found else None


def leaves(story, store, person):
    checkout = Checkout(
        store=store,
        person=person,
        token=f"token{story.seed}x{story.next_number()}",
        started_at=story.now,
        is_ticked=story.chance.choice((None, None, True, False)),
    )
    story.file(store, person).checkouts.append(checkout)
    _tells_of(story, checkout, "checkouts/create")
    return f"{person.phone} at {store}, box {checkout.is_ticked}"


def changes_a_checkout(story):
    """At times the box is unticked: the yes was none, from the beginning."""
    if not (checkout := story.some_checkout(lambda each: not each.is_bought)):
        return None
    if checkout.is_ticked and story.chance.random() < 0.4:
        checkout.is_ticked = False
        story.word(
            checkout.store, checkout.person, is_yes=False, at=checkout.started_at
        )
    _tells_of(story, checkout, "checkouts/update")
    return f"{checkout.person.phone} at {checkout.store}, box {checkout.is_ticked}"


def buys_what_is_in_a_checkout(story):
    if not (checkout := story.some_checkout(lambda each: not each.is_bought)):
        return None
    checkout.is_bought = True
    _tells_of(story, checkout, "checkouts/update")
    return _orders(story, checkout.store, checkout.person, checkout.token)


def orders(story):
    found = story.somebody()
    return _orders(story, *found, None) if found else None


def _tells_of(story, checkout, topic):
    if checkout.is_ticked:
        at = checkout.started_at
        story.word(checkout.store, checkout.person, is_yes=True, at=at)
    story.shopify_says(checkout.store, topic, checkout.body(story.now))


def _orders(story, store, person, token):
    order = Order(
        store=store,
        person=person,
        number=story.next_order(store),
        placed_at=story.now,
        is_ticked=story.chance.random() < 0.6,
        wants_offers=story.chance.random() < 0.2,
        token=token,
    )
    story.orders[store].append(order)
    story.file(store, person).orders.append(order)
    if order.wants_offers:
        story.word(store, person, is_yes=True)
    payment = story.chance.choice(("paid", "paid", "pending"))
    body = order.body(story.now, financial_status=payment)
    story.shopify_says(store, "orders/create", body)
    ticked = f"news {order.is_ticked}, offers {order.wants_offers}"
    return f"{person.phone} at {store}, order {order.number}, {ticked}"


def _is_open(order):
    return order.cancelled_at is None


def an_order_is_paid(story):
    if not (order := story.some_order(_is_open)):
        return None
    story.shopify_says(order.store, "orders/paid", order.body(story.now))
    return f"order {order.number} at {order.store}"


def an_order_is_cancelled(story):
    if not (order := story.some_order(_is_open)):
        return None
    order.cancelled_at = story.now
    story.shopify_says(order.store, "orders/cancelled", order.body(story.now))
    return f"order {order.number} at {order.store}"


def a_parcel_leaves(story):
    order = story.some_order(_is_open)
    return leaves_with(story, order) if order else None


def leaves_with(story, order):
    """A parcel does."""
    parcel = story.seed % 1000 * 10_000 + story.next_number()
    order.parcels.append(parcel)
    body = order.parcel(parcel, story.now)
    story.shopify_says(order.store, "fulfillments/create", body)
    return f"of order {order.number} at {order.store}"


def an_order_is_fulfilled(story):
    if not (order := story.some_order(lambda each: each.parcels)):
        return None
    body = order.body(story.now, fulfillment_status="fulfilled")
    story.shopify_says(order.store, "orders/fulfilled", body)
    return f"order {order.number} at {order.store}"


def a_parcel_is_scanned(story):
    if not (order := story.some_order(lambda each: each.parcels)):
        return None
    status = story.chance.choice(
        ("in_transit", "out_for_delivery", "delivered", "attempted_delivery")
    )
    body = samples.scan(
        status,
        at=story.now - timedelta(seconds=story.chance.randint(0, 5_000)),
        fulfillment_id=story.chance.choice(order.parcels),
        order_id=order.number,
        id=story.next_number(),
    )
    story.shopify_says(order.store, "fulfillment_events/create", body)
    return f"{status}, of order {order.number} at {order.store}"


def a_webhook_comes_again(story):
    """Under its own name, or under another."""
    if not story.said:
        return None
    store, topic, body, named = story.chance.choice(story.said[-60:])
    if store in story.gone or topic.startswith(("customers/", "app/", "shop/")):
        return None
    told = {} if story.chance.random() < 0.5 else {"webhook_id": named}
    if any(phone in str(body) for phone in _forgotten(story, store)):
        return None
    assert story.world.shopify_says(topic, body, domain=store, **told) == 200
    return f"{topic} at {store}"


def _forgotten(story, store):
    """Whom a store that has forgotten them tells nothing of any more."""
    return [p.phone for p in story.people if (store, p.number) in story.erased]
