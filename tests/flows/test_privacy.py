"""A person is told what is held of them, and forgotten wherever they are."""

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.values import Scope
from notifications.keeping import forget_what_is_old
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from storage import privacy
from storage.tenancy import Crossing
from tests import samples
from tests.flows.everywhere import places_of
from tests.flows.terminal import attendant_at
from tests.flows.tracked import DHL
from tests.wire.shopify_bodies import example
from tests.world import NOON, PHONE, SHOP

CUSTOMER, ORDER, GUEST_ORDER = 7_700_100, 7_710_200, 7_710_201
PLANTED = "+4915155550001"
IN_PARTS = "0151 / 5555 0002"
MAIL = "zoraida.planted@example.org"
NAMES = ("Zoraida", "Quillfeather", "Plantstadt", "Blumenweg 77")
NOTE = "please ring twice at the green door"
EVERYTHING = (
    *(*NAMES, NOTE, MAIL, PLANTED, PLANTED[1:], "155550001", "5555 0002", "55550002"),
    *("4915155550002", "cartofzoraida", "checkoutofzoraida", "invoiceofzoraida"),
)
AT = NOON.isoformat()
ADDRESS = {
    "first_name": NAMES[0],
    "last_name": NAMES[1],
    "address1": NAMES[3],
    "city": NAMES[2],
    "phone": IN_PARTS,
    "country_code": "DE",
    "province_code": "BE",
}
BUYER = {
    "id": CUSTOMER,
    "first_name": NAMES[0],
    "last_name": NAMES[1],
    "email": MAIL,
    "phone": PLANTED,
    "default_address": ADDRESS,
}


def order(order_id=ORDER, **changes):
    whole = samples.order(order_id=order_id, phone=PLANTED, first_name=NAMES[0])
    return {
        **whole,
        "name": "#7710",
        "email": MAIL,
        "note": NOTE,
        "customer": BUYER,
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "checkout_token": "checkoutofzoraida",
        "cart_token": "cartofzoraida",
        **changes,
    }


def says_everything(world):
    """A person's data through every topic, those included that nobody reads."""
    parcel = samples.fulfillment(order_id=ORDER, phone=IN_PARTS, destination=ADDRESS)
    checkout = {
        **example("checkouts/create"),
        "token": "checkoutofzoraida",
        "cart_token": "cartofzoraida",
        "email": MAIL,
        "phone": PLANTED,
        "customer": BUYER,
        "shipping_address": ADDRESS,
        "note": NOTE,
    }
    cart = {
        **example("carts/create"),
        "id": "cartofzoraida",
        "token": "cartofzoraida",
        "note": NOTE,
        "note_attributes": [{"name": "_wa_ref", "value": NAMES[1]}],
    }
    whatsapp = {"state": "SUBSCRIBED", "updated_at": AT}
    told = {
        "customers/create": {**BUYER, "created_at": AT, "updated_at": AT},
        "carts/create": cart,
        "checkouts/create": checkout,
        "orders/create": order(),
        "orders/paid": order(),
        "orders/updated": order(),
        "order_transactions/create": {
            **example("order_transactions/create"),
            "order_id": ORDER,
            "receipt": {"payer": MAIL},
        },
        "customers_whats_app_marketing_consent/update": {
            "customer_id": CUSTOMER,
            "phone_number": PLANTED,
            "whats_app_marketing_consent": whatsapp,
        },
        "fulfillments/create": parcel,
        "fulfillment_events/create": samples.scan(
            "in_transit", order_id=ORDER, address1=NAMES[3], city=NAMES[2]
        ),
        "refunds/create": {**samples.refund(note=NOTE), "order_id": ORDER},
        "returns/request": samples.returned(order={"id": ORDER}, note=NOTE),
        "returns/process": {"admin_graphql_api_id": "gid://shopify/Return/51"},
        "fulfillment_orders/placed_on_hold": {
            "fulfillment_order": {
                "id": "gid://shopify/FulfillmentOrder/3000",
                "order_id": ORDER,
                "fulfillment_holds": [{"reason": "other", "reason_notes": NOTE}],
            }
        },
        "draft_orders/create": {
            **example("draft_orders/create", invoice_sent_at=AT, note=NOTE, email=MAIL),
            "invoice_url": "https://ada.example/invoices/invoiceofzoraida",
            "customer": BUYER,
            "shipping_address": ADDRESS,
        },
        # Nobody reads these, or could.
        "inventory_items/create": {"id": 1, "email": MAIL, "address": ADDRESS},
        "orders/cancelled": {"id": "rotten", "customer": BUYER, "note": NOTE},
    }
    for topic, body in told.items():
        assert world.shopify_says(topic, body) == 200
    scrap = f'{{"id": {ORDER}, "note": "{NOTE}", "phone": "{IN_PARTS}"'.encode()
    assert world.shopify_says("orders/edited", scrap) == 200
    guest = order(GUEST_ORDER, customer=None, name="#7711")
    assert world.shopify_says("orders/create", guest) == 200


