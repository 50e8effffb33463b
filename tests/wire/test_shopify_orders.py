"""What orders tell beside what is sent: things, money, languages, and in parts."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import UnreadablePayload
from core.events import OrderEdited, OrderGlimpsed, OrderSeen
from core.values import Item, Money, Phone, PhonePlace
from tests.wire.shopify_bodies import example, fixture, told

ADA = Phone("+4915112345678")


def order(**changes):
    [event] = told("orders/create", fixture("orders_create", **changes))
    assert isinstance(event, OrderSeen)
    return event


def line(**changes):
    return {"id": 9100, "title": "Tea", "quantity": 2, **changes}


def both(shops, buyers):
    return {
        "shop_money": {"amount": shops, "currency_code": "EUR"},
        "presentment_money": {"amount": buyers, "currency_code": "CHF"},
    }


def test_a_thing_is_told_whole_with_the_price_that_the_buyer_saw():
    [item] = order(
        line_items=[
            line(
                product_id=1,
                variant_id=2,
                variant_title="Green",
                sku="TEA-1",
                price="19.95",
                price_set=both("19.95", "18.75"),
            )
        ]
    ).items

    assert item == Item(
        line_id=9100,
        product_id=1,
        variant_id=2,
        title="Tea",
        variant="Green",
        sku="TEA-1",
        quantity=2,
        price=Money(Decimal("18.75"), "CHF"),
    )


def test_things_are_told_as_they_stand_after_edits_and_refunds():
    lines = [line(current_quantity=0), line(current_quantity=None), line()]

    assert [item.quantity for item in order(line_items=lines).items] == [0, 2, 2]


@pytest.mark.parametrize("quantity", ["2", 2.5, -1, True, 10**12, [], {}])
def test_a_quantity_that_is_none_is_refused(quantity):
    with pytest.raises(UnreadablePayload, match="a quantity is not a number of things"):
        order(line_items=[line(quantity=quantity)])


def test_a_thing_of_which_only_the_name_fits_is_still_a_thing():
    odd = {"id": "x", "product_id": -1, "variant_id": 2**63, "sku": 5, "price": []}

    [item] = order(line_items=[{"name": "Gift", **odd}]).items

    assert (item.title, item.quantity) == ("Gift", 1)
    assert (item.line_id, item.product_id, item.variant_id) == (None, None, None)
    assert (item.sku, item.price) == (None, None)


@pytest.mark.parametrize(
    ("amount", "exact"),
    [
        ("0.10", "0.10"),
        ("19.900", "19.900"),
        ("99999999999.99", "99999999999.99"),
        ("1000000", "1000000"),
        (0.1, "0.1"),
        (89.99, "89.99"),
        (7, "7"),
        ("-5.00", "-5.00"),
    ],
)
def test_money_keeps_every_digit(amount, exact):
    total = order(total_price_set=both("1", amount)).total

    assert (str(total.amount), total.currency) == (exact, "CHF")


def test_the_shops_money_is_told_beside_the_buyers():
    event = order(
        total_price_set=both("39.90", "37.50"),
        current_total_price_set=both("19.95", "18.75"),
    )

    assert event.total == Money(Decimal("37.50"), "CHF")
    assert event.worth == Money(Decimal("39.90"), "EUR")
    assert event.current_total == Money(Decimal("18.75"), "CHF")


def test_without_the_buyers_money_the_shops_is_told():
    event = order(total_price_set=None, total_price="39.90", currency="EUR")

    assert event.total == event.worth == Money(Decimal("39.90"), "EUR")


@pytest.mark.parametrize("locale", ["de", "de-DE", "pt-BR", "zh-Hant-TW", "ko"])
def test_the_buyers_language_stays_as_the_shop_tells_it(locale):
    assert order(customer_locale=locale).locale == locale


def test_the_number_comes_with_the_place_where_it_stood():
    def found(**changes):
        none = dict.fromkeys(("phone", "shipping_address", "billing_address"))
        event = order(**{**none, "customer": {}, **changes})
        return event.phone, event.phone_place

    address = {"phone": "0151 12345678", "country_code": "DE"}
    assert found(phone=ADA.e164) == (ADA, PhonePlace.ORDER)
    assert found(customer={"phone": ADA.e164}) == (ADA, PhonePlace.CUSTOMER)
    assert found(shipping_address=address) == (ADA, PhonePlace.SHIPPING_ADDRESS)
    assert found(billing_address=address) == (ADA, PhonePlace.BILLING_ADDRESS)
    assert found(customer={"default_address": address}) == (
        ADA,
        PhonePlace.DEFAULT_ADDRESS,
    )
    assert found() == (None, None)


@pytest.mark.parametrize(
    ("told_of", "shipping"),
    [(None, "unfulfilled"), ("partial", "partial"), ("FULFILLED", "fulfilled")],
)
def test_how_much_of_it_is_on_its_way(told_of, shipping):
    assert order(fulfillment_status=told_of).shipping == shipping


def test_a_cancelled_order_tells_why():
    at = "2026-11-20T12:00:00+01:00"
    body = fixture("orders_create", cancelled_at=at, cancel_reason="INVENTORY")

    [event] = told("orders/cancelled", body)

    assert event.cancelled_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert event.cancel_reason == "inventory"


@pytest.mark.parametrize(
    ("mail", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        ("", "shop@example.com"),
        ("nobody", "shop@example.com"),
        ("a da@example.com", "shop@example.com"),
        ("ada@example.com\nBcc: x@example.com", "shop@example.com"),
        ("x" * 300 + "@example.com", "shop@example.com"),
    ],
)
def test_the_address_is_the_first_that_looks_like_one(mail, kept):
    assert order(email=mail, contact_email="shop@example.com").email == kept


def test_codes_and_marks_are_told_and_other_attributes_are_not_ours():
    event = order(
        discount_codes=[{"code": "TEA10"}, {"code": ""}, {"code": None}],
        note_attributes=[
            {"name": "_wa_ref", "value": "k7"},
            {"name": "_wa_long", "value": "x" * 400},
            {"name": "_wa_number", "value": 7},
            {"name": "gift", "value": "for Ada"},
        ],
    )

    assert event.discount_codes == ("TEA10",)
    assert event.marks == {"_wa_ref": "k7"}


def test_what_is_personal_is_not_shown_where_an_event_is_printed():
    shown = repr(order())

    assert "ada@example.com" not in shown
    assert "c0ffee" not in shown
    assert ADA.e164 not in shown


NARROW = {"id": 5100, "updated_at": "2026-11-20T12:00:00+01:00"}


def test_a_narrowed_update_tells_what_it_has_and_is_silent_about_the_rest():
    [event] = told("orders/updated", {**NARROW, "financial_status": "paid"})

    assert event == OrderGlimpsed(
        happened_at=datetime(2026, 11, 20, 11, tzinfo=UTC),
        order_id=5100,
        payment="paid",
    )


@pytest.mark.parametrize(
    ("field", "value", "told_as", "means"),
    [
        ("name", "#1001", "name", "#1001"),
        ("fulfillment_status", None, "shipping", "unfulfilled"),
        ("line_items", [], "items", ()),
        ("discount_codes", [], "discount_codes", ()),
        ("note_attributes", [], "marks", {}),
        ("payment_gateway_names", [], "cash_on_delivery", False),
        ("payment_gateway_names", ["cod"], "cash_on_delivery", True),
        ("customer_locale", "ko", "locale", "ko"),
        ("test", False, "is_test", False),
    ],
)
def test_a_field_that_is_there_and_empty_is_not_a_silent_one(
    field, value, told_as, means
):
    [silent] = told("orders/updated", NARROW)
    [event] = told("orders/updated", {**NARROW, field: value})

    assert getattr(silent, told_as) is None
    assert getattr(event, told_as) == means
    assert isinstance(event, OrderGlimpsed)


def test_a_whole_update_is_an_order_as_any_other():
    [event] = told("orders/updated", fixture("orders_create"))

    assert event == order()


@pytest.mark.parametrize("missing", ["name", "created_at", "payment_gateway_names"])
def test_an_update_without_what_every_order_has_is_a_part(missing):
    body = fixture("orders_create")
    del body[missing]

    [event] = told("orders/updated", body)

    assert isinstance(event, OrderGlimpsed)


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated"])
def test_a_body_that_does_not_say_which_order_it_is_about_tells_nothing(topic):
    assert told(topic, {"total_price": "600.00"}) == []


def test_an_edit_tells_what_was_put_on_and_taken_off():
    assert told("orders/edited", example("orders/edited")) == [
        OrderEdited(
            happened_at=datetime(2026, 11, 20, 10, 5, tzinfo=UTC),
            order_id=5100,
            edit_id=31,
            added=((9101, 1),),
            removed=((9100, 2),),
            tells_buyer=False,
        )
    ]


@pytest.mark.parametrize("line", [{}, {"id": 1}, {"id": 1, "delta": "2"}, {"delta": 1}])
def test_an_edit_of_no_line_is_refused(line):
    edit = {"order_id": 5100, "line_items": {"additions": [line]}}

    with pytest.raises(UnreadablePayload, match="no id or no difference"):
        told("orders/edited", {"order_edit": edit})


@pytest.mark.parametrize("topic", ["orders/create", "orders/paid", "orders/fulfilled"])
def test_only_the_word_that_an_order_was_paid_says_that_it_just_was(topic):
    [event] = told(topic, fixture("orders_create"))

    assert event.was_just_paid == (topic == "orders/paid")


@pytest.mark.parametrize(
    ("said", "is_shipped"),
    [
        ({}, True),
        ({"requires_shipping": True}, True),
        ({"requires_shipping": False}, False),
    ],
)
def test_a_thing_is_carried_by_somebody_unless_the_shop_says_no(said, is_shipped):
    [thing] = order(line_items=[line(**said)]).items

    assert thing.is_shipped is is_shipped
