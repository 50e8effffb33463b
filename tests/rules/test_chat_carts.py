"""A cart from a chat against the store's word, and what is answered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat import Wanted
from core.values import MessageId, Money, Phone, VariantId, WhatsAppUser
from integrations.meta import cloud_api, schema
from notifications import chat_carts
from notifications.cart_texts import CARTS
from notifications.replies import LANGUAGES
from notifications.rules.chat_carts import Difference, Kind, OnSale, checked

MUG, TRAY = VariantId(1), VariantId(2)
URL = "https://app.example/l/0123456789abcd"


def euros(amount):
    return Money(Decimal(amount), "EUR")


def on_sale(price="18.50", left=None, title="Stoneware mug"):
    return OnSale(title=title, price=euros(price), left=left)


def wanted(quantity=1, *, variant=MUG, price="18.50"):
    return Wanted(variant, quantity, euros(price))


def test_what_is_as_it_was_seen_is_for_sale_at_the_stores_own_price():
    found = checked([wanted(2)], {MUG: on_sale()})

    assert found.lines == [(MUG, 2)]
    assert found.total == euros("37.00")
    assert found.differences == []


def test_a_price_that_somebody_made_up_changes_nothing_but_what_they_are_told():
    found = checked([wanted(price="0.01")], {MUG: on_sale()})

    assert found.total == euros("18.50")
    assert found.differences == [
        Difference(
            kind=Kind.PRICE,
            title="Stoneware mug",
            before=euros("0.01"),
            now=euros("18.50"),
        )
    ]


@pytest.mark.parametrize(
    ("left", "lines", "difference"),
    [
        (0, [], Difference(kind=Kind.SOLD_OUT, title="Stoneware mug")),
        (-3, [], Difference(kind=Kind.SOLD_OUT, title="Stoneware mug")),
        (
            2,
            [(MUG, 2)],
            Difference(kind=Kind.FEWER, title="Stoneware mug", left=2),
        ),
    ],
)
def test_no_more_is_sold_than_there_is(left, lines, difference):
    found = checked([wanted(3)], {MUG: on_sale(left=left)})

    assert found.lines == lines
    assert found.differences == [difference]


@pytest.mark.parametrize("variant", [None, TRAY])
def test_what_the_store_has_not_is_gone_and_the_rest_can_be_bought(variant):
    found = checked([wanted(variant=variant), wanted()], {MUG: on_sale()})

    assert found.lines == [(MUG, 1)]
    assert found.differences == [Difference(kind=Kind.GONE)]


def test_one_thing_that_stands_in_it_twice_is_counted_together():
    found = checked([wanted(2), wanted(2)], {MUG: on_sale(left=3)})

    assert found.lines == [(MUG, 3)]


def test_a_price_of_another_market_is_compared_with_nothing():
    seen = Wanted(MUG, 1, Money(Decimal(26000), "KRW"))

    assert checked([seen], {MUG: on_sale()}).differences == []


def test_without_the_stores_word_all_of_it_is_left_to_its_checkout():
    found = checked([wanted(2), wanted(variant=None)], None)

    assert found.lines == [(MUG, 2)]
    assert (found.total, found.differences) == (None, ())


PRICES = st.none() | st.builds(
    Money,
    st.decimals(0, 10**6, places=2),
    st.sampled_from(["EUR", "KRW"]),
)
CARTS_SENT = st.lists(
    st.builds(
        Wanted,
        st.none() | st.integers(1, 6).map(VariantId),
        st.integers(1, 9_999),
        PRICES,
    ),
    max_size=20,
)
STORES = st.dictionaries(
    st.integers(1, 6).map(VariantId),
    st.builds(
        OnSale,
        title=st.text("aW한 \n{", max_size=300),
        price=PRICES,
        left=st.none() | st.integers(-5, 9_999),
    ),
)


@given(cart=CARTS_SENT, store=STORES)
def test_nothing_is_sold_that_was_not_wanted_or_is_not_there(cart, store):
    found = checked(cart, store)

    counted = dict(found.lines)
    assert len(counted) == len(found.lines)
    for variant, quantity in counted.items():
        left = store[variant].left
        asked = sum(each.quantity for each in cart if each.variant_id == variant)
        assert quantity == (asked if left is None else min(asked, left))
        assert quantity > 0


@given(cart=CARTS_SENT, store=st.none() | STORES, language=st.sampled_from(LANGUAGES))
def test_meta_takes_every_answer_and_it_is_told_as_it_was_found(cart, store, language):
    told = chat_carts.told_first(
        cart, language=language, number="3001", host="ada.myshopify.com"
    )
    found = checked(cart, store)
    if store is not None:
        told |= chat_carts.told_of(found)

    again = chat_carts.found_in(told)
    assert list(again.lines) == list(found.lines)
    assert (again.total, list(again.differences)) == (
        found.total,
        list(found.differences),
    )
    said = chat_carts.content(told, language, shop_name="x" * 500, url=URL)
    body = cloud_api.free_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        text=said.text,
        link=said.link and (said.link.title, said.link.url),
        reference=MessageId("msg_01a"),
        attempt=1,
    )
    kind = schema.LinkMessage if found.lines else schema.TextMessage
    assert kind().validate(body) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_answer_finds_room_in_every_language(language):
    price = Money(Decimal("123456789.99"), "EUR")
    cart = [Wanted(VariantId(n), 9, euros("0.01")) for n in range(1, 40)]
    store = {
        VariantId(n): OnSale(title="W" * 300, price=price, left=8) for n in range(1, 40)
    }
    told = chat_carts.told_first(
        cart, language=language, number="3001", host="ada.myshopify.com"
    )
    told |= chat_carts.told_of(checked(cart, store))

    said = chat_carts.content(told, language, shop_name="S" * 500, url=URL)

    assert len(said.text) <= 1_024
    assert CARTS[language].more.format(left=70) in said.text


def test_the_texts_are_there_in_every_language_of_the_replies():
    assert sorted(CARTS) == sorted(LANGUAGES)
    for texts in CARTS.values():
        assert 0 < len(texts.button) <= 20


def test_an_answer_tells_what_is_different_before_it_leads_on():
    told = chat_carts.told_first(
        [wanted(3), wanted(variant=None)],
        language="en",
        number="3001",
        host="ada.myshopify.com",
    )
    told |= chat_carts.told_of(
        checked(chat_carts.chosen(told), {MUG: on_sale(price="20.00", left=2)})
    )

    said = chat_carts.content(told, "en", shop_name="Ada's Things", url=URL)

    assert said.text.split("\n") == [
        "This is different from what you saw:",
        "Of Stoneware mug there are only 2 left.",
        "Stoneware mug costs €20.00 now, instead of €18.50.",
        "Something you chose is no longer sold.",
        "",
        (
            "Your cart at Ada's Things is ready: €40.00, before shipping and "
            "discounts. You can pay for it here:"
        ),
    ]
    assert (said.link.title, said.link.url) == ("Go to checkout", URL)


def test_where_nothing_is_left_there_is_nowhere_to_go():
    told = chat_carts.told_first(
        [wanted()], language="en", number="3001", host="ada.myshopify.com"
    )
    told |= chat_carts.told_of(checked(chat_carts.chosen(told), {}))

    said = chat_carts.content(told, "en", shop_name="Ada's Things", url=None)

    assert said.link is None
    assert said.text.startswith("We are sorry: nothing of what you chose")
    assert chat_carts.basket_of(told, None, ["en"]) is None
