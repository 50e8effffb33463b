"""Shopify's words in, ours out; and whatever a stranger writes does no harm."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import UnreadablePayload
from core.events import (
    AppUninstalled,
    ConsentChanged,
    CustomerSeen,
    OrderDeleted,
    OrderSeen,
    ParcelMoved,
    ParcelSeen,
)
from core.values import (
    Act,
    CustomerId,
    Item,
    Milestone,
    Money,
    Phone,
    PhonePlace,
    Scope,
)
from integrations import carriers
from integrations.shopify import payloads
from integrations.shopify.payloads import read
from tests.wire.shopify_bodies import fixture, told

ADA = Phone("+4915112345678")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONSENT = "customers_whats_app_marketing_consent/update"


def order(**changes):
    [event] = told("orders/create", fixture("orders_create", **changes))
    return event


def tea(*, product_id=1, price=None):
    return Item(
        line_id=9100,
        product_id=product_id,
        variant_id=None,
        title="Tea",
        variant=None,
        sku=None,
        quantity=2,
        price=price,
    )


def test_an_order_is_told_whole():
    assert order() == OrderSeen(
        happened_at=datetime(2026, 11, 20, 9, 15, 31, tzinfo=UTC),
        order_id=5100,
        name="#1001",
        placed_at=datetime(2026, 11, 20, 9, 15, 29, tzinfo=UTC),
        cancelled_at=None,
        payment="paid",
        cash_on_delivery=False,
        total=Money(Decimal("37.50"), "CHF"),
        phone=ADA,
        country="DE",
        first_name="Ada",
        locale="de-DE",
        status_url="https://ada.example.com/1/orders/abc/authenticate?key=secret",
        agreed=True,
        wording="Write to me on WhatsApp about this order.",
        customer_id=6100,
        email="ada@example.com",
        phone_place=PhonePlace.ORDER,
        city="Berlin",
        postcode="10115",
        shipping="unfulfilled",
        items=(tea(price=Money(Decimal("19.95"), "EUR")),),
        worth=Money(Decimal("39.90"), "EUR"),
        checkout_token="c0ffee",
        source="web",
        is_test=False,
        marks={
            "_whatsapp_opt_in": "true",
            "_whatsapp_opt_in_wording": "Write to me on WhatsApp about this order.",
        },
    )


def test_an_order_tells_of_each_of_its_parcels():
    _, first, second = told("orders/fulfilled", fixture("orders_fulfilled"))

    assert (first.fulfillment_id, first.order_id, first.name) == (7100, 5100, "#1001.1")
    assert first.phone == second.phone == ADA
    assert second.tracking_numbers == ("BD 1/2",)
    assert second.tracking_url.endswith("&trackNo=BD%201%2F2")


def test_a_parcel_is_told_whole():
    [event] = told("fulfillments/update", fixture("fulfillments_update"))

    assert event == ParcelSeen(
        happened_at=datetime(2026, 11, 20, 11, tzinfo=UTC),
        fulfillment_id=7100,
        order_id=5100,
        name="#1001.1",
        created_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
        is_cancelled=False,
        milestone=Milestone.IN_TRANSIT,
        tracking_numbers=("JJD01", "JJD02"),
        tracking_url="https://www.dhl.com/track?id=JJD01",
        carrier="DHL",
        phone=ADA,
        country="DE",
        status="success",
        tracking_urls=(
            "https://www.dhl.com/track?id=JJD01",
            carriers.named("DHL").tracking_url("JJD02"),
        ),
        items=(tea(product_id=None),),
        city="Berlin",
    )


def test_a_scan_is_told_whole():
    body = fixture("fulfillment_events_create")

    assert told("fulfillment_events/create", body) == [
        ParcelMoved(
            happened_at=datetime(2026, 11, 21, 7, tzinfo=UTC),
            fulfillment_id=7100,
            order_id=5100,
            milestone=Milestone.OUT_FOR_DELIVERY,
            city="Berlin",
            country="DE",
            scan_id=8100,
            note="On its way",
        )
    ]


@pytest.mark.parametrize(
    ("status", "milestone"),
    [
        ("label_printed", Milestone.LABELLED),
        ("label_purchased", Milestone.LABELLED),
        ("confirmed", Milestone.LABELLED),
        ("carrier_picked_up", Milestone.IN_TRANSIT),
        ("in_transit", Milestone.IN_TRANSIT),
        ("OUT_FOR_DELIVERY", Milestone.OUT_FOR_DELIVERY),
        ("ready_for_pickup", Milestone.READY_FOR_PICKUP),
        ("attempted_delivery", Milestone.ATTEMPTED),
        ("delayed", Milestone.DELAYED),
        ("failure", Milestone.IN_TROUBLE),
        ("picked_up", Milestone.PICKED_UP),
        ("delivered", Milestone.DELIVERED),
    ],
)
def test_every_word_for_where_a_parcel_is_has_one_of_ours(status, milestone):
    body = fixture("fulfillment_events_create", status=status)

    [event] = told("fulfillment_events/create", body)

    assert event.milestone is milestone


@pytest.mark.parametrize("status", ["teleported", "", None])
def test_a_scan_of_an_unknown_kind_is_nothing_to_us(status):
    body = fixture("fulfillment_events_create", status=status)

    assert told("fulfillment_events/create", body) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            "subscribed",
            [(Scope.MARKETING, Act.GRANTED), (Scope.TRANSACTIONAL, Act.GRANTED)],
        ),
        (
            "SUBSCRIBED",
            [(Scope.MARKETING, Act.GRANTED), (Scope.TRANSACTIONAL, Act.GRANTED)],
        ),
        ("unsubscribed", [(Scope.MARKETING, Act.REVOKED)]),
        ("redacted", [(Scope.MARKETING, Act.REVOKED)]),
        ("Pending", []),
        ("never_subscribed", []),
        (None, []),
    ],
)
def test_a_yes_is_for_both_scopes_and_a_no_for_offers_only(state, said):
    body = fixture("whats_app_consent_update")
    body["whats_app_marketing_consent"]["state"] = state

    events = told(CONSENT, body, triggered_at=NOW)

    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert events == [
        ConsentChanged(
            happened_at=at,
            phone=ADA,
            scope=scope,
            act=act,
            source="shopify",
            customer_id=CustomerId(6100),
            opt_in_level="single_opt_in",
            collected_from="shopify",
        )
        for scope, act in said
    ]


@pytest.mark.parametrize(
    ("level", "act"),
    [
        ("CONFIRMED_OPT_IN", Act.CONFIRMED),
        ("confirmed_opt_in", Act.CONFIRMED),
        ("SINGLE_OPT_IN", Act.GRANTED),
        ("UNKNOWN", Act.GRANTED),
        (None, Act.GRANTED),
    ],
)
def test_a_yes_that_was_confirmed_is_known_to_be(level, act):
    body = fixture("whats_app_consent_update")
    body["whats_app_marketing_consent"]["opt_in_level"] = level

    events = told(CONSENT, body, triggered_at=NOW)

    assert [event.act for event in events] == [act, act]


def test_no_consent_is_newer_than_its_telling():
    """It would outlive every word that comes after it."""
    body = fixture("whats_app_consent_update")
    body["whats_app_marketing_consent"]["updated_at"] = "2036-01-01T00:00:00Z"

    events = told(CONSENT, body, triggered_at=NOW)

    assert {event.happened_at for event in events} == {NOW}


CUSTOMER = {
    "id": 6100,
    "state": "subscribed",
    "created_at": "2026-11-20T08:00:00Z",
    "updated_at": "2026-11-20T08:00:00Z",
    "phone": ADA.e164,
}
SUBSCRIBED = {
    "state": "subscribed",
    "opt_in_level": "confirmed_opt_in",
    "updated_at": "2026-11-20T08:00:00Z",
}


@pytest.mark.parametrize(
    "consents",
    [
        {},
        {"sms_marketing_consent": SUBSCRIBED, "sms_transactional_consent": SUBSCRIBED},
        {"email_marketing_consent": SUBSCRIBED, "accepts_marketing": True},
    ],
)
def test_a_yes_to_mails_or_sms_is_none_to_whatsapp(consents):
    """Nor does it prove a phone that a mail address was confirmed."""
    events = told("customers/update", {**CUSTOMER, **consents})

    assert [type(event) for event in events] == [CustomerSeen]


def test_a_consent_that_stands_with_a_customer_is_the_customers_own_numbers():
    consent = {"whats_app_marketing_consent": SUBSCRIBED}
    elsewhere = {"phone": None, "default_address": {"phone": ADA.e164}}

    events = told("customers/update", {**CUSTOMER, **consent})
    of_another = told("customers/update", {**CUSTOMER, **elsewhere, **consent})

    assert [event.act for event in events[1:]] == [Act.CONFIRMED, Act.CONFIRMED]
    assert [event.phone for event in events[1:]] == [ADA, ADA]
    assert [type(event) for event in of_another] == [CustomerSeen]


@pytest.mark.parametrize("phone", [None, "", "12", "015112345678"])
def test_a_consent_of_nobody_is_nothing_to_us(phone):
    body = fixture("whats_app_consent_update", phone_number=phone)

    assert told("customers_whats_app_marketing_consent/update", body) == []


def test_what_tells_no_time_has_the_envelopes():
    deleted = told("orders/delete", {"id": 5100}, triggered_at=NOW)
    uninstalled = told("app/uninstalled", {"id": 1}, triggered_at=NOW)

    assert deleted == [OrderDeleted(happened_at=NOW, order_id=5100)]
    assert uninstalled == [AppUninstalled(happened_at=NOW)]


def test_what_tells_no_time_and_has_no_envelope_is_untimed():
    [event] = told("orders/delete", {"id": 5100})

    assert event.happened_at == payloads.UNTIMED


@pytest.mark.parametrize(
    ("value", "agreed"),
    [
        *[(yes, True) for yes in ("true", "True", " TRUE ", "1", "yes", True, 1)],
        *[(no, False) for no in ("false", "", "no", "on?", None, False, 0, 2, [], {})],
    ],
)
def test_the_buyers_word_counts_only_when_it_is_a_yes(value, agreed):
    attributes = [{"name": "_whatsapp_opt_in", "value": value}]

    assert order(note_attributes=attributes).agreed is agreed


@pytest.mark.parametrize("attributes", [None, [], [{"name": "gift", "value": "true"}]])
def test_without_the_attribute_the_buyer_has_said_nothing(attributes):
    assert order(note_attributes=attributes).agreed is None


def test_the_phone_is_the_first_that_can_be_dialled():
    numbers = [f"+4915112345{tail}" for tail in (678, 679, 680, 681, 682)]
    found = []
    for first in range(5):
        given = ["call me"] * first + numbers[first:]
        customer = {"phone": given[1], "default_address": {"phone": given[4]}}
        event = order(
            phone=given[0],
            customer=customer,
            shipping_address={"phone": given[2]},
            billing_address={"phone": given[3]},
        )
        found.append(event.phone.e164)

    assert found == numbers


def test_a_local_number_is_dialled_from_its_own_address():
    event = order(
        phone=None,
        customer=None,
        shipping_address={"phone": "nobody", "country_code": "KR"},
        billing_address={"phone": "0151 12345678", "country_code": "DE"},
    )

    assert (event.phone, event.country) == (ADA, "KR")


def test_an_order_of_nobody_from_nowhere_is_still_an_order():
    nobody = dict.fromkeys(
        [
            *("phone", "customer", "shipping_address", "billing_address"),
            *("updated_at", "processed_at", "total_price_set", "total_price"),
            *("order_status_url", "name"),
        ]
    )

    event = order(**nobody)

    assert (event.phone, event.country, event.first_name) == (None, None, None)
    assert (event.total, event.status_url, event.name) == (None, None, "#5100")
    assert event.happened_at == event.placed_at


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Ada\n\tMaria ", "Ada Maria"),
        ("A\u0308da", "Äda"),
        ("Ada\u202egnp.exe", "Adagnp.exe"),
        ("민준", "민준"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x" * 70, "x" * 60),
        ("\u200d\u202e ", "Grace"),
        ("", "Grace"),
        (None, "Grace"),
    ],
)
def test_a_name_is_one_clean_line_or_the_next_name(name, shown):
    customer = {"first_name": name}

    event = order(customer=customer, shipping_address={"first_name": "Grace"})

    assert event.first_name == shown


@pytest.mark.parametrize(
    ("names", "is_cod"),
    [
        (["Cash on Delivery (COD)"], True),
        (["shopify_payments", "COD"], True),
        (["codeword bank"], False),
        ([], False),
        (None, False),
    ],
)
def test_paying_at_the_door_is_noticed(names, is_cod):
    assert order(payment_gateway_names=names).cash_on_delivery is is_cod


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "1e999999999", "a lot", "", None, [], True]
)
def test_an_amount_that_is_none_is_not_shown(amount):
    odd = {"presentment_money": {"amount": amount, "currency_code": "EUR"}}

    assert order(total_price_set=odd, total_price=None).total is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://",
        "https://dhl.com@evil.example/",
        "https://a.example/ b",
        "https://[",
        "https://a.example/" + "x" * 3_000,
    ],
)
def test_an_address_that_is_not_safe_to_open_is_not_shown(url):
    body = fixture("fulfillments_update", tracking_url=url, tracking_company="Nobody")

    [event] = told("fulfillments/update", body)

    assert event.tracking_url is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not JSON"),
        (b"\xff", "the body is not UTF-8"),
        (b"\xef\xbb\xbf{}", "the body is not JSON"),
        (b"[]", "the body is not an object"),
        (b"null", "the body is not an object"),
        (b'{"id": NaN}', "a number is not finite"),
        (b'{"id": -Infinity}', "a number is not finite"),
        (b'{"id": 1, "id": 2}', "a key stands twice in one object"),
        (b'{"id":1,"id" :2,"note":"\\":"}', "a key stands twice in one object"),
        (b'{"id":1,"id"\n:2,"note":"\\":"}', "a key stands twice in one object"),
        (b'{"id":1,"\\u0069d":2}', "a key stands twice in one object"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "the body is not JSON"),
        (b'{"a":' * 100_000, "the body is nested too deeply"),
        (b'{"note": "\\u0000"}', "the body holds a NUL or half a character"),
        (b'{"note": ["\\ud800"]}', "the body holds a NUL or half a character"),
        (b'{"\\uDC00": 1}', "the body holds a NUL or half a character"),
        (b'{"id": null}', "{'id': ['Field may not be null.']}"),
        (b'{"id": 1e999999}', "{'id': ['Not a valid integer.']}"),
        (b'{"id": "7 Secret Street"}', "{'id': ['Not a valid integer.']}"),
        (b'{"id": true}', "{'id': ['Not a valid integer.']}"),
        (b'{"id": 1, "customer": "Ada"}', "customer is not an object"),
        (b'{"id": 1, "fulfillments": "Ada"}', "fulfillments is not a list"),
        (b'{"id": 1, "fulfillments": ["Ada"]}', "a fulfillment is not an object"),
        (
            b'{"id": 1, "updated_at": "yesterday"}',
            "{'updated_at': ['Not a valid datetime.']}",
        ),
        (
            b'{"id": 1, "updated_at": "0001-01-01T00:00:00+14:00"}',
            "{'updated_at': ['Not a valid datetime.']}",
        ),
    ],
)
def test_a_body_that_cannot_be_is_refused_without_repeating_it(body, reason):
    with pytest.raises(UnreadablePayload) as raised:
        read("orders/create", body)

    assert str(raised.value)[:200] == reason
    assert raised.value.__cause__ is None


def test_an_id_too_big_for_the_database_is_refused():
    with pytest.raises(UnreadablePayload):
        told("orders/delete", {"id": 2**63})


def test_topics_we_do_not_know_are_nothing_to_us_and_not_even_looked_at():
    assert read("themes/publish", b"whatever") == []
    assert not payloads.is_of_interest("themes/publish")


def test_whatever_we_subscribe_to_we_can_read():
    assert all(map(payloads.is_of_interest, payloads.TOPICS))