def meta_tells(world):
    """What the person writes, and what becomes of what they were sent."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": DEFAULT_NUMBER_ID},
        "contacts": [{"wa_id": PLANTED[1:], "profile": {"name": NAMES[0]}}],
        "messages": [
            {
                "from": PLANTED[1:],
                "id": "wamid.in",
                "timestamp": "1",
                "type": "text",
                "text": {"body": NOTE},
            }
        ],
    }
    change = {"field": "messages", "value": value}
    entry = {"id": DEFAULT_WABA_ID, "changes": [change]}
    bundle = {"object": "whatsapp_business_account", "entry": [entry]}
    assert world.meta_says(bundle) == 200
    report(world, "delivered")


def report(world, status, **more):
    """By Meta's own id of the message, which has the number in it."""
    statuses = [
        {
            "id": taken["id"],
            "status": status,
            "recipient_id": taken["to"],
            "biz_opaque_callback_data": taken["biz_opaque_callback_data"],
            **more,
        }
        for taken in world.accepted
    ]
    assert statuses
    assert world.meta_reports(*statuses) == 200


def erased_message(world):
    [message] = [each for each in world.messages if each.order_id is None]
    return message


def redact(**changes):
    return {
        "shop_id": 1,
        "shop_domain": SHOP,
        "customer": {"id": CUSTOMER, "email": MAIL, "phone": PLANTED},
        "orders_to_redact": [ORDER, GUEST_ORDER],
        **changes,
    }


def data_request(**changes):
    return {
        "shop_id": 1,
        "shop_domain": SHOP,
        "customer": {"id": CUSTOMER, "email": MAIL, "phone": PLANTED},
        "orders_requested": [ORDER],
        "data_request": {"id": 9999},
        **changes,
    }


@pytest.fixture
def attendant(world, terminal):
    return attendant_at(terminal)


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def requests(world):
    return world.rows("privacy_requests")


def test_of_a_redacted_person_nothing_is_found_anywhere(world, attendant, logged):
    """Every table, opened with all keys, Redis and the logs; and before, all is found,
    or the search would prove nothing."""
    world.open_shop(automations=True)
    says_everything(world)
    world.work()
    meta_tells(world)
    world.shopify_says("customers/data_request", data_request())
    world.work()
    attendant.attend()
    for words in EVERYTHING:
        assert places_of(world, words), words
    for words in (NAMES[0], NAMES[1], NAMES[2], MAIL, PLANTED):
        assert places_of(world, words) - {"webhooks.body"}, words
    sent = len(world.accepted)
    assert sent > 0

    world.shopify_says("customers/redact", redact())
    world.work()
    attendant.attend()
    world.pass_time(timedelta(days=1))

    assert {r.kind: (r.state, r.reason) for r in requests(world)} == {
        "data_request": ("done", None),
        "erase_person": ("done", None),
    }
    for words in EVERYTHING:
        assert places_of(world, words, logged.text) == set(), words
    assert len(world.accepted) == sent
    for table in (
        *("orders", "parcels", "customers", "checkouts", "carts", "history"),
        "draft_orders",
    ):
        assert world.rows(table) == [], table


def forget(world, attendant, **changes):
    assert world.shopify_says("customers/redact", redact(**changes)) == 200
    world.work()
    attendant.attend()


