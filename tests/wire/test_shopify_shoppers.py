"""Checkouts, carts, customers and the store itself, read into our events."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import UnreadablePayload
from core.events import CustomerDeleted, CustomerSeen, CustomersMerged, ShopChanged
from core.shopping import CartSeen, CheckoutDeleted, CheckoutSeen
from core.values import Item, Money, Phone, PhonePlace
from tests.wire.shopify_bodies import example, told

ADA = Phone("+4915112345678")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEN, QUARTER_PAST = (
    datetime(2026, 11, 20, 9, tzinfo=UTC),
    datetime(2026, 11, 20, 9, 15, 31, tzinfo=UTC),
)


def tea(**changes):
    told_of = {
        "line_id": 9100,
        "product_id": 1,
        "variant_id": 2,
        "title": "Tea",
        "variant": "Green",
        "sku": "TEA-1",
        "quantity": 2,
        "price": Money(Decimal("19.95"), "EUR"),
    }
    return Item(**{**told_of, **changes})


def checkout(**changes):
    [event] = told("checkouts/update", example("checkouts/update", **changes))
    return event


def test_a_checkout_is_told_whole():
    assert checkout() == CheckoutSeen(
        happened_at=QUARTER_PAST,
        token="c0ffee",
        cart_token="c4f7",
        started_at=TEN,
        completed_at=None,
        closed_at=None,
        customer_id=6100,
        phone=ADA,
        phone_place=PhonePlace.SHIPPING_ADDRESS,
        email="ada@example.com",
        first_name="Ada",
        country="DE",
        region="BE",
        city="Berlin",
        postcode=None,
        locale="pt-BR",
        items=(tea(),),
        total=Money(Decimal("39.90"), "EUR"),
        worth=Money(Decimal("39.90"), "EUR"),
        discount_codes=("TEA10",),
        url="https://ada.example/checkouts/c0ffee/recover?key=1",
        agreed=None,
        wording=None,
        accepts_marketing=False,
        offers_agreed=None,
        offers_wording=None,
        accepts_sms=True,
        marks={"_wa_ref": "k7"},
    )


def test_a_checkout_in_two_currencies_does_not_guess_what_the_buyer_saw():
    event = checkout(presentment_currency="CHF")

    assert event.total is None
    assert event.worth == Money(Decimal("39.90"), "EUR")
    assert event.items == (tea(price=None),)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"phone": ADA.e164}, PhonePlace.CHECKOUT),
        ({"customer": {"phone": ADA.e164}}, PhonePlace.CUSTOMER),
        ({"shipping_address": {}, "sms_marketing_phone": ADA.e164}, "sms_marketing"),
        ({"shipping_address": []}, None),
    ],
)
def test_a_checkouts_number_comes_with_its_place(changes, place):
    event = checkout(**changes)

    assert event.phone_place == place
    assert event.phone == (ADA if place else None)


def test_the_buyers_word_is_heard_before_there_is_an_order():
    said = [{"name": "_whatsapp_opt_in", "value": "true"}]

    assert checkout(note_attributes=said).agreed is True


@pytest.mark.parametrize("field", ["created_at", "updated_at"])
def test_a_checkout_with_a_beginning_that_is_no_time_is_still_read(field):
    event = checkout(**{field: "2024-09-16T03:50:1500:00"})

    assert event.started_at in (None, TEN)


def test_a_checkout_with_an_end_that_is_no_time_is_refused():
    with pytest.raises(UnreadablePayload, match="completed_at"):
        checkout(completed_at="2024-09-16T03:50:1500:00")


def test_a_completed_checkout_says_so():
    assert checkout(completed_at="2026-11-20T10:00:00+01:00").completed_at == TEN


@pytest.mark.parametrize("topic", ["checkouts/create", "carts/create"])
@pytest.mark.parametrize("token", [None, "", " "])
def test_without_its_token_nothing_can_be_told_of_it(topic, token):
    with pytest.raises(UnreadablePayload, match="it has no token"):
        told(topic, example(topic, token=token))


def test_secrets_are_not_shown_where_a_checkout_is_printed():
    shown = repr(checkout())

    assert "recover" not in shown
    assert "c0ffee" not in shown
    assert "ada@example.com" not in shown


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ({"id": 1, "cart_token": "c4f7"}, [(None, "c4f7")]),
        ({"token": "c0ffee"}, [("c0ffee", None)]),
        ({"id": 1}, []),
    ],
)
def test_a_deleted_checkout_is_known_by_a_token(body, tokens):
    events = told("checkouts/delete", body, triggered_at=NOW)

    assert events == [
        CheckoutDeleted(happened_at=NOW, token=token, cart_token=cart_token)
        for token, cart_token in tokens
    ]


def test_a_cart_is_told_whole():
    assert told("carts/create", example("carts/create")) == [
        CartSeen(
            happened_at=QUARTER_PAST,
            token="c4f7",
            started_at=TEN,
            items=(tea(price=Money(Decimal("18.75"), "CHF")),),
            total=Money(Decimal("37.50"), "CHF"),
            agreed=True,
            wording=None,
            marks={"_whatsapp_opt_in": "true"},
        )
    ]


def test_a_cart_that_was_emptied_has_no_things_and_no_total():
    [event] = told("carts/update", example("carts/update", line_items=[]))

    assert (event.items, event.total) == ((), None)


def test_a_customer_is_told_whole():
    assert told("customers/update", example("customers/update")) == [
        CustomerSeen(
            happened_at=QUARTER_PAST,
            customer_id=6100,
            created_at=TEN,
            phone=ADA,
            phone_place=PhonePlace.DEFAULT_ADDRESS,
            email="ada@example.com",
            first_name="Ada",
            country="DE",
            email_marketing="subscribed",
            sms_marketing=None,
        )
    ]


def test_a_deleted_customer_is_told_by_the_id():
    assert told("customers/delete", {"id": 6100}, triggered_at=NOW) == [
        CustomerDeleted(happened_at=NOW, customer_id=6100)
    ]


@pytest.mark.parametrize("status", ["completed", "COMPLETED"])
def test_customers_that_became_one_are_told(status):
    body = example("customers/merge", status=status)

    assert told("customers/merge", body, triggered_at=NOW) == [
        CustomersMerged(happened_at=NOW, kept=6100, gone=6101)
    ]


@pytest.mark.parametrize("status", ["failed", "in_progress", "requested", None])
def test_customers_that_have_not_become_one_are_nothing_to_us(status):
    assert told("customers/merge", example("customers/merge", status=status)) == []


def test_what_a_store_says_of_itself_is_told():
    assert told("shop/update", example("shop/update")) == [
        ShopChanged(
            happened_at=QUARTER_PAST,
            name="Ada's Tea",
            timezone="Europe/Berlin",
            currency="EUR",
            country="DE",
            locale="de",
        )
    ]