def test_what_is_left_proves_what_was_agreed_to_and_names_nobody(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    world.agree(PLANTED, scope=Scope.MARKETING)
    world.person_says("hello", phone=PLANTED)
    world.work()

    forget(world, attendant)

    contacts = {row.id: row for row in world.rows("contacts")}
    [left] = contacts.values()
    assert (left.phone, left.wrote_at, left.wrote_to) == (None, None, None)
    words = world.rows("consents")
    assert {(w.scope, w.act, w.source) for w in words} == {
        ("transactional", "granted", "order_attribute"),
        ("transactional", "revoked", "erasure"),
        ("marketing", "granted", "test"),
        ("marketing", "revoked", "erasure"),
    }
    assert {w.private for w in words} == {None}
    assert world.message.state == "sent"
    assert world.message.contact_id in contacts
    assert (world.message.order_id, world.message.body) == (None, None)
    assert (world.message.provider_id, world.message.told) == (None, None)
    assert world.message.occasion == f"erased:{world.message.id}"


def test_what_waits_for_a_person_is_cancelled_and_never_sent(world, attendant):
    world.open_shop()
    world.review("sosik_order_confirmation_1", "PAUSED")
    world.shopify_says("orders/create", order())
    world.work()
    assert world.message.state == "waiting"

    forget(world, attendant)
    world.review("sosik_order_confirmation_1", "APPROVED")
    world.pass_time(timedelta(hours=1))

    assert (world.message.state, world.message.reason) == ("cancelled", "person_erased")
    assert world.accepted == []


def test_a_message_that_is_on_its_way_is_awaited_before_anything_goes(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    _set(world, "UPDATE messages SET state = 'sending'")

    forget(world, attendant)
    assert len(world.rows("orders")) == 1
    assert requests(world)[0].reason == "message_under_way"

    _set(world, "UPDATE messages SET state = 'sent'")
    world.now += timedelta(seconds=15)
    attendant.attend()
    assert world.rows("orders") == []
    [request] = requests(world)
    assert request.state == "done"
    assert request.done_at - request.asked_at == timedelta(seconds=15)


def _set(world, statement):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text(statement))


def test_others_keep_all_that_is_theirs(world, attendant):
    world.open_shop()
    theirs = samples.order(phone=PHONE, customer={"id": 8_800, "phone": PHONE})
    world.shopify_says("orders/create", theirs)
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.shopify_says("orders/create", order())
    world.work()

    forget(world, attendant)

    assert [row.order_id for row in world.rows("orders")] == [samples.ORDER_ID]
    assert len(world.rows("parcels")) == 1
    kept = [row for row in world.rows("webhooks") if row.body is not None]
    assert [row.topic for row in kept] == ["orders/create", "fulfillments/create"]
    sent = {(m.order_id, m.body is None) for m in world.messages if m.state == "sent"}
    assert sent == {(samples.ORDER_ID, False), (None, True)}


def test_a_number_that_another_customer_orders_with_stays_theirs(world, attendant):
    world.open_shop()
    partner = {**BUYER, "id": 8_800, "email": "partner@example.org"}
    world.shopify_says("orders/create", order())
    world.shopify_says("orders/create", order(7_999, customer=partner, name="#7999"))
    world.work()

    forget(world, attendant, orders_to_redact=[ORDER])

    assert [row.order_id for row in world.rows("orders")] == [7_999]
    assert world.rows("contacts")[0].phone is not None


def test_words_that_come_late_are_not_kept(world, attendant):
    """Shopify may repeat an order, and Meta reports for days on what was sent."""
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    provider_id = world.message.provider_id
    assert world.rows("customers") == []
    forget(world, attendant)

    late = (NOON + timedelta(minutes=1)).isoformat()
    world.shopify_says("orders/updated", order(updated_at=late))
    world.shopify_says("customers/update", {**BUYER, "updated_at": late})
    unreachable = {
        "code": 131026,
        "title": "Message undeliverable",
        "error_data": {"details": f"{PLANTED} is not on WhatsApp"},
    }
    report(world, "failed", errors=[unreachable], pricing={"billable": False})
    world.work()
    failed = erased_message(world)
    assert (failed.state, failed.reason) == ("failed", "meta_131026")
    assert (failed.provider_id, failed.errors) == (None, None)
    assert failed.pricing == {"billable": False}
    report(world, "read")
    world.work()
    world.now += timedelta(minutes=11)
    attendant.attend()

    read = erased_message(world)
    assert (read.state, read.provider_id) == ("read", None)
    for words in (*EVERYTHING, provider_id):
        assert places_of(world, words) == set(), words
    assert world.rows("orders") == world.rows("customers") == []


def test_after_a_week_nothing_remains_to_search_by_and_no_bare_fingerprint(
    world, attendant
):
    world.open_shop()
    world.shopify_says("customers/create", {**BUYER, "created_at": AT})
    world.work()
    forget(world, attendant)
    assert requests(world)[0].marks
    assert len(world.rows("contacts")) > 0

    for days in (1, 7, 1):
        world.now += timedelta(days=days)
        attendant.attend()

    [receipt] = requests(world)
    assert (receipt.asked, receipt.marks, receipt.due_at) == (None, None, None)
    assert receipt.counts["customers"] == 1
    assert world.rows("contacts") == []


def test_who_was_erased_and_buys_again_is_written_to_by_a_new_yes(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    world.agree(PLANTED)
    forget(world, attendant)
    world.now += timedelta(days=200)
    for order_id, agreed in ((7_720, None), (7_721, True)):
        again = samples.order(
            order_id=order_id,
            name=f"#{order_id}",
            phone=PLANTED,
            agreed=agreed,
            placed_at=world.now,
        )
        world.shopify_says("orders/create", again)
    world.work()

    by_order = {m.order_id: (m.state, m.reason) for m in world.messages}
    assert by_order[7_720] == ("skipped", "consent_revoked")
    assert by_order[7_721] == ("sent", None)


def test_twice_asked_is_once_done(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()

    for webhook_id in ("one", "one", "two"):
        world.shopify_says("customers/redact", redact(), webhook_id=webhook_id)
    world.work()
    attendant.attend()
    [receipt] = requests(world)
    world.now += timedelta(minutes=1)
    world.shopify_says("customers/redact", redact(), webhook_id="three")
    world.work()
    attendant.attend()

    assert receipt.counts["orders"] == 2
    [again] = requests(world)
    assert (again.id, again.state) == (receipt.id, "done")


def test_of_a_store_that_was_never_connected_what_came_is_emptied(world, attendant):
    world.shopify_says("orders/create", order())
    world.work()
    assert places_of(world, MAIL) == {"webhooks.body"}

    forget(world, attendant)

    assert places_of(world, MAIL) == set()
    assert requests(world)[0].counts == {"webhooks": 2}


@pytest.mark.parametrize("domain", ["bob.myshopify.com", "{shop}.myshopify.com"])
def test_a_body_that_names_another_store_than_its_envelope_does_nothing(
    world, attendant, domain
):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()

    forget(world, attendant, shop_domain=domain)

    assert requests(world) == []
    assert len(world.rows("orders")) == 1
    [said] = [w for w in world.rows("webhooks") if w.topic == "customers/redact"]
    assert (said.state, said.reason) == ("ignored", "another_shop")


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/redact", data_request()),
        ("customers/data_request", redact()),
        ("shop/redact", redact()),
        ("shop/redact", data_request()),
        ("shop/redact", order()),
        ("customers/redact", {"shop_id": 1, "shop_domain": SHOP}),
        ("customers/redact", {"customer": BUYER, "orders_to_redact": []}),
    ],
)
def test_a_body_played_again_under_another_topic_does_nothing(
    world, attendant, topic, body
):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()

    world.shopify_says(topic, body)
    world.work()
    attendant.attend()

    assert requests(world) == []
    assert len(world.rows("orders")) == 1
    [said] = [w for w in world.rows("webhooks") if w.topic == topic]
    assert said.state == "stuck"


def test_a_person_with_nothing_but_a_mail_address_is_found(world, attendant):
    world.open_shop()
    guest = {"id": CUSTOMER, "email": MAIL, "phone": None, "first_name": NAMES[0]}
    world.shopify_says("customers/create", {**guest, "created_at": AT})
    world.shopify_says("orders/create", order(phone=None, customer=guest))
    world.work()
    customer = {"id": CUSTOMER, "email": MAIL, "phone": None}

    forget(world, attendant, customer=customer, orders_to_redact=[])

    for words in EVERYTHING:
        assert places_of(world, words) == set(), words


# Being told


def test_somebody_is_told_all_that_is_held_of_them(world, attendant, terminal):
    world.open_shop()
    says_everything(world)
    world.work()
    world.shopify_says("customers/data_request", data_request())
    world.work()
    attendant.attend()

    [asked] = terminal.lines("compliance", "list", SHOP, "--json")
    told = json.loads(terminal.run("compliance", "show", SHOP, str(asked["id"])))

    assert (asked["kind"], asked["state"]) == ("data_request", "done")
    assert (told["numbers"], told["mails"]) == ([PLANTED], [MAIL])
    assert [each["order_id"] for each in told["orders"]] == [ORDER, GUEST_ORDER]
    assert told["orders"][0]["now"]["place"] == {"region": "BE", "city": NAMES[2]}
    assert len(told["orders"][0]["parcels"]) == 1
    assert len(told["orders"][0]["told"]) >= 8
    assert told["customers"][0]["email"] == MAIL
    assert len(told["checkouts"]) == len(told["carts"]) == 1
    assert told["draft_orders"][0]["url"].endswith("invoiceofzoraida")
    assert any(NAMES[0] in (each["text"] or "") for each in told["messages"])
    assert {each["scope"] for each in told["consent"]} == {"transactional", "marketing"}
    assert len(told["webhooks"]) >= 15


def _asks(world, attendant):
    """Somebody who has bought asks what is held of them; the request."""
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.shopify_says("customers/data_request", data_request())
    world.work()
    attendant.attend()
    [asked] = requests(world)
    return asked


def test_an_answer_is_sealed_and_goes_after_a_month(world, attendant, terminal):
    asked = _asks(world, attendant)
    assert asked.answer is not None
    assert MAIL.encode() not in asked.answer

    world.now += timedelta(days=30, seconds=1)
    forget_what_is_old(services=world.services)

    assert requests(world)[0].answer is None
    refused = terminal.refused("compliance", "show", SHOP, str(asked.id))
    assert "no such answer" in refused


def test_an_answer_is_shown_of_its_own_store_alone(world, attendant, terminal):
    asked = _asks(world, attendant)
    world.open_shop("bob.myshopify.com", number=None)

    said = terminal.refused("compliance", "show", "bob.myshopify.com", str(asked.id))

    assert "no such answer" in said


def test_a_person_is_forgotten_by_the_command_line(world, terminal):
    world.open_shop(automations=True)
    says_everything(world)
    world.work()
    meta_tells(world)
    world.work()

    said = terminal.run("contact", "erase", SHOP, PLANTED)

    assert "orders: 2\n" in said
    assert "customer accounts of the store: 1\n" in said
    assert "_" not in said
    for words in (*NAMES, NOTE, MAIL, PLANTED):
        assert places_of(world, words) == set(), words
    again = terminal.json("contact", "erase", SHOP, PLANTED)
    assert again["state"] == "done"


def test_a_stranger_is_forgotten_without_a_trace(world, terminal):
    world.open_shop()

    done = terminal.json("contact", "erase", SHOP, "+4915199999999")

    assert set(done["counts"].values()) == {0}
    assert world.rows("contacts") == []
    said = terminal.run("contact", "erase", SHOP, "+4915199999999", "--language", "ko")
    assert said == "지울 것이 없었습니다.\n"


def test_trouble_with_one_request_keeps_no_other_waiting(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.shopify_says("customers/data_request", data_request())
    world.shopify_says("customers/redact", redact())
    world.work()
    _set(world, "UPDATE privacy_requests SET asked = 'x' WHERE kind = 'data_request'")

    attendant.attend()

    states = {row.kind: row.state for row in requests(world)}
    assert states == {"data_request": "waiting", "erase_person": "done"}


def test_what_a_store_tells_of_an_erased_order_brings_no_number_back(world, attendant):
    """Months later, too, when it is asked for its past."""
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    forget(world, attendant)
    world.now += timedelta(days=60)
    forget_what_is_old(services=world.services)

    world.shopify_says("orders/create", order(), webhook_id="again")
    world.shopify_says("customers/update", {**BUYER, "updated_at": AT})
    world.work()

    assert [row.phone for row in world.rows("contacts")] == [None]
    acts = [row.act for row in world.rows("consents")]
    assert sorted(acts) == ["granted", "revoked"]
    assert world.rows("orders") == world.rows("history") == []


def test_the_parcels_of_a_person_are_followed_no_more(track, terminal):
    track.open("parcel_in_transit")
    world = track.world
    track.scanned("InTransit_Arrival", city=NAMES[2])
    assert places_of(world, DHL) >= {"tracking_numbers.number", "webhooks.body"}
    assert places_of(world, NAMES[2])

    terminal.run("contact", "erase", SHOP, PHONE)
    world.now += timedelta(minutes=1)
    track.look()
    world.now += timedelta(minutes=1)
    forget_what_is_old(services=world.services)

    assert track.calls["stoptrack"] == 1
    assert places_of(world, DHL) == places_of(world, NAMES[2]) == set()
    assert world.rows("tracking_numbers") == world.rows("tracking_parcels") == []


def test_what_a_process_had_begun_that_died_is_done_by_the_next(world, attendant):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.shopify_says("customers/redact", redact())
    world.work()
    with world.services.transactions.across(Crossing.KEEPING) as tx:
        until = world.now + timedelta(minutes=10)
        assert privacy.take_due(tx, now=world.now, until=until) is not None

    attendant.attend()
    assert [row.state for row in requests(world)] == ["waiting"]

    world.now += timedelta(minutes=10)
    attendant.attend()
    assert [row.state for row in requests(world)] == ["done"]
    assert world.rows("orders") == []
